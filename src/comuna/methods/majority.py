"""Whether enough agreed: a majority with its base and threshold, consent, levels of agreement. Exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

import msgspec

VERSION: Final = "majority/1"

Outcome = Literal["adopted", "rejected", "tied", "too_few", "no_votes", "objected", "blocked", "elected"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer (`elected`: one of several options has enough) and its reckoning: `base`: what the share is taken of;
    `needed`: how many in favour were needed; `favour`: how many there were; `turnout_needed`: how many ballots the
    turnout floor asks for (0: no floor)."""

    outcome: Outcome
    base: int
    needed: int
    favour: int
    ballots: int
    turnout_needed: int = 0


def least(share: Fraction, base: int, *, more: bool) -> int:
    """The fewest that are a share of `base`: at least so many, or more than that."""
    exact = share * base
    return floor(exact) + 1 if more else ceil(exact)


def turnout_floor(turnout: Fraction | None, roll: int) -> int:
    """How many ballots a turnout floor asks for; 0 where there is none."""
    return least(turnout, roll, more=False) if turnout is not None else 0


def majority(
    yes: int,
    no: int,
    abstain: int,
    *,
    of: Literal["cast", "present", "all"],
    share: Fraction,
    more: bool = True,
    abstentions_counted: bool = False,
    present: int = 0,
    roll: int = 0,
    turnout: Fraction | None = None,
) -> Verdict:
    """Whether a share of the votes cast, of those present or of all on the roll is in favour. A tie is as many votes
    against as in favour where a half of the votes cast would decide; what it means is the charter's to say."""
    ballots = yes + no + abstain
    base = {"cast": yes + no + (abstain if abstentions_counted else 0), "present": present, "all": roll}[of]
    wanted = least(share, base, more=more)
    floor_ = turnout_floor(turnout, roll)
    outcome: Outcome
    if ballots < floor_:
        outcome = "too_few"
    elif base == 0 or yes + no == 0:
        outcome = "no_votes"
    elif yes >= wanted:
        outcome = "adopted"
    elif of == "cast" and yes == no and share == Fraction(1, 2):
        outcome = "tied"
    else:
        outcome = "rejected"
    return Verdict(outcome=outcome, base=base, needed=wanted, favour=yes, ballots=ballots, turnout_needed=floor_)


def consent(agree: int, aside: int, objections: int, *, roll: int = 0, turnout: Fraction | None = None) -> Verdict:
    """Whether nobody objects; who stands aside does not."""
    return _agreed(
        agree + aside + objections,
        agree + aside,
        floor_=turnout_floor(turnout, roll),
        blocked=False,
        objected=objections > 0,
    )


def levels(
    counts: Sequence[int], *, passes_from: int, blocks: int, roll: int = 0, turnout: Fraction | None = None
) -> Verdict:
    """Levels of agreement, 0 (a block) upwards: it passes when there are fewer than `blocks` at 0 and nobody between a
    block and `passes_from`, who would first have to be heard."""
    return _agreed(
        sum(counts),
        sum(counts[passes_from:]),
        floor_=turnout_floor(turnout, roll),
        blocked=counts[0] >= max(blocks, 1),
        objected=sum(counts[1:passes_from]) > 0,
    )


def _agreed(ballots: int, favour: int, *, floor_: int, blocked: bool, objected: bool) -> Verdict:
    outcome: Outcome
    if ballots < floor_:
        outcome = "too_few"
    elif ballots == 0:
        outcome = "no_votes"
    elif blocked:
        outcome = "blocked"
    elif objected:
        outcome = "objected"
    else:
        outcome = "adopted"
    return Verdict(outcome=outcome, base=ballots, needed=ballots, favour=favour, ballots=ballots, turnout_needed=floor_)
