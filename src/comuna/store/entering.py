"""Coming onto a register by oneself: the code at the door, and what waits for the registrar. Nobody becomes anybody who
is on the register already unless the desk says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
import sqlalchemy as sa

from comuna.kernel import identity
from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.rules import discussion
from comuna.rules import register as rules
from comuna.rules.group import SYSTEM
from comuna.rules.register import Given, Row
from comuna.store import book as books
from comuna.store import cards, hall, register, schema
from comuna.store.people import key_and_digest, key_digest
from comuna.store.writer import Transaction

What = Literal["join", "rights", "erase", "certify"]
MOST_WAITING: Final = 500
"""Newcomers who wait for the desk of one group."""

_D: Final = schema.doors
_Q: Final = schema.requests


class DoorCode(msgspec.Struct, frozen=True):
    """A door that is open: its code, whether the desk confirms each newcomer, as what kind and with which rights they
    come in."""

    book: str
    code: str
    confirm: bool
    kind: str
    rights: tuple[str, ...]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for the registrar. `member`: who asks; None for a newcomer, who gives a name and a
    household. `digest`: of the newcomer's browser."""

    id: str
    what: What
    at: str
    member: str | None = None
    name: str | None = None
    household: str | None = None
    words: str | None = None
    digest: str | None = None


# The door


def open_door(tx: Transaction, book: str, *, confirm: bool, kind: str, rights: Sequence[str]) -> DoorCode:
    """Open the door, under a new code; an earlier one opens nothing any more."""
    close_door(tx, book)
    while True:
        code = hall.random_code(tx)
        taken = [sa.select(table.c.code).where(table.c.code == code) for table in (_D, schema.codes)]
        if all(tx.execute(each).first() is None for each in taken):
            break
    values = {"code": code, "confirm": confirm, "kind": kind, "rights": " ".join(rights)}
    tx.execute(sa.insert(_D).values(book=book, **values))
    return DoorCode(book, code, confirm, kind, tuple(rights))


def close_door(tx: Transaction, book: str) -> None:
    """Close the door. Whoever waits goes on waiting."""
    tx.execute(sa.delete(_D).where(_D.c.book == book))


def door_of(connection: sa.Connection, book: str) -> DoorCode | None:
    """A group's door, if it is open."""
    found = connection.execute(sa.select(_D).where(_D.c.book == book)).first()
    return None if found is None else DoorCode(book, found.code, found.confirm, found.kind, tuple(found.rights.split()))


def door_with(connection: sa.Connection, written: str) -> DoorCode | None:
    """The door that a code opens, however it was typed."""
    tidy = hall.tidy_code(written)
    book = connection.execute(sa.select(_D.c.book).where(_D.c.code == tidy[:6])).scalar() if len(tidy) == 6 else None
    return None if book is None else door_of(connection, book)


def join(
    tx: Transaction, shelf: books.Shelf, code: str, *, request: str, name: str, household: str
) -> tuple[str, str | None]:
    """Come in with a code: (group, key for the newcomer's browser). Where the desk confirms, or where somebody of that
    name lives in that household already, the newcomer waits; else they are on the register. `request` is the form's
    own id: sent twice, it brings one newcomer, and the second time no key. Refuses: door.unknown, gathering.bad_id,
    request.enough, name.empty, name.too_long, register.too_long."""
    door = door_with(tx.connection, code)
    if door is None:
        raise Refused("door.unknown")
    if not identity.ID.fullmatch(request):
        raise Refused("gathering.bad_id")
    quarter = rules.quarter_of(tx.now.date())
    given = Given(name=name, household=household, kind=door.kind, rights=dict.fromkeys(door.rights, quarter))
    given = rules.checked(given, register.rules_of(tx, shelf, door.book), new=True)
    own, digest = key_and_digest(tx)
    twin = register.same(tx.connection, door.book, given.name or "", given.household or "")
    if not door.confirm and not twin:
        row = register.add(tx, shelf, door.book, given, by=SYSTEM)
        cards.give(tx, door.book, row.member, digest)
        return door.book, own
    if tx.execute(sa.select(_Q.c.request).where(_Q.c.request == request)).first() is not None:
        return door.book, None
    waiting = sa.select(sa.func.count()).select_from(_Q).where(_Q.c.book == door.book, _Q.c.what == "join")
    if tx.execute(waiting).scalar_one() >= MOST_WAITING:
        raise Refused("request.enough", limit=MOST_WAITING)
    tx.execute(
        sa.insert(_Q).values(
            request=request, book=door.book, what="join", at=instant(tx.now), digest=digest,
            name=given.name, household=given.household or None,
        )
    )  # fmt: skip
    return door.book, own


# What waits


def waiting(connection: sa.Connection, book: str) -> list[Request]:
    """What waits for the registrar of a group, the oldest first."""
    found = connection.execute(sa.select(_Q).where(_Q.c.book == book).order_by(_Q.c.at, _Q.c.request))
    return [_request(each) for each in found]


def _request(each: sa.Row[tuple[str, ...]]) -> Request:
    return Request(
        id=each.request, what=each.what, at=each.at, member=each.member, name=each.name, household=each.household,
        words=each.words, digest=each.digest,
    )  # fmt: skip


def of_browser(connection: sa.Connection, book: str, key: str) -> Request | None:
    """What the newcomer waits for whose browser holds this key."""
    mine = sa.and_(_Q.c.book == book, _Q.c.digest == key_digest(key))
    found = connection.execute(sa.select(_Q).where(mine)).first()
    return None if found is None else _request(found)


def of_member(connection: sa.Connection, book: str, member: str) -> list[Request]:
    """What a member has asked for and waits for."""
    found = connection.execute(sa.select(_Q).where(_Q.c.book == book, _Q.c.member == member).order_by(_Q.c.at))
    return [_request(each) for each in found]


def ask(tx: Transaction, book: str, member: str, what: What, words: str | None = None) -> None:
    """A member asks the registrar for something; asking again replaces what was asked before. Refuses: words.empty,
    words.too_long."""
    said = None if words is None else discussion.words(words)
    tx.execute(sa.delete(_Q).where(_Q.c.book == book, _Q.c.member == member, _Q.c.what == what))
    values = {"what": what, "member": member, "words": said, "at": instant(tx.now)}
    tx.execute(sa.insert(_Q).values(request=identity.id_of(tx.random(16)), book=book, **values))


def confirm(
    tx: Transaction, shelf: books.Shelf, book: str, request: str, *, by: str, member: str | None = None
) -> Row | None:
    """The registrar says yes. A newcomer gets a row of their own, or is the one who is `member` already, and their
    browser knows them; who asked to be erased is erased; what was asked of rights is marked as done. Refuses:
    request.unknown, member.unknown, register.organiser."""
    asked = _take(tx, book, request)
    if asked.what == "erase" and asked.member is not None:
        register.leave(tx, shelf, book, asked.member, by=by)
        return None
    if asked.what != "join":
        return register.row(tx.connection, book, asked.member or "")
    if member is not None:
        row = register.must(tx.connection, book, member)
    else:
        door = door_of(tx.connection, book)
        quarter = rules.quarter_of(tx.now.date())
        given = Given(
            name=asked.name,
            household=asked.household,
            kind=door.kind if door else None,
            rights=dict.fromkeys(door.rights, quarter) if door else {},
        )
        row = register.add(tx, shelf, book, given, by=by, another=True)
    if asked.digest is not None:
        cards.give(tx, book, row.member, asked.digest)
    return row


def decline(tx: Transaction, book: str, request: str) -> None:
    """The registrar says no, or whoever asked takes it back. Refuses: request.unknown."""
    _take(tx, book, request)


def _take(tx: Transaction, book: str, request: str) -> Request:
    this = sa.and_(_Q.c.book == book, _Q.c.request == request)
    found = tx.execute(sa.select(_Q).where(this)).first()
    if found is None:
        raise Refused("request.unknown")
    tx.execute(sa.delete(_Q).where(this))
    return _request(found)
