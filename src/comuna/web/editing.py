"""An announcement as a form: from fields to an announcement, with what is wrong said field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from comuna.announce.links import safe_link
from comuna.announce.zones import zone_alone
from comuna.kernel.refusal import Refused
from comuna.language import LANGUAGES, zone_of
from comuna.rules import gathering as rules
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film, Note, Reading
from comuna.rules.discussion import visible
from comuna.rules.page import Admission
from comuna.rules.way_in import LONGEST_DETAILS, seclude
from comuna.web.forms import Form

T = TypeVar("T")

MOST_ROWS: Final = 60
LONGEST_LINE: Final = 500
LONGEST_TEXT: Final = 20_000
FIRST_FILM: Final = 1888
LAST_FILM: Final = 2200
"""Years a film can be of: the oldest that is kept was shot in 1888."""
LONGEST_FILM_MINUTES: Final = 24 * 60
LONGEST_ITEM: Final = 9_999
"""Minutes of an item of an agenda."""


class Edited(msgspec.Struct):
    """What a form brought: the announcement without what tells the way in, the film's length, who sees the join link,
    what is wrong, by field, and the private details of how to join."""

    announcement: Announcement
    film_minutes: int | None
    admission: Admission
    problems: dict[str, Refused]
    details: str | None = None


class Reader:
    """Reads fields and collects what is wrong with them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.problems: dict[str, Refused] = {}
        self.too_long = False

    def line(self, name: str) -> str | None:
        """A field on one line, without characters that cannot be seen."""
        return self._within(name, " ".join(visible(self.form.line(name)).split()) or None, LONGEST_LINE)

    def text(self, name: str) -> str | None:
        """A field with line breaks."""
        written = visible(self.form.text(name).replace("\r\n", "\n").replace("\t", " ")).strip()
        return self._within(name, written or None, LONGEST_TEXT)

    def _within(self, name: str, written: str | None, limit: int) -> str | None:
        if written is not None and len(written) > limit:
            self.problems[name] = Refused("words.too_long", limit=limit, length=len(written))
            self.too_long = True
        return written

    def link(self, name: str) -> str | None:
        """A link to the web. What is none is kept out and told."""
        written = self.line(name)
        if written is None:
            return None
        link = safe_link(written if "//" in written or ":" in written.split("/")[0] else f"https://{written}")
        if link is None:
            self.problems[name] = Refused("link.not_web")
        return link

    def needed(self, name: str, code: str) -> str | None:
        """A field that must not be empty."""
        written = self.line(name)
        if written is None:
            self.problems[name] = Refused(code)
        return written

    def minutes(self, name: str, most: int) -> int | None:
        """A whole number of minutes. What is none is told."""
        written, found = self.form.line(name), self.form.number(name)
        if written and (found is None or not 0 <= found <= most):
            self.problems[name] = Refused("minutes.bad", limit=most)
            return None
        return found

    def rows(self, name: str, make: Callable[[str], T | None]) -> tuple[T, ...]:
        """A list's rows; `make` gives None for an empty one."""
        count = min(self.form.number(f"{name}-rows") or 0, MOST_ROWS)
        found = (make(f"{name}-{row}") for row in range(count))
        return tuple(row for row in found if row is not None)


def from_form(form: Form, *, today: dt.date | None = None, times: Announcement | None = None) -> Edited:
    """The announcement a form holds. `today`: a day before it must be confirmed. `times`: where day, hour and zone are
    not in the form, the announcement that has them."""
    r = Reader(form)
    language = form.line("language")
    announcement = Announcement(
        title=r.needed("title", "page.no_title"),
        group=r.needed("group", "page.no_group"),
        **(_times(r, today) if times is None else times_of(times)),
        place=r.line("place"),
        join=r.link("join"),
        film=_film(r),
        readings=r.rows("reading", lambda n: _reading(r, n)),
        agenda=r.rows("agenda", lambda n: _agenda(r, n)),
        questions=r.rows("question", r.line),
        featured=_featured(r),
        language=language if language in LANGUAGES else None,
        description=r.text("description"),
    )
    minutes = r.minutes("film_minutes", LONGEST_FILM_MINUTES)
    admission: Admission = "host" if form.line("admission") == "host" else "coming"
    details = r.text("join_details")
    if not r.too_long:  # it is to be shortened first, and is not published as it is
        announcement, details = seclude(announcement, details)
    for name in ("title", "group"):
        if getattr(announcement, name) is None:
            r.problems.setdefault(name, Refused(f"page.no_{name}"))
    if details is not None and len(details) > LONGEST_DETAILS:
        r.problems["join_details"] = Refused("words.too_long", limit=LONGEST_DETAILS, length=len(details))
    return Edited(announcement, minutes or None, admission, r.problems, details)


def from_times(form: Form, today: dt.date) -> tuple[dict[str, str | None], dict[str, Refused]]:
    """Only day, hour and zone of a form, and what is wrong with them. A day before `today` must be confirmed."""
    r = Reader(form)
    return _times(r, today), r.problems


def times_of(a: Announcement) -> dict[str, str | None]:
    """Day, hours and zone of an announcement."""
    return {"date": a.date, "start": a.start, "end": a.end, "zone": a.zone}


def _times(r: Reader, today: dt.date | None) -> dict[str, str | None]:
    date, start = r.needed("date", "page.no_date"), r.needed("start", "page.no_start")
    end, zone = r.line("end"), r.needed("zone", "page.no_zone")
    if zone is not None and zone_of(zone) is None:
        zone = zone_alone(zone) or zone  # a city, as people write it
    start, end = _without_seconds(start), _without_seconds(end)
    if zone is not None and zone_of(zone) is None:
        r.problems["zone"] = Refused("zone.unknown", zone=zone[:40])
    try:
        rules.times(date or dt.date.min.isoformat(), start or "00:00", end)
    except Refused as refused:
        wrong = {"gathering.no_such_day": "date", "gathering.ends_before_start": "end"}.get(refused.code, "start")
        r.problems.setdefault(wrong, refused)
    if date and today and date < today.isoformat() and not r.form.ticked("past") and "date" not in r.problems:
        r.problems["date"] = Refused("gathering.day_is_past")
    return {"date": date, "start": start, "end": end, "zone": zone}


def _without_seconds(hour: str | None) -> str | None:
    """Some browsers send 17:00:00."""
    return hour.removesuffix(":00") if hour is not None and len(hour) == 8 else hour


def _film(r: Reader) -> Film | None:
    title = r.line("film_title")
    link, description, year = r.link("film_link"), r.text("film_description"), r.form.number("film_year")
    if r.form.line("film_year") and (year is None or not FIRST_FILM <= year <= LAST_FILM):
        r.problems["film_year"] = Refused("film.bad_year")
    if title is None:
        if link or description:
            r.problems["film_title"] = Refused("page.no_title")
        return None
    return Film(title=title, year=year, link=link, description=description)


def _reading(r: Reader, name: str) -> Reading | None:
    title = r.line(f"{name}-title")
    if title is None:
        return None
    return Reading(
        title=title,
        link=r.link(f"{name}-link"),
        kind=r.line(f"{name}-kind"),
        perspective=r.line(f"{name}-perspective"),
        optional=r.form.ticked(f"{name}-optional"),
        remark=r.line(f"{name}-remark"),
    )


def _agenda(r: Reader, name: str) -> AgendaItem | None:
    title = r.line(f"{name}-title")
    if title is None:
        return None
    low, high = r.minutes(f"{name}-min", LONGEST_ITEM), r.minutes(f"{name}-max", LONGEST_ITEM)
    if low is not None and high is not None and low > high:
        r.problems[f"{name}-max"] = Refused("agenda.from_after_to")
    return AgendaItem(title=title, per_person=r.form.ticked(f"{name}-each"), min_minutes=low, max_minutes=high)


def _featured(r: Reader) -> tuple[Featured, ...]:
    """Groups in order; one with `part` ticked belongs to the last one without."""
    found: list[Featured] = []
    for row in range(min(r.form.number("featured-rows") or 0, MOST_ROWS)):
        name = f"featured-{row}"
        written = r.line(f"{name}-name")
        if written is None:
            continue
        group = Featured(name=written, kind=r.line(f"{name}-kind"), remark=r.line(f"{name}-remark"))
        if r.form.ticked(f"{name}-part") and found:
            found[-1] = msgspec.structs.replace(found[-1], parts=(*found[-1].parts, group))
        else:
            found.append(group)
    return tuple(found)


def flat(featured: tuple[Featured, ...]) -> list[tuple[Featured, bool]]:
    """Groups and their parts in one list, as the form shows them: (group, whether it is a part)."""
    found: list[tuple[Featured, bool]] = []
    for group in featured:
        found.append((group, False))
        found.extend((part, True) for part, _ in flat(group.parts))
    return found


def changed(before: Announcement, after: Announcement) -> list[str]:
    """The parts of an announcement that differ, as `gathering.revised` names them."""
    return [name for name in rules.CHANGES if hasattr(before, name) and getattr(before, name) != getattr(after, name)]


class Fields:
    """What the form shows: what was typed where something was, else what was read. `how(field)` tells how a field was
    come by, `lines(field)` from which lines."""

    def __init__(
        self,
        announcement: Announcement,
        form: Form,
        *,
        film_minutes: int | None = None,
        admission: Admission = "coming",
        notes: tuple[Note, ...] = (),
        details: str | None = None,
    ) -> None:
        self.announcement = announcement
        self.form = form
        self.film_minutes = film_minutes
        self.admission = admission
        self.details = details
        self._notes = notes

    def value(self, name: str, read: object) -> str:
        """What stands in a field."""
        if name in self.form.fields:
            return self.form.text(name)
        return "" if read is None else str(read)

    def ticked(self, name: str, read: bool) -> bool:
        """Whether a box is ticked. A box that is not ticked is not sent, so the list's count tells."""
        sent = f"{name.split('-')[0]}-rows" in self.form.fields
        return self.form.ticked(name) if sent else read

    def rows(self, name: str, read: Sequence[object]) -> list[tuple[int, Any]]:
        """A list's rows to show, by number, with what was read for each, and some empty ones at the end."""
        sent = self.form.number(f"{name}-rows")
        if sent is None:
            count = len(read) + (1 if read else 2)
        else:
            count = min(sent, MOST_ROWS) + (3 if self.form.line("more") == name else 0)
        return [(row, read[row] if row < len(read) else None) for row in range(min(count, MOST_ROWS))]

    def note(self, field: str) -> Note | None:
        """How and from which lines a field was come by: its own note, or the first of its parts'."""
        exact = [n for n in self._notes if n.field == field]
        within = [n for n in self._notes if n.field.startswith((f"{field}.", f"{field}["))]
        return (exact or within or [None])[0]

    def spans(self, field: str) -> list[tuple[int, int]]:
        """The source lines of a field, neighbours drawn together: (first, last)."""
        found: list[tuple[int, int]] = []
        for line in self.lines(field):
            if found and line == found[-1][1] + 1:
                found[-1] = (found[-1][0], line)
            else:
                found.append((line, line))
        return found

    def lines(self, field: str) -> tuple[int, ...]:
        """Every source line that a field or its parts came from."""
        found = {
            line
            for n in self._notes
            if n.field == field or n.field.startswith((f"{field}.", f"{field}["))
            for line in n.lines
        }
        return tuple(sorted(found))


def settled(form: Form, problems: Mapping[str, Refused], a: Announcement, details: str | None) -> Form:
    """The form to show again. Where what was taken out made the private details too long, they are shown with it, and
    the longer texts without, to be shortened where it counts."""
    if "title" not in form.fields:
        return Form({})
    if "join_details" not in problems:
        return form
    film = (a.film.description if a.film else None) or ""
    texts = {"join_details": [details or ""], "description": [a.description or ""], "film_description": [film]}
    return Form({**form.fields, **texts})


class SourceLine(msgspec.Struct, frozen=True):
    """A line of the source, with the fields it went to."""

    number: int
    text: str
    fields: tuple[str, ...]


def matched(source: str, notes: tuple[Note, ...]) -> list[SourceLine]:
    """The source, line by line, each with the fields it went to."""
    fields: dict[int, list[str]] = {}
    for note in notes:
        name = note.field.split(".")[0].split("[")[0]
        for line in note.lines:
            if name not in fields.setdefault(line, []):
                fields[line].append(name)
    lines = source.replace("\r\n", "\n").split("\n")
    return [SourceLine(n, text, tuple(fields.get(n, ()))) for n, text in enumerate(lines, 1)]


def notes_in(form: Form) -> tuple[Note, ...]:
    """The notes that a form carries along, so that fields still point to their lines when it is shown again."""
    try:
        return msgspec.json.decode(form.text("notes") or "[]", type=tuple[Note, ...])
    except msgspec.DecodeError:
        return ()


def notes_out(notes: tuple[Note, ...]) -> str:
    """Notes for a hidden field."""
    return msgspec.json.encode(notes).decode()
