"""Changing a session that is announced: edit, postpone, call off, reinstate. Each is an act; calendars follow."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import clock_there
from comuna.rules import gathering as rules
from comuna.rules.page import page
from comuna.rules.way_in import tells_of
from comuna.store import calling, people, texts
from comuna.store.writer import Transaction
from comuna.web import editing, publish
from comuna.web.access import FacilitatorDoor
from comuna.web.forms import Form


def edit_form(door: FacilitatorDoor) -> Response:
    """The announcement's fields, as they stand. Refuses what `rules.open_for_guests` does."""
    rules.open_for_guests(door.state, door.id)
    return _form(door, {})


def _meanwhile(door: FacilitatorDoor) -> dict[str, Refused]:
    """Whether the page that a form was made from has been changed by somebody else since."""
    seen = door.form.line("seen")
    return {"seen": Refused("gathering.changed_meanwhile")} if seen and seen != door.gathering.page else {}


def _form(
    door: FacilitatorDoor, problems: dict[str, Refused], status: int = 200, edited: editing.Edited | None = None
) -> Response:
    form = editing.settled(door.form, problems, edited.announcement, edited.details) if edited else door.form
    with door.store.read() as connection:
        kept = people.way_in(connection, door.id)
    announcement = msgspec.structs.replace(door.session.announcement, join=kept.link)
    fields = editing.Fields(
        announcement,
        form,
        film_minutes=door.session.film_minutes,
        admission=door.session.admission,
        details=kept.details,
    )
    said = publish.sentences_of(door, problems)
    return door.page("publish/edit.html", status=status, fields=fields, problems=said, groups=[], zones=[])


def edit(door: FacilitatorDoor) -> Response:
    """Change the announcement. What is wrong is said beside its field. Refuses what `rules.revise` does."""
    edited = editing.from_form(door.form, times=door.session.announcement)
    if door.form.ticked("more"):
        return _form(door, {})
    if problems := {**edited.problems, **_meanwhile(door)}:
        return _form(door, problems, status=409 if "seen" in problems else 400, edited=edited)

    def job(tx: Transaction) -> None:
        before = door.page_in(tx)
        after = page(
            msgspec.structs.replace(edited.announcement, **editing.times_of(before.announcement)),
            admission=edited.admission,
            film_minutes=edited.film_minutes,
            before=before,
        )
        after_all = people.WayIn(edited.announcement.join, edited.details)
        changed = [n for n in editing.changed(before.announcement, after.announcement) if n != "join"]
        if people.way_in(tx.connection, door.id) != after_all:
            changed.append("join")
        if before.film_minutes != after.film_minutes and "film" not in changed:
            changed.append("film")
        if before.admission != after.admission:
            changed.append("admission")
        text = calling.page_text(tx, after)
        member = door.member or ""
        door.store.record(
            tx,
            door.book,
            lambda s: rules.revise(s, by=member, gathering=door.id, changed=changed, page=text.ref),
            by=member,
            with_texts=[text],
        )
        people.keep_join_link(tx, door.id, after_all.link, after_all.details)

    try:
        door.write(job)
    except Refused as refused:
        if refused.code not in ("gathering.nothing_changed", "notice.too_short"):
            raise
    return door.go(door.path)


def postpone_form(door: FacilitatorDoor) -> Response:
    """A new day and hour. Refuses what `rules.open_for_guests` does."""
    rules.open_for_guests(door.state, door.id)
    return _postpone(door, {})


def _postpone(door: FacilitatorDoor, problems: dict[str, Refused], status: int = 200) -> Response:
    fields = editing.Fields(door.session.announcement, Form({}) if not door.form.fields else door.form)
    said = publish.sentences_of(door, problems)
    return door.page("publish/postpone.html", status=status, fields=fields, problems=said, zones=publish.zones())


def postpone(door: FacilitatorDoor) -> Response:
    """Move the session to another day or hour. Refuses what `rules.postpone` does."""
    times, problems = editing.from_times(door.form, door.now.date())
    why, wrong = _reason(door)
    if problems := {**problems, **wrong}:
        return _postpone(door, problems, status=400)
    date, start, zone = times["date"] or "", times["start"] or "", times["zone"] or ""

    def job(tx: Transaction) -> None:
        before = door.page_in(tx)
        after = msgspec.structs.replace(before, announcement=msgspec.structs.replace(before.announcement, **times))
        text, reason, kept = calling.page_text(tx, after), *_kept(tx, why)
        member = door.member or ""
        door.store.record(
            tx,
            door.book,
            lambda s: rules.postpone(
                s,
                by=member,
                gathering=door.id,
                date=date,
                start=start,
                end=times["end"],
                zone=zone,
                page=text.ref,
                reason=reason,
                today=clock_there(zone, door.now)[:10],
            ),
            by=member,
            with_texts=[text, *kept],
        )

    try:
        door.write(job)
    except Refused as refused:
        if refused.code != "gathering.nothing_changed":
            raise
        return _postpone(door, {"date": refused}, status=400)
    return door.go(door.path)


def _reason(door: FacilitatorDoor) -> tuple[str, dict[str, Refused]]:
    """Why, and what is wrong with it: everybody can read it for ever, so it must not tell the way in."""
    written = door.form.line("reason")
    if len(written) > editing.LONGEST_LINE:
        return "", {"reason": Refused("words.too_long", limit=editing.LONGEST_LINE, length=len(written))}
    with door.store.read() as connection:
        kept = people.way_in(connection, door.id)
    if tells_of(written, kept.link, kept.details):
        return "", {"reason": Refused("reason.tells_way_in")}
    return written, {}


def _kept(tx: Transaction, reason: str) -> tuple[str | None, list[Text]]:
    if not reason:
        return None, []
    text = texts.new(tx, reason)
    return text.ref, [text]


def cancel_form(door: FacilitatorDoor) -> Response:
    """Whether to call the session off, and why. Refuses what `rules.open_for_guests` does."""
    rules.open_for_guests(door.state, door.id)
    return door.page("publish/cancel.html", problem=None)


def cancel(door: FacilitatorDoor) -> Response:
    """Call the session off. What is wrong is said beside its field. Refuses what `rules.cancel` does."""
    why, wrong = _reason(door)
    if wrong:
        return door.page("publish/cancel.html", problem=publish.sentences_of(door, wrong)["reason"], status=400)

    def job(tx: Transaction) -> None:
        reason, kept = _kept(tx, why)
        member = door.member or ""
        door.store.record(
            tx,
            door.book,
            lambda s: rules.cancel(s, by=member, gathering=door.id, reason=reason),
            by=member,
            with_texts=kept,
        )

    door.write(job)
    return door.go(door.path)


def reinstate(door: FacilitatorDoor) -> Response:
    """Undo a cancellation. Refuses what `rules.reinstate` does."""
    member = door.member or ""
    door.record(lambda s: rules.reinstate(s, by=member, gathering=door.id))
    return door.go(door.path)
