"""Thousands of random budgets and real ones, decided here and by others: by pabutools, and as plainly as can be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from comuna.ballot_files.pabulib import read
from comuna.methods.budget import COMPLETIONS, SATISFACTIONS, Completion, Satisfaction
from comuna.methods.budget.greedy import greedy
from comuna.methods.budget.phragmen import phragmen
from comuna.methods.budget.shares import equal_shares
from tests.methods.budget import plainly

PABULIB = Path(__file__).parents[4] / "shared" / "pabulib"
SOME, MANY = 200, 20_000
HOW_MANY = [SOME, pytest.param(MANY, marks=pytest.mark.slow)]
"""Random elections in a usual run, and in a long one."""


# As plainly as can be


@pytest.mark.parametrize("count", HOW_MANY)
@pytest.mark.parametrize("satisfaction", SATISFACTIONS)
@pytest.mark.parametrize("points", [False, True])
def test_equal_shares_are_what_they_are_person_by_person(satisfaction: Satisfaction, points: bool, count: int):
    chance = random.Random(f"{satisfaction} {points}")
    for n in range(count // 4):
        costs, budget, ballots = plainly.random_election(chance, points=points)
        completion = COMPLETIONS[n % 4] if max(costs.values()) < 1000 else COMPLETIONS[n % 2]
        election = plainly.election_of(costs, budget, ballots, points=points)
        ours = equal_shares(election, satisfaction, completion, plainly.by_id(costs))
        theirs = plainly.completed_shares(costs, budget, ballots, satisfaction, completion)
        assert list(ours.winners) == theirs, (costs, budget, ballots, completion)


@pytest.mark.parametrize("count", HOW_MANY)
def test_phragmen_buys_what_it_buys_person_by_person(count: int):
    chance = random.Random(3)
    for _ in range(count):
        costs, budget, ballots = plainly.random_election(chance)
        ours = phragmen(plainly.election_of(costs, budget, ballots), plainly.by_id(costs))
        assert list(ours.winners) == plainly.phragmen(costs, budget, ballots), (costs, budget, ballots)


# pabutools


@pytest.fixture(scope="module")
def oracle():
    return pytest.importorskip("pabutools.election")


def profile(costs: dict[str, int], budget: int, ballots: list[plainly.Ballot], *, points: bool = False):
    from pabutools.election import (
        ApprovalBallot,
        ApprovalProfile,
        CardinalBallot,
        CardinalProfile,
        Instance,
        Project,
    )

    projects = {name: Project(name, cost) for name, cost in costs.items()}
    instance = Instance(projects.values(), budget_limit=budget)
    if points:
        cast = [CardinalBallot({projects[name]: given for name, given in ballot.items()}) for ballot in ballots]
        return instance, CardinalProfile(cast, instance=instance)
    return instance, ApprovalProfile(
        [ApprovalBallot(projects[name] for name in ballot) for ballot in ballots], instance=instance
    )


def theirs_by_shares(instance, cast, satisfaction, completion: Completion) -> list[str]:
    from pabutools.election import Cost_Sat
    from pabutools.rules import completion_by_rule_combination, greedy_utilitarian_welfare, method_of_equal_shares

    one = {"voter_budget_increment": 1} if completion in ("add1", "add1u") else {}
    if completion in ("greedy", "add1u"):
        found = completion_by_rule_combination(
            instance,
            cast,
            [method_of_equal_shares, greedy_utilitarian_welfare],
            [{"sat_class": satisfaction, **one}, {"sat_class": Cost_Sat}],
        )
    else:
        found = method_of_equal_shares(instance, cast, sat_class=satisfaction, **one)
    return [project.name for project in found]


@pytest.mark.parametrize("count", HOW_MANY)
@pytest.mark.parametrize("satisfaction", SATISFACTIONS)
@pytest.mark.parametrize("completion", COMPLETIONS)
def test_equal_shares_as_pabutools_has_them(oracle, satisfaction: Satisfaction, completion: Completion, count: int):
    known = {"cost": oracle.Cost_Sat, "cardinality": oracle.Cardinality_Sat, "cost-sqrt": oracle.Cost_Sqrt_Sat}
    sat = known[satisfaction]
    chance = random.Random(f"{satisfaction} {completion}")
    for _ in range(count // 4):
        costs, budget, ballots = plainly.random_election(chance)
        if completion.startswith("add1") and max(costs.values()) > 1000:
            continue
        ours = equal_shares(plainly.election_of(costs, budget, ballots), satisfaction, completion, plainly.by_id(costs))
        theirs = theirs_by_shares(*profile(costs, budget, ballots), sat, completion)
        assert set(ours.winners) == set(theirs), (costs, budget, ballots)


@pytest.mark.parametrize("count", HOW_MANY)
def test_equal_shares_of_points_as_pabutools_has_them(oracle, count: int):
    chance = random.Random(5)
    for _ in range(count):
        costs, budget, ballots = plainly.random_election(chance, points=True)
        election = plainly.election_of(costs, budget, ballots, points=True)
        ours = equal_shares(election, "cardinality", "none", plainly.by_id(costs))
        instance, cast = profile(costs, budget, ballots, points=True)
        assert list(ours.winners) == theirs_by_shares(instance, cast, oracle.Additive_Cardinal_Sat, "none")


@pytest.mark.parametrize("count", HOW_MANY)
def test_greedy_and_phragmen_as_pabutools_has_them(oracle, count: int):
    from pabutools.rules import greedy_utilitarian_welfare, sequential_phragmen

    chance = random.Random(7)
    for _ in range(count):
        costs, budget, ballots = plainly.random_election(chance)
        instance, cast = profile(costs, budget, ballots)
        election, rule = plainly.election_of(costs, budget, ballots), plainly.by_id(costs)
        most = greedy_utilitarian_welfare(instance, cast, sat_class=oracle.Cost_Sat)
        assert set(greedy(election, rule).winners) == {project.name for project in most}
        bought = sequential_phragmen(instance, cast)
        assert set(phragmen(election, rule).winners) == {project.name for project in bought}


# Real budgets

REAL = pytest.mark.skipif(not PABULIB.exists(), reason="../shared/pabulib is not here")
SMALL = ["Poland_Swiecie_2023", "France_Toulouse_2024"]
LARGER = ["Netherlands_Amsterdam_309", "Poland_Warszawa_2019_Ursynow", "Poland_Lodz_2022"]


def opened(name: str):
    with (PABULIB / f"{name}.pb").open("rb") as file:
        return read(file)


@REAL
@pytest.mark.parametrize("name", [*SMALL, *(pytest.param(each, marks=pytest.mark.slow) for each in LARGER)])
def test_real_budgets_as_pabutools_decides_them(oracle, name: str):
    from pabutools.rules import method_of_equal_shares, sequential_phragmen

    found = opened(name)
    costs = dict(zip(found.election.projects, found.election.costs, strict=True))
    instance, cast = oracle.parse_pabulib(str(PABULIB / f"{name}.pb"))
    cast = cast.as_multiprofile()
    rule = plainly.by_id(costs)
    for satisfaction, sat in (("cost", oracle.Cost_Sat), ("cardinality", oracle.Cardinality_Sat)):
        theirs = {project.name for project in method_of_equal_shares(instance, cast, sat_class=sat)}
        assert set(equal_shares(found.election, satisfaction, "none", rule).winners) == theirs
    bought = {project.name for project in sequential_phragmen(instance, cast)}
    assert set(phragmen(found.election, rule).winners) == bought


@REAL
def test_swiecie_2023_funds_what_it_funded():
    found = opened("Poland_Swiecie_2023")
    outcome = equal_shares(found.election, "cost", "add1")
    assert (found.meta["rule"], outcome.ties) == ("equalshares/add1", ())
    assert found.published is not None
    assert sorted(outcome.winners) == sorted(found.published)


@REAL
@pytest.mark.parametrize(
    "name",
    [
        "Poland_Czestochowa_2024",
        "Poland_Katowice_2020",
        "Poland_Krakow_2021",
        "Poland_Lodz_2022",
        "Poland_Warszawa_2019_Ursynow",
    ],
)
def test_greedy_funds_what_cities_funded(name: str):
    found = opened(name)
    assert found.published is not None
    assert sorted(greedy(found.election).winners) == sorted(found.published)
