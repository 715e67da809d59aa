"""What is true of every count."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.methods import METHODS, Method, marks, schulze
from comuna.methods.ballots import OVERVOTE, SAME_RANK, Ballots, Reading, of_columns, of_rankings
from comuna.methods.counting import count
from comuna.methods.result import Result
from comuna.methods.ties import UNBROKEN, TieRule
from tests.methods.elections import NAMES

BROKEN = TieRule(steps=("earlier_rounds", "lots"), seed=b"a published seed")
READINGS = st.builds(
    Reading,
    overvotes=st.sampled_from(["exhaust", "skip"]),
    skips_allowed=st.sampled_from([None, 0, 1]),
    repeats=st.sampled_from(["once", "exhaust"]),
)


@st.composite
def messy(draw: st.DrawFn) -> tuple[int, list[tuple[int, list[int]]], frozenset[str]]:
    """Ballots with every kind of mark, some candidates withdrawn."""
    candidates = draw(st.integers(1, 6))
    rank = st.one_of(
        st.lists(st.integers(0, candidates - 1), min_size=1, max_size=3, unique=True),
        st.just([-1]),
        st.just([OVERVOTE]),
    )
    ranks = st.lists(rank, max_size=7).map(
        lambda ranks: [mark + (SAME_RANK if n else 0) for shared in ranks for n, mark in enumerate(shared)]
    )
    columns = draw(st.lists(st.tuples(st.integers(1, 9), ranks), max_size=30))
    return candidates, columns, frozenset(draw(st.sets(st.sampled_from(NAMES[:candidates]), max_size=2)))


def ballots_of(candidates: int, columns: list[tuple[int, list[int]]], withdrawn: frozenset[str]) -> Ballots:
    return of_columns(NAMES[:candidates], [marks for _, marks in columns], [n for n, _ in columns], withdrawn)


@settings(max_examples=150, deadline=None)
@given(messy(), st.sampled_from(METHODS), st.integers(1, 4), READINGS, st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_ballots_or_on_how_they_are_bundled(election, method, seats, reading, chance):
    candidates, columns, withdrawn = election
    shuffled = [(1, marks) for n, marks in columns for _ in range(n)]
    chance.shuffle(shuffled)
    for ties in (BROKEN, UNBROKEN):
        one = count(method, ballots_of(candidates, columns, withdrawn), seats, ties, reading)
        other = count(method, ballots_of(candidates, shuffled, withdrawn), seats, ties, reading)
        assert one == other


@settings(max_examples=150, deadline=None)
@given(messy(), st.sampled_from(METHODS), st.integers(1, 4), READINGS)
def test_as_many_are_elected_as_there_are_seats_or_candidates(election, method, seats, reading):
    candidates, columns, withdrawn = election
    result = count(method, ballots_of(candidates, columns, withdrawn), seats, BROKEN, reading)
    assert len(set(result.winners)) == len(result.winners) == min(seats, candidates - len(withdrawn))
    assert not set(result.winners) & withdrawn
    assert result.valid + result.blank + result.void == result.ballots == sum(n for n, _ in columns)
    left = count(method, ballots_of(candidates, columns, withdrawn), seats, UNBROKEN, reading)
    assert len(left.winners) == min(seats, candidates - len(withdrawn)) or left.undecided


@settings(max_examples=150, deadline=None)
@given(messy(), st.sampled_from(["irv", "stv-scottish"]), st.integers(1, 4), READINGS)
def test_in_every_round_everything_adds_up_to_the_valid_ballots(election, method: Method, seats, reading):
    candidates, columns, withdrawn = election
    result = count(method, ballots_of(candidates, columns, withdrawn), seats, BROKEN, reading)
    for round in result.rounds:
        with_somebody = sum(map(Fraction, round.votes.values()))
        assert with_somebody + Fraction(round.exhausted) + Fraction(round.lost) == result.valid
    for round, following in zip(result.rounds, result.rounds[1:], strict=False):
        if round.seat == following.seat:
            assert_it_went_there(result, round.number)


def assert_it_went_there(result: Result, number: int) -> None:
    """What a round says it transferred is what everybody has more in the next."""
    round, following = result.rounds[number - 1], result.rounds[number]
    for name, votes in following.votes.items():
        if name not in round.transfers:
            gained = sum(Fraction(went.get(name, 0)) for went in round.transfers.values())
            assert Fraction(votes) - Fraction(round.votes[name]) == gained


@settings(max_examples=150, deadline=None)
@given(st.lists(st.permutations(range(4)), min_size=1, max_size=12), st.data())
@pytest.mark.parametrize("method", [marks.plurality, schulze.schulze])
def test_more_support_never_makes_a_winner_lose(method, rankings, data):
    """Plurality and Schulze are monotone; IRV and STV are not."""

    def elected(of: list[list[int]]) -> tuple[str, ...]:
        result = method(of_rankings(NAMES[:4], [(1, [NAMES[n] for n in each]) for each in of]))
        return result.winners or result.undecided

    winner = NAMES.index(data.draw(st.sampled_from(elected(rankings))))
    which = data.draw(st.integers(0, len(rankings) - 1))
    raised = [list(each) for each in rankings]
    place = raised[which].index(winner)
    to = data.draw(st.integers(0, place))
    raised[which].insert(to, raised[which].pop(place))
    assert NAMES[winner] in elected(raised)
