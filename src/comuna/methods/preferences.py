"""The one candidate after the other for whom a ballot counts, as IRV and STV need it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from comuna.methods.ballots import NOBODY, SAME_RANK, Ballots, Marks, Reading, Truth, Whole, overvoted

Places = npt.NDArray[np.int32]


class Papers:
    """Ballots on piles: `holder[n]` is the number of the candidate for whom ballot `n` counts now, or `exhausted`.
    Made from ballots, each lies with its first preference. Ballots on which nobody can be counted are left out:
    `blank` and `void` say how many those are, and `valid` how many are counted."""

    def __init__(self, ballots: Ballots, reading: Reading) -> None:
        self.candidates = ballots.candidates
        self._hole = len(ballots.candidates)
        self.exhausted = self._hole + 1
        order = _order(ballots, reading, self._hole, self.exhausted)
        counted = (order < self._hole).any(axis=0)
        self.blank = ballots.blank
        self.valid = int(ballots.weights[counted].sum())
        self.void = ballots.total - self.blank - self.valid
        if not counted.all():
            order = order[:, counted]
        self.weights: Whole = ballots.weights if counted.all() else ballots.weights[counted]
        self._each_once = bool((self.weights == 1).all())
        self._order = order
        self._place: Places = np.zeros(len(self.weights), dtype=np.int32)
        self.holder = order[0].copy()
        self.again(set(ballots.standing))

    def again(self, continuing: Collection[str]) -> None:
        """Lay every ballot with its first preference among those who continue."""
        self._place[:] = 0
        self.holder[:] = self._order[0]
        self.move(np.flatnonzero(~self._stops(continuing)[self.holder]), continuing)

    def of(self, name: str) -> Whole:
        """The ballots that lie with a candidate."""
        return np.flatnonzero(self.holder == self.candidates.index(name))

    def move(self, papers: Whole, continuing: Collection[str]) -> None:
        """Lay these ballots with their next preference among those who continue."""
        stops = self._stops(continuing)
        while len(papers):
            place = self._place[papers] + 1
            self._place[papers] = place
            holder = self._order[place, papers]
            self.holder[papers] = holder
            papers = papers[~stops[holder]]

    def piles(self, papers: Whole | None = None) -> Mapping[str, int]:
        """How many ballots (of these) lie with each candidate; "" has those that are exhausted."""
        holder = self.holder if papers is None else self.holder[papers]
        if self._each_once:
            counts = np.bincount(holder, minlength=self.exhausted + 1)
        else:
            counts = np.zeros(self.exhausted + 1, dtype=np.int64)
            np.add.at(counts, holder, self.weights if papers is None else self.weights[papers])
        return {**dict(zip(self.candidates, counts.tolist(), strict=False)), "": int(counts[self.exhausted])}

    def _stops(self, continuing: Collection[str]) -> Truth:
        return np.array([*(name in continuing for name in self.candidates), False, True])


def _order(ballots: Ballots, reading: Reading, hole: int, end: int) -> Marks:
    """The marks as they count, rank by rank: a candidate's number, `hole` where nothing counts, `end` where the
    ballot ends; a last row of ends."""
    marks = ballots.marks
    order = np.full((len(marks) + 1, marks.shape[1]), end, dtype=np.int16)
    body = order[:-1]
    np.copyto(body, marks)
    body[marks >= SAME_RANK] -= SAME_RANK
    stands = marks >= 0
    if ballots.withdrawn:
        stands &= ~np.isin(body, [n for n, name in enumerate(ballots.candidates) if name in ballots.withdrawn])
    over = overvoted(marks, stands)
    repeated = _repeated(body)
    ends = over & (reading.overvotes == "exhaust")
    if reading.repeats == "exhaust":
        ends |= repeated
    if reading.skips_allowed is not None:
        ends |= _skipped(marks, reading.skips_allowed)
    body[~stands | over | repeated] = hole
    if ends.any():
        body[np.logical_or.accumulate(ends, axis=0)] = end
    return order


def _repeated(body: Marks) -> Truth:
    """Where a candidate stands who stood at an earlier rank."""
    again = np.zeros(body.shape, dtype=np.bool_)
    if len(body) > FEW_RANKS:
        for begin in range(0, body.shape[1], CHUNK):
            again[:, begin : begin + CHUNK] = _repeated_in_long(body[:, begin : begin + CHUNK])
        return again
    for row in range(1, len(body)):
        for before in range(row):
            again[row] |= body[row] == body[before]
    return again & (body >= 0)


FEW_RANKS = 24
"""With no more ranks than this, comparing each with each is the fastest."""
CHUNK = 1 << 12


def _repeated_in_long(body: Marks) -> Truth:
    first = np.zeros((int(body.max(initial=0)) + 1, body.shape[1]), dtype=np.int32)
    columns = np.arange(body.shape[1])
    for row in range(len(body) - 1, -1, -1):
        marked = body[row] >= 0
        first[body[row][marked], columns[marked]] = row
    again = np.zeros(body.shape, dtype=np.bool_)
    for row, marks in enumerate(body):
        again[row] = (marks >= 0) & (first[np.maximum(marks, 0), columns] != row)
    return again


def _skipped(marks: npt.NDArray[np.int16], allowed: int) -> Truth:
    """Where more ranks in a row are empty than are allowed."""
    ends = np.zeros(marks.shape, dtype=np.bool_)
    run = np.zeros(marks.shape[1], dtype=np.int32)
    for row, mark in enumerate(marks):
        run = np.where(mark == NOBODY, run + 1, 0)
        ends[row] = run > allowed
    return ends
