"""Phragmén's sequential rule for budgets: everybody is given money evenly as time passes, and a project is bought as
soon as those who marked it have its cost together (Brill, Freeman, Janson and Lackner 2017; for budgets Los, Christoff
and Grossi 2022)."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np

from comuna.methods.budget.election import Election, Real, Whole
from comuna.methods.budget.greedy import Filling, never_funded, unfunded
from comuna.methods.budget.outcome import Outcome, Step, Unfunded
from comuna.methods.result import Tie
from comuna.methods.ties import UNBROKEN, TieRule, choose, record

VERSION = 1
HALF_ULP = 2.0**-53


def phragmen(election: Election, ties: TieRule = UNBROKEN, *, completed: bool = False) -> Outcome:
    """The rule stops at the first project that its supporters can buy and the budget cannot; `completed` goes on with
    votes-greedy. Whoever marks a project supports it, with however many points. A project that costs more than the
    whole budget is left out."""
    return _Count(election, ties).run(completed=completed)


class _Count:
    """Somebody who bought last when everybody had been given T has now what everybody was given since. So a project is
    bought when everybody was given t = (its cost + Σ T of its supporters) ÷ how many they are. `last` says at which
    purchase each ballot bought last, 0 for never; `bought_at[n]` is T of purchase n; `sums[p, n]` counts the supporters
    of p who bought last at n, so all sums are exact in whole numbers but for the T, which are whole numbers of units
    of one common `denominator`.

    Where floats are near. Beside each T stands its nearest float, off by at most u·T, u = 2⁻⁵³. The
    products and sums of (cost + Σ count·T) ÷ supporters over at most m purchases are off, in whatever order they are
    added, by at most (m + 4)·u relative to the result, because nothing in it is negative. With 2·(m + 8)·u as the
    bound, whatever lies above the least by more than twice the bound is later for certain; all others are computed
    in fractions.
    """

    def __init__(self, election: Election, rule: TieRule) -> None:
        self.election, self.rule = election, rule
        supports = election.supports
        self.people = np.array([support.supporters for support in supports], dtype=np.float64)
        self.costs = np.array(election.costs, dtype=np.float64)
        self.possible = [n for n, s in enumerate(supports) if s.supporters and election.costs[n] <= election.budget]
        self.open = np.zeros(len(supports), dtype=bool)
        self.open[self.possible] = True
        self.last: Whole = np.zeros(len(election.weights), dtype=np.int64)
        most = len(self.possible) + 1
        self.sums: Real = np.zeros((len(supports), most))
        self.sums[:, 0] = self.people
        self.denominator = 1
        self.bought_at: list[int] = [0]
        self.floats: Real = np.zeros(most)
        self.now = Fraction(0)
        self.left = election.budget
        self.chosen: list[int] = []
        self.steps: list[Step] = []
        self.ties: list[Tie] = []
        self.undecided: tuple[str, ...] = ()

    def run(self, *, completed: bool) -> Outcome:
        """Buy project after project."""
        stopped: list[int] = []
        while self.open.any() and not stopped and not self.undecided:
            when, first = self._first()
            stopped = [n for n in first if self.election.costs[n] > self.left]
            if stopped:
                self.now = when
            elif self._independent(first):
                for project in first:
                    self._buy(project, when)
            elif (chosen := self._one_of(first)) is not None:
                self._buy(chosen, when)
        return self._outcome(stopped, completed=completed)

    def _first(self) -> tuple[Fraction, list[int]]:
        """When the next project is bought, and all that are bought then, by their ids."""
        times = np.full(len(self.costs), np.inf)
        count = len(self.bought_at)
        whole = self.costs + self.sums[:, :count] @ self.floats[:count]
        np.divide(whole, self.people, out=times, where=self.open)
        self.times = times
        near = np.flatnonzero(times <= times.min() * (1 + 8 * (count + 8) * HALF_ULP))
        exact = {int(n): self._time(int(n)) for n in near}
        when = min(exact.values())
        names = self.election.projects
        return when, sorted((n for n, time in exact.items() if time == when), key=names.__getitem__)

    def _time(self, project: int) -> Fraction:
        counts = self.sums[project, : len(self.bought_at)]
        had = sum(int(counts[n]) * self.bought_at[n] for n in np.flatnonzero(counts))
        whole = self.election.costs[project] * self.denominator + had
        return Fraction(whole, self.denominator * self.election.supports[project].supporters)

    def _independent(self, projects: list[int]) -> bool:
        """Whether to buy one takes nothing from the others: nobody supports two, and the budget has the cost of all."""
        if len(projects) == 1:
            return True
        ballots = np.concatenate([self.election.supports[n].ballots for n in projects])
        alone = len(np.unique(ballots)) == len(ballots)
        return alone and sum(self.election.costs[n] for n in projects) <= self.left

    def _one_of(self, equal: list[int]) -> int | None:
        names = {self.election.projects[n]: n for n in equal}
        chosen, how = choose(list(names), self.rule)
        self.ties.append(record(len(self.chosen) + 1, "elect", list(names), chosen, how))
        if chosen is None:
            self.undecided = tuple(sorted(names))
            return None
        return names[chosen]

    def _buy(self, project: int, when: Fraction) -> None:
        election, support = self.election, self.election.supports[project]
        self.left -= election.costs[project]
        self.chosen.append(project)
        self.open[project] = False
        following = int(np.where(self.open, self.times, np.inf).argmin()) if self.open.any() else None
        self.steps.append(
            Step(
                number=len(self.chosen),
                project=election.projects[project],
                by="rule" if election.costs[project] else "free",
                cost=election.money(election.costs[project]),
                supporters=support.supporters,
                score=support.score,
                left=election.money(self.left),
                price=decimal(when / election.one),
                price_exact=str(when / election.one),
                value=decimal(when / election.one),
                next=None if following is None else election.projects[following],
                next_value=None if following is None else f"{self.times[following] / election.one:.4f}",
            )
        )
        number = len(self.bought_at)
        more = when.denominator // gcd(when.denominator, self.denominator)
        self.denominator *= more
        self.bought_at = [units * more for units in self.bought_at]
        self.bought_at.append(when.numerator * (self.denominator // when.denominator))
        self.floats[number] = float(when)
        self.now = when
        marks = election.marks_of(support.ballots)
        projects, weights = election.marks[marks], election.mark_weights[marks]
        moved = projects.astype(np.int64) * self.sums.shape[1] + self.last[election.ballot_of_mark[marks]]
        self.sums -= np.bincount(moved, weights, minlength=self.sums.size).reshape(self.sums.shape)
        self.last[support.ballots] = number
        self.sums[:, number] += np.bincount(projects, weights, minlength=len(self.costs))

    def _outcome(self, stopped: list[int], *, completed: bool) -> Outcome:
        election = self.election
        rest = [n for n in self.possible if self.open[n]]
        filling = Filling(election, self.left, len(self.chosen), "greedy")
        if completed and not self.undecided:
            filling.by_points(rest, self.rule)
            left_out = filling.unfunded
        else:
            left_out = [self._unfunded(n, stopped) for n in rest]
        chosen = [*self.chosen, *filling.chosen]
        return Outcome(
            rule="phragmen",
            version=VERSION,
            satisfaction=None,
            completion="greedy" if completed else "none",
            budget=election.money(election.budget),
            voters=election.voters,
            winners=tuple(election.projects[n] for n in chosen),
            cost=election.money(sum(election.costs[n] for n in chosen)),
            rounds=(*self.steps, *filling.steps),
            unfunded=(
                *left_out,
                *never_funded(election, [n for n in range(len(election.projects)) if n not in self.possible]),
            ),
            ties=(*self.ties, *filling.ties),
            undecided=self.undecided or filling.undecided,
        )

    def _unfunded(self, project: int, stopped: list[int]) -> Unfunded:
        """A project for which the budget had not enough, or its supporters when the rule stopped."""
        if self.undecided:
            return unfunded(self.election, project, "tied", self.left)
        if project in stopped:
            return unfunded(self.election, project, "does_not_fit", self.left)
        missing = (self._time(project) - self.now) * self.election.supports[project].supporters
        return unfunded(self.election, project, "stopped", self.election.costs[project] + (-missing).__floor__())


def decimal(amount: Fraction, places: int = 4) -> str:
    """A fraction as a decimal, cut off after some places."""
    units = amount.numerator * 10**places // amount.denominator
    return f"{units // 10**places}.{units % 10**places:0{places}}"
