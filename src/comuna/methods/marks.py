"""Plurality and approval: marks are added up, and whoever has most is elected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from comuna.methods.ballots import SAME_RANK, Ballots, Marks, Truth, Whole, overvoted, ranks_of
from comuna.methods.result import Event, Result, Round
from comuna.methods.standing import fill
from comuna.methods.ties import UNBROKEN, TieRule

PLURALITY_VERSION = 1
APPROVAL_VERSION = 1
CHUNK = 1 << 16


def plurality(ballots: Ballots, seats: int = 1, ties: TieRule = UNBROKEN, *, votes_each: int | None = None) -> Result:
    """Most votes wins. A ballot is one vote for each candidate at its first rank that is not empty, at most
    `votes_each` (as many as there are seats, unless said otherwise); with more it is void. Later ranks do not count."""
    most = seats if votes_each is None else votes_each
    votes, valid = first_votes(ballots, most)
    return _elected("plurality", PLURALITY_VERSION, ballots, seats, votes, valid, ties)


def approval(ballots: Ballots, seats: int = 1, ties: TieRule = UNBROKEN) -> Result:
    """Most approvals wins. Every candidate marked on a ballot is approved, at whatever rank; twice marked counts once.
    A rank of which is only known that several were marked approves nobody."""
    votes, valid = _approvals(ballots)
    return _elected("approval", APPROVAL_VERSION, ballots, seats, votes, valid, ties)


def first_votes(ballots: Ballots, most: int) -> tuple[Mapping[str, int], int]:
    """What each standing candidate has at the first ranks, and how many ballots are valid."""
    totals = dict.fromkeys(ballots.standing, 0)
    valid = 0
    numbers = [n for n, name in enumerate(ballots.candidates) if name not in ballots.withdrawn]
    for begin in range(0, len(ballots.weights), CHUNK):
        marks, weights = ballots.marks[:, begin : begin + CHUNK], ballots.weights[begin : begin + CHUNK]
        ranks = ranks_of(ballots, marks)[numbers]
        void = _first_is_overvote(ballots, marks)
        first = np.where(ranks > 0, ranks, np.iinfo(np.int16).max).min(axis=0, initial=np.iinfo(np.int16).max)
        chosen = (ranks > 0) & (ranks == first)
        many = chosen.sum(axis=0)
        good = (many > 0) & (many <= most) & ~void
        valid += int(weights[good].sum())
        _add(totals, chosen & good, weights)
    return totals, valid


def _approvals(ballots: Ballots) -> tuple[Mapping[str, int], int]:
    totals = dict.fromkeys(ballots.standing, 0)
    valid = 0
    numbers = [n for n, name in enumerate(ballots.candidates) if name not in ballots.withdrawn]
    for begin in range(0, len(ballots.weights), CHUNK):
        weights = ballots.weights[begin : begin + CHUNK]
        approved = ranks_of(ballots, ballots.marks[:, begin : begin + CHUNK])[numbers] > 0
        valid += int(weights[approved.any(axis=0)].sum())
        _add(totals, approved, weights)
    return totals, valid


def _first_is_overvote(ballots: Ballots, marks: Marks) -> Truth:
    """Where the first thing on the ballot is a rank known to hold several, though not whom."""
    known = overvoted(np.where(marks >= SAME_RANK, np.int16(0), marks), marks >= 0)
    named = marks >= 0
    if ballots.withdrawn:
        gone = [n for n, name in enumerate(ballots.candidates) if name in ballots.withdrawn]
        named &= ~np.isin(marks & ~SAME_RANK, gone)
    nothing = np.zeros((1, marks.shape[1]), dtype=np.bool_)
    return np.asarray((known & ~np.logical_or.accumulate(np.concatenate([nothing, named])[:-1], axis=0)).any(axis=0))


def _add(totals: dict[str, int], marked: Truth, weights: Whole) -> None:
    for name, row in zip(totals, marked, strict=True):
        totals[name] += int(weights[row].sum())


def _elected(
    method: str, version: int, ballots: Ballots, seats: int, votes: Mapping[str, int], valid: int, ties: TieRule
) -> Result:
    filled = fill(list(votes), seats, lambda left: _most(votes, left), ties)
    winners = tuple(filled.winners)
    events = [Event("count.elected.most", {"names": winners})] if winners else []
    if filled.undecided:
        events.append(Event("count.tied", {"names": filled.undecided}))
    return Result(
        method=method,
        version=version,
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
        rounds=(Round(1, 1, votes, 0, elected=winners, events=tuple(events)),),
        ties=tuple(filled.ties),
    )


def _most(votes: Mapping[str, int], left: Sequence[str]) -> list[str]:
    top = max(votes[name] for name in left)
    return [name for name in left if votes[name] == top]
