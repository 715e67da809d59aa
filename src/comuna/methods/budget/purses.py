"""What every voter still has in the method of equal shares: in floats to look quickly, in whole numbers to decide.

A ballot that is not spent has paid its full price for each funded project on it. So what it has is its share less
Σ price·points, and one common denominator makes whole numbers of all: the share and every price are so many `units`
of it. What a set of ballots has together needs only how many points they gave to each funded project.

Floats: `money[i]` begins as the float nearest to the share, and each payment takes the float nearest to price·points
from it, of a price that is itself nearest to the exact one. With u = 2⁻⁵³, a payment of x therefore adds an error of at
most (2u + u²)·x, and the subtraction one of at most u·share·(1 + 2⁻²⁰). A ballot pays no more than its share in all,
so after m payments it is off by no more than (m + 4)·u·share. `error` is (m + 8)·u·share, for the number m of all
projects funded so far.

The price of a project is the least a with Σ min(what i has, a·points of i) = cost. For any division of its supporters
into poor and rich that sum is at most Σ(poor) what i has + a·Σ(rich) points; so, whatever the division,

    price ≥ (cost − Σ(poor) what i has) ÷ Σ(rich) points.

`lower_bound` computes the right side in floats and takes away what it can be off: people·error for what the poor have
(doubled, for products and sums of that), and for rounding (k + 8)·2u·cost, where k is the number of ballots: the k
products and k additions of positive terms that sum to no more than the cost are off by at most k·u·cost each, in
whatever order they are added. Numbers of people and points are whole and exact in floats. Money never comes back, so a
bound holds for the rest of the count. It needs no division that is right in every case, and neither does what follows
from it: whoever's bound is above the exact price of another is dearer for certain.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comuna.methods.budget.election import Election, Real, Support, Whole

HALF_ULP = 2.0**-53
Truth = npt.NDArray[np.bool_]


class Price(NamedTuple):
    """What a project costs its supporters: exactly, for each point; and which of those who pay it have less than that
    and give all they have."""

    exact: Fraction
    nearest: float
    support: Support
    """Its supporters who had anything, and perhaps some of the others."""
    poor: Truth


class Purses:
    """Everybody begins with the same share, in smallest units of money."""

    def __init__(self, election: Election, share: Fraction) -> None:
        self.election = election
        self.share_nearest = float(share)
        self.money: Real = np.full(len(election.weights), self.share_nearest)
        self.spent: Truth = np.zeros(len(election.weights), dtype=bool)
        self.denominator = share.denominator
        self.share_units = share.numerator
        self.price_units: dict[int, int] = {}
        self._live = list(election.supports)  # without most of those who are spent
        self._funded: Truth = np.zeros(len(election.projects), dtype=bool)
        self._known: dict[bytes, int] = {}

    @property
    def error(self) -> float:
        """How far the float of what somebody has can be from what they have."""
        return (len(self.price_units) + 8) * HALF_ULP * self.share_nearest

    def lower_bound(self, project: int) -> float:
        """No more than the price of the project, now and later; infinite if its supporters have not its cost."""
        support, cost = self._live[project], float(self.election.costs[project])
        has = self.money[support.ballots]
        if 2 * np.count_nonzero(has) < len(has):
            support = self._live[project] = self._without_spent(support)
            has = self.money[support.ballots]
        slack = 2 * support.supporters * self.error
        rounding = (len(has) + 8) * 2 * HALF_ULP
        amounts = support.people * has
        together = float(amounts.sum())
        if together * (1 + rounding) + slack < cost:
            return inf
        ratio = has if support.plain else has / support.points
        rest, rich, poor_before = cost, float(support.score), 0
        while True:
            price = rest / rich
            poor = ratio < price
            count = int(np.count_nonzero(poor))
            if count <= poor_before:
                break
            only = poor.astype(np.float64)
            left = support.score - float(support.weighted @ only)
            if left <= 0:
                break
            rest, rich, poor_before = cost - float(amounts @ only), left, count
            if rest <= 0:
                return 0.0
        return max(0.0, price * (1 - 8 * HALF_ULP) - (slack + rounding * cost) / rich)

    def price(self, project: int, guess: float) -> Price | None:
        """The exact price, near the guess; None if the supporters have not the cost. Newton's method on a concave
        function of straight pieces: after its first step it comes from below, and ends after finitely many."""
        support = self._live[project]
        cost = self.election.costs[project] * self.denominator
        ratio = self.money[support.ballots]
        if not support.plain:
            ratio = ratio / support.points
        poor: Truth = ratio < guess
        while True:
            rich = support.score - int(support.weighted[poor].sum())
            rest = cost - self.units_of(support.ballots[poor])
            if rich <= 0 or rest < 0:
                if self.units_of(support.ballots) < cost:
                    return None
                poor = np.zeros_like(poor)
                continue
            again = self._poorer(support, ratio, rest, rich)
            if np.array_equal(again, poor):
                exact = Fraction(rest, rich * self.denominator)
                return Price(exact, float(exact), support, poor)
            poor = again

    def pay(self, project: int, price: Price) -> None:
        """Fund a project: the poor give all they have, the others the price for each point."""
        support = price.support
        more = price.exact.denominator // gcd(price.exact.denominator, self.denominator)
        if more > 1:
            self.denominator *= more
            self.share_units *= more
            self.price_units = {funded: units * more for funded, units in self.price_units.items()}
        self.price_units[project] = price.exact.numerator * (self.denominator // price.exact.denominator)
        self._funded[project] = True
        self._known.clear()
        has = self.money[support.ballots] - price.nearest * support.points
        has[price.poor] = 0.0
        self.money[support.ballots] = has
        self.spent[support.ballots[price.poor]] = True

    def units_of(self, ballots: Whole) -> int:
        """What all who cast these ballots have together, in units."""
        ballots = ballots[~self.spent[ballots]]
        election = self.election
        units = int(election.weights[ballots].sum()) * self.share_units
        if self.price_units and len(ballots):
            marks = election.marks_of(ballots)
            marks = marks[self._funded[election.marks[marks]]]
            points = election.points[marks] * election.mark_weights[marks]
            given = np.bincount(election.marks[marks], points, minlength=len(election.projects))
            units -= sum(int(given[project]) * price for project, price in self.price_units.items())
        return units

    def units_of_each(self, projects: list[int]) -> list[int]:
        """What the supporters of each of these projects, none of them funded, have together, in units."""
        election, many = self.election, len(self.election.projects)
        wanted = np.zeros(many, dtype=bool)
        wanted[projects] = True
        live = ~self.spent[election.ballot_of_mark]
        here = np.flatnonzero(live & wanted[election.marks])
        paid = np.flatnonzero(live & self._funded[election.marks])
        counts = np.bincount(election.ballot_of_mark[paid], minlength=len(self.money))
        people = np.bincount(election.marks[here], election.mark_weights[here], minlength=many)
        ends = np.cumsum(counts)
        ballots = election.ballot_of_mark[here]
        often = counts[ballots]
        which = np.arange(int(often.sum())) + np.repeat(ends[ballots] - np.cumsum(often), often)
        pairs = np.repeat(election.marks[here].astype(np.int64), often) * many + election.marks[paid[which]]
        points = election.points[paid[which]] * np.repeat(election.mark_weights[here], often)
        given = np.bincount(pairs, points, minlength=many * many).reshape(many, many)
        return [
            int(people[n]) * self.share_units
            - sum(int(given[n, project]) * price for project, price in self.price_units.items())
            for n in projects
        ]

    def amount(self, units: int) -> Fraction:
        """Units as smallest units of money."""
        return Fraction(units, self.denominator)

    def has_units(self, ballot: int) -> int:
        """What one person who cast this ballot has, in units."""
        if self.spent[ballot]:
            return 0
        begin, end = self.election.begins[ballot], self.election.begins[ballot + 1]
        marks, points = self.election.marks[begin:end], self.election.points[begin:end]
        paid = self._funded[marks]
        key = marks[paid].tobytes() + points[paid].tobytes()
        if key not in self._known:
            pairs = zip(marks[paid].tolist(), points[paid].tolist(), strict=True)
            self._known[key] = self.share_units - sum(self.price_units[n] * given for n, given in pairs)
        return self._known[key]

    def _without_spent(self, support: Support) -> Support:
        """The supporters who have anything."""
        has = ~self.spent[support.ballots]
        people, weighted = support.people[has], support.weighted[has]
        return Support(
            support.ballots[has],
            support.points[has],
            people,
            weighted,
            int(people.sum()),
            int(weighted.sum()),
            support.plain,
        )

    def _poorer(self, support: Support, ratio: Real, rest: int, rich: int) -> Truth:
        """Who has less than the price rest ÷ rich for each point, in units; decided in whole numbers where floats are
        nearer than their error."""
        nearest = rest / (rich * self.denominator)
        poor: Truth = ratio < nearest
        near = np.abs(ratio - nearest) <= self.error * 2 + 8 * HALF_ULP * nearest
        for n in np.flatnonzero(near):
            poor[n] = self.has_units(int(support.ballots[n])) * rich < rest * int(support.points[n])
        return poor
