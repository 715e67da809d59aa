"""From the notebook into the session: releasing a note, and taking it back."""

from __future__ import annotations

from starlette.responses import Response

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import discussion as rules
from comuna.rules import gathering
from comuna.rules.page import OWN
from comuna.store import notebook
from comuna.store.notebook import Note
from comuna.store.writer import Transaction
from comuna.web.notebook import NotebookDoor, own_handle


def release(door: NotebookDoor) -> Response:
    """Show a note to the session, as it was when its author looked at it; what it was released as before is taken
    back. Refuses gathering.closed, note.unknown, note.changed, name.*,
    words.empty, discussion.enough, discussion.full."""
    form = door.form
    entry = form.line("entry")
    if not ID.fullmatch(entry):
        raise Refused("form.unreadable")
    author = rules.name(form.text("name")) if form.ticked("named") else None
    if form.ticked("named") and author is None:
        raise Refused("name.empty")
    handle = own_handle(door)

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.book)
        assert state is not None
        gathering.open_for_words(state, door.id)
        said = door.store.hall(tx.connection, door.id).discussion
        if entry in said.entries:  # sent twice
            return
        rules.room_for(said, handle)
        note = notebook.note(tx.connection, handle, door.note_id)
        if form.number("edit") not in (None, note.edit):
            raise Refused("note.changed")
        _take_back(tx, door, handle, note)
        door.store.say(
            tx,
            door.id,
            lambda h: rules.release(
                h.discussion,
                door.session,
                entry=entry,
                text=note.words,
                mark=note.mark,
                seconds=note.seconds,
                question=note.question if door.session.question(note.question) else None,
                column=note.column if note.column == OWN or door.session.column(note.column) else None,
                author=author,
            ),
            by=handle,
        )
        notebook.released(tx, note.note, entry)

    door.write(job)
    return door.go(f"{door.base}#note-{door.note_id}")


def take_back(door: NotebookDoor) -> Response:
    """Take a released moment back: its words leave the session, the note stays. Refuses gathering.closed,
    note.unknown."""
    handle = own_handle(door)

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.book)
        assert state is not None
        gathering.open_for_words(state, door.id)
        _take_back(tx, door, handle, notebook.note(tx.connection, handle, door.note_id))

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"{door.base}#note-{door.note_id}")


def _take_back(tx: Transaction, door: NotebookDoor, handle: str, note: Note) -> None:
    entry = note.entry
    if entry is None:
        return
    known = door.store.hall(tx.connection, door.id).discussion.entries.get(entry)
    if known is not None and not known.taken_back:
        door.store.say(tx, door.id, lambda h: rules.take_back(h.discussion, by=handle, entry=entry), by=handle)
    notebook.taken_back(tx, handle, entry)
