"""The notebook's room: one person's private notes while they watch, a film clock, and the way of a moment into the
session.

Every form works with a plain browser and a reload. The script on the page sends the same forms and asks for JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.paper import qr, sheet
from comuna.rules import discussion as rules
from comuna.rules import gathering
from comuna.rules.discussion import LONGEST_FILM, LONGEST_WORDS, MARKS
from comuna.rules.page import OWN
from comuna.store import erasure, notebook, people
from comuna.store.notebook import Note
from comuna.store.writer import Transaction
from comuna.web import notebook_export, notebook_shown
from comuna.web.access import GUEST_COOKIE, Door, GatheringDoor, new_id
from comuna.web.forms import Form
from comuna.web.notebook_shown import Shown, mark_names

TIME: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
WORKER: Final = Path(__file__).parent / "static" / "worker.js"


class NotebookDoor(GatheringDoor):
    """Anyone, at their own notebook of a gathering. Refuses notebook.expired once the journal is erased, and
    notebook.other when a page speaks for another notebook than the browser now holds the key of."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if self.gathering.journal_expired:
            raise Refused("notebook.expired")
        meant = form.text("notebook")
        if meant and (self.me is None or self.me.handle != meant):
            raise Refused("notebook.other")

    @property
    def base(self) -> str:
        """The notebook's own path."""
        return f"{self.path}/notebook"

    @property
    def for_script(self) -> bool:
        """Whether the page's script asks, not a person's browser on its own."""
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def note_id(self) -> str:
        """The note that the address names. Refuses note.unknown."""
        note = str(self.request.path_params["note"])
        if not ID.fullmatch(note):
            raise Refused("note.unknown")
        return note

    @property
    def own_name(self) -> str:
        """What the group itself is called among the featured ones."""
        return self.session.announcement.group or self.group_name

    def notes(self) -> list[Shown]:
        """Their notes, each with what became of it."""
        if self.me is None:
            return []
        with self.store.read() as connection:
            mine = notebook.notes(connection, self.me.handle)
            return notebook_shown.shown(mine, self.store.hall(connection, self.id).discussion)

    def clock(self) -> notebook.Clock:
        """Their film clock."""
        if self.me is None:
            return notebook.Clock()
        with self.store.read() as connection:
            return notebook.clock(connection, self.me.handle)


def film_time(written: str) -> int | None:
    """Seconds into the film, as people write them: `12:40`, `1:02:03`, `00:12:40`; None if nothing is written.
    Refuses note.bad_time."""
    if not written:
        return None
    found = TIME.fullmatch(written) if written.isascii() else None
    if found is None:
        raise Refused("note.bad_time")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if seconds > 59 or (found[1] and minutes > 59):
        raise Refused("note.bad_time")
    total = hours * 3600 + minutes * 60 + seconds
    if total > LONGEST_FILM:
        raise Refused("note.bad_time")
    return total


# Looking


def show(door: NotebookDoor) -> Response:
    """The notebook; with `?edit=` a note of it stands in the writing place."""
    editing = door.request.query_params.get("edit")
    notes = door.notes()
    chosen = next((each.note for each in notes if each.note.note == editing), None)
    if editing and chosen is None:
        raise Refused("note.unknown")
    return _page(door, notes, editing=chosen)


def shell(door: NotebookDoor) -> Response:
    """The page without a trace of anybody, which the service worker keeps for when there is no connection."""
    door.me = door.account = door.member = None
    return _page(door, [], path=door.base, as_shell=True)


def data(door: NotebookDoor) -> Response:
    """The notebook as the script on the page knows it."""
    return JSONResponse(_data(door, door.notes()))


def _page(door: NotebookDoor, notes: list[Shown], **context: Any) -> Response:
    clock = door.clock()
    reads = clock.reads(door.now)
    due = gathering.journal_due(door.state, door.gathering)
    given: dict[str, Any] = {"editing": None, "undo": None, "as_shell": False, **context}
    return door.page(
        "notebook/show.html",
        notes=notes,
        data=_data(door, notes),
        reads=reads,
        runs=clock.since is not None,
        timeline=notebook_shown.timeline(notes, reads, door.session.film_minutes),
        mark_names=mark_names(door.words),
        marks=MARKS,
        own=OWN,
        limit=LONGEST_WORDS,
        due=due,
        fresh=new_id,
        blank=Shown(note=Note(note="", words="")),
        question_label=lambda id: notebook_shown.question_label(door.session, id),
        column_label=lambda id: notebook_shown.column_label(door.session, id, door.own_name),
        **given,
    )


def _data(door: NotebookDoor, notes: list[Shown]) -> dict[str, Any]:
    clock = door.clock()
    return {
        "notebook": door.me.handle if door.me else None,
        "notes": [notebook_shown.as_data(each) for each in notes],
        "seconds": clock.reads(door.now),
        "runs": clock.since is not None,
    }


# Writing


def keep(door: NotebookDoor) -> Response:
    """Keep a note, new or changed. The script counts edits itself and saves while a person types; a plain form is one
    edit. Refuses words.empty, words.too_long, note.*, question.unknown, column.unknown."""
    form = door.form
    question, column = rules.tags(door.session, form.optional("question"), form.optional("column"))
    words = form.text("words").replace("\r\n", "\n")
    mark = form.optional("mark")
    if mark is not None and mark not in MARKS:
        raise Refused("note.bad_mark")
    if not words.strip() and mark is None and not door.for_script:
        raise Refused("words.empty")
    seconds = film_time(form.line("at"))
    given = form.number("edit")

    def job(tx: Transaction) -> tuple[str | None, str, bool, Note | None]:
        handle, key = door.handle(tx)
        before = _note(tx, handle, form.line("note"))
        at = seconds
        if at is None and form.ticked("timed"):
            clock = notebook.clock(tx.connection, handle)
            at = clock.reads(tx.now) if clock.seconds or clock.since else None
        note = Note(
            note=form.line("note"),
            words=words,
            mark=mark,
            seconds=at,
            question=question,
            column=column,
            edit=given if given is not None else before.edit + 1 if before else 1,
        )
        kept = notebook.keep(tx, handle, note)
        return key, handle, kept, _note(tx, handle, note.note)

    key, handle, kept, now = door.write(job)
    if door.for_script:
        stands = notebook_shown.as_data(Shown(note=now)) if now else None
        return door.remember(key, JSONResponse({"kept": kept, "notebook": handle, "note": stands}))
    if not kept:
        raise Refused("note.unknown")
    return door.remember(key, door.go(f"{door.base}#note-{form.line('note')}"))


def _note(tx: Transaction, handle: str, id: str) -> Note | None:
    try:
        return notebook.note(tx.connection, handle, id)
    except Refused:
        return None


def erase(door: NotebookDoor) -> Response:
    """Erase a note. Its words leave the table at once and the database's log within seconds; the page that answers
    holds them once more, so that the step can be undone. Refuses note.unknown."""
    handle = own_handle(door)

    def job(tx: Transaction) -> Note | None:
        before = _note(tx, handle, door.note_id)
        notebook.erase(tx, handle, door.note_id)
        return before

    erased = door.write(job)
    door.store.tidy_soon()
    if door.for_script:
        return JSONResponse({"erased": True, "notebook": handle})
    return _page(door, door.notes(), undo=erased, path=door.base)


def own_handle(door: NotebookDoor) -> str:
    if door.me is None:
        raise Refused("note.unknown")
    return door.me.handle


def set_clock(door: NotebookDoor) -> Response:
    """Start the clock, stop it, set it, or nudge it by some seconds. Refuses note.bad_time."""
    form = door.form
    runs = {"yes": True, "no": False}.get(form.line("runs"))
    nudge = form.line("nudge")
    at = film_time(form.line("at"))
    if nudge and nudge not in ("-10", "10"):
        raise Refused("note.bad_time")
    if runs is None and not nudge and at is None:
        raise Refused("note.bad_time")

    def job(tx: Transaction) -> tuple[str | None, str]:
        handle, key = door.handle(tx)
        to = at
        if nudge:
            reads = notebook.clock(tx.connection, handle).reads(tx.now)
            to = min(max(reads + int(nudge), 0), LONGEST_FILM)
        notebook.set_clock(tx, handle, seconds=to, runs=runs)
        return key, handle

    key, handle = door.write(job)
    answer = JSONResponse({"notebook": handle}) if door.for_script else door.go(door.base)
    return door.remember(key, answer)


# Taking it along


def download_markdown(door: NotebookDoor) -> Response:
    """The notes as Markdown."""
    body = notebook_export.markdown(door.words, door.session, door.notes(), door.own_name)
    return _file(door, body.encode(), "text/markdown; charset=utf-8", "md")


def download_csv(door: NotebookDoor) -> Response:
    """The notes as CSV, with the mark at its start by which spreadsheets know UTF-8."""
    body = notebook_export.table(door.words, door.session, door.notes(), door.own_name)
    return _file(door, body.encode("utf-8-sig"), "text/csv; charset=utf-8", "csv")


def _file(door: NotebookDoor, body: bytes, kind: str, ending: str) -> Response:
    name = f"notes-{door.gathering.date}.{ending}"
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def print_sheet(door: NotebookDoor) -> Response:
    """An empty sheet for notes on paper, as PDF."""
    body = sheet.sheet(door.words, door.session.announcement, url=door.url(door.base))
    return Response(body, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="sheet.pdf"'})


def link(door: NotebookDoor) -> Response:
    """Make a private link that opens this notebook elsewhere, and show it, once; an earlier one stops working."""

    def job(tx: Transaction) -> tuple[str | None, str]:
        handle, key = door.handle(tx)
        return key, people.private_link(tx, handle)

    key, secret = door.write(job)
    address = door.url(f"{door.base}/open/{secret}")
    title = door.words.text("QR code of your private link")
    code = Markup(qr.svg(address, title=title))  # noqa: S704  drawn by us, its title is escaped there
    return door.remember(key, door.page("notebook/link.html", address=address, code=code))


def open_link(door: NotebookDoor) -> Response:
    """What a private link leads to: a button, so that programs which fetch links do not open the notebook. Refuses
    key.unknown."""
    with door.store.read() as connection:
        handle = people.linked(connection, door.id, str(door.request.path_params["key"]))
    if handle is None:
        raise Refused("key.unknown")
    same = door.me is not None and door.me.handle == handle
    response = door.page("notebook/open.html", same=same, left=0 if same else len(door.notes()))
    # The key in this address must not travel on in a Referer. Not "no-referrer", which would turn the form's Origin
    # into "null" and so make its sending look like one from another site.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def bring(door: NotebookDoor) -> Response:
    """Open the notebook of a private link in this browser. Refuses key.unknown."""
    key = door.write(lambda tx: people.bring(tx, door.id, str(door.request.path_params["key"])))
    return door.remember(key, door.go(door.base))


def forget(door: NotebookDoor) -> Response:
    """Make this browser forget the notebook: its key is worthless from now on. The notes stay for whoever holds the
    private link."""
    key = door.request.cookies.get(GUEST_COOKIE)
    if key:
        door.write(lambda tx: people.leave(tx, key))
        door.store.tidy_soon()
    response = door.go(door.path)
    response.delete_cookie(GUEST_COOKIE, path=door.path)
    return response


def erase_me(door: NotebookDoor) -> Response:
    """Erase who asks from this gathering: their name, notes, film clock and keys, and the words of what they said."""
    if door.me is not None:
        handle = door.me.handle
        door.write(lambda tx: erasure.erase_person(tx, handle))
        door.store.tidy_soon()
    response = door.go(door.path)
    response.delete_cookie(GUEST_COOKIE, path=door.path)
    return response


def worker(door: Door) -> Response:
    """The service worker. At the root, so that it may look after the notebook of every session; asked for anew each
    time, so that a change reaches every device."""
    return Response(WORKER.read_bytes(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})
