"""When an assembly may be opened: on its day, at a further call not before its hour, and never with less notice than it
was called with."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules import charter

if TYPE_CHECKING:
    from comuna.rules.charter import Charter
    from comuna.rules.state import Assembly, Gathering, State

LATE: Final = dt.timedelta(days=1)
"""A night may be long: until the end of the day after, an assembly may still be opened."""


def may_open(gathering: Gathering, found: Assembly, now: str) -> None:
    """`now`: what the clock says where it is held (YYYY-MM-DDTHH:MM). No call is made, and no adjourned assembly goes
    on, before the day and the hour that were told: whoever comes in time has a say. Refuses: assembly.before_its_day,
    assembly.day_past, assembly.no_call_planned, assembly.call_not_yet."""
    if found.status == "convened":
        _on(gathering.date, now)
        _not_before((gathering.date, gathering.start), now)
    elif found.second is not None:
        _not_before(found.second, now)
        _on(found.second[0], now)
    elif found.status == "without_quorum":
        raise Refused("assembly.no_call_planned")
    else:
        _not_after(found.opened, now)  # adjourned for a while, and nobody said to when


def _on(date: str, now: str) -> None:
    if now[:10] < date:
        raise Refused("assembly.before_its_day", date=date, now=now[:10])
    _not_after(date, now)


def _not_after(date: str, now: str) -> None:
    if now[:10] > (dt.date.fromisoformat(date) + LATE).isoformat():
        raise Refused("assembly.day_past", date=date, now=now[:10])


def _not_before(when: tuple[str, str], now: str) -> None:
    if now < f"{when[0]}T{when[1]}":
        raise Refused("assembly.call_not_yet", date=when[0], hour=when[1])


def second_call(s: State, form: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    """The second call follows the first by as many minutes as the charter asks for. Refuses:
    assembly.second_before_first, assembly.second_too_soon."""
    if second <= first:
        raise Refused("assembly.second_before_first")
    assert s.charter is not None
    wanted: int = charter.parse(s.charter).of_kind("gatherings", form, "second_call_after_minutes", 0)
    apart = (_moment(second) - _moment(first)) // dt.timedelta(minutes=1)
    if apart < wanted:
        raise Refused("assembly.second_too_soon", needed=wanted, given=apart)


def earliest_second(rules: Charter, form: str, first: tuple[str, str]) -> tuple[str, str] | None:
    """When the second call may follow the first; None where the charter does not say."""
    wanted: int | None = rules.of_kind("gatherings", form, "second_call_after_minutes", None)
    if wanted is None:
        return None
    found = _moment(first) + dt.timedelta(minutes=wanted)
    return found.date().isoformat(), found.strftime("%H:%M")


def _moment(when: tuple[str, str]) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{when[0]}T{when[1]}")


def may_postpone(s: State, gathering: str, date: str, today: str) -> None:
    """An assembly that was convened goes to another day with as much notice of that day as it was called with.
    Refuses assembly.in_session, notice.too_short."""
    not_in_session(s, gathering)
    found = s.assemblies.get(gathering)
    if found is None or found.notice is None or date == s.gatherings[gathering].date:
        return
    given = (dt.date.fromisoformat(date) - dt.date.fromisoformat(today)).days
    if given < found.notice:
        raise Refused("notice.too_short", needed=found.notice, given=max(given, 0))


def not_in_session(s: State, gathering: str) -> None:
    """Refuses assembly.in_session: what was opened is adjourned or closed first."""
    found = s.assemblies.get(gathering)
    if found is not None and found.status == "open":
        raise Refused("assembly.in_session")


def postponed(found: Assembly, before: Gathering, date: str, start: str) -> Assembly:
    """An assembly whose gathering goes to another day or hour: what was told of the old day proves nothing about the
    new one, and a call that failed is made again then."""
    notices = found.notices if date == before.date else ()
    second = found.second
    if found.status != "convened":
        second = (date, start)
    elif second is not None and second <= (date, start):
        second = None
    return msgspec.structs.replace(found, notices=notices, second=second)
