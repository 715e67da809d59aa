"""The index is written with the acts, and could be written anew from them at any time."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import gathering as g
from comuna.rules.group import SYSTEM
from comuna.rules.state import State
from comuna.store import schema
from comuna.store.writer import Transaction
from tests.cast import World, an_id


def index(world: World) -> dict[str, tuple[object, ...]]:
    with world.store.read() as connection:
        return {row.gathering: tuple(row) for row in connection.execute(sa.select(schema.gatherings))}


def something_happens(world: World, chance: random.Random, n: int) -> bool:
    """One random act, perhaps refused."""
    which = chance.choice([world.gathering, *(an_id(100 + k) for k in range(n + 1))])
    date = f"2027-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    hour = f"{chance.randint(0, 23):02}:00"
    by, page = world.rosa, text("page", bytes(32)).ref
    acts: list[Act] = []

    def decide(s: State) -> Act:
        made = chance.choice(
            [
                lambda: g.call(
                    s, by=by, gathering=an_id(100 + n), date=date, start=hour, end=None, zone="UTC", page=page
                ),
                lambda: g.postpone(
                    s, by=by, gathering=which, date=date, start=hour, end=None, zone="Asia/Tokyo", page=page,
                    reason=None, today="2027-02-20",
                ),
                lambda: g.revise(s, by=by, gathering=which, changed=["title"], page=page),
                lambda: g.cancel(s, by=by, gathering=which, reason=None),
                lambda: g.reinstate(s, by=by, gathering=which),
                lambda: g.agree_takeaway(
                    s, by=by, gathering=which, takeaway=an_id(1000 + n), what=page, owner=None, due=None
                ),
                lambda: g.close(
                    s, by=by, gathering=which, came=3, coming=2, moments=0, answers=0, entries=0, takeaways=0,
                    record=page,
                ),
                lambda: g.expire_journal(s, by=SYSTEM, gathering=which, lines=0, today="2028-06-01"),
            ]
        )()  # fmt: skip
        acts.append(made)
        return made

    try:
        world.act(decide)
    except Refused:
        assert acts == []
        return False
    return True


@pytest.mark.parametrize("seed", range(3))
def test_rebuilt_from_the_books_it_is_what_it_was(world: World, seed: int) -> None:
    chance = random.Random(seed)
    done = sum(something_happens(world, chance, n) for n in range(240))
    before = index(world)
    assert done > 20
    assert len(before) > 5
    assert set(before) == set(world.state().gatherings)

    def spoil(tx: Transaction) -> None:
        table = schema.gatherings
        tx.execute(sa.update(table).values(status="closed", date="1999-01-01", journal_due="1999-01-01"))
        for gone in chance.sample(sorted(set(before) - {world.gathering}), 3):
            tx.execute(sa.delete(table).where(table.c.gathering == gone))
        tx.execute(sa.insert(table).values({**dict(zip(table.c.keys(), before[world.gathering], strict=True)),
                                            "gathering": an_id(9999)}))  # fmt: skip

    world.store.write(spoil)
    assert index(world) != before
    world.store.rebuild_index()
    assert index(world) == before
    assert world.store.check() == 1


def test_it_says_when_a_journal_is_due_until_it_has_expired(world: World) -> None:
    def due() -> object:
        return index(world)[world.gathering][-1]

    assert due() == "2027-05-24"  # ninety days after the session
    page = text("later", bytes(32))
    world.act(
        lambda s: g.postpone(
            s, by=world.rosa, gathering=world.gathering, date="2027-03-23", start="17:00", end=None, zone="UTC",
            page=page.ref, reason=None, today="2027-02-20",
        )
    )  # fmt: skip
    assert due() == "2027-06-21"
    world.act(lambda s: g.expire_journal(s, by=SYSTEM, gathering=world.gathering, lines=0, today="2027-06-21"))
    assert due() is None


def test_a_stray_row_that_people_hang_on_is_not_thrown_away_silently(world: World) -> None:
    world.store.write(
        lambda tx: (
            tx.execute(
                sa.insert(schema.gatherings).values(
                    gathering=an_id(9), book=world.book, status="called", date="2027-01-01", start="17:00", zone="UTC"
                )
            ).rowcount
        )
    )
    world.join("Noor", an_id(9))
    with pytest.raises(sa.exc.IntegrityError):
        world.store.rebuild_index()
    assert an_id(9) in index(world)
