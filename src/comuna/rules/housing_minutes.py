"""Which sentence the acts of housing have, and what each sentence needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import housing

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    housing.CriteriaSet: ("count",),
    housing.QueueSet: ("count", "seed", "digest"),
    housing.HandedOver: ("accepted", "handed", "count"),
}
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "housing.criteria_set": ("",),
    "housing.queue_set": ("",),
    "housing.handed_over": (".accepted", ".not_accepted"),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    if name == "housing.handed_over":
        return ".accepted" if args["accepted"] else ".not_accepted"
    return ""
