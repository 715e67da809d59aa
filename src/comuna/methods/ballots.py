"""Ballots as they were marked, held in arrays so that a million of them can be counted in a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt

Marks = npt.NDArray[np.int16]
Whole = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

NOBODY: Final = -1
"""No mark at a rank: it was skipped, or the ballot ends before it."""
OVERVOTE: Final = -2
"""A rank of which is only known that more than one candidate was marked at it."""
SAME_RANK: Final = 1 << 14
"""Added to a candidate's number: marked at the same rank as the mark before."""
MOST_CANDIDATES: Final = SAME_RANK - 1
MOST_BALLOTS: Final = 10**12
"""Of all weights together, so that every sum is exact in 64 bits, also in hundred-thousandths of a vote."""

Ranking = Sequence[str | Iterable[str] | None]
"""A ballot in words: at each rank a candidate, several that share it, or None where it was skipped."""


class Reading(msgspec.Struct, frozen=True):
    """What a mark counts for where rules differ. `overvotes`: at a rank with more than one candidate the ballot ends,
    or that rank is skipped. `skips_allowed`: so many ranks in a row may be empty before the ballot ends; None for any
    number. `repeats`: a candidate marked again counts once, at the first rank, or the ballot ends there."""

    overvotes: Literal["exhaust", "skip"] = "exhaust"
    skips_allowed: int | None = None
    repeats: Literal["once", "exhaust"] = "once"


@dataclass(frozen=True, eq=False)
class Ballots:
    """Ballots over candidates. Column `n` of `marks` is a ballot that `weights[n]` people cast: a candidate's number,
    NOBODY or OVERVOTE at each rank in turn, with SAME_RANK where a rank holds several. Who is `withdrawn` is taken off
    every ballot before anything else. Equal ballots may stand in several columns."""

    candidates: tuple[str, ...]
    marks: Marks
    weights: Whole
    withdrawn: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        assert len(set(self.candidates)) == len(self.candidates) <= MOST_CANDIDATES, (
            "candidates have names of their own"
        )
        assert self.withdrawn <= set(self.candidates), self.withdrawn
        assert self.marks.ndim == 2, self.marks.shape
        assert self.marks.shape[1] == len(self.weights), (self.marks.shape, len(self.weights))
        assert not len(self.weights) or int(self.weights.min()) >= 1, "a ballot was cast by somebody"
        assert self.total <= MOST_BALLOTS, self.total
        if self.marks.size:
            assert int(self.marks.min()) >= OVERVOTE
            assert int((self.marks & ~SAME_RANK)[self.marks >= 0].max(initial=0)) < max(1, len(self.candidates))

    @property
    def total(self) -> int:
        """How many ballots were cast, blank ones too."""
        return int(self.weights.sum())

    @property
    def standing(self) -> tuple[str, ...]:
        """The candidates who did not withdraw, in the order of the ballot paper."""
        return tuple(name for name in self.candidates if name not in self.withdrawn)

    @property
    def blank(self) -> int:
        """How many ballots have no mark at all."""
        return int(self.weights[(self.marks == NOBODY).all(axis=0)].sum())


def of_rankings(
    candidates: Sequence[str], rankings: Iterable[tuple[int, Ranking]], withdrawn: Iterable[str] = ()
) -> Ballots:
    """Ballots from weights and rankings in words."""
    number = {name: n for n, name in enumerate(candidates)}
    columns, weights = [], []
    for weight, ranking in rankings:
        column: list[int] = []
        for rank in ranking:
            shared = (
                [] if rank is None else [rank] if isinstance(rank, str) else sorted(set(rank), key=number.__getitem__)
            )
            column += [number[name] + (SAME_RANK if n else 0) for n, name in enumerate(shared)] or [NOBODY]
        columns.append(column)
        weights.append(weight)
    return of_columns(candidates, columns, weights, withdrawn)


def of_columns(
    candidates: Sequence[str],
    columns: Sequence[Sequence[int]],
    weights: Sequence[int],
    withdrawn: Iterable[str] = (),
) -> Ballots:
    """Ballots from sequences of marks, each as long as it is."""
    longest = max(map(len, columns), default=0)
    marks = np.full((longest, len(columns)), NOBODY, dtype=np.int16)
    for n, column in enumerate(columns):
        marks[: len(column), n] = column
    return Ballots(tuple(candidates), marks, np.array(weights, dtype=np.int64), frozenset(withdrawn))


def ranks_of(ballots: Ballots, of: Marks) -> Marks:
    """The rank at which each candidate (a row each) stands on each of the ballots `of`, from 1; 0 for who is not on it.
    Ranks that hold nobody are not counted, marks at one rank share it, and a candidate's first mark counts."""
    ranks = np.zeros((len(ballots.candidates), of.shape[1]), dtype=np.int16)
    at = np.cumsum((of >= 0) & (of < SAME_RANK), axis=0, dtype=np.int16)
    for row, rank in zip(of[::-1], at[::-1], strict=True):
        marked = np.flatnonzero(row >= 0)
        ranks[row[marked] & ~SAME_RANK, marked] = rank[marked]
    return ranks


def overvoted(marks: Marks, standing: Truth) -> Truth:
    """Where the marks of a rank name more than one candidate who stands, or are known to. Nobody is marked twice at a
    rank. `standing` is true where a mark names somebody who did not withdraw."""
    over: Truth = marks == OVERVOTE
    shares = marks >= SAME_RANK
    if not shares.any():
        return over
    together = standing.astype(np.int16)
    for row in range(1, len(marks)):
        together[row] += np.where(shares[row], together[row - 1], 0)
    for row in range(len(marks) - 2, -1, -1):
        np.copyto(together[row], together[row + 1], where=shares[row + 1])
    over |= (together > 1) & (marks >= 0)
    return over
