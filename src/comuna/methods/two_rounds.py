"""Election in two rounds: over half of the votes in the first, or most votes in a second between those who led."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from comuna.methods.ballots import Ballots
from comuna.methods.marks import first_votes, plurality
from comuna.methods.result import Event, Result, Round, Tie
from comuna.methods.ties import UNBROKEN, TieRule, choose, record

VERSION = 1


def first(ballots: Ballots, ties: TieRule = UNBROKEN) -> Result:
    """The first round. Over half of the valid votes elects. Otherwise the two with most votes go to a second round;
    where a tie for a place in it is left as it is, all who share in it go there too."""
    votes, valid = first_votes(ballots, 1)
    over_half = tuple(name for name, count in votes.items() if 2 * count > valid) or (
        tuple(votes) if len(votes) == 1 else ()
    )
    going, met = ((), ()) if over_half else _second_round(votes, ties)
    key, names = ("count.elected.over_half", over_half) if over_half else ("count.second_round", going)
    return Result(
        method="two-rounds",
        version=VERSION,
        seats=1,
        candidates=ballots.candidates,
        withdrawn=tuple(sorted(ballots.withdrawn)),
        ballots=ballots.total,
        valid=valid,
        blank=ballots.blank,
        void=ballots.total - ballots.blank - valid,
        winners=over_half,
        majority=valid // 2 + 1,
        rounds=(Round(1, 1, votes, 0, elected=over_half, events=(Event(key, {"names": names}),) if names else ()),),
        ties=met,
        second_round=going,
    )


def second(ballots: Ballots, ties: TieRule = UNBROKEN) -> Result:
    """The second round, between the candidates on these ballots: most votes wins."""
    return msgspec.structs.replace(plurality(ballots, 1, ties), method="two-rounds", version=VERSION)


def _second_round(votes: Mapping[str, int], ties: TieRule) -> tuple[tuple[str, ...], tuple[Tie, ...]]:
    going: list[str] = []
    met: list[Tie] = []
    while len(going) < 2 and len(going) < len(votes):
        left = [name for name in votes if name not in going]
        top = max(votes[name] for name in left)
        equal = [name for name in left if votes[name] == top]
        if len(equal) <= 2 - len(going):
            going += equal
            continue
        chosen, how = choose(equal, ties)
        met.append(record(1, "second_round", equal, chosen, how))
        going += equal if chosen is None else [chosen]
    return tuple(going), tuple(met)
