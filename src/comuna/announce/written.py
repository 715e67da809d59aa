"""Reads back exactly the Markdown that `write` writes. A page that only resembles it is left to the general reading."""

from __future__ import annotations

import datetime
import re
from typing import Final

from comuna.announce.links import safe_link
from comuna.announce.write import WORDS, unescape, write
from comuna.announce.zones import is_zone
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film, Note, Reading

_TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_FACTS: Final = ("group", "date", "start", "end", "zone", "place", "join", "language")
_DEEPEST: Final = 40


class _Otherwise(Exception):  # noqa: N818  no error: the page is somebody's own
    """The page is not of our writing."""


class _Written:
    def __init__(self, text: str, w: dict[str, str]) -> None:
        self.lines = text.removesuffix("\n").split("\n")
        self.w = w
        self.at = 0
        self.notes: dict[str, list[int]] = {}

    def peek(self) -> str | None:
        return self.lines[self.at] if self.at < len(self.lines) else None

    def next(self, field: str) -> str:
        line = self.peek()
        if line is None:
            raise _Otherwise
        self.at += 1
        self.notes.setdefault(field, []).append(self.at)
        return line

    def value(self, field: str, indent: str, label: str) -> str | None:
        """The value of `- label: value` if that is the next line."""
        line = self.peek()
        start = f"{indent}- {self.w[label]}: "
        if line is None or not line.startswith(start):
            return None
        self.next(field)
        return unescape(line[len(start) :])

    def link(self, field: str, indent: str, label: str) -> str | None:
        value = self.value(field, indent, label)
        if value is None:
            return None
        if not (value.startswith("<") and value.endswith(">")) or safe_link(value[1:-1]) != value[1:-1]:
            raise _Otherwise
        return value[1:-1]

    def section(self, name: str) -> bool:
        if self.lines[self.at : self.at + 3] != ["", f"## {self.w[name]}", ""]:
            return False
        self.at += 3
        self.notes.setdefault(name, []).append(self.at - 1)
        return True

    def facts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.peek() == "" and (self.lines[self.at + 1 : self.at + 2] or [""])[0].startswith("- "):
            self.at += 1
        for name in _FACTS:
            value = self.link(name, "", name) if name == "join" else self.value(name, "", name)
            if value is not None:
                found[name] = value
        return found

    def film(self) -> Film:
        title = self.value("film.title", "", "title")
        if title is None:
            raise _Otherwise
        year = self.value("film.year", "", "year")
        if year is not None and not re.fullmatch(r"-?\d{1,6}", year):
            raise _Otherwise
        link = self.link("film.link", "", "link")
        description = self.value("film.description", "", "synopsis")
        return Film(title=title, year=int(year) if year is not None else None, link=link, description=description)

    def readings(self) -> list[Reading]:
        found: list[Reading] = []
        while (line := self.peek()) is not None and line.startswith("- "):
            field = f"readings[{len(found)}]"
            title = unescape(self.next(f"{field}.title")[2:])
            link = self.link(f"{field}.link", "  ", "link")
            kind = self.value(f"{field}.kind", "  ", "kind")
            perspective = self.value(f"{field}.perspective", "  ", "perspective")
            remark = self.value(f"{field}.remark", "  ", "remark")
            optional = self.value(f"{field}.optional", "  ", "optional") is not None
            found.append(
                Reading(title=title, link=link, kind=kind, perspective=perspective, optional=optional, remark=remark)
            )
        return found

    def numbered(self, field: str) -> list[str]:
        found: list[str] = []
        while (line := self.peek()) is not None and line.startswith(f"{len(found) + 1}. "):
            found.append(self.next(f"{field}[{len(found)}]")[len(f"{len(found) + 1}. ") :])
        return found

    def item(self, line: str) -> AgendaItem:
        w = self.w
        pattern = (
            rf"(.*) \((?:(?:(?P<upto>{w['upto']}) (?P<u>\d{{1,6}})"
            rf"|(?P<atleast>{w['atleast']}) (?P<l>\d{{1,6}})"
            rf"|(?P<a>\d{{1,6}})(?:–(?P<b>\d{{1,6}}))?) {w['min']}(?P<each> {w['each']})?"
            rf"|(?P<only>{w['each']}))\)"
        )
        match = re.fullmatch(pattern, line)
        if match is None:
            return AgendaItem(title=unescape(line))
        low = match["a"] or match["l"]
        high = match["u"] or match["b"] or match["a"]
        return AgendaItem(
            title=unescape(match[1]), per_person=bool(match["each"] or match["only"]),
            min_minutes=int(low) if low else None, max_minutes=int(high) if high else None,
        )  # fmt: skip

    def featured(self, indent: str, path: str) -> list[Featured]:
        found: list[Featured] = []
        if len(indent) > 4 * _DEEPEST:
            raise _Otherwise
        while (line := self.peek()) is not None and line.startswith(f"{indent}- "):
            field = f"{path}[{len(found)}]"
            name = unescape(self.next(f"{field}.name")[len(indent) + 2 :])
            kind = self.value(f"{field}.kind", f"{indent}  ", "kind")
            remark = self.value(f"{field}.remark", f"{indent}  ", "remark")
            parts: list[Featured] = []
            if self.peek() == f"{indent}  - {self.w['part']}:":
                self.next(f"{field}.parts")
                parts = self.featured(indent + "    ", f"{field}.parts")
            found.append(Featured(name=name, kind=kind, remark=remark, parts=tuple(parts)))
        return found

    def announcement(self) -> Announcement:
        head = self.next("title")
        title = None if head == f"# {self.w['untitled']}" else unescape(head[2:])
        facts = self.facts()
        shown = self.film() if self.section("film") else None
        texts = self.readings() if self.section("readings") else []
        items = [self.item(line) for line in self.numbered("agenda")] if self.section("agenda") else []
        asked = [unescape(line) for line in self.numbered("questions")] if self.section("questions") else []
        groups = self.featured("", "featured") if self.section("featured") else []
        description = None
        if self.section("description"):
            description = "\n".join(self.lines[self.at :])
            numbers = [n for n, line in enumerate(self.lines[self.at :], self.at + 1) if line.strip()]
            self.notes["description"] += numbers
            self.at = len(self.lines)
        if self.at != len(self.lines) or not _valid(facts):
            raise _Otherwise
        return Announcement(
            title=title, film=shown, readings=tuple(texts), agenda=tuple(items), questions=tuple(asked),
            featured=tuple(groups), description=description,
            notes=tuple(Note(field=f, how="found", lines=tuple(n)) for f, n in self.notes.items()), **facts,
        )  # fmt: skip


def _valid(facts: dict[str, str]) -> bool:
    if "date" in facts:
        try:
            if datetime.date.fromisoformat(facts["date"]).isoformat() != facts["date"]:
                return False
        except ValueError:
            return False
    if any(name in facts and not _TIME.fullmatch(facts[name]) for name in ("start", "end")):
        return False
    return "zone" not in facts or is_zone(facts["zone"])


def read_written(page: str, zone: str | None) -> Announcement | None:
    """The announcement, if writing it again gives this very page; else None. `zone` stands in for one not written."""
    if not page.startswith("# ") or len(page) > 600_000:
        return None
    for words in WORDS.values():
        try:
            found = _Written(page, words).announcement()
        except _Otherwise:
            continue
        if write(found).rstrip("\n") == page.rstrip("\n"):
            if zone and found.zone is None:
                notes = (*found.notes, Note(field="zone", how="inferred"))
                return _in_zone(found, zone, notes)
            return found
    return None


def _in_zone(found: Announcement, zone: str, notes: tuple[Note, ...]) -> Announcement:
    import msgspec

    return msgspec.structs.replace(found, zone=zone, notes=notes)
