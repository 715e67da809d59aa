"""How long each remaining item of an agenda may take. Pure arithmetic in whole seconds.

An item states a range: fixed (10 minutes), from–to, at most, at least, or none; `per_person` ranges grow with the
number present. Time goes, in this order: to every stated lower bound; to a useful minimum for items that state no
upper bound (five minutes, or five for each guiding question); to the upper bounds, in the order of the agenda; what is
left to the items without an upper bound. So an extra person never lengthens another's item.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

USEFUL: Final = 300
"""Seconds below which an open item, or one guiding question in it, is hardly worth opening."""
STEP: Final = 15
"""Seconds to which an offered turn is rounded down."""
SHORTEST_TURN: Final = 30
"""Seconds below which a shorter turn is no offer any more."""
LATER: Final = 300
"""Seconds to which a later end is rounded up."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What an item of the agenda asks for. `low` and `high`: seconds, of each person's turn where `per_person`; None
    where the page says nothing. `questions`: how many guiding questions are still to be talked about in it. `spent`:
    seconds it has had already."""

    id: str
    per_person: bool = False
    low: int | None = None
    high: int | None = None
    questions: int = 0
    spent: int = 0

    def _whole(self, seconds: int, present: int) -> int:
        return max(seconds * (present if self.per_person else 1) - self.spent, 0)

    def least(self, present: int) -> int:
        """The seconds it must still have."""
        return self._whole(self.low or 0, present)

    def most(self, present: int) -> int | None:
        """The most it may still take; None: as long as there is time."""
        return None if self.high is None else self._whole(self.high, present)

    def useful(self, present: int) -> int:
        """What an item without an upper bound should still have to be worth it."""
        return max(self.least(present), USEFUL * max(self.questions, 1) - self.spent)

    def wish(self, present: int) -> int:
        """What it should still have: each person's full turn, the lower end of a range, a useful minimum."""
        most = self.most(present)
        if most is None:
            return self.useful(present)
        return most if self.per_person or self.low is None else self.least(present)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What would make the rest fit. `kind`: `turns` (everybody's turn in `item` takes `seconds`), `pairs` (talk in
    twos instead: the item takes `seconds` in all), `later` (end `seconds` later)."""

    kind: str
    seconds: int
    item: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How the time is given out. `allotments`: seconds each remaining item still has. `missing`: by how much the time
    falls short of what the items should have; 0 when it fits. `gives`: the items that get less than they should.
    `offers`: what would make it fit."""

    allotments: dict[str, int]
    missing: int = 0
    gives: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every item gets what it should have."""
        return self.missing == 0


def plan(items: Sequence[Item], *, present: int, left: int) -> Plan:
    """Give out the `left` seconds to the items not yet over, in the order of the agenda, for `present` people.
    Allotments never exceed the time left, and leave a stated range only when the lower bounds alone do not fit."""
    left, present = max(left, 0), max(present, 0)
    least = {item.id: item.least(present) for item in items}
    needed = sum(least.values())
    if needed > left:
        given = {id: seconds * left // needed for id, seconds in least.items()}
    else:
        given = _filled(items, least, present, left - needed)
    wishes = {item.id: item.wish(present) for item in items}
    missing = max(sum(wishes.values()) - left, 0)
    if not missing:
        return Plan(allotments=given)
    return Plan(
        allotments=given,
        missing=missing,
        gives=tuple(id for id, seconds in given.items() if seconds < wishes[id]),
        offers=tuple(_offers(items, wishes, present, left, missing)),
    )


def _filled(items: Sequence[Item], least: dict[str, int], present: int, rest: int) -> dict[str, int]:
    given = dict(least)
    unbounded = [item for item in items if item.most(present) is None]
    bounded = [(item, most) for item in items if (most := item.most(present)) is not None]
    upto = [(item.id, item.useful(present)) for item in unbounded] + [(item.id, most) for item, most in bounded]
    for id, bound in upto:
        more = min(max(bound - given[id], 0), rest)
        given[id] += more
        rest -= more
    for place, item in enumerate(unbounded):
        share = rest // (len(unbounded) - place)
        given[item.id] += share
        rest -= share
    return given


def _offers(items: Sequence[Item], wishes: dict[str, int], present: int, left: int, missing: int) -> Sequence[Offer]:
    found = []
    for item in items:
        turn = item.high or item.low
        if not item.per_person or not turn or present < 2 or item.spent:
            continue
        others = sum(wishes.values()) - wishes[item.id]
        shorter = (left - others) // present // STEP * STEP
        if SHORTEST_TURN <= shorter < turn:
            found.append(Offer(kind="turns", item=item.id, seconds=shorter))
        if others + 2 * turn <= left:
            found.append(Offer(kind="pairs", item=item.id, seconds=2 * turn))
    return [*found, Offer(kind="later", seconds=-(-missing // LATER) * LATER)]
