"""A roll call: the chair calls who is here and has not voted, one after the other, and writes down open ballots."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from tests.cast import AMARU, INES, NOOR, an_id
from tests.rules.assemblies import rule
from tests.web.held import Evening
from tests.web.test_assembly import KEYS, convened, council, does, evening, last, motion_read, state, vote_open, voters

from comuna.rules import assembly, charter
from comuna.rules.register import Row
from comuna.store import register, schema

__all__ = ["convened", "council", "evening"]


def page(evening: Evening, vote: str, after: str = "") -> str:
    return evening.rosa.get(f"{evening.path}/chair/roll-call/{vote}", params={"after": after}).text


def called(evening: Evening, vote: str, after: str = "") -> tuple[str, str] | None:
    """Who is called now: their handle, and what they are called."""
    found = re.search(r'data-roll-now="(\w+)"><b class="serif">([^<]+)</b>', page(evening, vote, after))
    return (found[1], found[2]) if found else None


def says(evening: Evening, vote: str, who: str, choice: int, **more: object) -> str | None:
    return does(evening, "roll-call", vote=vote, who=who, choice=choice, **more)


@pytest.fixture
def asked(evening: Evening) -> tuple[Evening, list, str]:
    """Three who may vote, and an open vote by roll call, hands and phones."""
    phones = voters(evening, AMARU, INES, NOOR)
    does(evening, "open", present=40, roll=100)
    return evening, phones, vote_open(evening, motion_read(evening), "hands", "roll_call", "phones")


def test_those_here_are_called_by_name_and_the_answers_add_up_with_phones(asked):
    evening, (amaru, *_), vote = asked
    here, name = called(evening, vote)
    assert name == AMARU
    assert evening.does(amaru, "cast", vote=vote, choice=0, ballot=an_id(1)).json()["done"]
    ines, name = called(evening, vote)
    assert name == INES, "whoever voted by phone is not called"
    assert says(evening, vote, here, 1) == "vote.cast_other_way"
    after_ines, name = called(evening, vote, after=ines)
    assert name == NOOR, "Inés does not answer"
    key = an_id(next(KEYS))
    for _ in range(2):
        assert says(evening, vote, after_ines, 1, key=key) is None, "sent twice by a bad connection"
    assert says(evening, vote, after_ines, 0) == "vote.cast_already"
    rosa, name = called(evening, vote, after=ines)
    assert name == "Rosa"
    assert says(evening, vote, rosa, 2) is None
    assert called(evening, vote, after=ines) == (ines, INES), "and is called again at the end"
    assert evening.rosa.get(f"{evening.path}/live/heard").json() == {vote: [0, 1, 1]}
    assert evening.rosa.get(f"{evening.path}/live/in-box").json() == {vote: 1}
    assert says(evening, vote, ines, 0) is None
    assert evening.does(asked[1][1], "cast", vote=vote, choice=1, ballot=an_id(2)).json()["refused"] == (
        "vote.cast_other_way"
    )
    assert called(evening, vote) is None
    assert "Everybody here has voted." in page(evening, vote)
    does(evening, "counted", vote=vote, way="hands", c0=5, c1=4, c2=1)
    assert does(evening, "close-vote", vote=vote) is None
    closed = last(evening)
    assert (closed.counts, closed.ballots, closed.phones) == ([7, 5, 2], 14, 1)
    assert state(evening).votes[vote].counts["roll_call"] == (1, 1, 1), "the book has the totals, and nobody's answer"
    with evening.site.world.store.read() as connection:
        for table in (schema.box_marks, schema.box_ballots):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0


def test_a_roll_call_is_never_secret_and_never_entered_as_a_count(asked):
    evening, _, vote = asked
    refused = does(evening, "vote", motion=motion_read(evening), ways=["roll_call", "paper"], secret=1)
    assert refused == "vote.roll_call_open"
    assert does(evening, "counted", vote=vote, way="roll_call", c0=9, c1=0, c2=0) == "vote.roll_is_called"


def test_only_the_chair_sees_the_roll_and_nobody_else_writes_on_it(asked):
    evening, (amaru, *_), vote = asked
    who, _ = called(evening, vote)
    for client in (amaru, evening.site.visitor()):
        assert AMARU not in client.get(f"{evening.path}/chair/roll-call/{vote}").text
        answer = client.post(
            f"{evening.path}/chair/assembly/roll-call",
            data={"vote": vote, "who": who, "choice": "0"},
            headers={"accept": "application/json"},
        )
        assert answer.json()["refused"] == "live.no_chair"
    assert says(evening, vote, an_id(999), 0) == "voter.not_admitted"
    by_phone = vote_open(evening, motion_read(evening), "phones")
    assert says(evening, by_phone, who, 0) == "vote.way_unknown"
    assert evening.rosa.get(f"{evening.path}/chair/roll-call/{by_phone}").status_code == 400


def test_an_answer_can_be_changed_where_the_charter_lets_ballots_be(evening: Evening):
    new = state(evening).charter + rule("rules.change_ballot", "true")
    changed = assembly.CharterAmended(decision=an_id(2), charter=new, charter_digest=charter.digest(new))
    evening.site.world.act(lambda _: changed)
    voters(evening, AMARU)
    does(evening, "open", present=40, roll=100)
    vote = vote_open(evening, motion_read(evening), "roll_call")
    who, _ = called(evening, vote)
    for choice in (0, 1):
        assert says(evening, vote, who, choice) is None
    does(evening, "close-vote", vote=vote)
    assert last(evening).counts == [0, 1, 0]


def test_where_a_register_is_kept_its_names_are_called_and_a_number_where_there_is_none(evening: Evening):
    world, since = evening.site.world, {"voice": "2026-Q1", "vote": "2026-Q1"}
    rows = [Row(member=m, name=n, household=m[2:], rights=since) for m, n in (("3001", INES), ("3002", NOOR))]

    def job(tx) -> None:
        register.insert(tx, world.book, rows)
        register.record(tx, world.store.shelf, world.book, by=world.rosa, added=len(rows))

    world.store.write(job)
    for each in ("3001", "3002"):
        assert does(evening, "desk", who=each) is None
    assert does(evening, "open", present=2, roll=2) is None
    vote = vote_open(evening, motion_read(evening), "roll_call")
    who, name = called(evening, vote)
    assert name == INES
    assert says(evening, vote, who, 0) is None
    assert called(evening, vote)[1] == NOOR
    world.store.write(lambda tx: tx.execute(sa.update(schema.register).values(name=None)))
    assert called(evening, vote)[1] == "Member 3002"
    assert INES not in evening.rosa.get(f"{evening.path}/live").text, "the list is the chair's and the desk's"
