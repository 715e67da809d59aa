"""Thousands of random elections, counted here and by others: by pref_voting, by votekit, and by a slow and plain
reading of the Scottish rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

import pytest

from comuna.methods import irv, marks, schulze, stv
from comuna.methods.result import Result
from comuna.methods.ties import TieRule
from tests.methods import scottish
from tests.methods.elections import NAMES, of_numbers, random_rankings

SOME, MANY = 2_000, 40_000
HOW_MANY = [SOME, pytest.param(MANY, marks=pytest.mark.slow)]
"""Random elections in a usual run, and in a long one."""


def elections(seed: int, count: int, **limits: int) -> Iterator[tuple[int, list[tuple[int, ...]]]]:
    chance = random.Random(seed)
    for _ in range(count):
        (candidates,), *rankings = random_rankings(chance, **limits)
        yield candidates, rankings


def letters(numbers: list[int]) -> set[str]:
    return {NAMES[n] for n in numbers}


def possible(candidates: int, method, ballots) -> set[str]:
    """Everybody who can win when ties are broken in one order or another."""
    return {
        method(ballots, 1, TieRule(steps=("order",), order=tuple(order))).winners[0]
        for order in permutations(NAMES[:candidates])
    }


# pref_voting


@pytest.fixture(scope="module")
def oracle():
    return pytest.importorskip("pref_voting")


def profile(candidates: int, rankings: list[tuple[int, ...]]):
    from pref_voting.profiles_with_ties import ProfileWithTies

    ranked = [{name: n for n, name in enumerate(ranking, 1)} for ranking in rankings]
    return ProfileWithTies(ranked, candidates=list(range(candidates)))


@pytest.mark.parametrize("count", HOW_MANY)
def test_plurality_and_approval_elect_whom_pref_voting_elects(oracle, count):
    from pref_voting.grade_methods import approval
    from pref_voting.grade_profiles import GradeProfile
    from pref_voting.scoring_methods import plurality

    for candidates, rankings in elections(1, count):
        ours = marks.plurality(of_numbers(candidates, rankings))
        theirs = plurality(profile(candidates, rankings))
        assert set(ours.winners or ours.undecided) == letters(theirs), rankings
        grades = [dict.fromkeys(ranking, 1) for ranking in rankings]
        grade_profile = GradeProfile(grades, [0, 1], candidates=list(range(candidates)))
        ours = marks.approval(of_numbers(candidates, rankings))
        assert set(ours.winners or ours.undecided) == letters(approval(grade_profile)), rankings


@pytest.mark.parametrize("count", HOW_MANY)
def test_irv_elects_whom_pref_voting_elects(oracle, count):
    """It excludes all who tie for the last place at once, so elections with such a tie are left to the next test."""
    from pref_voting.iterative_methods import instant_runoff_for_truncated_linear_orders

    tied = 0
    for candidates, rankings in elections(2, count, most_ballots=60):
        result = irv.irv(of_numbers(candidates, rankings))
        tied += bool(result.ties)
        if not result.ties:
            theirs = instant_runoff_for_truncated_linear_orders(profile(candidates, rankings))
            assert set(result.winners) == letters(theirs), rankings
    assert tied < count / 2


@pytest.mark.parametrize("count", [SOME // 5, pytest.param(MANY // 10, marks=pytest.mark.slow)])
def test_irv_can_elect_exactly_those_whom_it_elects_in_some_breaking_of_ties(oracle, count):
    from pref_voting.iterative_methods import instant_runoff_put
    from pref_voting.profiles import Profile

    for candidates, rankings in elections(7, count, most_candidates=4, most_ballots=12):
        full = [ranking + tuple(n for n in range(candidates) if n not in ranking) for ranking in rankings]
        theirs = instant_runoff_put(Profile(full))
        assert possible(candidates, irv.irv, of_numbers(candidates, full)) == letters(theirs), full


@pytest.mark.parametrize("count", HOW_MANY)
def test_schulze_elects_whom_pref_voting_elects(oracle, count):
    from pref_voting.margin_based_methods import beat_path

    for candidates, rankings in elections(3, count):
        full = [ranking + tuple(n for n in range(candidates) if n not in ranking) for ranking in rankings]
        result = schulze.schulze(of_numbers(candidates, full))
        theirs = beat_path(profile(candidates, full))
        assert set(result.winners or result.undecided) == letters(theirs), full


# Scotland


@pytest.mark.parametrize("count", [2 * SOME, pytest.param(MANY, marks=pytest.mark.slow)])
def test_scottish_stv_is_the_orders_own_count_to_the_last_decimal(count):
    drawn = 0
    chance = random.Random(4)
    for candidates, rankings in elections(5, count, most_candidates=7, most_ballots=60):
        seats = chance.randint(1, candidates)
        papers = [tuple(NAMES[n] for n in ranking) for ranking in rankings]
        ours = stv.stv_scottish(of_numbers(candidates, rankings), seats)
        try:
            winners, stages = scottish.elect(NAMES[:candidates], papers, seats)
        except scottish.Drawn:
            drawn += 1
            assert ours.ties[-1].broken_by is None
            continue
        assert not ours.undecided
        assert list(ours.winners) == winners, (rankings, seats)
        for round, stage in zip(ours.rounds, stages, strict=False):
            assert {name: Fraction(count) for name, count in round.votes.items()} == {
                name: stage[name] for name in round.votes
            }
    assert drawn < count / 2, "most are decided by the votes"


@pytest.mark.parametrize("count", HOW_MANY)
def test_scottish_stv_elects_whom_pref_voting_elects(oracle, count):
    """It computes in floating point, and where ties need lots it draws its own: those are left out."""
    from pref_voting.proportional_methods import stv_scottish

    for n, (candidates, rankings) in enumerate(elections(6, count, most_candidates=6, most_ballots=40)):
        seats = n % (candidates - 1) + 1
        ours = stv.stv_scottish(of_numbers(candidates, rankings), seats)
        if not ours.undecided:
            assert set(ours.winners) == letters(stv_scottish(profile(candidates, rankings), num_seats=seats)), rankings


# votekit


@pytest.mark.parametrize("count", [SOME // 10, pytest.param(MANY // 40, marks=pytest.mark.slow)])
def test_stv_elects_whom_votekit_elects_where_cutting_off_decimals_cannot_matter(count):
    """votekit has the same quota, transfers one surplus at a time to the same ballots and the same exclusions, but in
    exact fractions, where the Order cuts off after five decimals. Here nine are kept; elections in which any two
    candidates, or one and the quota, then differ by a thousandth at most but not by nothing, or that meet a tie, are
    left out. So are those in which two reach the quota at once: votekit gives the surplus of the first to the second
    too, to whom under rule 48 nothing more is transferred. And it goes on to transfer where the last seats could be
    filled already: so who is elected is compared, and not every round."""
    votekit = pytest.importorskip("votekit")
    from votekit.elections import STV

    compared = 0
    for n, (candidates, rankings) in enumerate(elections(8, count, most_candidates=6, most_ballots=60)):
        seats = n % (candidates - 1) + 1
        ours = stv.stv_scottish(of_numbers(candidates, rankings), seats, places=9)
        if ours.ties or _close(ours) or _two_at_once(ours):
            continue
        ballots = [votekit.RankBallot(ranking=[{NAMES[n]} for n in ranking], weight=1) for ranking in rankings]
        of = votekit.RankProfile(ballots=ballots, candidates=list(NAMES[:candidates]), max_ranking_length=candidates)
        try:
            theirs = STV(of, n_seats=seats, simultaneous=False, exact=True)
        except ValueError:  # it will not seat somebody whom nobody ranked
            continue
        compared += 1
        assert set(ours.winners) == {name for elected in theirs.get_elected() for name in elected}, (rankings, seats)
    assert compared > count / 4


def _close(result: Result) -> bool:
    for round in result.rounds:
        values = [*(Fraction(count) for count in round.votes.values()), Fraction(result.quota or 0)]
        if any(0 < abs(one - other) <= Fraction(1, 1000) for one in values for other in values):
            return True
    return False


def _two_at_once(result: Result) -> bool:
    reached = [event.args["names"] for round in result.rounds for event in round.events if "quota" in event.key]
    return any(isinstance(names, tuple) and len(names) > 1 for names in reached)
