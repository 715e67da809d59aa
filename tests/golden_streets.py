"""What the map and the services of a golden book do: every act of theirs, in every way its fields can be filled."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from comuna.rules import service
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE

GARBAGE, VISITS, OTHER = an_id(401), an_id(402), an_id(403)


def lay_out(t: Telling) -> None:
    """Two maps, three services, plans with and without the rounds before them, weeks."""
    for n, streets in enumerate((31, 4_000)):
        source = t.text(f"© OpenStreetMap contributors, ODbL 1.0; mapa {n} {STRANGE}")
        digest = sha256(f"map {n}".encode()).hexdigest()
        t.act(
            lambda s, digest=digest, streets=streets, ref=source.ref: service.import_map(
                s, by=t.rosa, file_digest=digest, streets=streets, source=ref
            ),
            source,
        )
    for made, kind in ((GARBAGE, "garbage"), (VISITS, "visits"), (OTHER, "other")):
        name = t.text(f"Servicio {kind}: {STRANGE}")
        t.act(
            lambda s, made=made, kind=kind, ref=name.ref: service.found(
                s, by=t.rosa, service=made, type=kind, name=ref
            ),
            name,
        )
    counts = {"points": 40, "vehicles": 2, "trips": 5, "metres": 12_400, "minutes": 310}
    befores: list[dict[str, Any]] = [
        {"before_metres": None, "before_minutes": None, "unserved": 0},
        {"before_metres": 15_100, "before_minutes": 400, "unserved": 0},
        {"before_metres": None, "before_minutes": None, "unserved": 3},
        {"before_metres": 0, "before_minutes": 0, "unserved": 1},
    ]
    for n, before in enumerate(befores):
        digest = sha256(f"plan {n}".encode()).hexdigest()
        t.act(
            lambda s, digest=digest, before=before: service.adopt(
                s, by=t.rosa, service=GARBAGE, digest=digest, **counts, **before
            )
        )
    today = t.clock().date().isoformat()
    for made, week, served, missed, reports in (
        (GARBAGE, "2026-W01", 38, 2, 5),
        (GARBAGE, service.week_of(today), 0, 40, 0),
        (VISITS, "2020-W53", 12, 0, 0),
        (VISITS, "2021-W01", 9, 3, 1),
    ):
        told = {"week": week, "served": served, "missed": missed, "reports": reports, "today": today}
        t.act(lambda s, made=made, told=told: service.finish_round(s, by=t.rosa, service=made, **told))
