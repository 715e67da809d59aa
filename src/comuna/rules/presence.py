"""Who is at a gathering. The journal knows handles and kinds; names lie elsewhere, and only counts go further."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules.discussion import Line, Written
from comuna.rules.floor import ended
from comuna.rules.hall import ROLES, WHERE, Hall, Person, Role, Where, held_open, known

MOST_UNCOUNTED: Final = 100_000
MOST_PEOPLE: Final = 20_000
"""People known one by one in one gathering."""


class Joined(Line, frozen=True, tag="presence.joined/1"):
    """Somebody came in, in the room or from elsewhere. `phone`: with a device of their own; the chair adds those
    without."""

    who: str
    role: Role
    where: Where
    phone: bool = True


class Changed(Line, frozen=True, tag="presence.changed/1"):
    """Somebody's name, role or place is another now; names stand in the table of participants."""

    who: str
    role: Role
    where: Where


class Left(Line, frozen=True, tag="presence.left/1"):
    """Somebody went."""

    who: str


class Removed(Line, frozen=True, tag="presence.removed/1"):
    """The chair removed somebody: they cannot take part any more, unless the chair lets them in again (`back`)."""

    who: str
    back: bool = False


class VoterAdmitted(Line, frozen=True, tag="voter.admitted/1"):
    """The desk found that somebody may vote here; by whose card or name, the journal does not know."""

    who: str


class RoomCounted(Line, frozen=True, tag="presence.counted/1"):
    """How many are in the room beyond those known one by one."""

    uncounted: int


class DoorLocked(Line, frozen=True, tag="door.locked/1"):
    """The chair locked the door, or opened it again: who is not in yet cannot come in."""

    locked: bool


def join(h: Hall, *, who: str, role: Role, where: Where, phone: bool = True, chair: bool = False) -> Joined | Changed:
    """Come in, early too; who is here already changes their role or place. Refuses: live.locked, live.removed,
    live.full, live.bad_role."""
    _possible(role, where)
    person = h.people.get(who)
    if person is not None and person.removed:
        raise Refused("live.removed")
    if person is not None and person.here:
        return Changed(who=who, role=role, where=where)
    if person is None and h.locked and not chair:
        raise Refused("live.locked")
    if person is None and len(h.people) >= MOST_PEOPLE:
        raise Refused("live.full", limit=MOST_PEOPLE)
    return Joined(who=who, role=role, where=where, phone=phone)


def change(h: Hall, *, who: str, role: Role | None = None, where: Where | None = None) -> Changed:
    """Say that somebody's role, place or name is another. Refuses: live.removed, live.not_here, live.bad_role."""
    person = known(h, who)
    _possible(role or person.role, where or person.where)
    return Changed(who=who, role=role or person.role, where=where or person.where)


def admit_voter(h: Hall, *, who: str) -> VoterAdmitted:
    """Let somebody who is here vote. Refuses: live.removed, live.not_here, voter.admitted_already."""
    if known(h, who).votes:
        raise Refused("voter.admitted_already")
    return VoterAdmitted(who=who)


def apply_voter(h: Hall, line: VoterAdmitted, w: Written) -> Hall:
    """They may vote, and count for the quorum while they are here."""
    person = h.people.get(line.who)
    if person is None:
        return h
    return _with(h, line.who, msgspec.structs.replace(person, votes=True))


def leave(h: Hall, *, who: str) -> Left:
    """Go. Refuses: live.removed, live.not_here."""
    if not known(h, who).here:
        raise Refused("live.not_here")
    return Left(who=who)


def remove(h: Hall, *, who: str, back: bool = False) -> Removed:
    """Remove somebody, or let them in again. Refuses: live.not_here."""
    if who not in h.people:
        raise Refused("live.not_here")
    return Removed(who=who, back=back)


def count_room(h: Hall, *, uncounted: int) -> RoomCounted:
    """Say how many more are in the room. Refuses: live.not_open, gathering.count_impossible."""
    held_open(h)
    if not 0 <= uncounted <= MOST_UNCOUNTED:
        raise Refused("gathering.count_impossible")
    return RoomCounted(uncounted=uncounted)


def lock(h: Hall, *, locked: bool) -> DoorLocked:
    """Lock the door, or open it. Refuses: live.not_open."""
    held_open(h)
    return DoorLocked(locked=locked)


def _possible(role: str, where: str) -> None:
    if role not in ROLES or where not in WHERE:
        raise Refused("live.bad_role")


def _with(h: Hall, who: str, person: Person) -> Hall:
    before = h.people.get(who)
    counted = h.counted + person.here - (before is not None and before.here)
    return msgspec.structs.replace(h, people={**h.people, who: person}, counted=counted)


def _counted(h: Hall) -> Hall:
    present = h.present
    return h if present <= h.most else msgspec.structs.replace(h, most=present)


def apply_joined(h: Hall, a: Joined, w: Written) -> Hall:
    """They are present, and asked in a go-round under way; who comes back to it is asked as often as was left."""
    h = _with(h, a.who, Person(role=a.role, where=a.where, phone=a.phone))
    round = h.round
    if round is not None and a.who not in (*round.waiting, *round.passed, *round.over):
        if a.who in round.once:
            round = msgspec.structs.replace(round, passed=(*round.passed, a.who))
        else:
            round = msgspec.structs.replace(round, waiting=(*round.waiting, a.who))
    return _counted(msgspec.structs.replace(h, round=round))


def apply_changed(h: Hall, a: Changed, w: Written) -> Hall:
    """Role and place are as said."""
    if a.who not in h.people:
        return h
    return _with(h, a.who, msgspec.structs.replace(h.people[a.who], role=a.role, where=a.where))


def _gone(h: Hall, who: str, *, removed: bool) -> Hall:
    if who not in h.people:
        return h
    if h.turn is not None and h.turn.who == who:
        h = ended(h)
    h = _with(h, who, msgspec.structs.replace(h.people[who], here=False, removed=removed))
    round = h.round
    if round is not None:
        waiting = tuple(w for w in round.waiting if w != who)
        round = msgspec.structs.replace(round, waiting=waiting, passed=tuple(p for p in round.passed if p != who))
    hands = tuple(hand for hand in h.hands if hand.who != who)
    return msgspec.structs.replace(h, hands=hands, round=round)


def apply_left(h: Hall, a: Left, w: Written) -> Hall:
    """They are not present any more; their turn has ended, their hands are down."""
    return _gone(h, a.who, removed=False)


def apply_removed(h: Hall, a: Removed, w: Written) -> Hall:
    """They are out, or may come in again; who was never out stays."""
    if not a.back:
        return _gone(h, a.who, removed=True)
    if a.who not in h.people:
        return h
    return _with(h, a.who, msgspec.structs.replace(h.people[a.who], removed=False))


def apply_counted(h: Hall, a: RoomCounted, w: Written) -> Hall:
    """So many more are in the room."""
    return _counted(msgspec.structs.replace(h, uncounted=a.uncounted))


def apply_locked(h: Hall, a: DoorLocked, w: Written) -> Hall:
    """The door is locked or open."""
    return msgspec.structs.replace(h, locked=a.locked)
