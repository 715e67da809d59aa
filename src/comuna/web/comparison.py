"""The comparison table: featured groups and the group's own as columns, guiding questions as rows."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comuna.rules import discussion as rules
from comuna.rules.minutes import column_name
from comuna.rules.page import OWN, Column, Page, Question
from comuna.web import discussion_shown
from comuna.web.access import GatheringDoor
from comuna.web.discussion_shown import Room, Shown

ROOMY: Final = 8
"""Groups that fit side by side on a desk; with more, the table moves sideways under the fixed questions."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A column's head. `parent`: the name of the group it is part of; `own`: the group whose session this is."""

    id: str
    name: str
    kind: str | None = None
    remark: str | None = None
    parent: str | None = None
    own: bool = False

    @property
    def label(self) -> str:
        """The name as it stands alone."""
        return f"{self.parent} › {self.name}" if self.parent else self.name


class Family(msgspec.Struct, frozen=True):
    """A featured group with its parts, which stand under it."""

    name: str
    heads: tuple[Head, ...]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What one group does about one question: entries, and released moments tagged with both that stand behind no
    entry here."""

    head: Head
    entries: tuple[Shown, ...]
    moments: tuple[Shown, ...]

    @property
    def filled(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.entries or self.moments)


class Row(msgspec.Struct, frozen=True):
    """A guiding question and its cells, in the order of the heads."""

    number: int
    question: Question
    cells: tuple[Cell, ...]


class Grid(msgspec.Struct, frozen=True):
    """The whole table. `strays`: entries on a question or a group that is not on the page any more."""

    families: tuple[Family, ...]
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    strays: tuple[Shown, ...]

    @property
    def nested(self) -> bool:
        """Whether any group has parts."""
        return any(len(family.heads) > 1 for family in self.families)

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return any(cell.filled for row in self.rows for cell in row.cells)


def grid(door: GatheringDoor, room: Room) -> Grid:
    """The table as this reader sees it."""
    families = _families(door.session, door.group_name)
    heads = tuple(head for family in families for head in family.heads)
    known = {head.id for head in heads}
    rows = tuple(
        Row(
            number,
            place.question,
            tuple(_cell(head, [e for e in place.entries if e.column == head.id], place.moments) for head in heads),
        )
        for number, place in enumerate(room.places, start=1)
        if place.question is not None
    )
    strays = [e for place in room.places for e in place.entries if e.column not in known]
    return Grid(families, heads, rows, (*strays, *room.gone.entries))


def _cell(head: Head, entries: list[Shown], moments: tuple[Shown, ...]) -> Cell:
    behind = {moment.id for entry in entries for moment in entry.behind}
    tagged = [m for m in moments if m.column == head.id and m.hidden is None and m.id not in behind]
    return Cell(head=head, entries=tuple(entries), moments=tuple(tagged))


def _families(page: Page, own: str) -> tuple[Family, ...]:
    """The columns, each group followed by everything inside it, however deep; the own group last."""
    tops = [c for c in page.columns if page.column(c.parent) is None]
    families = []
    for top in tops:
        inside = [c for c in page.columns if c.id != top.id and _top(page, c).id == top.id]
        heads = [
            Head(id=top.id, name=top.name, kind=top.kind, remark=top.remark),
            *(Head(id=c.id, name=_within(page, c), kind=c.kind, remark=c.remark, parent=top.name) for c in inside),
        ]
        families.append(Family(top.name, tuple(heads)))
    return (*families, Family(own, (Head(id=OWN, name=own, own=True),)))


def _top(page: Page, column: Column) -> Column:
    parent = page.column(column.parent)
    return column if parent is None else _top(page, parent)


def _within(page: Page, column: Column) -> str:
    """A part's name under its topmost group: "Second › Third" for a part of a part."""
    parent = page.column(column.parent)
    if parent is None or page.column(parent.parent) is None:
        return column.name
    return f"{_within(page, parent)} › {column.name}"


def show(door: GatheringDoor) -> Response:
    """The table, and the one form to add to it; `?question=` and `?column=` choose its place beforehand."""
    if door.gathering.journal_expired:
        return discussion_shown.expired(door)
    room = discussion_shown.room(door, door.discussion())
    asked, wanted = door.request.query_params.get("question"), door.request.query_params.get("column")
    question = door.session.question(asked)
    column = wanted if column_name(door.session, wanted, door.group_name) is not None else None
    table = grid(door, room)
    return door.page(
        "discussion/comparison.html",
        **discussion_shown.context(door, "comparison"),
        grid=table,
        wide=len(table.heads) > ROOMY,
        question=question.id if question else None,
        column=column,
        moments=_nearest(room, question.id if question else None, column),
    )


def _nearest(room: Room, question: str | None, column: str | None) -> list[Shown]:
    """The moments to choose from, those tagged with the question and the group first."""

    def far(moment: Shown) -> int:
        return (moment.question != question) + (moment.column != column)

    return sorted(room.numbered, key=lambda m: (far(m), m.number))


def enter(door: GatheringDoor) -> Response:
    """Write into the table. Refuses question.unknown, column.unknown, moment.unknown, words.*, name.too_long,
    gathering.closed."""
    form = door.form
    entry = discussion_shown.entry_id(form)
    return door.say(
        lambda d, _: rules.enter(
            d,
            door.session,
            entry=entry,
            question=form.line("question"),
            column=form.line("column"),
            text=form.text("words"),
            moments=form.all("moments"),
            author=form.optional("name"),
        ),
        entry=entry,
        then=f"{door.path}/comparison#e-{entry}",
    )
