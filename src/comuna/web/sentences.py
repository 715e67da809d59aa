"""Acts as sentences in the reader's language: in the book, and on the page of a session they changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from comuna import messages
from comuna.kernel.act import Envelope, act_in, moment
from comuna.language import Language
from comuna.rules import funds, minutes, record
from comuna.rules.assembly import AssemblyConvened, NoticeGiven
from comuna.rules.gathering import TakeawayAgreed
from comuna.store import book, texts
from comuna.web.access import GatheringDoor, GroupDoor
from comuna.web.listing import Listed


class Said(msgspec.Struct, frozen=True):
    """An act, said. `by` is a member number; empty where the software acted by itself."""

    seq: int
    at: str
    moment: dt.datetime
    by: str
    sentence: str


def of_book(door: GroupDoor, start: int = 0, stop: int | None = None) -> list[Said]:
    """The acts of the group's book, from `start` to before `stop`."""
    with door.store.read() as connection:
        return _said(door, connection, book.envelopes(connection, door.book, start, stop))


def of_acts(door: GroupDoor, connection: sa.Connection, acts: Iterable[Envelope]) -> list[Said]:
    """These acts of the group's book."""
    return _said(door, connection, acts)


def of_gathering(door: GatheringDoor) -> list[Said]:
    """What happened to a session since it was announced, in order; nothing if it stands as it was."""
    if door.gathering.sequence == 0:
        return []
    with door.store.read() as connection:
        about = record.of_gathering(book.envelopes(connection, door.book), door.id)
        acts = [e for e in about if not isinstance(act_in(e), TakeawayAgreed)]  # these stand in the record
        return _said(door, connection, acts)


def of_assembly(door: GatheringDoor) -> list[Said]:
    """How an assembly was convened and its members told."""
    with door.store.read() as connection:
        about = record.of_gathering(book.envelopes(connection, door.book), door.id)
        return _said(door, connection, [e for e in about if isinstance(act_in(e), (AssemblyConvened, NoticeGiven))])


def _said(door: GroupDoor | GatheringDoor, connection: sa.Connection, acts: Iterable[Envelope]) -> list[Said]:
    acts = list(acts)
    kept = {ref: texts.read(connection, ref) for ref in record.text_refs(acts)}
    rules = funds.naming(door.state)
    readable = {ref: text for ref, text in kept.items() if text is not None}
    return [
        Said(
            e.seq,
            e.at,
            moment(e.at),
            e.by if e.by.isdigit() else "",
            messages.say(door.words, minutes.of_act(e, readable, rules)),
        )
        for e in acts
    ]


def summary(words: Language, session: Listed) -> str:
    """A session in a sentence or two, for a feed."""
    day = words.date(session.starts)
    when = f"{day[:1].upper()}{day[1:]}, {words.time(session.starts)}"
    zone = words.zone(session.starts.tzinfo or dt.UTC, session.starts)
    state = {
        "called": "",
        "cancelled": words.text("This session was called off."),
        "closed": words.text("This session has taken place."),
    }[session.gathering.status]
    return " ".join(part for part in (f"{when} ({zone}).", state) if part)
