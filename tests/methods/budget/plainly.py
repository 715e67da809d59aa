"""Equal shares and Phragmén's rule as slowly and plainly as they can be written, in fractions, person by person; and
random elections. Ties are broken in the order of the projects' ids."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

from comuna.methods.budget import Completion, Satisfaction
from comuna.methods.budget.election import Election, of_ballots
from comuna.methods.ties import TieRule

Ballot = Mapping[str, int]


def random_election(chance: random.Random, *, points: bool = False) -> tuple[dict[str, int], int, list[Ballot]]:
    """Costs, a budget, and what each person gives to which project. Small numbers make many ties."""
    projects = [f"p{n}" for n in range(chance.randint(1, 7))]
    most = chance.choice([3, 12, 100, 100_000])
    costs = {project: chance.randint(1, most) for project in projects}
    budget = chance.randint(max(costs.values()), max(max(costs.values()), sum(costs.values())))
    people = chance.randint(1, chance.choice([3, 8, 30]))
    ballots: list[Ballot] = []
    for _ in range(people):
        marked = chance.sample(projects, chance.randint(0, len(projects)))
        ballots.append({project: chance.randint(1, 5) if points else 1 for project in marked})
    for project in projects:
        if not any(project in ballot for ballot in ballots):
            chosen = chance.randrange(people)
            ballots[chosen] = {**ballots[chosen], project: 1}
    return costs, budget, ballots


def election_of(costs: dict[str, int], budget: int, ballots: Sequence[Ballot], *, points: bool = False) -> Election:
    return of_ballots(costs, budget, [(1, ballot) for ballot in ballots], kind="points" if points else "approval")


def by_id(costs: Mapping[str, int]) -> TieRule:
    return TieRule(steps=("order",), order=tuple(sorted(costs)))


def price(cost: int, supporters: Mapping[int, int], has: Sequence[Fraction]) -> Fraction | None:
    """What is paid for each point, so that all together pay the cost; None if they have not enough."""
    if sum((has[n] for n in supporters), Fraction(0)) < cost:
        return None
    rest, points = Fraction(cost), sum(supporters.values())
    for n in sorted(supporters, key=lambda n: has[n] / supporters[n]):
        if rest <= has[n] / supporters[n] * points:
            return rest / points
        rest -= has[n]
        points -= supporters[n]
    raise AssertionError("the supporters had enough")


def shares(
    costs: Mapping[str, int], share: Fraction, ballots: Sequence[Ballot], satisfaction: Satisfaction
) -> list[str]:
    """Equal shares of so much for everybody."""
    has = [share] * len(ballots)
    chosen: list[str] = []
    while True:
        found = []
        for project in sorted(costs):
            supporters = {n: ballot[project] for n, ballot in enumerate(ballots) if project in ballot}
            if project in chosen or (each := price(costs[project], supporters, has)) is None:
                continue
            worth = {"cost": costs[project], "cardinality": 1, "cost-sqrt": 0}[satisfaction]
            found.append((each / worth if worth else each * each / costs[project], project, each, supporters))
        if not found:
            return chosen
        _, project, each, supporters = min(found, key=lambda one: one[:2])
        chosen.append(project)
        for n, given in supporters.items():
            has[n] -= min(has[n], each * given)


def completed_shares(
    costs: Mapping[str, int],
    budget: int,
    ballots: Sequence[Ballot],
    satisfaction: Satisfaction,
    completion: Completion,
) -> list[str]:
    share = Fraction(budget, len(ballots))
    chosen = shares(costs, share, ballots, satisfaction)
    while completion in ("add1", "add1u"):
        left = budget - sum(costs[project] for project in chosen)
        if not any(costs[project] <= left for project in costs if project not in chosen):
            break
        share += 1
        larger = shares(costs, share, ballots, satisfaction)
        if sum(costs[project] for project in larger) > budget:
            break
        chosen = larger
    if completion in ("greedy", "add1u"):
        score = {project: sum(ballot.get(project, 0) for ballot in ballots) for project in costs}
        for project in sorted(costs, key=lambda project: (-score[project], project)):
            if project not in chosen and sum(costs[each] for each in [*chosen, project]) <= budget:
                chosen.append(project)
    return chosen


def phragmen(costs: Mapping[str, int], budget: int, ballots: Sequence[Ballot]) -> list[str]:
    bought_at = [Fraction(0)] * len(ballots)
    chosen: list[str] = []
    while len(chosen) < len(costs):
        when = {}
        for project in sorted(costs):
            supporters = [n for n, ballot in enumerate(ballots) if project in ballot]
            if project not in chosen:
                together = sum((bought_at[n] for n in supporters), Fraction(0))
                when[project] = (costs[project] + together) / len(supporters)
        now = min(when.values())
        first = [project for project, time in when.items() if time == now]
        if any(sum(costs[each] for each in [*chosen, project]) > budget for project in first):
            return chosen
        chosen.append(first[0])
        for n, ballot in enumerate(ballots):
            if first[0] in ballot:
                bought_at[n] = now
    return chosen
