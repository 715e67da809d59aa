"""Calendar files (RFC 5545, with RFC 7986's names): one session to save, or a group's sessions to subscribe to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

import icalendar
import msgspec

LENGTH: Final = dt.timedelta(minutes=90)
"""How long a session without a stated end is taken to last. A calendar shows an event without a length as a
mere point, so the time would look free."""

REFRESH: Final = dt.timedelta(hours=1)
"""How often a subscribed calendar should ask again; a cancelled session should not be learned of at its door."""

_FIXED = re.compile(r"^UTC([+-])(\d{2}):(\d{2})$")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A session as a calendar shows it. `start` and `end` are wall-clock times (naive) in `zone`: an IANA name,
    a fixed offset such as `UTC-05:00`, or None where nobody said, and then every reader sees the same
    wall-clock time. An `end` that is not after the start counts as not given. `uid` stays the same for ever,
    `sequence` rises with each change, `changed` is when the last one was made (aware). `join` is given only for
    a viewer who may have it. `whole_day`: it is a day, not an hour."""

    uid: str
    sequence: int
    start: dt.datetime
    zone: str | None
    title: str
    changed: dt.datetime
    end: dt.datetime | None = None
    cancelled: bool = False
    place: str | None = None
    description: str | None = None
    url: str | None = None
    join: str | None = None
    alarm_minutes: int | None = 30
    whole_day: bool = False


def _plain(text: str) -> str:
    """The text without control characters, which a calendar file cannot hold; every line break is a newline."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _link(url: str | None) -> str | None:
    """The address if it leads to the web; anything else (`javascript:`) has no place in a calendar."""
    if url is None or not re.match(r"https?://[^\s]+$", url, re.IGNORECASE):
        return None
    return _CONTROLS.sub("", url)


def _placed(moment: dt.datetime, zone: str | None) -> dt.datetime:
    """The wall-clock time in its zone. A fixed offset becomes UTC, which every calendar understands without a
    zone's definition; no zone leaves the time as it is. Refuses (ValueError) a zone that does not exist."""
    if zone is None:
        return moment
    fixed = _FIXED.match(zone)
    if fixed:
        sign, hours, minutes = fixed.groups()
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
        return moment.replace(tzinfo=dt.timezone(offset)).astimezone(dt.UTC)
    if zone in ("UTC", "Etc/UTC"):
        return moment.replace(tzinfo=dt.UTC)
    try:
        return moment.replace(tzinfo=ZoneInfo(zone))
    except (KeyError, OSError) as problem:
        raise ValueError(f"no such time zone: {zone}") from problem


def _alarm(event: Event) -> icalendar.Alarm | None:
    if event.cancelled or event.alarm_minutes is None:
        return None
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _plain(event.title) or "·")
    alarm.add("trigger", -dt.timedelta(minutes=event.alarm_minutes))
    return alarm


def _component(event: Event) -> icalendar.Event:
    """The event as its component. With a place, the place is the location and the join link stands in the
    description; without, the join link is the location, where phones make it a button."""
    join = None if event.cancelled else _link(event.join)
    url = _link(event.url)
    place = _plain(event.place) if event.place else ""
    about = [_plain(event.description) if event.description else "", (join or "") if place else "", url or ""]
    made = icalendar.Event()
    made.add("uid", _plain(event.uid))
    made.add("dtstamp", event.changed.astimezone(dt.UTC))
    made.add("last-modified", event.changed.astimezone(dt.UTC))
    made.add("sequence", event.sequence)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.whole_day:
        made.add("dtstart", event.start.date())
        made.add("transp", "TRANSPARENT")
    else:
        made.add("dtstart", _placed(event.start, event.zone))
    if event.whole_day:
        pass  # a day without an end lasts that day (RFC 5545 §3.6.1)
    elif event.end is not None and event.end > event.start:
        made.add("dtend", _placed(event.end, event.zone))
    else:
        made.add("duration", LENGTH)
    made.add("summary", _plain(event.title))
    if place or join:
        made.add("location", place or join)
    if text := "\n\n".join(part for part in about if part):
        made.add("description", text)
    if url:
        made.add("url", url)
    if join:
        made.add("conference", icalendar.vUri(join), parameters={"VALUE": "URI"})
    if alarm := _alarm(event):
        made.add_component(alarm)
    return made


def _span(events: list[Event]) -> tuple[dt.date, dt.date]:
    """The days for which zones have to be defined: a year around the events."""
    days = [event.start.date() for event in events]
    first = max(min(days).year - 1, 1970)
    return dt.date(first, 1, 1), dt.date(max(max(days).year, first) + 2, 1, 1)


def calendar(events: Iterable[Event], *, name: str) -> bytes:
    """The calendar file (`text/calendar; charset=utf-8`) of these events, called `name`, with the definition of
    every zone it uses. METHOD is PUBLISH; a cancelled event stays in it, marked, without an alarm and without
    its join link. The same bytes for the same events. Refuses (ValueError) a zone that does not exist."""
    events = list(events)
    made = icalendar.Calendar()
    made.add("prodid", "-//Comuna//Comuna//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", _plain(name))
    made.add("x-wr-calname", _plain(name))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for event in events:
        made.add_component(_component(event))
    if events:
        made.add_missing_timezones(*_span(events))
    written: bytes = made.to_ical()
    return written
