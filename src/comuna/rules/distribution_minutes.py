"""Which sentence the acts of a distribution have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import distribution

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    distribution.DistributionOpened: (
        "good", "what", "date", "rule", "households", "each", "announced", "seed", "digest",
    ),
    distribution.DistributionArrived: ("good", "arrived", "short", "receiving", "over"),
    distribution.DistributionClosed: ("good", "served", "delivered", "left"),
}  # fmt: skip
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "distribution.opened": (".rota", ".rota_named", ".equal", ".equal_named"),
    "distribution.arrived": ("", ".short"),
    "distribution.closed": ("", ".nothing"),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "distribution.opened":
            return f".{args['rule']}" + ("" if args["what"] is None else "_named")
        case "distribution.arrived":
            return ".short" if args["short"] else ""
        case "distribution.closed":
            return "" if args["delivered"] or args["left"] else ".nothing"
    return ""
