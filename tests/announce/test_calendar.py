"""Calendar files: read back, they say what was meant, to the minute, in every zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.announce.calendar import LENGTH, Event, calendar

JOIN = "https://zoom.us/j/87357557857"
CHANGED = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def wall(moment: str) -> dt.datetime:
    """A wall-clock time, in no zone."""
    return dt.datetime.fromisoformat(moment)


SESSION = Event(
    uid="k3v9@comuna.example.org",
    sequence=2,
    start=wall("2027-02-23 17:00"),
    end=wall("2027-02-23 18:30"),
    zone="America/Los_Angeles",
    title="Building, a; commune",
    description="First line\nsecond line, with \\ and é" + " and so on" * 20,
    url="https://comuna.example.org/s/k3v9",
    changed=CHANGED,
)


def but(**changes: object) -> Event:
    return msgspec.structs.replace(SESSION, **changes)


def read(*events: Event) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(calendar(events, name="Reading circle"))


def one(event: Event) -> icalendar.Event:
    [found] = read(event).events
    return found


def defined_offset(made: bytes, zone: str, moment: dt.datetime) -> dt.timedelta:
    """The offset at this wall-clock time that the file's own VTIMEZONE gives: the latest observance begun by then."""
    [definition] = [one for one in icalendar.Calendar.from_ical(made).timezones if one["TZID"] == zone]
    begun = []
    for observance in definition.subcomponents:
        starts = [observance.decoded("DTSTART")]
        rdates = observance.get("RDATE", [])
        for dates in rdates if isinstance(rdates, list) else [rdates]:
            starts.extend(date.dt for date in dates.dts)
        begun.extend((start, observance.decoded("TZOFFSETTO")) for start in starts if start <= moment)
    return max(begun)[1]


def test_a_session_reads_back() -> None:
    event = one(SESSION)
    assert event["UID"] == SESSION.uid
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == SESSION.title
    assert event["DESCRIPTION"] == f"{SESSION.description}\n\n{SESSION.url}"
    assert event["URL"] == SESSION.url
    assert event.start == dt.datetime(2027, 2, 23, 17, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert event.end.astimezone(dt.UTC) == dt.datetime(2027, 2, 24, 2, 30, tzinfo=dt.UTC)
    assert event.DTSTAMP == CHANGED
    assert event.LAST_MODIFIED == CHANGED
    [alarm] = event.subcomponents
    assert alarm["ACTION"] == "DISPLAY"
    assert dt.timedelta(minutes=-30) == alarm.TRIGGER


def test_the_calendar_can_be_subscribed_to() -> None:
    made = calendar([SESSION], name="Círculo, de lectura")
    whole = icalendar.Calendar.from_ical(made)
    assert whole["METHOD"] == "PUBLISH"
    assert whole["VERSION"] == "2.0"
    assert whole["X-WR-CALNAME"] == "Círculo, de lectura"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in made
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert calendar([SESSION], name="Círculo, de lectura") == made


def test_an_empty_calendar_is_whole() -> None:
    assert read().events == []


@pytest.mark.parametrize(
    "zone",
    [
        "America/Los_Angeles",
        "Europe/Madrid",
        "America/Caracas",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Santiago",
    ],
)
@pytest.mark.parametrize("month", [1, 3, 4, 7, 10, 11])
def test_a_zone_is_defined_as_it_is(zone: str, month: int) -> None:
    start = wall(f"2027-{month:02}-20 12:00")
    made = calendar([but(zone=zone, start=start, end=None)], name="Circle")
    there = start.replace(tzinfo=ZoneInfo(zone))
    assert defined_offset(made, zone, start) == there.utcoffset()
    [event] = icalendar.Calendar.from_ical(made).events
    assert event.start.astimezone(dt.UTC) == there.astimezone(dt.UTC)


def test_zones_of_several_events_are_each_defined_once() -> None:
    events = [but(uid=str(n), zone=zone) for n, zone in enumerate(["Europe/Madrid", "America/Bogota", "Europe/Madrid"])]
    assert sorted(zone["TZID"] for zone in read(*events).timezones) == ["America/Bogota", "Europe/Madrid"]


def test_a_session_over_the_night_of_the_clock_change_has_its_true_length() -> None:
    event = one(but(start=wall("2027-03-13 23:00"), end=wall("2027-03-14 04:00")))
    assert event.end.astimezone(dt.UTC) - event.start.astimezone(dt.UTC) == dt.timedelta(hours=4)


@pytest.mark.parametrize(("zone", "hour"), [("UTC-05:00", 22), ("UTC+05:30", 11), ("UTC+00:00", 17), ("UTC", 17)])
def test_a_fixed_offset_is_given_in_utc(zone: str, hour: int) -> None:
    made = calendar([but(zone=zone)], name="Circle")
    assert b"VTIMEZONE" not in made
    [event] = icalendar.Calendar.from_ical(made).events
    assert (event.start.hour, event.start.utcoffset()) == (hour, dt.timedelta())
    assert b"DTSTART:2027" in made


def test_without_a_zone_the_time_floats() -> None:
    assert b"DTSTART:20270223T170000\r\n" in calendar([but(zone=None)], name="Circle")


def test_a_zone_that_does_not_exist_is_refused() -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "", "UTC-99:00"):
        with pytest.raises(ValueError):  # noqa: PT011  that it is refused is all that matters
            calendar([but(zone=zone)], name="Circle")


def test_without_an_end_it_lasts_ninety_minutes() -> None:
    for end in (None, SESSION.start, SESSION.start - dt.timedelta(hours=1)):
        event = one(but(end=end))
        assert event["DURATION"].dt == LENGTH == dt.timedelta(minutes=90)
        assert "DTEND" not in event


def test_a_cancelled_session_says_so_without_alarm_or_way_in() -> None:
    event = one(but(cancelled=True, sequence=3, join=JOIN))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 3)
    assert event.subcomponents == []
    assert JOIN.encode() not in calendar([but(cancelled=True, join=JOIN)], name="Circle")


def test_the_way_in_is_the_place_unless_there_is_one() -> None:
    online = one(but(join=JOIN))
    assert (online["LOCATION"], online["CONFERENCE"]) == (JOIN, JOIN)
    both = one(but(join=JOIN, place="Hall, second floor"))
    assert both["LOCATION"] == "Hall, second floor"
    assert JOIN in both["DESCRIPTION"]
    assert "LOCATION" not in one(SESSION)


def test_only_web_addresses_are_links() -> None:
    made = calendar([but(join="javascript:alert(1)", url="data:text/html,x")], name="Circle")
    assert b"javascript" not in made
    assert b"data:" not in made


def test_alarms_can_be_moved_and_left_out() -> None:
    assert dt.timedelta(minutes=-5) == one(but(alarm_minutes=5)).subcomponents[0].TRIGGER
    assert one(but(alarm_minutes=None)).subcomponents == []


def kept(text: str) -> str:
    """What a calendar file can hold of a text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in "\n\t" or not (ord(char) < 32 or ord(char) == 127)).strip()


@given(st.text(), st.text(), st.text())
def test_any_text_survives(title: str, place: str, description: str) -> None:
    event = one(but(title=title, place=place, description=description, url=None))
    assert event["SUMMARY"] == kept(title)
    assert event.get("LOCATION", "") == kept(place)
    assert event.get("DESCRIPTION", "") == kept(description)


@given(st.text(max_size=200))
def test_no_text_can_add_a_line(text: str) -> None:
    event = but(title=text + "\r\nATTENDEE:mailto:x@example.org", place=text, url=f"https://x.org/\r\n{text}")
    assert len(read(event).events) == 1
    assert "ATTENDEE" not in one(event)
