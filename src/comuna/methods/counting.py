"""Every way of counting by its name, as charters and the command line name it."""

from __future__ import annotations

from comuna.methods import Method, irv, marks, schulze, stv
from comuna.methods.ballots import Ballots, Reading
from comuna.methods.result import Result
from comuna.methods.ties import TieRule


def count(method: Method, ballots: Ballots, seats: int, ties: TieRule, reading: Reading) -> Result:
    """Count the ballots. `reading` matters where ballots are followed rank by rank: for IRV and STV."""
    match method:
        case "plurality":
            return marks.plurality(ballots, seats, ties)
        case "approval":
            return marks.approval(ballots, seats, ties)
        case "irv":
            return irv.irv(ballots, seats, ties, reading=reading)
        case "stv-scottish":
            return stv.stv_scottish(ballots, seats, ties, reading=reading)
        case "schulze":
            return schulze.schulze(ballots, seats, ties)
