"""Breaking ties as a charter says, and recording how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from comuna.methods.lots import in_drawn_order
from comuna.methods.result import How, Purpose, Tie


class TieRule(msgspec.Struct, frozen=True):
    """How ties are broken: each step in turn until one decides; with no steps, or if none decides, the tie stands.

    - `earlier_rounds`: by what the candidates had in the most recent earlier round in which they differed
      (Scottish Local Government Elections Order 2007, Schedule 1, rules 49 and 51).
    - `lots`: all are drawn from `seed` (`comuna.methods.lots`); whoever comes first stands before the others.
    - `order`: whoever stands first in `order`, which somebody with the right to do so gave, stands before the others.
    """

    steps: tuple[How, ...] = ()
    seed: bytes = b""
    order: tuple[str, ...] = ()


UNBROKEN = TieRule()
"""Ties are left as they are."""


def choose(
    tied: Sequence[str],
    rule: TieRule,
    *,
    earlier: Sequence[Mapping[str, int]] = (),
    lowest: bool = False,
) -> tuple[str | None, How | None]:
    """The one of `tied` who stands first by the rule (last, if `lowest`), and what decided; None where nothing does.
    `earlier` are the votes at the end of each earlier round, oldest first. The order of `tied` does not matter."""
    left = sorted(set(tied))
    assert len(left) > 1, left
    for step in rule.steps:
        if step == "earlier_rounds":
            left = _by_earlier_rounds(left, earlier, lowest=lowest)
        elif step == "lots":
            drawn = in_drawn_order(left, rule.seed)
            left = [drawn[-1 if lowest else 0]]
        else:
            place = {name: n for n, name in enumerate(rule.order)}
            given = sorted((name for name in left if name in place), key=place.__getitem__)
            if len(given) == len(left):
                left = [given[-1 if lowest else 0]]
        if len(left) == 1:
            return left[0], step
    return None, None


def record(
    round: int,
    purpose: Purpose,
    tied: Sequence[str],
    chosen: str | None,
    how: How | None,
) -> Tie:
    """A tie as it is recorded; candidates in the order of their names, so that it reads the same however it came."""
    return Tie(round, purpose, tuple(sorted(tied)), how, () if chosen is None else (chosen,))


def _by_earlier_rounds(left: list[str], earlier: Sequence[Mapping[str, int]], *, lowest: bool) -> list[str]:
    for votes in reversed(earlier):
        had = [votes[name] for name in left]
        wanted = min(had) if lowest else max(had)
        left = [name for name, count in zip(left, had, strict=True) if count == wanted]
        if len(left) == 1:
            break
    return left
