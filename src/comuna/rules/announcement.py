"""What an announcement of a discussion session says: the fields, and nothing about where they came from."""

from __future__ import annotations

from typing import Literal

import msgspec

How = Literal["found", "inferred", "ambiguous", "missing"]
"""How a field's value was come by. `missing`: the page names the thing and leaves it out ("LINK TO VIDEO", no link)."""


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """The film to watch. `year` of release; `description` is a quotation, without its quotation marks."""

    title: str
    year: int | None = None
    link: str | None = None
    description: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Something to read or watch before. `kind` is a word such as article, documentary, book, podcast; `perspective`
    is the standpoint the page states ("more pro-state"), in the page's own words; `remark` is what else it says."""

    title: str
    link: str | None = None
    kind: str | None = None
    perspective: str | None = None
    optional: bool = False
    remark: str | None = None


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the agenda. Minutes; with `per_person` they are for each person present ("<2 min each")."""

    title: str
    per_person: bool = False
    min_minutes: int | None = None
    max_minutes: int | None = None


class Featured(msgspec.Struct, frozen=True, kw_only=True):
    """A group the film or the session looks at. `parts` are groups inside it."""

    name: str
    kind: str | None = None
    remark: str | None = None
    parts: tuple[Featured, ...] = ()


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Where a field came from. `field` is a path such as `film.link` or `readings[1].perspective`;
    `lines` are 1-based numbers of source lines, in order."""

    field: str
    how: How
    lines: tuple[int, ...] = ()


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its page announces it. Dates are ISO, times `HH:MM`, `zone` an IANA name or a fixed offset
    (`UTC-05:00`); what the page does not say is None or empty, never guessed. `title` is without the group's name.
    `description` is Markdown and holds every line that went to no other field."""

    title: str | None = None
    group: str | None = None
    date: str | None = None
    start: str | None = None
    end: str | None = None
    zone: str | None = None
    place: str | None = None
    join: str | None = None
    film: Film | None = None
    readings: tuple[Reading, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    questions: tuple[str, ...] = ()
    featured: tuple[Featured, ...] = ()
    language: str | None = None
    description: str | None = None
    notes: tuple[Note, ...] = ()
