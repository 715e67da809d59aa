"""No archive of a group carries who takes part in its works, votes on its budget, or is visited."""

from __future__ import annotations

import gzip
from pathlib import Path

import sqlalchemy as sa

from comuna.store import archive, moving, schema
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


def test_a_group_that_moves_away_leaves_none_of_it_behind(world: World, tmp_path: Path) -> None:
    furnish(world)
    moving.send(world.store, world.book, tmp_path / "group.age", "four words and more", move=True)
    with world.store.read() as connection:
        left = [name for name in ROWS if connection.execute(sa.select(schema.metadata.tables[name])).first()]
    assert left == []
