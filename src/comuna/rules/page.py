"""A session's page: its announcement, and lasting names for what people answer, compare and tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from comuna.rules.announcement import Announcement, Featured

OWN: Final = "own"
"""The comparison table's column for the group itself."""

Admission = Literal["coming", "host"]
"""Who sees the join link: whoever says they come, or whom a host let in."""


class Question(msgspec.Struct, frozen=True):
    """A guiding question under its lasting name."""

    id: str
    text: str


class Column(msgspec.Struct, frozen=True):
    """A featured group, or a part of one (`parent`), under its lasting name."""

    id: str
    name: str
    kind: str | None = None
    remark: str | None = None
    parent: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a session shows. The join link is never in it. `film_minutes`: the film's length.
    `last_question` and `last_column` are the highest numbers ever used in names, so that none is used again."""

    announcement: Announcement
    questions: tuple[Question, ...] = ()
    columns: tuple[Column, ...] = ()
    admission: Admission = "coming"
    film_minutes: int | None = None
    last_question: int = 0
    last_column: int = 0

    def question(self, id: str | None) -> Question | None:
        """The question of that name."""
        return next((q for q in self.questions if q.id == id), None)

    def column(self, id: str | None) -> Column | None:
        """The featured group of that name."""
        return next((c for c in self.columns if c.id == id), None)


def page(
    announcement: Announcement, *, admission: Admission = "coming", film_minutes: int | None = None,
    before: Page | None = None,
) -> Page:  # fmt: skip
    """The page of an announcement. A question or group keeps the name it had `before` when its words are the same or,
    failing that, when it stands in the same place; names once used are not used for another."""
    known = before or Page(announcement=announcement)
    flat = _flat(announcement.featured, None, [])
    questions, last_question = _names(
        "q", announcement.questions, [(q.id, q.text) for q in known.questions], known.last_question
    )
    columns, last_column = _names(
        "g", [f.name for f, _ in flat], [(c.id, c.name) for c in known.columns], known.last_column
    )
    return Page(
        announcement=msgspec.structs.replace(announcement, join=None, notes=()),
        questions=tuple(Question(id, text) for id, text in zip(questions, announcement.questions, strict=True)),
        columns=tuple(
            Column(id, f.name, f.kind, f.remark, None if parent is None else columns[parent])
            for id, (f, parent) in zip(columns, flat, strict=True)
        ),
        admission=admission,
        film_minutes=film_minutes,
        last_question=last_question,
        last_column=last_column,
    )


def _flat(
    featured: Sequence[Featured], parent: int | None, found: list[tuple[Featured, int | None]]
) -> list[tuple[Featured, int | None]]:
    """Groups and their parts in one list, each with the place of the group that it is part of."""
    for group in featured:
        place = len(found)
        found.append((group, parent))
        _flat(group.parts, place, found)
    return found


def _names(letter: str, words: Sequence[str], before: Sequence[tuple[str, str]], last: int) -> tuple[list[str], int]:
    """A lasting name for each of `words`, given the names and words of before and the highest number used so far;
    and the highest number used now."""
    left = list(before)
    chosen: list[str | None] = []
    for text in words:
        same = next((pair for pair in left if pair[1] == text), None)
        if same is not None:
            left.remove(same)
        chosen.append(same[0] if same else None)
    free = {id for id, _ in left}
    for place, id in enumerate(chosen):
        if id is not None:
            continue
        here = before[place][0] if place < len(before) else None
        if here in free:
            chosen[place] = here
            free.discard(here)
        else:
            last += 1
            chosen[place] = f"{letter}{last}"
    return [id or "" for id in chosen], last
