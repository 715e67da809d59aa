"""A poster for a session: one page for a wall, with a QR code to the session's page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_interval
from markdown_it import MarkdownIt

from comuna.language import Language
from comuna.paper import qr
from comuna.paper.typeset import PAPERS, address, pdf, printable, shorten
from comuna.rules import way_in
from comuna.rules.announcement import Announcement

MATTERS: Final = 8
QUESTIONS: Final = 3
"""Questions on a poster; the page has them all."""

ABOUT: Final = 420
"""Characters of description on a poster."""

_ADDRESS = re.compile(r"://|\bwww\.|\b\w+\.(us|com|org|net|io|si)/", re.IGNORECASE)
"""An address, which nobody can press on a wall."""

_FIXED = re.compile(r"^UTC([+-])(\d{2}):(\d{2})$")


def paragraphs(markdown: str) -> list[str]:
    """The paragraphs of a Markdown text as plain text: no marks, no addresses behind links, headings left out."""
    found = []
    tokens = MarkdownIt("commonmark", {"html": False}).parse(printable(markdown))
    for before, token in pairwise(tokens):
        if token.type != "inline" or before.type != "paragraph_open":
            continue
        parts = [" " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or []]
        found.append(" ".join("".join(parts).split()))
    return [text for text in found if text]


def about(announcement: Announcement, length: int = ABOUT) -> str | None:
    """The description's first paragraph that says nothing of the way in, shortened to a sentence's end where
    one is near; the film's description if the session has none of its own."""
    film = announcement.film.description if announcement.film else None
    for source in (announcement.description, film):
        for text in paragraphs(source or ""):
            if len(text) > 40 and not _tells(announcement, text):
                return _sentences(text, length)
    return None


def _sentences(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    ends = [match.end() for match in re.finditer(r"[.!?…][»”\"')]*(?= )", text[: length + 1])]
    if ends and ends[-1] > length // 2:
        return text[: ends[-1]]
    return shorten(text, length)


def _tells(announcement: Announcement, text: str) -> bool:
    """Whether the text tells the way into the online meeting, or any address. Such a text stays off the wall:
    whoever wants in asks on the page."""
    known = bool(announcement.join and announcement.join in text)
    return known or bool(_ADDRESS.search(text)) or way_in.tells(text)


def _public(announcement: Announcement, text: str | None, length: int) -> str | None:
    """A name for the wall, such as a title, without any address in it; None if nothing remains."""
    text = (text or "").replace(announcement.join or "\0", " ")
    return shorten(re.sub(r"\S*(://|\bwww\.)\S*", " ", text), length) or None


def times(words: Language, start: dt.time, end: dt.time | None) -> str:
    """The hours: "5:00 – 6:30 PM" / "17:00–18:30"; the start alone if there is no end."""
    if end is None or end <= start:
        return words.time(start) if end is None else f"{words.time(start)} – {words.time(end)}"
    skeleton = "hm" if words.code == "en" else "Hm"
    return format_interval(start, end, skeleton, locale=words.locale)


def zone_name(words: Language, zone: str | None, day: dt.date, start: dt.time) -> str | None:
    """The zone as people say it ("Pacific Standard Time"), a fixed offset as `UTC−5`; None if it is not known."""
    if not zone:
        return None
    fixed = _FIXED.match(zone)
    if fixed:
        sign, hours, minutes = fixed.groups()
        offset = f"{int(hours)}" + (f":{minutes}" if minutes != "00" else "")
        return "UTC" if offset == "0" else "UTC" + {"+": "+", "-": "−"}[sign] + offset
    try:
        where = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return zone
    return words.zone(where, dt.datetime.combine(day, start, where))


def _parts(words: Language, announcement: Announcement) -> list[dict[str, str]]:
    """When and where, line by line: the day and the hours large, the place below, the zone small."""
    lines: list[tuple[str, str | None]] = []
    day = dt.date.fromisoformat(announcement.date) if announcement.date else None
    start = dt.time.fromisoformat(announcement.start) if announcement.start else None
    end = dt.time.fromisoformat(announcement.end) if announcement.end else None
    if day:
        lines.append(("big", _capital(words.date(day))))
    if start:
        lines.append(("big", times(words, start, end)))
    if day and start:
        zone = zone_name(words, announcement.zone, day, start)
        lines.append(("small", _capital(zone) if zone else None))
    place = announcement.place if not _tells(announcement, announcement.place or "") else None
    place = shorten(place, 120) if place else None
    lines.append(("plain", place))
    if announcement.join:
        online = words.text("Also online") if place else words.text("Online")
        lines.append(("plain", online))
    return [{"kind": kind, "text": text} for kind, text in lines if text]


def _film(words: Language, announcement: Announcement, title: str) -> dict[str, str | None] | None:
    """The film with its year; where the session is called like its film, only what the title does not say."""
    film = announcement.film
    name = _public(announcement, film.title, 140) if film else None
    if film is None or name is None:
        return None
    year = str(film.year) if film.year else None
    if name.casefold() == title.casefold():
        made = words.text("We watch the film, made in %(year)s", year=year) if year else words.text("We watch the film")
        return {"label": None, "title": made, "year": None}
    return {"label": words.text("We watch"), "title": name, "year": year}


def _capital(text: str) -> str:
    """With its first letter as a capital: a line of a poster begins like a sentence, also in Spanish."""
    return text[:1].upper() + text[1:]


def poster(
    words: Language,
    announcement: Announcement,
    *,
    url: str,
    shown: str | None = None,
    paper: str = "a4",
    decides: Sequence[str] = (),
    again: str | None = None,
) -> bytes:
    """A one-page PDF that announces the session: title, group, when and where, the film, the first lines of its
    description, at most three questions, and a QR code of `url`, whose address stands beside it (`shown`, or
    `url` without its scheme). `paper` is `a4` or `letter`. `decides`: what an assembly decides on, which stands in the
    place of the questions; `again`: when it is called a second time. The join link, and any text that seems to tell the
    way in, never stands on it."""
    title = _public(announcement, announcement.title, 240) or words.text("Discussion session")
    where = shown or address(url)
    asked, most = (decides, MATTERS) if decides else (announcement.questions, QUESTIONS)
    data: dict[str, Any] = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": title,
        "headline": title,
        "group": _public(announcement, announcement.group, 120),
        "when": [*_parts(words, announcement), *([{"kind": "small", "text": again}] if again else [])],
        "film": _film(words, announcement, title),
        "about": [text] if (text := about(announcement)) else [],
        "questions": [shorten(line, 190) for line in asked if not _tells(announcement, line)][:most],
        "questions_label": words.text("What is decided") if decides else words.text("What we will ask"),
        "invitation": words.text("Read more, and say that you will come:"),
        "url": url,
        "address": where,
        "address_size": 20 if len(where) <= 30 else 16 if len(where) <= 44 else 12,
        "qr": qr.printed(url, title=words.text("QR code of the session’s page")),
        "qr_alt": words.text("QR code of the session’s page"),
    }
    return pdf("poster.typ", data, keep=True)
