"""Closing a session: how many came, a summary, and the record that is frozen and entered in the book."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel import identity
from comuna.kernel.act import Act, instant
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import LANGUAGES, language
from comuna.messages import refusal, say
from comuna.rules import charter, floor
from comuna.rules import gathering as rules
from comuna.rules import record as records
from comuna.rules.discussion import Discussion
from comuna.rules.gathering import MOST_CAME
from comuna.rules.hall import Hall
from comuna.rules.minutes import record_blocks
from comuna.rules.page import Page
from comuna.rules.record import Record
from comuna.rules.state import Gathering, State
from comuna.rules.summary import LONGEST_SUMMARY, draft
from comuna.store import book, people, texts
from comuna.store.writer import Transaction
from comuna.web import listing, record
from comuna.web.access import FacilitatorDoor, GatheringDoor
from comuna.web.film_drawing import icon


def show(door: FacilitatorDoor) -> Response:
    """What closing means, the form, and what would be frozen. After closing it sends on to the record."""
    return _form(door, {})


def _form(door: FacilitatorDoor, problems: dict[str, str], status: int = 200) -> Response:
    if door.gathering.status == "closed":
        return door.go(f"{door.path}/record")
    rules.open_for_words(door.state, door.id)
    with door.store.read() as connection:
        hall = door.store.hall(connection, door.id)
        steps = _steps(connection, door)
    own = language(own_language(door))
    planned = _record(
        door,
        door.gathering,
        door.session,
        hall,
        steps,
        came=None,
        coming=door.coming,
        summary="",
        closed_at=instant(door.now),
    )
    sentences = "\n\n".join(say(own, sentence) for sentence in draft(planned))
    return door.page(
        "record/close.html",
        status=status,
        problems=problems,
        came=door.form.line("came") or ("" if problems else hall.most or ""),
        most=hall.most,
        speaks=hall.turn is not None,
        icon=icon,
        draft=door.form.text("summary") if problems else sentences,
        record=planned,
        blocks=record.shown(own, record_blocks(planned), standing=False),
        own_language=own.code,
        early=door.now.date().isoformat() < door.gathering.date,
        longest=LONGEST_SUMMARY,
        due=rules.journal_due(door.state, door.gathering),
    )


def own_language(door: GatheringDoor) -> str:
    """The session's own language; the reader's where it has none that we speak."""
    own = door.session.announcement.language
    return own if own in LANGUAGES else door.words.code


def close(door: FacilitatorDoor) -> Response:
    """Freeze the record and close the session, in one transaction with the takeaways; a second time shows the record.
    Refuses gathering.cancelled, gathering.count_impossible, words.too_long, journal.expired."""
    if door.gathering.status == "closed":
        return door.go(f"{door.path}/record")
    try:
        came = came_in(door)
    except Refused as refused:
        return _form(door, {"came": refusal(door.words, refused)[1]}, status=400)
    summary = door.form.text("summary").replace("\r\n", "\n").strip()
    if len(summary) > LONGEST_SUMMARY:
        too_long = Refused("words.too_long", limit=LONGEST_SUMMARY, length=len(summary))
        return _form(door, {"summary": refusal(door.words, too_long)[1]}, status=400)
    by = door.member
    assert by is not None, "the door lets only facilitators in"

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.book)
        assert state is not None
        gathering = state.gatherings[door.id]
        if gathering.status == "closed":  # another browser was first
            return
        hall = door.store.hall(tx.connection, door.id)
        at = max(instant(tx.now), state.at or "")
        coming = people.count_coming(tx.connection, door.id)
        facts = {"came": came, "coming": coming, "summary": summary, "closed_at": at}
        page = door.page_in(tx)
        made = _record(door, gathering, page, hall, _steps(tx.connection, door), **facts)
        acts, new_texts = _acts(tx, door.id, by, hall.discussion, made)
        door.store.record(tx, door.book, acts, by=by, with_texts=new_texts)

    door.write(job)
    return door.go(f"{door.path}/record")


def came_in(door: GatheringDoor) -> int | None:
    """How many came, as the form says; None if nobody counted. Refuses gathering.count_impossible."""
    written = door.form.line("came")
    came = door.form.number("came")
    if written and (came is None or came > MOST_CAME):
        raise Refused("gathering.count_impossible")
    return came


def _steps(connection: sa.Connection, door: GatheringDoor) -> list[records.Step]:
    """The acts about this gathering, with their texts."""
    acts = records.of_gathering(book.envelopes(connection, door.book), door.id)
    known = {ref: texts.read(connection, ref) for ref in records.text_refs(acts)}
    readable = {ref: body for ref, body in known.items() if body is not None}
    names = charter.parse(door.state.charter) if door.state.charter else None
    return [records.step(act, readable, names) for act in acts]


def _record(
    door: GatheringDoor, gathering: Gathering, page: Page, hall: Hall, steps: list[records.Step], **facts: Any
) -> Record:
    return records.build(
        book=door.book,
        group=door.group_name,
        gathering=gathering,
        page=page,
        steps=steps,
        discussion=hall.discussion,
        most=hall.most,
        talk=floor.talk(hall, until=int(door.store.journals.now(door.id, hall).timestamp())),
        journal_due=rules.journal_due(door.state, gathering),
        held=listing.starts(gathering) <= door.now,
        language=own_language(door),
        **facts,
    )


def _acts(tx: Transaction, gathering: str, by: str, d: Discussion, made: Record) -> tuple[book.Decide, list[Text]]:
    """The takeaways and the closing, with the texts they name."""
    frozen = texts.new(tx, records.frozen(made))
    new_texts = [frozen]
    agreed: list[dict[str, Any]] = []
    for _, said in d.takeaways():
        what = texts.new(tx, said.words or "")
        owner = texts.new(tx, said.owner) if said.owner else None
        new_texts.extend(text for text in (what, owner) if text is not None)
        agreed.append(
            {
                "takeaway": identity.id_of(tx.random(16)),
                "what": what.ref,
                "owner": owner.ref if owner else None,
                "due": said.due,
            }
        )

    def decide(s: State) -> list[Act]:
        takeaways: list[Act] = [rules.agree_takeaway(s, by=by, gathering=gathering, **each) for each in agreed]
        closed = rules.close(
            s,
            by=by,
            gathering=gathering,
            came=made.came,
            coming=made.coming,
            moments=len(made.moments),
            answers=len(made.answers),
            entries=len(made.entries),
            takeaways=len(made.takeaways),
            record=frozen.ref,
        )
        return [*takeaways, closed]

    return decide, new_texts
