"""Days counted on, within the calendar."""

from __future__ import annotations

import calendar
import datetime as dt

from comuna.kernel.refusal import Refused


def months_later(day: str, months: int) -> str:
    """The day so many months later; the last of the month where there is no such day. Refuses date.too_far (beyond the
    year 9999)."""
    start = dt.date.fromisoformat(day)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > dt.MAXYEAR:
        raise Refused("date.too_far")
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def days_later(day: str, days: int) -> str:
    """The day so many days later. Refuses date.too_far (beyond the year 9999)."""
    start = dt.date.fromisoformat(day)
    if days > (dt.date.max - start).days:
        raise Refused("date.too_far")
    return (start + dt.timedelta(days=days)).isoformat()


def days_between(one: str, other: str) -> int:
    """Days from one ISO date to another."""
    return (dt.date.fromisoformat(other) - dt.date.fromisoformat(one)).days
