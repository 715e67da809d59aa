"""The method of equal shares: the budget is divided equally among the voters, and a project is funded by those who
marked it, out of their shares; always the one that costs its supporters least for what it is worth to them (Peters,
Pierczyński and Skowron 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from comuna.methods.budget import Completion, Satisfaction
from comuna.methods.budget.election import Election, Real
from comuna.methods.budget.greedy import Filling, never_funded, unfunded
from comuna.methods.budget.outcome import Outcome, Step, Unfunded, Why
from comuna.methods.budget.phragmen import decimal
from comuna.methods.budget.purses import HALF_ULP, Price, Purses
from comuna.methods.result import Tie
from comuna.methods.ties import UNBROKEN, TieRule, choose, record

VERSION = 1
NEAR = 1 + 32 * HALF_ULP
"""Two quotients, or a quotient and a root, whose floats differ by more than this factor differ in truth."""


def equal_shares(
    election: Election,
    satisfaction: Satisfaction = "cost",
    completion: Completion = "none",
    ties: TieRule = UNBROKEN,
) -> Outcome:
    """A mark gives its points times what the project is worth by `satisfaction`. With `add1` everybody’s share grows by
    one of the currency, and the count begins anew, until no project that somebody marked fits into what is left, or the
    next outcome would cost more than the budget; `add1u` then goes on with votes-greedy, as `greedy` does at once. A
    project that costs more than the whole budget is left out."""
    if not election.voters:
        return _outcome(election, satisfaction, completion, None, 0, [], ties)
    share = Fraction(election.budget, election.voters)
    if completion in ("none", "greedy"):
        run = Run(election, share, satisfaction, ties, explained=True)
        return _outcome(election, satisfaction, completion, run, 0, run.ties, ties)
    added, met, run = _grown(election, share, satisfaction, ties)
    explained = Run(election, share + added * election.one, satisfaction, ties, explained=True)
    assert explained.chosen == run.chosen
    return _outcome(election, satisfaction, completion, explained, added, met, ties)


class _Contender(NamedTuple):
    project: int
    price: Price
    key: Fraction


@dataclass(frozen=True)
class _Worth:
    """What a mark of one point is worth, for each project: its nearest float, and what makes two exact prices
    comparable without a root."""

    satisfaction: Satisfaction
    costs: Sequence[int]

    def nearest(self, project: int) -> float:
        cost = self.costs[project]
        return 1.0 if self.satisfaction == "cardinality" else sqrt(cost) if self.satisfaction == "cost-sqrt" else cost

    def key(self, project: int, price: Fraction) -> Fraction:
        """Grows with price ÷ worth: that itself, or its square where the worth is a root."""
        match self.satisfaction:
            case "cardinality":
                return price
            case "cost":
                return price / self.costs[project]
            case "cost-sqrt":
                return price * price / self.costs[project]


class Run:
    """One count with a given share: `chosen` are the projects funded, in order. Where not `explained`, it stops as soon
    as they cost more than the budget."""

    def __init__(
        self, election: Election, share: Fraction, satisfaction: Satisfaction, rule: TieRule, *, explained: bool
    ) -> None:
        self.election, self.share, self.rule, self.explained = election, share, rule, explained
        self.worth = _Worth(satisfaction, election.costs)
        self.possible = _possible(election)
        self.purses = Purses(election, share)
        self.chosen: list[int] = []
        self.cost = 0
        self.steps: list[Step] = []
        self.ties: list[Tie] = []
        self.undecided: tuple[str, ...] = ()
        self.fresh = np.full(len(election.projects), -1)
        for project in sorted(self.possible, key=election.projects.__getitem__):
            if not election.costs[project]:
                self._free(project)
        self.bounds = [
            (election.costs[n] / election.supports[n].score / self.worth.nearest(n) * (1 - 8 * HALF_ULP), n)
            for n in self.possible
            if election.costs[n]
        ]
        heapify(self.bounds)
        while not self.undecided and (explained or self.cost <= election.budget) and self._round():
            pass

    @property
    def exhaustive(self) -> bool:
        """No project that somebody marked fits into what is left of the budget."""
        taken, left = set(self.chosen), self.election.budget - self.cost
        return not any(self.election.costs[n] <= left for n in self.possible if n not in taken)

    def _round(self) -> bool:
        """Fund what costs least for its worth. False if nobody can pay for anything."""
        contenders = self._contenders()
        if not contenders:
            return False
        least = min(each.key for each in contenders)
        names = self.election.projects
        equal = sorted((each for each in contenders if each.key == least), key=lambda each: names[each.project])
        if len(equal) > 1 and not self._independent(equal):
            equal = self._one_of(equal)
        following = self._following(contenders, equal) if self.explained and equal else (None, None)
        for each in equal:
            self._fund(each, following)
        funded = {each.project for each in equal}
        for each in contenders:
            if each.project not in funded:
                heappush(self.bounds, (self._bound(each.project, each.price.nearest), each.project))
        return bool(equal)

    def _contenders(self) -> list[_Contender]:
        """Every project whose price for its worth may be the least, with its exact price. All others are dearer."""
        now, least = len(self.chosen), inf
        found: list[_Contender] = []
        while self.bounds and self.bounds[0][0] <= least * NEAR:
            bound, project = heappop(self.bounds)
            worth = self.worth.nearest(project)
            if self.fresh[project] != now:
                self.fresh[project] = now
                lower = self.purses.lower_bound(project)
                if lower < inf:
                    heappush(self.bounds, (self._bound(project, lower), project))
            elif (price := self.purses.price(project, bound * worth)) is not None:
                found.append(_Contender(project, price, self.worth.key(project, price.exact)))
                least = min(least, price.nearest / worth)
        return found

    def _bound(self, project: int, price: float) -> float:
        return price / self.worth.nearest(project) * (1 - 8 * HALF_ULP)

    def _following(self, contenders: list[_Contender], equal: list[_Contender]) -> tuple[int | None, float | None]:
        """The project that would come next as things stand, and its price for its worth."""
        while self.bounds and self.fresh[self.bounds[0][1]] != len(self.chosen):
            _, project = heappop(self.bounds)
            self.fresh[project] = len(self.chosen)
            if (lower := self.purses.lower_bound(project)) < inf:
                heappush(self.bounds, (self._bound(project, lower), project))
        now = {each.project for each in equal}
        others = [
            (self._bound(each.project, each.price.nearest), each.project)
            for each in contenders
            if each.project not in now
        ]
        others += self.bounds[:1]
        if not others:
            return None, None
        value, project = min(others)
        return project, value

    def _independent(self, equal: list[_Contender]) -> bool:
        """Whether funding one leaves the others as they are: whoever marked several can pay for all in full."""
        asked: Real = np.zeros(len(self.election.weights))
        often = np.zeros(len(asked), dtype=np.int64)
        for each in equal:
            support = each.price.support
            asked[support.ballots] += each.price.nearest * support.points
            often[support.ballots] += 1
        several = (often > 1) & ~self.purses.spent
        clear = self.purses.error * 2 + 8 * len(equal) * HALF_ULP * asked
        if (self.purses.money[several] < (asked - clear)[several]).any():
            return False
        near = np.flatnonzero(several & (self.purses.money <= asked + clear))
        return all(self._can_pay(int(ballot), equal) for ballot in near)

    def _can_pay(self, ballot: int, equal: list[_Contender]) -> bool:
        begin, end = self.election.begins[ballot], self.election.begins[ballot + 1]
        marks, points = self.election.marks[begin:end].tolist(), self.election.points[begin:end].tolist()
        exact = {each.project: each.price.exact for each in equal}
        asked = sum((exact[n] * given for n, given in zip(marks, points, strict=True) if n in exact), Fraction(0))
        return self.purses.amount(self.purses.has_units(ballot)) >= asked

    def _one_of(self, equal: list[_Contender]) -> list[_Contender]:
        names = {self.election.projects[each.project]: each for each in equal}
        chosen, how = choose(list(names), self.rule)
        self.ties.append(record(len(self.chosen) + 1, "elect", list(names), chosen, how))
        if chosen is None:
            self.undecided = tuple(sorted(names))
            return []
        return [names[chosen]]

    def _free(self, project: int) -> None:
        self.chosen.append(project)
        if self.explained:
            self.steps.append(self._step(project, by="free"))

    def _fund(self, each: _Contender, following: tuple[int | None, float | None]) -> None:
        project, price = each.project, each.price
        election, support = self.election, self.election.supports[project]
        self.chosen.append(project)
        self.cost += election.costs[project]
        if self.explained:
            follows, value = following
            step = self._step(project, by="rule")
            had, poor = price.support, price.poor
            in_full = had.supporters - int(had.people[poor].sum())
            full = had.score - int(had.weighted[poor].sum())
            self.steps.append(
                Step(
                    **{name: getattr(step, name) for name in step.__struct_fields__[:7]},
                    price=decimal(price.exact / election.one),
                    price_exact=str(price.exact / election.one),
                    in_full=in_full,
                    with_all=support.supporters - in_full,
                    gave=election.money(election.costs[project] - price.exact * full),
                    value=_short(price.nearest / self.worth.nearest(project)),
                    next=None if follows is None else election.projects[follows],
                    next_value=None if value is None else _short(value),
                )
            )
        self.purses.pay(project, price)

    def _step(self, project: int, by: str) -> Step:
        election, support = self.election, self.election.supports[project]
        return Step(
            number=len(self.chosen),
            project=election.projects[project],
            by="free" if by == "free" else "rule",
            cost=election.money(election.costs[project]),
            supporters=support.supporters,
            score=support.score,
            left=election.money(election.budget - self.cost),
        )

    def unfunded(self) -> list[Unfunded]:
        """What the supporters of each project that is not funded still have together, and what is missing."""
        taken = set(self.chosen)
        rest = [project for project in self.possible if project not in taken]
        why: Why = "tied" if self.undecided else "supporters_short"
        has = self.purses.units_of_each(rest)
        return [
            unfunded(self.election, project, why, units // self.purses.denominator)
            for project, units in zip(rest, has, strict=True)
        ]


def _possible(election: Election) -> list[int]:
    return [n for n, s in enumerate(election.supports) if s.score and election.costs[n] <= election.budget]


def _grown(
    election: Election, share: Fraction, satisfaction: Satisfaction, rule: TieRule
) -> tuple[int, list[Tie], Run]:
    """How often one of the currency is added to every share, every tie that was met on the way, and the last count
    that keeps to the budget."""
    met: list[Tie] = []
    added, last = 0, Run(election, share, satisfaction, rule, explained=False)
    while True:
        met += [tie for tie in last.ties if not any(_same(tie, other) for other in met)]
        if last.exhaustive or last.undecided:
            return added, met, last
        following = Run(election, share + (added + 1) * election.one, satisfaction, rule, explained=False)
        if following.cost > election.budget:
            met += [tie for tie in following.ties if not any(_same(tie, other) for other in met)]
            return added, met, last
        added, last = added + 1, following


def _same(tie: Tie, other: Tie) -> bool:
    return (tie.candidates, tie.chosen) == (other.candidates, other.chosen)


def _outcome(
    election: Election,
    satisfaction: Satisfaction,
    completion: Completion,
    run: Run | None,
    added: int,
    met: list[Tie],
    rule: TieRule,
) -> Outcome:
    chosen = run.chosen if run else []
    undecided = run.undecided if run else ()
    left = election.budget - sum(election.costs[n] for n in chosen)
    filling = Filling(election, left, len(chosen), "greedy")
    possible = run.possible if run else []
    if run and completion in ("greedy", "add1u") and not undecided:
        filling.by_points([n for n in possible if n not in set(chosen)], rule)
        left_out = filling.unfunded
    else:
        left_out = run.unfunded() if run else []
    winners = [*chosen, *filling.chosen]
    never = [n for n in range(len(election.projects)) if n not in set(possible)]
    return Outcome(
        rule="equal-shares",
        version=VERSION,
        satisfaction=satisfaction,
        completion=completion,
        budget=election.money(election.budget),
        voters=election.voters,
        winners=tuple(election.projects[n] for n in winners),
        cost=election.money(sum(election.costs[n] for n in winners)),
        rounds=(*(run.steps if run else ()), *filling.steps),
        unfunded=(*left_out, *never_funded(election, never)),
        ties=(*met, *filling.ties),
        undecided=undecided or filling.undecided,
        share=decimal(run.share / election.one) if run else None,
        share_exact=str(run.share / election.one) if run else None,
        added=added if completion in ("add1", "add1u") else None,
    )


def _short(value: float) -> str:
    return f"{value:.8g}"
