"""What holds of every decided budget, whatever the ballots."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.methods.budget import COMPLETIONS, RULES, SATISFACTIONS, Completion, Rule, Satisfaction
from comuna.methods.budget.deciding import COMPLETED_BY, by_district, decide
from comuna.methods.budget.election import of_ballots
from comuna.methods.budget.greedy import ordered_list
from comuna.methods.budget.outcome import Outcome
from comuna.methods.budget.shares import equal_shares
from comuna.methods.ties import UNBROKEN, TieRule
from tests.methods.budget import plainly

LOTS = TieRule(steps=("lots",), seed=b"dice: 3 5 1")
WAYS = [(rule, completion) for rule in RULES for completion in COMPLETED_BY[rule]]


@st.composite
def budgets(draw: st.DrawFn) -> tuple[dict[str, int], int, list[dict[str, int]], bool]:
    points = draw(st.booleans())
    projects = [f"p{n}" for n in range(draw(st.integers(1, 6)))]
    most = draw(st.sampled_from([2, 10, 1000]))
    costs = {project: draw(st.integers(0, most)) for project in projects}
    budget = draw(st.integers(0, sum(costs.values()) + 2))
    given = st.integers(0, 4) if points else st.just(1)
    ballots = draw(st.lists(st.dictionaries(st.sampled_from(projects), given), max_size=8))
    return costs, budget, ballots, points


def outcomes(costs: dict[str, int], budget: int, ballots: list[dict[str, int]], points: bool) -> Iterator[Outcome]:
    election = plainly.election_of(costs, budget, ballots, points=points)
    for rule, completion in WAYS:
        for satisfaction in SATISFACTIONS if rule == "equal-shares" else SATISFACTIONS[:1]:
            yield decide(rule, election, LOTS, satisfaction, completion)


@settings(max_examples=150, deadline=None)
@given(budgets())
def test_the_budget_is_kept_and_every_project_has_its_reason(case):
    costs, budget, ballots, _ = case
    for outcome in outcomes(*case):
        cost = sum(costs[project] for project in outcome.winners)
        assert cost == int(outcome.cost) <= budget
        assert [step.project for step in outcome.rounds] == list(outcome.winners)
        told = [*outcome.winners, *(each.project for each in outcome.unfunded)]
        assert sorted(told) == sorted(costs)
        assert not outcome.undecided
        if outcome.rule == "greedy" or outcome.completion in ("greedy", "add1u"):
            marked = {project for ballot in ballots for project, given in ballot.items() if given}
            assert not [p for p in marked if p not in outcome.winners and costs[p] <= budget - cost]


@settings(max_examples=150, deadline=None)
@given(budgets(), st.sampled_from(SATISFACTIONS), st.sampled_from(["none", "add1"]))
def test_everybody_pays_no_more_than_their_share_and_every_project_is_paid_exactly(case, satisfaction, completion):
    costs, _, ballots, points = case
    outcome = equal_shares(plainly.election_of(*case[:3], points=points), satisfaction, completion, LOTS)
    if outcome.share_exact is None:
        return
    share = Fraction(outcome.share_exact)
    assert share == Fraction(case[1], len(ballots)) + (outcome.added or 0)
    has = [share] * len(ballots)
    for step in outcome.rounds:
        if step.by == "free":
            continue
        price = Fraction(step.price_exact or 0)
        marks = {n: ballot[step.project] for n, ballot in enumerate(ballots) if ballot.get(step.project)}
        paid = {n: min(has[n], price * given) for n, given in marks.items()}
        assert sum(paid.values()) == costs[step.project]
        assert sum(1 for n, given in marks.items() if has[n] < price * given) == step.with_all
        for n, payment in paid.items():
            has[n] -= payment
    assert min(has) >= 0
    for each in outcome.unfunded:
        if each.why == "supporters_short":
            together = sum(has[n] for n, ballot in enumerate(ballots) if ballot.get(each.project))
            assert together < costs[each.project]
            assert int(each.had) == together.__floor__()


@settings(max_examples=100, deadline=None)
@given(budgets(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_of_what_stands_on_them_does_not_matter(case, chance):
    costs, budget, ballots, points = case
    shuffled = [dict(chance.sample(list(ballot.items()), len(ballot))) for ballot in ballots]
    chance.shuffle(shuffled)
    assert list(outcomes(costs, budget, shuffled, points)) == list(outcomes(*case))


def test_a_project_twice_on_a_ballot_counts_once():
    costs = {"a": 5, "b": 5}
    once = of_ballots(costs, 5, [(2, ["a"]), (3, ["b"])])
    twice = of_ballots(costs, 5, [(2, ["a", "a"]), (3, ["b"])])
    assert decide("greedy", twice, UNBROKEN).winners == ("b",)
    for rule, completion in WAYS:
        assert decide(rule, twice, UNBROKEN, "cost", completion) == decide(rule, once, UNBROKEN, "cost", completion)


def test_equal_ballots_may_stand_together_or_apart():
    chance = random.Random(11)
    for _ in range(15):
        costs, budget, ballots = plainly.random_election(chance)
        together = of_ballots(costs, budget, [(3, ballot) for ballot in ballots])
        apart = plainly.election_of(costs, budget, ballots * 3)
        for rule, completion in WAYS:
            assert decide(rule, together, LOTS, "cost", completion) == decide(rule, apart, LOTS, "cost", completion)


# Ties


@pytest.mark.parametrize("rule", RULES)
def test_a_tie_that_stands_stops_the_rule_and_one_that_is_broken_is_recorded(rule: Rule):
    election = of_ballots({"a": 5, "b": 5}, 5, [(1, ["a", "b"])])
    stands = decide(rule, election, UNBROKEN)
    assert (stands.winners, stands.undecided) == ((), ("a", "b"))
    assert [(tie.candidates, tie.broken_by, tie.chosen) for tie in stands.ties] == [(("a", "b"), None, ())]
    broken = decide(rule, election, TieRule(steps=("order",), order=("b", "a")))
    assert (broken.winners, broken.undecided) == (("b",), ())
    assert [(tie.round, tie.broken_by, tie.chosen) for tie in broken.ties] == [(1, "order", ("b",))]


@pytest.mark.parametrize(("rule", "completion"), WAYS)
def test_projects_that_take_nothing_from_each_other_are_not_tied(rule: Rule, completion: Completion):
    election = of_ballots({"a": 5, "b": 5}, 10, [(1, ["a"]), (1, ["b"])])
    outcome = decide(rule, election, UNBROKEN, "cost", completion)
    assert (outcome.winners, outcome.ties) == (("a", "b"), ())


def test_equally_dear_for_people_who_can_pay_for_both_is_no_tie():
    election = of_ballots({"a": 5, "b": 5}, 10, [(1, ["a", "b"])])
    assert equal_shares(election).winners == ("a", "b")
    assert equal_shares(election).ties == ()


# Satisfactions, completions, districts, lists


def test_what_a_project_is_worth_decides_who_comes_first():
    ballots = [(60, ["school"]), (50, ["bench", "lamp"])]
    election = of_ballots({"school": 600, "bench": 100, "lamp": 50}, 1100, ballots)
    assert equal_shares(election, "cost").winners[0] == "school"
    assert equal_shares(election, "cardinality").winners[0] == "lamp"
    assert equal_shares(election, "cost-sqrt").winners[0] == "lamp"


def test_shares_grow_until_the_next_outcome_would_cost_too_much():
    election = of_ballots({"a": 30, "b": 60, "c": 80}, 100, [(4, ["a"]), (3, ["b"]), (3, ["c"])])
    assert equal_shares(election, "cost", "none").winners == ("a",)
    grown = equal_shares(election, "cost", "add1")
    assert (grown.winners, grown.added, grown.share) == (("a", "b"), 10, "20.0000")


def test_shares_grow_by_a_whole_unit_of_money_whatever_its_decimals():
    costs = {"a": 3000, "b": 6000, "c": 8000}
    election = of_ballots(costs, 10000, [(4, ["a"]), (3, ["b"]), (3, ["c"])], places=2)
    grown = equal_shares(election, "cost", "add1")
    assert (grown.winners, grown.added, grown.cost) == (("a", "b"), 10, "90.00")


def test_a_budget_for_each_district():
    costs = {"n1": 40, "n2": 60, "s1": 50, "s2": 50}
    districts = {"n1": "north", "n2": "north", "s1": "south", "s2": "south"}
    ballots = [(3, ["n1", "s1"]), (2, ["n2"]), (1, ["s2"])]
    election = of_ballots(costs, 0, ballots, districts=districts)
    found = by_district("greedy", election, {"north": 60, "south": 100}, UNBROKEN)
    assert {district: outcome.winners for district, outcome in found.items()} == {
        "north": ("n1",),
        "south": ("s1", "s2"),
    }
    assert [outcome.voters for outcome in found.values()] == [5, 4]


def test_a_list_in_a_given_order_skips_what_does_not_fit_or_ends_there():
    election = of_ballots({"a": 60, "b": 50, "c": 40}, 100, [])
    assert ordered_list(election, ["a", "b", "c"]).winners == ("a", "c")
    ended = ordered_list(election, ["a", "b", "c"], skips=False)
    assert ended.winners == ("a",)
    assert [(each.project, each.why, each.missing) for each in ended.unfunded] == [
        ("b", "stopped", "10"),
        ("c", "stopped", "0"),
    ]


# Exactness


@pytest.mark.parametrize("satisfaction", SATISFACTIONS)
def test_prices_that_no_float_can_tell_apart(satisfaction: Satisfaction):
    """Both are paid by a tenth of people each: prices differ by one in 10¹⁴, or not at all."""
    big = 10**14
    for more in (0, 1):
        election = of_ballots({"a": big + more, "b": big}, 2 * big + more, [(3, ["a"]), (3, ["b"]), (1, ["a", "b"])])
        ours = equal_shares(election, satisfaction, "none", TieRule(steps=("order",), order=("a", "b")))
        first = "b" if more and satisfaction in ("cardinality", "cost-sqrt") else "a"
        assert (ours.winners[:1], ours.ties != ()) == ((first,), first == "a")


def test_every_completion_is_known():
    assert {completion for _, completion in WAYS} == set(COMPLETIONS)
