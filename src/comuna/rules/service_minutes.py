"""Which sentence the acts about the map and about services with rounds have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import service

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    service.MapImported: ("file_digest", "streets", "source"),
    service.ServiceFounded: ("type", "name"),
    service.ServicePlanned: (
        "digest", "points", "vehicles", "trips", "metres", "minutes", "before_metres", "before_minutes", "unserved",
    ),
    service.RoundDone: ("week", "served", "missed", "reports"),
}  # fmt: skip
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "map.imported": ("", ".erased"),
    "service.founded": tuple(f".{kind}{gone}" for kind in service.TYPES for gone in ("", "_erased")),
    "service.planned": ("", ".before", ".unserved", ".before_unserved"),
    "round.done": ("",),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "map.imported":
            return ".erased" if args["source"] is None else ""
        case "service.founded":
            return f".{args['type']}" + ("_erased" if args["name"] is None else "")
        case "service.planned":
            parts = [
                *(["before"] if args["before_metres"] is not None else []),
                *(["unserved"] if args["unserved"] else []),
            ]
            return f".{'_'.join(parts)}" if parts else ""
    return ""
