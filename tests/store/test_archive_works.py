"""No archive of a group carries who takes part in its works, votes on its budget, or is visited."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import msgspec
import sqlalchemy as sa

from comuna.rules import service
from comuna.store import archive, moving, rounds, schema
from comuna.store.writer import Transaction
from tests.cast import World, an_id

MEMBER, DWELLING = "918273", "casa 4711"
ROWS = {
    "budget_marks": {"round": an_id(1), "member": MEMBER, "way": "phone"},
    "budget_ballots": {"round": an_id(1), "ballot": an_id(2), "choice": "0,1", "way": "phone"},
    "budget_authors": {"proposal": an_id(3), "member": MEMBER, "round": an_id(1)},
    "brigade_hands": {"brigade": an_id(4), "member": MEMBER},
    "slot_bookings": {"campaign": an_id(5), "who": f"m{MEMBER}", "slot": 1, "used": False},
    "turn_volunteers": {"campaign": an_id(5), "turn": 1, "member": MEMBER},
    "round_dwellings": {"round": an_id(6), "dwelling": DWELLING, "done": True},
}


def furnish(world: World) -> None:
    def job(tx: Transaction) -> None:
        for name, row in ROWS.items():
            tx.execute(sa.insert(schema.metadata.tables[name]).values(book=world.book, **row))

    world.store.write(job)


def test_neither_a_backup_nor_a_groups_file_says_who(world: World, tmp_path: Path) -> None:
    furnish(world)
    assert set(ROWS) <= set(archive.OF_PEOPLE)
    for n, book in enumerate((None, world.book)):
        file = tmp_path / f"{n}.archive"
        with archive.writing(file, None) as out, world.store.read() as connection:
            archive.pack(connection, out, at="2026-11-22T10:00:00Z", book=book)
        told = gzip.decompress(file.read_bytes()).decode()
        assert MEMBER not in told
        assert DWELLING not in told


POINT = rounds.Point(id=an_id(20), name=DWELLING, place=(104880100, -668791900))
VISITS, GARBAGE = an_id(21), an_id(22)


def visited(world: World) -> None:
    """A service that makes visits, with a plan and a report on its point; and one that collects garbage there."""
    for made, kind in ((VISITS, "visits"), (GARBAGE, "garbage")):
        founded = service.ServiceFounded(service=made, type=kind, name="0" * 64)
        world.act(lambda _, founded=founded: founded)
        plan = rounds.Plan(map_digest="d", seed=1, points=(POINT,), vehicles=(), yard=(1, 2), dump=None, routes=())
        feet = rounds.Vehicle(id=an_id(23), name="On foot", drives="foot", today=((POINT.id,),))
        full = rounds.Rounds(points=(POINT,), vehicles=(feet,), yard=(1, 2), draft=plan, plan=plan)

        def job(tx: Transaction, made: str = made, full: rounds.Rounds = full) -> None:
            rounds.change(tx, world.book, made, lambda _: full)
            rounds.report(tx, world.book, made, POINT.id, "2026-W48")

        world.store.write(job)


def test_no_archive_says_where_visits_are_made(world: World, tmp_path: Path) -> None:
    visited(world)
    for n, book in enumerate((None, world.book)):
        file = tmp_path / f"{n}.archive"
        with archive.writing(file, None) as out, world.store.read() as connection:
            archive.pack(connection, out, at="2026-11-22T10:00:00Z", book=book)
        lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
        kept = {row[0]: row for row in lines if isinstance(row, list) and len(row) == 3 and row[0] in (VISITS, GARBAGE)}
        found = {id: base64.b64decode(row[2]) for id, row in kept.items()}
        assert DWELLING.encode() in found[GARBAGE], "bins stand where everybody sees them"
        its = msgspec.json.decode(found[VISITS], type=rounds.Rounds)
        assert (its.points, its.draft, its.plan, its.vehicles[0].today) == ((), None, None, ())
        assert (its.vehicles[0].name, its.yard) == ("On foot", (1, 2)), "what is of no household stays"
        reports = [row for row in lines if isinstance(row, list) and "2026-W48" in row]
        assert [row[0] for row in reports] == [GARBAGE]


def test_a_group_that_moves_away_forgets_where_visits_are_made(world: World, tmp_path: Path) -> None:
    visited(world)
    moving.send(world.store, world.book, tmp_path / "group.age", "four words and more", move=True)
    with world.store.read() as connection:
        assert rounds.read(connection, world.book, VISITS).points == ()
        assert rounds.reports(connection, world.book, VISITS) == {}
        assert rounds.read(connection, world.book, GARBAGE).points == (POINT,)


def test_a_group_that_moves_away_leaves_none_of_it_behind(world: World, tmp_path: Path) -> None:
    furnish(world)
    moving.send(world.store, world.book, tmp_path / "group.age", "four words and more", move=True)
    with world.store.read() as connection:
        left = [name for name in ROWS if connection.execute(sa.select(schema.metadata.tables[name])).first()]
    assert left == []
