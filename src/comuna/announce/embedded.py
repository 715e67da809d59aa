"""Fills in from a saved page's hints what its visible text leaves open. The text goes first: people read that."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.groups import is_group
from comuna.announce.links import is_meeting
from comuna.announce.saved_hints import Event, Moment
from comuna.announce.sheet import Sheet, tidy
from comuna.announce.vocabulary import fold

_PUBLISHED: Final = re.compile(
    r"\b(?:publi\w+|posted|post|updated|actualiza\w+|modified|by|por|written|escrito|ago|hace|last)\b"
)
_JOINT: Final = re.compile(r"\s+[|–—·•»›-]+\s+|\s*\|\s*")
_HOSTS: Final = re.compile(
    r"\b(?:meetup|eventbrite|facebook|mobilizon|luma|lu\.ma|action network|google (?:docs|drive)|youtube|wordpress"
    r"|blogger|medium|substack|notion|ticketing|tickets)\b"
)
_TICKETS: Final = re.compile(r"\s+(?:tickets|entradas|registration)\b.*$", re.IGNORECASE)


def event_of(sheet: Sheet) -> Event | None:
    """The one event the page's embedded data is about; None where it has several and none is named on the page."""
    events = sheet.hints.events if sheet.hints else []
    if len(events) <= 1 or all((e.name, e.start) == (events[0].name, events[0].start) for e in events):
        return events[0] if events else None
    headings = {line.folded for line in sheet.lines if line.kind == "heading" and line.level == 1}
    return next((e for e in events if e.name and fold(e.name) in headings), None)


def fill_times(sheet: Sheet, times: dict[str, str | None]) -> None:
    """Date, start, end and zone that only the embedded data and the `<time>` elements say."""
    if sheet.hints is None:
        return
    event = event_of(sheet)
    stamps = [
        (m, sheet.lines[i].numbers)
        for i, m in sheet.hints.stamps
        if i < len(sheet.lines) and not _PUBLISHED.search(sheet.lines[i].folded)
    ]
    known = sheet.found.get("date", ("missing", set()))[0] == "found" and times["date"] is not None
    chosen: tuple[Moment, tuple[int, ...]] | None = None
    if event and event.start and (not known or event.start.date.isoformat() == times["date"]):
        chosen = event.start, event.numbers
    else:
        fitting = [s for s in stamps if _fits(s[0], times["date"], known=known) and s[0].date >= sheet.on]
        fitting += [s for s in stamps if _fits(s[0], times["date"], known=known)]
        chosen = next((s for s in fitting if s[0].clock), None) or next(iter(fitting), None)
    if chosen is None:
        return
    start, numbers = chosen
    if not known:
        times["date"] = start.date.isoformat()
        sheet.note_at("date", "found", numbers)
    ends = [(event.end, event.numbers)] if event and event.end and chosen[1] == event.numbers else []
    ends += [s for s in stamps if s[0] is not start]
    _clock(sheet, times, start, numbers, ends)


def _fits(stamp: Moment, date: str | None, *, known: bool) -> bool:
    """A stamp may give the year that the words leave out, but not another day."""
    said = stamp.date.isoformat()
    return date is None or said == date or (not known and said[5:] == date[5:])


def _clock(
    sheet: Sheet,
    times: dict[str, str | None],
    start: Moment,
    numbers: tuple[int, ...],
    ends: list[tuple[Moment, tuple[int, ...]]],
) -> None:
    unsure = sheet.found.get("start", ("missing", set()))[0] in {"missing", "ambiguous"}
    if start.clock and (times["start"] is None or (unsure and not start.utc)):
        times["start"] = start.clock
        sheet.note_at("start", "found", numbers)
        if start.utc and times["zone"] in {None, sheet.zone}:
            times["zone"] = "UTC"
            sheet.note_at("zone", "found", numbers)
    if start.clock is None or times["start"] != start.clock:
        return
    if start.zone and (times["zone"] is None or sheet.found["zone"][0] == "inferred"):
        times["zone"] = start.zone
        sheet.note_at("zone", "found", numbers)
    for end, at in ends if times["end"] is None else []:
        if end.clock is None or end.utc != start.utc or not 0 <= (end.date - start.date).days <= 1:
            continue
        if (end.date, end.clock) > (start.date, start.clock):
            times["end"] = end.clock
            sheet.note_at("end", "found", at)
            return


def fill_names(sheet: Sheet, title: str | None, group: str | None) -> tuple[str | None, str | None]:
    """Title and group from the embedded data, or from the page's own `<title>`."""
    if sheet.hints is None:
        return title, group
    event, heading = event_of(sheet), sheet.hints.heading
    if title is None and event and event.name:
        title = tidy(event.name)
        sheet.note_at("title", "found", event.numbers)
    if group is None and event and event.group and fold(event.group) != fold(title or ""):
        group = event.group
        sheet.note_at("group", "found", event.numbers)
    pieces = [tidy(_TICKETS.sub("", p)) for p in _JOINT.split(heading or "")]
    pieces = [p for p in pieces if p and not _HOSTS.fullmatch(fold(p))]
    if title is None and pieces and fold(pieces[0]) != fold(group or ""):
        title = pieces[0]
        sheet.note_at("title", "inferred", sheet.hints.heading_numbers)
    if group is None and title and len(pieces) > 1 and fold(pieces[-1]) != fold(title):
        seen = {line.folded.strip() for line in sheet.lines if line.seen}
        if not _HOSTS.search(fold(pieces[-1])) and (is_group(pieces[-1]) or fold(pieces[-1]) in seen):
            group = pieces[-1]
            sheet.note_at("group", "inferred", sheet.hints.heading_numbers)
    return title, group


def fill_whereabouts(sheet: Sheet, place: str | None, join: str | None) -> tuple[str | None, str | None]:
    """Place and join link from the embedded data."""
    event = event_of(sheet)
    if event is None:
        return place, join
    if place is None and event.place:
        place = event.place
        sheet.note_at("place", "found", event.numbers)
    if join is None and event.link and is_meeting(event.link):
        join = event.link
        sheet.note_at("join", "found", event.numbers)
    return place, join
