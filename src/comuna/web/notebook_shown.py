"""How a notebook looks: its notes with what became of them, and the film's timeline with the notes on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from comuna.language import Language
from comuna.messages import MARK_NAMES
from comuna.rules.discussion import Discussion, Entry, MomentReleased
from comuna.rules.page import OWN, Page
from comuna.store.notebook import Note

LANES: Final = ("surprised", "inspired", "frustrated", "stuck", None)
"""The timeline's rows from the top: one for each mark, then one for notes without."""
SHORTEST: Final = 3600
"""Seconds a timeline spans at least, where the film's length is not known."""
STEPS: Final = (300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds between two labels of the timeline; the first that gives at most six of them."""

Fate = Literal["private", "released", "changed", "hidden"]
"""What became of a note: nobody else saw it; it was released as it stands; it was changed since; it was released, and
a facilitator hid it."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A note as the notebook shows it. `reason`: why a facilitator hid what was released."""

    note: Note
    fate: Fate = "private"
    reason: str | None = None


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A note on the timeline: `x` in percent of its length, `lane` the row from the top."""

    shown: Shown
    x: str
    lane: int


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The film from left to right: `length` in seconds, labels as (percent, second), and the notes."""

    length: int
    ticks: tuple[tuple[str, int], ...]
    points: tuple[Point, ...]
    now: str


def shown(notes: Sequence[Note], said: Discussion) -> list[Shown]:
    """The notes that have something in them, each with what became of it."""
    return [_shown(note, said.entries.get(note.entry or "")) for note in notes if note.words.strip() or note.mark]


def _shown(note: Note, entry: Entry | None) -> Shown:
    if entry is None or entry.taken_back or not isinstance(entry.said, MomentReleased):
        return Shown(note=note)
    if not same(note, entry.said):
        return Shown(note=note, fate="changed", reason=entry.hidden)
    return Shown(note=note, fate="hidden" if entry.hidden else "released", reason=entry.hidden)


def same(note: Note, said: MomentReleased) -> bool:
    """Whether a note still says what was released."""
    tidy = "\n".join(line.strip() for line in note.words.strip().split("\n"))
    mine = (tidy, note.mark, note.seconds, note.question, note.column)
    return mine == (said.words, said.mark, said.seconds, said.question, said.column)


def as_data(each: Shown) -> dict[str, Any]:
    """A note as the script on the page knows it."""
    note = each.note
    data: dict[str, Any] = {name: getattr(note, name) for name in ("note", "words", "mark", "seconds", "edit")}
    return {**data, "question": note.question, "column": note.column, "fate": each.fate, "reason": each.reason}


def timeline(notes: Sequence[Shown], clock: int, film_minutes: int | None) -> Timeline:
    """The timeline of these notes. It spans the film or, where its length is not known, at least an hour; in any
    case every note."""
    latest = max([clock, *(each.note.seconds or 0 for each in notes)])
    length = film_minutes * 60 if film_minutes else SHORTEST
    if latest > length:
        length = (latest // 600 + 1) * 600
    step = next((s for s in STEPS if length <= s * 6), STEPS[-1])
    return Timeline(
        length=length,
        ticks=tuple((percent(at, length), at) for at in range(0, length + 1, step)),
        points=tuple(
            Point(shown=each, x=percent(each.note.seconds, length), lane=LANES.index(each.note.mark))
            for each in notes
            if each.note.seconds is not None
        ),
        now=percent(clock, length),
    )


def percent(seconds: int, length: int) -> str:
    """A place on the timeline, as SVG writes it."""
    return f"{seconds * 100 / length:.2f}%"


def question_label(page: Page, id: str | None) -> str | None:
    """A guiding question that a note is tagged with; None if the session has no such question any more."""
    found = page.question(id)
    return found.text if found else None


def column_label(page: Page, id: str | None, own: str) -> str | None:
    """A featured group that a note is tagged with, or the group's own name."""
    if id == OWN:
        return own
    found = page.column(id)
    return found.name if found else None


def mark_names(words: Language) -> dict[str, str]:
    """What the four marks are called where they stand alone."""
    return {mark: words.text(name).capitalize() for mark, name in MARK_NAMES.items()}
