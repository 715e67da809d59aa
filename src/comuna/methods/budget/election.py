"""What a participatory budget is decided on: projects with their costs, a budget, and ballots that mark projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Kind = Literal["approval", "points", "ranking", "knapsack"]

MOST_MONEY: Final = 10**15
"""Of a budget or a cost, in its smallest unit, so that each is exact in a float too."""
MOST_POINTS: Final = 10**12
"""Of all ballots together, so that every sum of points is exact in 64 bits and in a float."""

Marks = tuple[tuple[int, int], ...]
"""Projects by number, each with its points: one where projects were only approved."""


class Support(NamedTuple):
    """Who marked a project: the ballots by number, with what each gives it, how many cast each, and both multiplied."""

    ballots: Whole
    points: Real
    people: Real
    weighted: Real
    supporters: int
    """How many people marked it."""
    score: int
    """The points of all of them."""
    plain: bool
    """Every ballot that marks it gives it one point."""


@dataclass(frozen=True, eq=False)
class Election:
    """Ballot `n` marks the projects `marks[begins[n]:begins[n + 1]]`, each once and with `points` of one or more;
    `weights[n]` people cast it. Money is in whole numbers of its smallest unit: one, of the currency, is `10**places`
    of them. On a ranking, a project's points fall from rank to rank by one."""

    projects: tuple[str, ...]
    costs: tuple[int, ...]
    budget: int
    kind: Kind
    begins: Whole
    marks: npt.NDArray[np.int32]
    points: Whole
    weights: Whole
    places: int = 0
    titles: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert len(set(self.projects)) == len(self.projects) == len(self.costs), "projects have ids of their own"
        assert 0 <= self.budget <= MOST_MONEY, self.budget
        assert all(0 <= cost <= MOST_MONEY for cost in self.costs)
        assert len(self.begins) == len(self.weights) + 1
        assert len(self.marks) == len(self.points) == self.begins[-1]
        assert not len(self.weights) or int(self.weights.min()) >= 1, "a ballot was cast by somebody"
        assert not len(self.points) or int(self.points.min()) >= 1, "a mark gives a point or more"
        assert int((self.points * self.mark_weights).sum()) <= MOST_POINTS

    @property
    def one(self) -> int:
        """One of the currency, in its smallest unit."""
        return int(10**self.places)

    @property
    def voters(self) -> int:
        """How many people cast a ballot, blank ones too."""
        return int(self.weights.sum())

    @cached_property
    def ballot_of_mark(self) -> Whole:
        """The number of the ballot on which each mark stands."""
        return np.repeat(np.arange(len(self.weights)), np.diff(self.begins))

    @cached_property
    def mark_weights(self) -> Whole:
        """How many people made each mark."""
        weights: Whole = self.weights[self.ballot_of_mark]
        return weights

    @cached_property
    def supports(self) -> tuple[Support, ...]:
        """For each project who marked it."""
        order = np.argsort(self.marks.astype(np.uint16 if len(self.projects) < 1 << 16 else np.uint32), kind="stable")
        ballots, points, weights = self.ballot_of_mark[order], self.points[order], self.mark_weights[order]
        ends = np.cumsum(np.bincount(self.marks, minlength=len(self.projects)))
        found = []
        for begin, end in zip([0, *ends.tolist()][:-1], ends.tolist(), strict=True):
            given, people = points[begin:end], weights[begin:end]
            weighted = given * people
            plain = not len(given) or int(given.max()) == 1
            found.append(
                Support(
                    ballots[begin:end],
                    given.astype(np.float64),
                    people.astype(np.float64),
                    weighted.astype(np.float64),
                    int(people.sum()),
                    int(weighted.sum()),
                    plain,
                )
            )
        return tuple(found)

    def marks_of(self, ballots: Whole) -> Whole:
        """Where the marks of these ballots stand, ballot by ballot."""
        counts = self.begins[ballots + 1] - self.begins[ballots]
        ends = np.cumsum(counts)
        found: Whole = np.arange(int(ends[-1]) if len(ends) else 0)
        found += np.repeat(self.begins[ballots] - (ends - counts), counts)
        return found

    def money(self, amount: int | Fraction) -> str:
        """Smallest units as a decimal of the currency, rounded down where it is a fraction of them."""
        units = amount if isinstance(amount, int) else amount.numerator // amount.denominator
        sign, units = ("-", -units) if units < 0 else ("", units)
        if not self.places:
            return f"{sign}{units}"
        return f"{sign}{units // self.one}.{units % self.one:0{self.places}}"


def of_ballots(
    costs: Mapping[str, int],
    budget: int,
    ballots: Iterable[tuple[int, Mapping[str, int] | Sequence[str]]],
    *,
    kind: Kind = "approval",
    places: int = 0,
    districts: Mapping[str, str] | None = None,
) -> Election:
    """An election from ballots in words, each with how many cast it: the projects that it marks, or projects with
    points. On a ranking, projects stand from the best on, and the first gets as many points as the longest ballot has
    projects. A project named twice on a ballot counts once, where it stands first; no points are no mark."""
    number = {project: n for n, project in enumerate(costs)}
    cast = [(weight, marked) for weight, marked in ballots]
    named = [(weight, list(dict.fromkeys(marked))) for weight, marked in cast]
    longest = max((len(marked) for _, marked in named), default=0)
    together: Counter[Marks] = Counter()
    for (weight, projects), (_, marked) in zip(named, cast, strict=True):
        if isinstance(marked, Mapping):
            pairs = [(number[name], marked[name]) for name in projects if marked[name]]
        elif kind == "ranking":
            pairs = [(number[name], longest - rank) for rank, name in enumerate(projects)]
        else:
            pairs = [(number[name], 1) for name in projects]
        together[tuple(sorted(pairs))] += weight
    return of_marks(tuple(costs), tuple(costs.values()), budget, kind, together, places=places, districts=districts)


def of_marks(
    projects: tuple[str, ...],
    costs: tuple[int, ...],
    budget: int,
    kind: Kind,
    together: Mapping[Marks, int],
    *,
    places: int = 0,
    titles: Mapping[str, str] | None = None,
    districts: Mapping[str, str] | None = None,
) -> Election:
    """An election from ballots that differ, each with how many cast it."""
    ballots = sorted(together)
    lengths = np.fromiter(map(len, ballots), np.int64, len(ballots))
    flat = np.array([mark for ballot in ballots for mark in ballot], dtype=np.int64).reshape(-1, 2)
    return Election(
        projects,
        costs,
        budget,
        kind,
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        flat[:, 0].astype(np.int32),
        flat[:, 1].copy(),
        np.fromiter((together[ballot] for ballot in ballots), np.int64, len(ballots)),
        places,
        titles or {},
        districts or {},
    )


def within(election: Election, projects: Iterable[str], budget: int) -> Election:
    """The same ballots, over some of the projects and with another budget. Who marked none of these is no voter."""
    wanted = set(projects)
    kept = [n for n, project in enumerate(election.projects) if project in wanted]
    new = np.full(len(election.projects), -1, dtype=np.int32)
    new[kept] = np.arange(len(kept))
    stays = new[election.marks] >= 0
    lengths = np.bincount(election.ballot_of_mark[stays], minlength=len(election.weights))
    casts = lengths > 0
    return Election(
        tuple(election.projects[n] for n in kept),
        tuple(election.costs[n] for n in kept),
        budget,
        election.kind,
        np.concatenate([[0], np.cumsum(lengths[casts])]).astype(np.int64),
        new[election.marks[stays]],
        election.points[stays],
        election.weights[casts],
        election.places,
        election.titles,
        election.districts,
    )
