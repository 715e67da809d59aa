"""Calling a gathering, changing it, closing it: each an act with its rule and its fold."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import assembly_times, charter
from comuna.rules.group import SYSTEM, facilitator
from comuna.rules.state import Gathering, State

CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DAY: Final = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
LONGEST_NIGHT: Final = 8 * 60
"""Minutes. An end before the start is meant for the next day if that makes a gathering no longer than this; else it is
a slip, such as 5:00 for 17:00."""
MOST_CAME: Final = 1_000_000

CHANGES: Final[tuple[str, ...]] = (
    "title", "group", "place", "join", "film", "readings", "agenda", "questions", "featured",
    "language", "description", "admission",
)  # fmt: skip
"""What a revision can change, as its act names it. A day, an hour or a zone is changed by postponing."""


@act("gathering.called", v=1)
class GatheringCalled(Act, frozen=True):
    """A session was announced for this day and hour in this zone; the announcement is a text."""

    gathering: str
    date: str
    start: str
    end: str | None
    zone: str
    page: TextRef


@act("gathering.revised", v=1)
class GatheringRevised(Act, frozen=True):
    """The announcement was changed: which parts, and the text that holds now."""

    gathering: str
    changed: list[str]
    page: TextRef


@act("gathering.postponed", v=1)
class GatheringPostponed(Act, frozen=True):
    """The session was moved to another day or hour; the reason, if one was given, is a text."""

    gathering: str
    date: str
    start: str
    end: str | None
    zone: str
    page: TextRef
    reason: TextRef | None


@act("gathering.cancelled", v=1)
class GatheringCancelled(Act, frozen=True):
    """The session was called off."""

    gathering: str
    reason: TextRef | None


@act("gathering.reinstated", v=1)
class GatheringReinstated(Act, frozen=True):
    """A session that had been called off takes place after all, when it was announced for."""

    gathering: str


@act("takeaway.agreed", v=1)
class TakeawayAgreed(Act, frozen=True):
    """Those present agreed to do something; what, and who does it, are texts. `due` is an ISO date."""

    gathering: str
    takeaway: str
    what: TextRef
    owner: TextRef | None
    due: str | None


@act("gathering.closed", v=1)
class GatheringClosed(Act, frozen=True):
    """The session was closed and its record frozen. `came`: how many were there, None when nobody counted;
    `coming`: how many had said they would come; then how much was said and shown."""

    gathering: str
    came: int | None
    coming: int
    moments: int
    answers: int
    entries: int
    takeaways: int
    record: TextRef


@act("journal.expired", v=1)
class JournalExpired(Act, frozen=True):
    """The journal of a session was erased, as the charter says; the record stays."""

    gathering: str
    lines: int


def day(date: str) -> None:
    """Refuses gathering.no_such_day for what is no day of 1900 to 2199, written YYYY-MM-DD."""
    try:
        known = DAY.fullmatch(date) and dt.date.fromisoformat(date)
    except ValueError:
        known = None
    if not known:
        raise Refused("gathering.no_such_day", date=date[:40])


def times(date: str, start: str, end: str | None) -> None:
    """Refuses: gathering.no_such_day, gathering.no_such_hour, gathering.ends_before_start."""
    day(date)
    for hour in (start, end):
        if hour is not None and not CLOCK.fullmatch(hour):
            raise Refused("gathering.no_such_hour", hour=hour[:40])
    if end is not None and not 0 < (_minutes(end) - _minutes(start)) % 1440 <= (1439 if end > start else LONGEST_NIGHT):
        raise Refused("gathering.ends_before_start")


def _minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])


def _gathering(s: State, gathering: str) -> Gathering:
    found = s.gatherings.get(gathering)
    if found is None:
        raise Refused("gathering.unknown")
    return found


def open_for_guests(s: State, gathering: str) -> Gathering:
    """The gathering, if one can still say that one comes. Refuses: gathering.unknown, .cancelled, .closed,
    journal.expired."""
    return _called(s, gathering)


def _called(s: State, gathering: str) -> Gathering:
    found = _gathering(s, gathering)
    if found.status != "called":
        raise Refused(f"gathering.{found.status}")
    if found.journal_expired:
        raise Refused("journal.expired")
    return found


def open_for_words(s: State, gathering: str) -> Gathering:
    """The gathering, if people can still speak in it. Refuses: gathering.unknown, gathering.closed,
    journal.expired."""
    found = _gathering(s, gathering)
    if found.status == "closed":
        raise Refused("gathering.closed")
    if found.journal_expired:
        raise Refused("journal.expired")
    return found


def nothing_open(s: State, gathering: str) -> None:
    """Refuses vote.open while a vote of the gathering is open."""
    if any(v.gathering == gathering and v.status == "open" for v in s.votes.values()):
        raise Refused("vote.open")


def call(
    s: State, *, by: str, gathering: str, date: str, start: str, end: str | None, zone: str, page: TextRef
) -> GatheringCalled:
    """Announce a session. Refuses: member.not_facilitator, gathering.bad_id, gathering.called_already, and what
    `times` refuses."""
    facilitator(s, by)
    if not ID.fullmatch(gathering):
        raise Refused("gathering.bad_id")
    if gathering in s.gatherings:
        raise Refused("gathering.called_already")
    times(date, start, end)
    return GatheringCalled(gathering=gathering, date=date, start=start, end=end, zone=zone, page=page)


def apply_called(s: State, a: GatheringCalled, at: str) -> State:
    """The session is announced."""
    called = Gathering(
        id=a.gathering, date=a.date, start=a.start, end=a.end, zone=a.zone, page=a.page, called_at=at, changed_at=at
    )
    return _with(s, called)


def revise(s: State, *, by: str, gathering: str, changed: list[str], page: TextRef) -> GatheringRevised:
    """Change the announcement, day and hour apart. Refuses: member.not_facilitator, gathering.unknown, .cancelled,
    .closed, .nothing_changed."""
    facilitator(s, by)
    _called(s, gathering)
    if not changed:
        raise Refused("gathering.nothing_changed")
    assert set(changed) <= set(CHANGES), changed
    return GatheringRevised(gathering=gathering, changed=[name for name in CHANGES if name in changed], page=page)


def apply_revised(s: State, a: GatheringRevised, at: str) -> State:
    """The new text holds."""
    return _changed(s, a.gathering, at, page=a.page)


def postpone(
    s: State,
    *,
    by: str,
    gathering: str,
    date: str,
    start: str,
    end: str | None,
    zone: str,
    page: TextRef,
    reason: TextRef | None,
    today: str,
) -> GatheringPostponed:
    """Move the session to another day or hour. `today`: the day it is there. Refuses: member.not_facilitator,
    gathering.unknown, .cancelled, .closed, .nothing_changed, and what `times` and `assembly_times.may_postpone`
    refuse."""
    facilitator(s, by)
    found = _called(s, gathering)
    times(date, start, end)
    if (date, start, end, zone) == (found.date, found.start, found.end, found.zone):
        raise Refused("gathering.nothing_changed")
    assembly_times.may_postpone(s, gathering, date, today)
    return GatheringPostponed(gathering=gathering, date=date, start=start, end=end, zone=zone, page=page, reason=reason)


def apply_postponed(s: State, a: GatheringPostponed, at: str) -> State:
    """The new day and hour hold; what an assembly was convened with for the old ones does not."""
    found = s.assemblies.get(a.gathering)
    if found is not None:
        moved = assembly_times.postponed(found, s.gatherings[a.gathering], a.date, a.start)
        s = msgspec.structs.replace(s, assemblies=s.assemblies.set(a.gathering, moved))
    return _changed(s, a.gathering, at, date=a.date, start=a.start, end=a.end, zone=a.zone, page=a.page)


def cancel(s: State, *, by: str, gathering: str, reason: TextRef | None) -> GatheringCancelled:
    """Call the session off. Refuses: member.not_facilitator, gathering.unknown, .cancelled, .closed,
    assembly.in_session."""
    facilitator(s, by)
    _called(s, gathering)
    assembly_times.not_in_session(s, gathering)
    return GatheringCancelled(gathering=gathering, reason=reason)


def apply_cancelled(s: State, a: GatheringCancelled, at: str) -> State:
    """The session is off."""
    return _changed(s, a.gathering, at, status="cancelled")


def reinstate(s: State, *, by: str, gathering: str) -> GatheringReinstated:
    """Undo a cancellation. Refuses: member.not_facilitator, gathering.unknown, gathering.not_cancelled."""
    facilitator(s, by)
    if _gathering(s, gathering).status != "cancelled":
        raise Refused("gathering.not_cancelled")
    return GatheringReinstated(gathering=gathering)


def apply_reinstated(s: State, a: GatheringReinstated, at: str) -> State:
    """The session is on again."""
    return _changed(s, a.gathering, at, status="called")


def agree_takeaway(
    s: State, *, by: str, gathering: str, takeaway: str, what: TextRef, owner: TextRef | None, due: str | None
) -> TakeawayAgreed:
    """Put a takeaway into the book. Refuses: member.not_facilitator, gathering.unknown, gathering.cancelled,
    gathering.closed, takeaway.agreed_already, gathering.no_such_day."""
    facilitator(s, by)
    _called(s, gathering)
    if takeaway in s.takeaways:
        raise Refused("takeaway.agreed_already")
    if due is not None:
        day(due)
    return TakeawayAgreed(gathering=gathering, takeaway=takeaway, what=what, owner=owner, due=due)


def apply_agreed(s: State, a: TakeawayAgreed, at: str) -> State:
    """The takeaway is in the book."""
    return msgspec.structs.replace(s, takeaways=s.takeaways.set(a.takeaway, a.gathering))


def close(
    s: State,
    *,
    by: str,
    gathering: str,
    came: int | None,
    coming: int,
    moments: int,
    answers: int,
    entries: int,
    takeaways: int,
    record: TextRef,
) -> GatheringClosed:
    """Close the session with its record. Refuses: member.not_facilitator, gathering.unknown, .cancelled, .closed,
    vote.open, gathering.count_impossible."""
    facilitator(s, by)
    _called(s, gathering)
    nothing_open(s, gathering)
    if came is not None and not 0 <= came <= MOST_CAME:
        raise Refused("gathering.count_impossible")
    return GatheringClosed(
        gathering=gathering,
        came=came,
        coming=coming,
        moments=moments,
        answers=answers,
        entries=entries,
        takeaways=takeaways,
        record=record,
    )


def apply_closed(s: State, a: GatheringClosed, at: str) -> State:
    """The session is over and its record stands."""
    return _changed(s, a.gathering, at, status="closed", closed_at=at, record=a.record)


def expire_journal(s: State, *, by: str, gathering: str, lines: int, today: str) -> JournalExpired:
    """Erase a journal whose time is over. Refuses: gathering.unknown, journal.not_due, journal.expired_already."""
    assert by == SYSTEM
    found = _gathering(s, gathering)
    if found.journal_expired:
        raise Refused("journal.expired_already")
    due = journal_due(s, found)
    if due is None or today < due:
        raise Refused("journal.not_due")
    return JournalExpired(gathering=gathering, lines=lines)


def journal_due(s: State, gathering: Gathering) -> str | None:
    """The ISO date from which the charter wants the journal erased, counted from the session's day, or from the last
    change to it where that is later, so that a mistyped day erases nothing; None if never."""
    days = charter.parse(s.charter).days("journal_days") if s.charter else None
    if days is None:
        return None
    counted_from = max(gathering.date, gathering.changed_at[:10])
    return (dt.date.fromisoformat(counted_from) + dt.timedelta(days=days)).isoformat()


def apply_expired(s: State, a: JournalExpired, at: str) -> State:
    """The journal is gone."""
    expired = msgspec.structs.replace(s.gatherings[a.gathering], journal_expired=True)
    return _with(s, expired)


def _with(s: State, gathering: Gathering) -> State:
    return msgspec.structs.replace(s, gatherings=s.gatherings.set(gathering.id, gathering))


def _changed(s: State, gathering: str, at: str, **changes: object) -> State:
    found = s.gatherings[gathering]
    changed = msgspec.structs.replace(found, sequence=found.sequence + 1, changed_at=at, **changes)
    return _with(s, changed)
