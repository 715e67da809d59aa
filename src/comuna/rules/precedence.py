"""The charter's precedence of motions: what comes first in it interrupts what comes after, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator

from comuna.kernel.act import TextRef
from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules.state import State


def in_order(s: State, gathering: str, step: str, of: str | None = None) -> None:
    """Whether a step of a debate can be taken now, on the motion `of` or on none. Steps of equal rank, and those of
    which the charter says nothing, can. Refuses: motion.amendment_first, motion.motion_first, with the text of what
    comes first."""
    assert s.charter is not None
    order: tuple[str, ...] = charter.parse(s.charter).value("rules.precedence", ())
    if step not in order:
        return
    before = order[: order.index(step)]
    first = min(
        (each for each in _pending(s, gathering, of) if each[0] in before),
        key=lambda each: before.index(each[0]),
        default=None,
    )
    if first is not None:
        raise Refused("motion.amendment_first" if first[0] == "amend" else "motion.motion_first", pending=first[1])


def _pending(s: State, gathering: str, of: str | None) -> Iterator[tuple[str, TextRef]]:
    """What is pending before a gathering but the motion `of` itself: its step, and its text."""
    for motion in s.motions.values():
        if motion.gathering == gathering and motion.status == "moved":
            yield from (("amend", each.text) for each in motion.amendments.values() if each.status == "moved")
            if motion.id != of:
                yield "main", motion.text
