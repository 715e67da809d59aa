"""The page while it is read: its lines, what each was found to be, and the notes of what was found where."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from comuna.announce.saved_hints import Hints
from comuna.announce.source import Line
from comuna.announce.vocabulary import fold
from comuna.rules.announcement import How, Note

FIELDS: Final = (
    "title", "group", "date", "start", "end", "zone", "place", "join", "film", "readings", "agenda", "questions",
    "featured", "language", "description",
)  # fmt: skip
_WITHIN: Final = (
    "title", "name", "year", "link", "kind", "perspective", "optional", "remark", "per_person", "min_minutes",
    "max_minutes", "description", "parts",
)  # fmt: skip
_EDGES: Final = " \t\u00a0|•·;,–—-/:>*_~\"'“”«»"
_RANK: Final = {"ambiguous": 0, "missing": 1, "inferred": 2, "found": 3}


@dataclass(slots=True)
class Part:
    """A stretch of a line that a label names: `Place: the hall`."""

    line: int
    field: str
    start: int
    end: int
    label: str
    first: bool


@dataclass(slots=True)
class Sheet:
    """A page being read. `section` says under which heading each line stands; `kept` which lines go to the
    description; `busy` which lines a field has claimed, so that no other field looks at them."""

    lines: list[Line]
    on: datetime.date
    zone: str | None
    hints: Hints | None = None
    language: str | None = None
    parts: list[Part] = field(default_factory=list)
    section: list[str | None] = field(default_factory=list)
    opens: dict[int, str] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    found: dict[str, tuple[How, set[int]]] = field(default_factory=dict)
    by_line: dict[int, list[Part]] = field(default_factory=dict)
    counted: int = 0

    def note(self, name: str, how: How, *lines: int) -> None:
        """The field comes from these lines (by index); the more doubtful of two notes of one field stands."""
        numbers = {n for index in lines for n in self.lines[index].numbers}
        before = self.found.get(name)
        if before:
            how = min(how, before[0], key=lambda h: _RANK[h])
            numbers |= before[1]
        self.found[name] = (how, numbers)

    def note_at(self, name: str, how: How, numbers: Iterable[int]) -> None:
        """The field comes from these source lines, whatever was noted of it before."""
        self.found[name] = (how, set(numbers))

    def take(self, index: int, start: int = 0, end: int | None = None) -> None:
        """This stretch of the line is said by a field."""
        self.spans.setdefault(index, []).append((start, len(self.lines[index].text) if end is None else end))

    def finish(self, index: int) -> None:
        """All the line says is said by fields."""
        self.busy.add(index)
        if self.lines[index].whole:
            self.done.add(index)

    def rest(self, index: int) -> str:
        """What of the line no field has said, with blanks in place of what was taken."""
        text = self.lines[index].text
        for start, end in self.spans.get(index, ()):
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    def text(self, part: Part) -> str:
        """The labelled stretch."""
        return self.lines[part.line].text[part.start : part.end]

    def parts_on(self, index: int) -> list[Part]:
        """The labelled stretches of this line."""
        if self.counted != len(self.parts):
            self.by_line = {}
            for part in self.parts:
                self.by_line.setdefault(part.line, []).append(part)
            self.counted = len(self.parts)
        return self.by_line.get(index, [])

    def labelled(self, *fields: str) -> list[Part]:
        """The labelled stretches of these fields, in the page's order."""
        return [p for p in self.parts if p.field in fields]

    def free(self, *, sections: Iterable[str | None] = (None,)) -> list[int]:
        """The lines that no field has claimed and that stand in one of these sections."""
        wanted = set(sections)
        return [
            i for i, line in enumerate(self.lines)
            if line.seen and not line.furniture
            and i not in self.busy and i not in self.opens and self.section[i] in wanted
        ]  # fmt: skip

    def within(self, section: str) -> list[int]:
        """The lines of that section which no field has claimed."""
        return self.free(sections=(section,))

    def notes(self) -> tuple[Note, ...]:
        """The notes in the order of the fields."""

        def order(name: str) -> tuple[int, list[str]]:
            head = re.split(r"[.\[]", name, maxsplit=1)[0]
            return FIELDS.index(head), [
                f"{int(p):06}" if p.isdigit() else f"{_WITHIN.index(p):06}"
                for p in re.findall(r"\d+|[a-z_]+", name)[1:]
            ]

        return tuple(
            Note(field=name, how=how, lines=tuple(sorted(lines)))
            for name, (how, lines) in sorted(self.found.items(), key=lambda item: order(item[0]))
        )


def clean(text: str) -> str:
    """One line without needless blanks, and without separators and emphasis marks at its edges."""
    return " ".join(text.split()).strip(_EDGES).strip()


def tidy(text: str) -> str:
    """One line without needless blanks and without dashes, commas or colons at its edges; quotes stay."""
    return " ".join(text.split()).strip(" |•·;,–—-/:~=*_#<>").strip()


def unquoted(text: str) -> str:
    """Without a pair of quotation marks or emphasis marks around all of it."""
    text = text.strip()
    pairs = {"“": "”", "«": "»", '"': '"', "‘": "’", "'": "'", "„": "“", "*": "*", "_": "_"}
    while len(text) > 2 and pairs.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return re.findall(r"[^\W_]+", fold(text))
