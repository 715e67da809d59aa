"""Random people with random phones at the ballot box: what is counted is what was cast, once each, by nobody who may
not, and of a secret vote nothing leads back."""

from __future__ import annotations

import random

import pytest

from comuna.rules import counting
from comuna.rules.state import Vote
from comuna.store import book, box, schema, texts
from tests.cast import World, an_id
from tests.store.test_box import close, comes, count, open_vote

ROUNDS, PEOPLE, TRIES = 12, 14, 60


def expected(cast_: dict[str, tuple[str, str]], found: Vote, who: str, ballot: str, choice: str) -> bool:
    """Whether the box takes it, and what lies in it afterwards."""
    if who in cast_:
        mine, said = cast_[who]
        lies = ballot in {each for each, _ in cast_.values()}
        return lies if found.secret else (mine, said) == (ballot, choice)
    if ballot in {each for each, _ in cast_.values()}:
        return False
    cast_[who] = (ballot, choice)
    return True


@pytest.mark.parametrize("secret", [True, False])
def test_whatever_phones_send_everybody_counts_once(world: World, secret: bool) -> None:
    chance = random.Random(f"box {secret}")
    admitted: list[str] = []
    for n in range(ROUNDS):
        vote_ = an_id(50 + n)
        found = open_vote(world, vote_, secret=secret)
        admitted = admitted or [comes(world) for _ in range(PEOPLE)]
        strangers = [an_id(30_000 + 10 * n + k) for k in range(3)]
        ids = [an_id(31_000 + 100 * n + k) for k in range(PEOPLE + 2)]
        lies: dict[str, tuple[str, str]] = {}
        sent = 0
        while sent < TRIES:
            at_once = [
                box.Cast(chance.choice([*admitted, *strangers]), chance.choice(ids), [str(chance.randrange(3))])
                for _ in range(chance.choice([1, 1, 2, 5, 19]))
            ]
            sent += len(at_once)
            takes = [
                each.voter not in strangers and expected(lies, found, each.voter, each.ballot, each.written[0])
                for each in at_once
            ]
            refused = world.store.write(lambda tx, found=found, at_once=at_once: box.cast_all(tx, found, at_once))
            assert [each is None for each in refused] == takes
        with world.store.read() as connection:
            assert sorted(lies.values()) == box.lines(connection, vote_)
            marks = connection.execute(schema.box_marks.select()).all()
        assert {row.voter for row in marks} == set(lies)
        assert not secret or {row.ballot for row in marks} == {None}
        papers = [chance.randrange(4) for _ in range(3)]
        if secret:
            world.store.write(lambda tx, found=found, papers=papers: box.count_paper(tx, found, papers))
        else:
            papers = [0, 0, 0]
            world.act(lambda s, vote_=vote_: nothing_on_paper(s, world, vote_))
        closed = close(world, vote_)
        counts = [[said for _, said in lies.values()].count(str(k)) + papers[k] for k in range(3)]
        assert closed.ballots == sum(counts)
        assert closed.counts in ([], counts)
        assert (count(world, schema.box_ballots), count(world, schema.box_marks)) == (0, 0)
        with world.store.read() as connection:
            told = texts.read(connection, closed.ballots_text or "") or ""
            leaves = b"".join(bytes(leaf) for leaf in book.leaves(connection, world.book))
        assert not any(who in told or who.encode() in leaves for who in admitted), "nothing leads to who voted"
        assert not any(ballot.encode() in leaves for ballot in ids), "and no ballot stands in an act"


def nothing_on_paper(s, world: World, vote_: str):
    """Nobody voted on paper."""
    at = {"by": world.rosa, "gathering": world.gathering, "vote": vote_}
    return counting.count(s, **at, way="paper", counts=(0, 0, 0), tellers=1)
