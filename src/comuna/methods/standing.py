"""Filling seats from an order in which some stand equal: what plurality, approval and Schulze have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from comuna.methods.result import Purpose, Tie
from comuna.methods.ties import TieRule, choose, record


class Filled:
    """Who is elected, who follows, and the ties that had to be broken. `undecided` are those between whom the seats
    still open lie."""

    def __init__(self) -> None:
        self.winners: list[str] = []
        self.alternates: list[str] = []
        self.undecided: tuple[str, ...] = ()
        self.ties: list[Tie] = []


def fill(
    standing: Sequence[str], seats: int, best: Callable[[Sequence[str]], Sequence[str]], rule: TieRule, round: int = 1
) -> Filled:
    """Fill the seats: again and again the best of those left, as `best` names them. Where more are equally good than
    there are seats, the tie is broken; where all of them get a seat, none has to be. After the seats come the
    alternates, one by one, until a tie is left as it is."""
    filled, left = Filled(), list(standing)
    while left:
        equal = list(best(left))
        free = seats - len(filled.winners)
        if free >= len(equal):
            filled.winners += equal
            left = [name for name in left if name not in equal]
            continue
        chosen: str | None = equal[0]
        if len(equal) > 1:
            purpose: Purpose = "elect" if free else "order"
            chosen, how = choose(equal, rule)
            filled.ties.append(record(round, purpose, equal, chosen, how))
        if chosen is None:
            filled.undecided = tuple(equal) if free else ()
            break
        (filled.winners if free else filled.alternates).append(chosen)
        left.remove(chosen)
    return filled
