"""An example of every act about the map and services with rounds, under what the minutes say of it."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import service
from tests.cast import an_id

SERVICE = an_id(110)
PLANNED: dict[str, Any] = {
    "service": SERVICE, "digest": "d" * 64, "points": 40, "vehicles": 2, "trips": 5, "metres": 12400, "minutes": 310,
    "before_metres": None, "before_minutes": None, "unserved": 0,
}  # fmt: skip


def told(*, text: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump."; `gone` was erased."""
    new = "New rounds hold: 40 points, 2 vehicles, 5 trips; 12400 m in 310 minutes"
    before = {**PLANNED, "before_metres": 15100, "before_minutes": 400}
    than = ", before it was 15100 m in 400."
    left = "Without time for them: 3 points."
    end = f"The plan’s SHA-256 is {'d' * 64}."
    names = {"garbage": "A service begins, the collection of garbage", "visits": "A service begins, rounds of visits"}
    return {
        f"A map was imported: Mend the pump. Streets: 31; the file’s SHA-256 is {'e' * 64}.": service.MapImported(
            file_digest="e" * 64, streets=31, source=text
        ),
        f"A map was imported. Streets: 31; the file’s SHA-256 is {'e' * 64}.": service.MapImported(
            file_digest="e" * 64, streets=31, source=gone
        ),
        **{
            f"{names.get(kind, 'A service begins')}{said}.": service.ServiceFounded(
                service=SERVICE, type=kind, name=text if said[0] == ":" else gone
            )
            for kind in service.TYPES
            for said in (": Mend the pump", "; its name was erased")
        },
        f"{new}. {end}": service.ServicePlanned(**PLANNED),
        f"{new}{than} {end}": service.ServicePlanned(**before),
        f"{new}. {left} {end}": service.ServicePlanned(**{**PLANNED, "unserved": 3}),
        f"{new}{than} {left} {end}": service.ServicePlanned(**{**before, "unserved": 3}),
        "The rounds of week 2026-W48 are over. Points served: 38; missed: 2; reports of “not collected”: 5.": (
            service.RoundDone(service=SERVICE, week="2026-W48", served=38, missed=2, reports=5)
        ),
        "The rounds of week 2026-W48 are over. Points served: not told; missed: not told; reports of “not collected”: not "  # noqa: E501
        "told.": service.RoundDone(service=SERVICE, week="2026-W48", served=None, missed=None, reports=None),
    }
