"""The notebook: one person's private notes on one gathering, and the clock that times them.

A note's id and its count of edits come from the device, so that a note sent twice, or late, is kept once and as it
was last written."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import LARGEST_INTEGER
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.discussion import LONGEST_FILM, LONGEST_WORDS, MARKS, Mark
from comuna.store import erased, schema
from comuna.store.writer import Transaction

TAG: Final = re.compile(r"[a-z0-9]{1,12}")
MOST_NOTES: Final = 2_000
"""Notes one person may keep on one gathering."""
EMPTY: Final = {"words": "", "mark": None, "seconds": None, "question": None, "column": None, "erased": True}
"""What stays of a note that was erased."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A private note. `seconds` into the film; `question` and `column` are tags; `edit` counts its changes;
    `entry`: what it was released as."""

    note: str
    words: str
    mark: Mark | None = None
    seconds: int | None = None
    question: str | None = None
    column: str | None = None
    edit: int = 1
    entry: str | None = None


class Clock(msgspec.Struct, frozen=True):
    """A film clock: `seconds` stood on it when it was last touched; `since` (Unix milliseconds) it runs, or None."""

    seconds: int = 0
    since: int | None = None

    def reads(self, now: dt.datetime) -> int:
        """The second of the film it shows."""
        if self.since is None:
            return self.seconds
        ran = (int(now.timestamp() * 1000) - self.since) // 1000
        return min(max(self.seconds + ran, 0), LONGEST_FILM)


def keep(tx: Transaction, handle: str, note: Note) -> bool:
    """Keep a note, new or changed; False when a later edit of it, or its erasure, is known already. Words may be
    empty while a person is typing. Refuses: note.unknown, note.not_yours, note.too_many, words.too_long,
    note.bad_time, note.bad_mark, question.unknown, column.unknown."""
    if not ID.fullmatch(note.note) or not 0 < note.edit <= LARGEST_INTEGER:
        raise Refused("note.unknown")
    if len(note.words) > LONGEST_WORDS:
        raise Refused("words.too_long", limit=LONGEST_WORDS, length=len(note.words))
    if note.seconds is not None and not 0 <= note.seconds <= LONGEST_FILM:
        raise Refused("note.bad_time")
    if note.mark is not None and note.mark not in MARKS:
        raise Refused("note.bad_mark")
    for tag, code in ((note.question, "question.unknown"), (note.column, "column.unknown")):
        if tag is not None and not TAG.fullmatch(tag):
            raise Refused(code)
    table = schema.notes
    known = tx.execute(sa.select(table.c.handle, table.c.edit, table.c.erased).where(table.c.note == note.note)).first()
    values = {
        "edit": note.edit,
        "words": note.words.replace("\x00", "").encode("utf-8", "replace").decode(),  # no half surrogate pairs
        "mark": note.mark,
        "seconds": note.seconds,
        "question": note.question,
        "column": note.column,
    }
    if known is None:
        mine = sa.select(sa.func.count()).select_from(table).where(table.c.handle == handle)
        before = tx.execute(mine).scalar_one()
        if before >= MOST_NOTES:
            raise Refused("note.too_many", limit=MOST_NOTES)
        tx.execute(sa.insert(table).values(note=note.note, handle=handle, place=before, **values))
        return True
    if known.handle != handle:
        raise Refused("note.not_yours")
    if known.erased or known.edit >= note.edit:
        return False
    tx.execute(sa.update(table).where(table.c.note == note.note).values(**values))
    return True


def erase(tx: Transaction, handle: str, note: str) -> None:
    """Erase a note; an empty row stays so that a copy still on its way is not taken for a new note.
    Refuses: note.unknown."""
    table = schema.notes
    found = tx.execute(sa.update(table).where(table.c.note == note, table.c.handle == handle).values(**EMPTY))
    if found.rowcount != 1:
        raise Refused("note.unknown")
    erased.note(tx, "note", note)


def notes(connection: sa.Connection, handle: str) -> list[Note]:
    """A person's notes, in the order of the film and then of their writing, those without a time last."""
    table = schema.notes
    rows = connection.execute(
        sa.select(table)
        .where(table.c.handle == handle, sa.not_(table.c.erased))
        .order_by(table.c.seconds.is_(None), table.c.seconds, table.c.place)
    )
    return [_note(row) for row in rows]


def note(connection: sa.Connection, handle: str, id: str) -> Note:
    """One's own note. Refuses: note.unknown."""
    table = schema.notes
    row = connection.execute(
        sa.select(table).where(table.c.note == id, table.c.handle == handle, sa.not_(table.c.erased))
    ).first()
    if row is None:
        raise Refused("note.unknown")
    return _note(row)


def _note(row: sa.Row[tuple[object, ...]]) -> Note:
    return Note(
        note=row.note,
        words=row.words,
        mark=row.mark,
        seconds=row.seconds,
        question=row.question,
        column=row.column,
        edit=row.edit,
        entry=row.entry,
    )


def released(tx: Transaction, note: str, entry: str | None) -> None:
    """Remember as what a note was released; None when it was taken back."""
    tx.execute(sa.update(schema.notes).where(schema.notes.c.note == note).values(entry=entry))


def taken_back(tx: Transaction, handle: str, entry: str) -> None:
    """The note behind an entry is private again."""
    table = schema.notes
    tx.execute(sa.update(table).where(table.c.handle == handle, table.c.entry == entry).values(entry=None))


def clock(connection: sa.Connection, handle: str) -> Clock:
    """A person's film clock; at zero and stopped if it was never touched."""
    table = schema.watches
    row = connection.execute(sa.select(table).where(table.c.handle == handle)).first()
    return Clock() if row is None else Clock(row.seconds, row.since)


def set_clock(tx: Transaction, handle: str, *, seconds: int | None = None, runs: bool | None = None) -> Clock:
    """Set the clock to a second, start it or stop it; what is None stays as it is. Refuses: note.bad_time."""
    before = clock(tx.connection, handle)
    at = before.reads(tx.now) if seconds is None else seconds
    if not 0 <= at <= LONGEST_FILM:
        raise Refused("note.bad_time")
    running = before.since is not None if runs is None else runs
    after = Clock(at, int(tx.now.timestamp() * 1000) if running else None)
    table = schema.watches
    if tx.execute(sa.update(table).where(table.c.handle == handle).values(seconds=at, since=after.since)).rowcount == 0:
        tx.execute(sa.insert(table).values(handle=handle, seconds=at, since=after.since))
    return after
