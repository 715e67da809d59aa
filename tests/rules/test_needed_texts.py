"""Texts that an assembly has yet to decide on are not erased; once it has decided, they can be."""

from __future__ import annotations

import pytest

from comuna.kernel.act import Envelope
from comuna.kernel.text import text
from comuna.rules import amendment, custody, motion, vote
from tests.cast import an_id
from tests.rules.assemblies import FIRST, ROSA, TEXT, Council
from tests.rules.test_assembly import refuses

PUMP, OTHER, WHEN = (text(words, bytes(32)).ref for words in ("mend the pump", "mend it, and paint it", "When?"))


@pytest.fixture
def council() -> Council:
    """An assembly is open, with a motion before it."""
    found = Council()
    found.call()
    found.open()
    found.record(
        motion.move(found.state, by=ROSA, gathering=FIRST, motion=an_id(1), item="a1", decision="ordinary", text=PUMP)
    )
    return found


def naming(council: Council, ref: str) -> Envelope:
    """The first act that names a text."""
    return next(each for each in council.acts if ref.encode() in bytes(each.data))


def erase(council: Council, ref: str) -> None:
    council.record(
        custody.erase_text(council.state, by=ROSA, text=ref, named_in=naming(council, ref), ground="asked", reason=None)
    )


@pytest.mark.parametrize("step", ["table", "refer"])
def test_a_motion_is_needed_as_long_as_an_assembly_can_decide_on_it(council: Council, step: str) -> None:
    on = {"by": ROSA, "gathering": FIRST, "motion": an_id(1)}
    refuses("text.in_use", erase, council=council, ref=PUMP)
    put_off = (
        motion.table(council.state, **on) if step == "table" else motion.refer(council.state, **on, unit="finance")
    )
    council.record(put_off)
    refuses("text.in_use", erase, council=council, ref=PUMP)
    council.record(motion.take_up(council.state, **on, item="a1"))
    council.record(motion.withdraw(council.state, **on))
    erase(council, PUMP)
    assert council.rebuilt() == council.state


def test_what_was_decided_can_be_erased(council: Council) -> None:
    council.record(motion.read_back(council.state, by=ROSA, gathering=FIRST, motion=an_id(1)))
    asked = council.ask(2, an_id(1))
    refuses("text.in_use", erase, council=council, ref=PUMP)
    council.hands(asked, 30, 2, 0)
    erase(council, PUMP)
    assert council.rebuilt() == council.state


def test_an_amendment_is_needed_until_it_is_settled(council: Council) -> None:
    on = {"by": ROSA, "gathering": FIRST, "motion": an_id(1), "amendment": an_id(5)}
    council.record(amendment.amend(council.state, **on, text=OTHER))
    refuses("text.in_use", erase, council=council, ref=OTHER)
    council.record(amendment.settle(council.state, **on, outcome="withdrawn"))
    erase(council, OTHER)
    assert council.state.motions[an_id(1)].text == PUMP


def test_the_question_of_a_vote_is_needed_until_its_end(council: Council) -> None:
    asked = council.ask(3, None, "simple", subject="question", question=WHEN)
    refuses("text.in_use", erase, council=council, ref=WHEN)
    council.record(vote.annul(council.state, by=ROSA, gathering=FIRST, vote=asked, reason=None))
    erase(council, WHEN)


def test_the_page_of_an_assembly_is_needed_until_it_is_closed(council: Council) -> None:
    refuses("text.in_use", erase, council=council, ref=TEXT)
