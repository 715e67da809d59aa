"""Which sentence the acts of campaign days and rounds of visits have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import health

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    health.CampaignCalled: ("what", "place", "date", "start", "slots", "minutes", "places"),
    health.CampaignClosed: ("places", "used", "volunteers", "needed", "there"),
    health.RoundOpened: ("what", "dwellings"),
    health.RoundClosed: ("due", "done"),
}
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "campaign.called": ("", ".erased"),
    "campaign.closed": ("", ".supplies"),
    "round.opened": ("", ".erased"),
    "round.closed": ("",),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "campaign.called":
            return ".erased" if args["what"] is None or args["place"] is None else ""
        case "campaign.closed":
            return ".supplies" if args["needed"] else ""
        case "round.opened":
            return ".erased" if args["what"] is None else ""
    return ""
