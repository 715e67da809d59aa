"""The discussion: one place per guiding question, where moments, answers and the comparison meet; then takeaways."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import discussion as rules
from comuna.rules import gathering
from comuna.rules.discussion import STANCES, Discussion, StanceTaken, TakeawayProposed
from comuna.store import notebook
from comuna.store.writer import Transaction
from comuna.web import film
from comuna.web.access import FacilitatorDoor, GatheringDoor
from comuna.web.discussion_shown import context, entry_id, expired, room

BACK: Final = ("discussion", "comparison")
"""Rooms from which an entry can be taken back, hidden or agreed with, and to which the browser then returns."""


def show(door: GatheringDoor) -> Response:
    """The discussion, question by question."""
    if door.gathering.journal_expired:
        return expired(door)
    d = door.discussion()
    return door.page(
        "discussion/show.html",
        **context(door, "discussion"),
        room=room(door, d),
        picture=film.picture(door.words, door.session, d),
    )


def answer(door: GatheringDoor) -> Response:
    """Answer a guiding question. Refuses question.unknown, words.*, name.too_long, gathering.closed."""
    form = door.form
    entry = entry_id(form)
    return door.say(
        lambda d, _: rules.answer(
            d,
            door.session,
            entry=entry,
            question=form.line("question"),
            text=form.text("words"),
            author=form.optional("name"),
        ),
        entry=entry,
        then=f"{door.path}/discussion#e-{entry}",
    )


def back_to(door: GatheringDoor, anchor: str) -> str:
    """The room that a form was sent from, at an anchor."""
    chosen = door.form.line("back")
    return f"{door.path}/{chosen if chosen in BACK else BACK[0]}#{anchor}"


def take_stance(door: GatheringDoor) -> Response:
    """Say "this answers" or "this differs" of an entry, or take it back (an empty `stance`). The form says what shall
    hold, so that the same form sent twice changes nothing. Refuses stance.unknown, entry.unknown, gathering.closed."""
    entry = door.request.path_params["entry"]
    wanted = door.form.line("stance") or None
    if wanted is not None and wanted not in STANCES:
        raise Refused("stance.unknown")

    back, me = door.go(back_to(door, f"e-{entry}")), door.me.handle if door.me else None
    if me is not None and (known := door.discussion().entries.get(entry)) and known.stances.get(me) == wanted:
        return back

    def decide(d: Discussion, handle: str) -> StanceTaken:
        toggled = rules.take_stance(d, by=handle, entry=entry, stance=wanted or STANCES[0])  # type: ignore[arg-type]
        return msgspec.structs.replace(toggled, stance=wanted)

    return door.say(decide, entry=None, then=back_to(door, f"e-{entry}"))


def take_back(door: GatheringDoor) -> Response:
    """Take one's own entry back; the note behind a moment is private again. Refuses entry.unknown, entry.not_yours,
    gathering.closed."""
    entry, me = door.request.path_params["entry"], door.me

    def job(tx: Transaction) -> str:
        state = door.store.state(tx.connection, door.book)
        assert state is not None
        gathering.open_for_words(state, door.id)
        handle = me.handle if me else ""
        place = _place_of(door, door.store.hall(tx.connection, door.id).discussion, entry)
        door.store.say(tx, door.id, lambda h: rules.take_back(h.discussion, by=handle, entry=entry), by=handle)
        notebook.taken_back(tx, handle, entry)
        return place

    anchor = door.write(job)
    door.store.tidy_soon()
    return door.go(back_to(door, anchor))


def _place_of(door: GatheringDoor, d: Discussion, entry: str) -> str:
    found = d.entries.get(entry)
    question = getattr(found.said, "question", None) if found else None
    if found and isinstance(found.said, TakeawayProposed):
        return "takeaways"
    return question if door.session.question(question) else "main"


def hide(door: FacilitatorDoor) -> Response:
    """Hide an entry; the reason is kept and shown. Refuses entry.unknown, words.*, gathering.closed."""
    entry = door.request.path_params["entry"]
    reason = door.form.text("reason")
    return door.say(
        lambda d, _: rules.hide(d, entry=entry, reason=reason), entry=None, then=back_to(door, f"e-{entry}")
    )


def show_again(door: FacilitatorDoor) -> Response:
    """Show a hidden entry again. Refuses entry.unknown, entry.not_hidden, gathering.closed."""
    entry = door.request.path_params["entry"]
    return door.say(lambda d, _: rules.show(d, entry=entry), entry=None, then=back_to(door, f"e-{entry}"))
