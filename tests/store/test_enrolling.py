"""A file is taken into the register: planned first, then all of it or nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import charter, register_file
from comuna.store import enrolling, register
from comuna.store.enrolling import Plan
from tests.cast import AMARU, CHARTER, INES, NOOR, World
from tests.store.test_register import acts, enrol, leave

NOVEMBER = dt.date(2026, 11, 22)
RULES = charter.parse(CHARTER)


def plan(world: World, text: str) -> Plan:
    with world.store.read() as connection:
        return enrolling.plan(connection, world.book, register_file.read(text, RULES), NOVEMBER)


def take_in(world: World, text: str, seen: str | None = None) -> Plan:
    found = register_file.read(text, RULES)
    return world.store.write(
        lambda tx: enrolling.take_in(tx, world.store.shelf, world.book, found, by=world.rosa, seen=seen)
    )


def test_a_file_is_one_act_and_the_second_time_nothing(world: World) -> None:
    text = "name,household,vote_from\nInés,12-B,2026-Q4\nAmaru,14,yes\nNoor,,\n"
    planned = plan(world, text)
    assert (len(planned.new), len(planned.changed), planned.unchanged, planned.problems) == (3, 0, 0, ())
    taken = take_in(world, text, planned.digest)
    assert len({row.member for row in taken.new}) == 3
    assert [(a.added, a.corrected, a.roll) for a in acts(world)] == [(3, 0, {"vote": 2})]
    again = plan(world, text)
    assert (again.new, again.changed, again.unchanged) == ((), (), 3)
    with pytest.raises(Refused, match=r"register\.unchanged"):
        take_in(world, text)


def test_rows_are_known_by_number_or_by_name_and_household(world: World) -> None:
    inés = enrol(world, INES, "12-B")
    amaru = enrol(world, AMARU, "14")
    text = f"number,name,household,voice_from\n{inés.member},Inés,15,\n,AMARU,14,2026-Q4\n"
    planned = plan(world, text)
    assert planned.problems == ()
    assert [(c.before.member, c.after.household, c.after.rights) for c in planned.changed] == [
        (inés.member, "15", {"vote": "2026-Q4"}),
        (amaru.member, "14", amaru.rights),
    ]
    assert planned.changed[1].after.name == "AMARU"
    take_in(world, text)
    assert plan(world, "name,vote_from\namaru,yes\n").unchanged == 0, "the name is written otherwise"
    assert plan(world, "name,vote_from\nAMARU,yes\n").unchanged == 1, "without households the name is enough"


def test_what_speaks_against_a_line_is_said(world: World) -> None:
    inés = enrol(world, INES, "12-B")
    gone = enrol(world, NOOR)
    leave(world, gone.member)
    for household in ("1", "2"):
        enrol(world, AMARU, household)
    text = f"number,name,household\n{inés.member},Somebody,99\n{gone.member},Noor,\n999999,Noor,\n,{INES},12-B\n"
    assert [(p.line, p.code) for p in plan(world, text).problems] == [
        (2, "number_taken"), (3, "number_left"), (4, "number_unknown"),
    ]  # fmt: skip
    assert [p.code for p in plan(world, "name\nAmaru\n").problems] == ["ambiguous"]
    twice = f"number,name,household\n{inés.member},{INES},12-B\n,{INES},12-B\n"
    assert [(p.line, p.code) for p in plan(world, twice).problems] == [(3, "person_twice")]


def test_a_file_with_a_mistake_changes_nothing_at_all(world: World) -> None:
    with pytest.raises(Refused, match=r"register\.not_taken_in"):
        take_in(world, "name,vote_from\nInés,yes\nAmaru,soon\n")
    with world.store.read() as connection:
        assert [row.name for row in register.every(connection, world.book)] == [None]
    assert acts(world) == []


def test_what_was_shown_is_what_is_done(world: World) -> None:
    text = "name,household\nInés,12-B\n"
    seen = plan(world, text).digest
    enrol(world, INES, "12-B")
    with pytest.raises(Refused, match=r"register\.changed_meanwhile"):
        take_in(world, text, seen)


def test_twenty_thousand_rows_are_taken_in_and_found(world: World) -> None:
    text = "name,household,vote_from,voice_from\n" + "".join(f"Person {n},H{n // 4},yes,yes\n" for n in range(20_000))
    assert len(take_in(world, text).new) == 20_000
    with world.store.read() as connection:
        assert len(register.search(connection, world.book, "h1500 person")) == 4
        assert register.count(connection, world.book, "vote", NOVEMBER) == 20_000
