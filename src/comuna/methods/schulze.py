"""The Schulze method: pairs are compared, and whoever has the stronger path stands before the other
(M. Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
method, Social Choice and Welfare 36, 2011)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from comuna.methods.ballots import Ballots, Whole, ranks_of
from comuna.methods.result import Event, Result, Round
from comuna.methods.standing import fill
from comuna.methods.ties import UNBROKEN, TieRule

VERSION = 1
CHUNK = 1 << 15


def schulze(ballots: Ballots, seats: int = 1, ties: TieRule = UNBROKEN) -> Result:
    """A path's strength is that of its weakest link, and a link's is its winning votes. Elected is nobody over whom
    another has a stronger path than back; further seats follow in the order that this makes, and so do alternates.
    Candidates at one rank are equal; who is not ranked comes after all who are."""
    names = ballots.standing
    pairs, valid = pairwise(ballots)
    paths = strongest_paths(pairs)
    number = {name: n for n, name in enumerate(names)}
    stronger = paths > paths.T

    def unbeaten(left: Sequence[str]) -> list[str]:
        of = [number[name] for name in left]
        beaten: list[bool] = np.any(stronger[np.ix_(of, of)], axis=0).tolist()
        return [name for name, loses in zip(left, beaten, strict=True) if not loses]

    filled = fill(names, seats, unbeaten, ties)
    winners = tuple(filled.winners)
    events = _explained([*winners, *filled.alternates], filled.undecided, names, pairs, paths)
    before = stronger.sum(axis=1)
    return Result(
        method="schulze",
        version=VERSION,
        seats=seats,
        candidates=ballots.candidates,
        withdrawn=tuple(sorted(ballots.withdrawn)),
        ballots=ballots.total,
        valid=valid,
        blank=ballots.blank,
        void=ballots.total - ballots.blank - valid,
        winners=winners,
        alternates=tuple(filled.alternates),
        undecided=filled.undecided,
        rounds=(Round(1, 1, dict(zip(names, before.tolist(), strict=True)), 0, elected=winners, events=tuple(events)),),
        ties=tuple(filled.ties),
        pairwise=_table(names, pairs),
        paths=_table(names, paths),
    )


def pairwise(ballots: Ballots) -> tuple[Whole, int]:
    """How many prefer each standing candidate (row) to each other (column), and how many ballots rank anybody."""
    numbers = [n for n, name in enumerate(ballots.candidates) if name not in ballots.withdrawn]
    pairs = np.zeros((len(numbers), len(numbers)), dtype=np.int64)
    valid = 0
    for begin in range(0, len(ballots.weights), CHUNK):
        weights = ballots.weights[begin : begin + CHUNK]
        ranks = ranks_of(ballots, ballots.marks[:, begin : begin + CHUNK])[numbers]
        valid += int(weights[ranks.any(axis=0)].sum())
        ranks[ranks == 0] = np.iinfo(np.int16).max
        each_once = bool((weights == 1).all())
        for n, row in enumerate(ranks):
            better = row < ranks
            pairs[n] += np.count_nonzero(better, axis=1) if each_once else better @ weights
    return pairs, valid


def strongest_paths(pairs: Whole) -> Whole:
    """The strength of the strongest path from each candidate (row) to each other (column): 0 where there is none."""
    paths = np.where(pairs > pairs.T, pairs, 0)
    for n in range(len(paths)):
        np.maximum(paths, np.minimum(paths[:, n : n + 1], paths[n : n + 1, :]), out=paths)
    np.fill_diagonal(paths, 0)
    return paths


def _explained(
    order: Sequence[str], undecided: tuple[str, ...], names: Sequence[str], pairs: Whole, paths: Whole
) -> list[Event]:
    """Why each stands before the next."""
    number = {name: n for n, name in enumerate(names)}
    events = []
    first = number[order[0]] if order else 0
    if order and all(pairs[first, n] > pairs[n, first] for n in range(len(names)) if n != first):
        events.append(Event("count.schulze.condorcet", {"names": (order[0],)}))
    for one, other in itertools.pairwise(order):
        there, back = int(paths[number[one], number[other]]), int(paths[number[other], number[one]])
        key = "count.schulze.before" if there > back else "count.schulze.equal"
        events.append(Event(key, {"name": one, "other": other, "there": there, "back": back}))
    if undecided:
        events.append(Event("count.tied", {"names": undecided}))
    return events


def _table(names: Sequence[str], numbers: Whole) -> Mapping[str, Mapping[str, int]]:
    return {
        name: {other: count for other, count in zip(names, row, strict=True) if other != name}
        for name, row in zip(names, numbers.tolist(), strict=True)
    }
