"""Ballots as they are read, gathered in flat arrays: two bytes a mark."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from comuna.kernel.refusal import Refused
from comuna.methods.ballots import MOST_BALLOTS, NOBODY, OVERVOTE, SAME_RANK, Ballots

MOST_MARKS: Final = 500_000_000
MOST_RANKS: Final = 1_000
MOST_CANDIDATES: Final = 1_000
"""A file in which more are named is no election: a column was taken for another."""
EMPTY: Final = frozenset(
    {"", "-", "undervote", "under vote", "$undervote", "skipped", "blank", "none", "(blank)", "en blanco"}
)
SEVERAL: Final = frozenset({"overvote", "over vote", "$overvote", "(overvote)"})


class Names(dict[str, int]):
    """What a cell that names a candidate means as a mark. Candidates get their numbers as they first appear."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__()
        self.candidates: list[str] = []
        self._numbers: dict[str, int] = {}
        for name in known:
            if name in self._numbers:
                raise Refused("ballots.same_name", name=name)
            self.number(name)

    def number(self, name: str) -> int:
        """A candidate's number."""
        if name not in self._numbers:
            if len(self.candidates) == MOST_CANDIDATES:
                raise Refused("ballots.too_many_candidates", limit=MOST_CANDIDATES)
            self._numbers[name] = len(self.candidates)
            self.candidates.append(name)
        return self._numbers[name]

    def __missing__(self, cell: str) -> int:
        name = " ".join(cell.split())
        plain = name.lower()
        mark = NOBODY if plain in EMPTY else OVERVOTE if plain in SEVERAL else self.number(name)
        self[cell] = mark
        return mark


class Collector:
    """Gathers ballots one by one."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._flat = array("h")
        self._ends = array("q")
        self._weights = array("q")
        self._total = self._longest = 0

    def __len__(self) -> int:
        return len(self._weights)

    def add(self, marks: Iterable[int], weight: int = 1) -> None:
        """One ballot that so many people cast."""
        self._flat.extend(marks)
        self._longest = max(self._longest, len(self._flat) - (self._ends[-1] if self._ends else 0))
        self._ends.append(len(self._flat))
        self._weights.append(weight)
        self._total += weight
        if self._total > MOST_BALLOTS:
            raise Refused("ballots.too_many", limit=MOST_BALLOTS)
        if self._longest * len(self._weights) > MOST_MARKS:
            raise Refused("ballots.too_large")

    def ballots(self, withdrawn: Sequence[str] = ()) -> Ballots:
        """All that were added."""
        count = len(self._weights)
        ends = np.frombuffer(self._ends, dtype=np.int64) if count else np.zeros(0, dtype=np.int64)
        flat = np.frombuffer(self._flat, dtype=np.int16) if self._flat else np.zeros(0, dtype=np.int16)
        begins = np.concatenate([[0], ends[:-1]])[:count]
        lengths = ends - begins
        marks = np.full((self._longest, count), NOBODY, dtype=np.int16)
        for rank in range(self._longest):
            has = lengths > rank
            marks[rank, has] = flat[begins[has] + rank]
        weights = np.array(self._weights, dtype=np.int64)
        return Ballots(tuple(self.names.candidates), marks, weights, frozenset(withdrawn))


def of_ranks(ranked: Iterable[tuple[int, int]], line: int) -> list[int]:
    """Marks from pairs of rank and mark. Refuses ranks that are none."""
    marks: list[int] = []
    at = 0
    for rank, mark in sorted(set(ranked)):
        if not 1 <= rank <= MOST_RANKS:
            raise Refused("ballots.bad_rank", line=line, value=rank)
        if rank == at:
            if OVERVOTE in (mark, marks[-1]):
                while marks and marks[-1] >= SAME_RANK:
                    marks.pop()
                marks[-1] = OVERVOTE
            elif mark != NOBODY:
                marks[-1:] = [mark] if marks[-1] == NOBODY else [marks[-1], mark + SAME_RANK]
            continue
        marks += [NOBODY] * (rank - at - 1)
        marks.append(mark)
        at = rank
    return marks


def weight_of(cell: str, line: int) -> int:
    """How many people cast a ballot: a whole number from 1."""
    plain = cell.strip()
    if not plain.isascii() or not plain.isdigit() or not 0 < len(plain) <= 15 or int(plain) == 0:
        raise Refused("ballots.bad_weight", line=line, value=_short(cell))
    return int(plain)


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:40] + "…"
