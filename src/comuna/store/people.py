"""People: who organises, who takes part in a gathering, and the keys that open their doors.

A key is 160 random bits that only its holder has; the table knows its SHA-256. A participant's key opens one
gathering and nothing else, so nobody can be followed from one gathering to another."""

from __future__ import annotations

import datetime as dt
from base64 import b32encode
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
import sqlalchemy as sa

from comuna.kernel import identity
from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.rules import discussion, group
from comuna.store import book, erased, schema
from comuna.store.writer import Transaction

Use = Literal["browser", "card", "once"]
"""A browser's cookie; a printed card or private link; a link that works once."""

ONCE_HOURS: Final = 24
KEY_BYTES: Final = 20
"""160 bits: 32 letters and digits, no more than a person can type."""


class Participant(msgspec.Struct, frozen=True):
    """Somebody in one gathering. `admitted`: a host let them in; `role`: one of `rules.hall.ROLES`."""

    handle: str
    gathering: str
    name: str | None
    coming: bool
    admitted: bool
    role: str = "guest"


def key_digest(key: str) -> str:
    """Keys are typed from paper too: capitals, spaces and dashes do not matter."""
    return sha256("".join(key.split()).replace("-", "").lower().encode()).hexdigest()


def key_and_digest(tx: Transaction) -> tuple[str, str]:
    """A fresh key and what a table knows of it."""
    key = b32encode(tx.random(KEY_BYTES)).decode().lower()
    return key, key_digest(key)


def _cut(tx: Transaction, use: Use, *, account: str | None = None, handle: str | None = None) -> str:
    key, digest = key_and_digest(tx)
    until = instant(tx.now + dt.timedelta(hours=ONCE_HOURS)) if use == "once" else None
    tx.execute(sa.insert(schema.keys).values(digest=digest, account=account, handle=handle, use=use, until=until))
    return key


# Organisers


def new_account(tx: Transaction) -> str:
    """A new organiser of this installation."""
    account = identity.id_of(tx.random(16))
    tx.execute(sa.insert(schema.accounts).values(account=account, name=None, since=instant(tx.now)))
    return account


def first_account(connection: sa.Connection) -> str | None:
    """The account this installation was started with."""
    table = schema.accounts
    return connection.execute(sa.select(table.c.account).order_by(table.c.since, table.c.account).limit(1)).scalar()


def key_for_account(tx: Transaction, account: str, use: Use) -> str:
    """A new key for an organiser."""
    return _cut(tx, use, account=account)


def account_of(connection: sa.Connection, key: str) -> str | None:
    """The organiser whose browser holds this key."""
    table = schema.keys
    return connection.execute(
        sa.select(table.c.account).where(table.c.digest == key_digest(key), table.c.use == "browser")
    ).scalar()


def enter(tx: Transaction, key: str) -> tuple[str, str]:
    """Trade a card's key, or a link's that works once, for a browser's: (account, key).
    Refuses: key.unknown."""
    table = schema.keys
    row = tx.execute(sa.select(table).where(table.c.digest == key_digest(key), table.c.use != "browser")).first()
    if row is None or row.account is None:
        raise Refused("key.unknown")
    if row.use == "once":
        used = tx.execute(sa.delete(table).where(table.c.digest == row.digest))
        if used.rowcount != 1 or row.until < instant(tx.now):
            raise Refused("key.unknown")
    return row.account, key_for_account(tx, row.account, "browser")


def leave(tx: Transaction, key: str) -> None:
    """Sign a browser out; a notebook in it is forgotten."""
    _end_keys(tx, schema.keys.c.digest == key_digest(key))


def revoke_keys(tx: Transaction, account: str, but: str) -> None:
    """Make every key of an organiser worthless, cards and browsers alike, but the one they are using."""
    table = schema.keys
    _end_keys(tx, sa.and_(table.c.account == account, table.c.digest != key_digest(but)))


def _end_keys(tx: Transaction, which: sa.ColumnElement[bool]) -> None:
    """Make keys worthless for good: a backup that is restored does not make them open again."""
    for digest in tx.execute(sa.select(schema.keys.c.digest).where(which)).scalars().all():
        erased.note(tx, "key", digest)
    tx.execute(sa.delete(schema.keys).where(which))


# The register


def facilitate(tx: Transaction, shelf: book.Shelf, to: str, account: str) -> str:
    """Take an organiser into a group as a facilitator; returns the member number, the old one if there is one."""
    known = member_of(tx.connection, to, account)
    if known is not None:
        return known
    taken = set(tx.execute(sa.select(schema.register.c.member).where(schema.register.c.book == to)).scalars())
    member = identity.member_number(tx.random(32), taken)
    book.record(
        tx, shelf, to, lambda s: group.admit(s, member=member, roles=["facilitator"]), by=group.SYSTEM
    )  # fmt: skip
    tx.execute(sa.insert(schema.register).values(book=to, member=member, account=account, folded=f" {member}"))
    return member


def member_of(connection: sa.Connection, of: str, account: str) -> str | None:
    """The member number of an account in a group."""
    table = schema.register
    return connection.execute(sa.select(table.c.member).where(table.c.book == of, table.c.account == account)).scalar()


def books_of(connection: sa.Connection, account: str) -> list[str]:
    """The groups that an account belongs to."""
    return list(
        connection.execute(sa.select(schema.register.c.book).where(schema.register.c.account == account)).scalars()
    )


# Participants


def participant(connection: sa.Connection, gathering: str, key: str) -> Participant | None:
    """Who holds this key in this gathering."""
    table = schema.participants
    row = connection.execute(
        sa.select(table)
        .join(schema.keys, schema.keys.c.handle == table.c.handle)
        .where(schema.keys.c.digest == key_digest(key), schema.keys.c.use == "browser", table.c.gathering == gathering)
    ).first()
    return None if row is None else _participant(row)


def _participant(row: sa.Row[Any]) -> Participant:
    return Participant(row.handle, row.gathering, row.name, row.coming, row.admitted, row.role)


def new_participant(tx: Transaction, gathering: str) -> tuple[str, str]:
    """A newcomer to a gathering, as yet without a name: (handle, key for their browser)."""
    handle = new_person(tx, gathering)
    return handle, _cut(tx, "browser", handle=handle)


def arrive(tx: Transaction, gathering: str, ticket: str) -> tuple[str, str]:
    """A newcomer whose form brings a secret ticket: (handle, key). The same ticket brings the same person in again,
    so that a form sent twice makes one; nobody can tell the ticket from the handle."""
    handle = identity.id_of(sha256(f"arrival {gathering} {ticket}".encode()).digest()[:16])
    known = sa.select(schema.participants.c.handle).where(schema.participants.c.handle == handle)
    if tx.execute(known).first() is None:
        new_person(tx, gathering, handle)
    return handle, _cut(tx, "browser", handle=handle)


def new_person(tx: Transaction, gathering: str, handle: str | None = None) -> str:
    """Somebody in the room without a device: a handle, and no key."""
    handle = handle or identity.id_of(tx.random(16))
    tx.execute(
        sa.insert(schema.participants).values(
            handle=handle, gathering=gathering, name=None, coming=False, admitted=False
        )
    )
    return handle


def come(tx: Transaction, handle: str, name: str) -> None:
    """Somebody says they will come. Refuses: name.empty, name.too_long, participant.needed."""
    tidy = discussion.name(name.replace("\x00", ""))  # PostgreSQL keeps no such character
    if tidy is None:
        raise Refused("name.empty")
    table = schema.participants
    same = sa.case((table.c.name == tidy, table.c.admitted), else_=False)  # a host let somebody in by their name
    _update(tx, handle, name=tidy, coming=True, admitted=same)


def stay_away(tx: Transaction, handle: str) -> None:
    """Somebody takes it back; their name goes too. Refuses: participant.needed."""
    _update(tx, handle, name=None, coming=False, admitted=False)


def admit(tx: Transaction, gathering: str, handle: str) -> None:
    """A host lets somebody in: they see the join link. Refuses: participant.unknown."""
    table = schema.participants
    found = tx.execute(
        sa.update(table)
        .where(table.c.handle == handle, table.c.gathering == gathering, table.c.coming)
        .values(admitted=True)
    )
    if found.rowcount != 1:
        raise Refused("participant.unknown")


def _update(tx: Transaction, handle: str, **values: object) -> None:
    found = tx.execute(sa.update(schema.participants).where(schema.participants.c.handle == handle).values(**values))
    if found.rowcount != 1:
        raise Refused("participant.needed")


def gathering_of(connection: sa.Connection, handle: str) -> str | None:
    """The gathering that somebody takes part in; None if there is nobody of that handle."""
    table = schema.participants
    return connection.execute(sa.select(table.c.gathering).where(table.c.handle == handle)).scalar()


def coming(connection: sa.Connection, gathering: str) -> list[Participant]:
    """Who said they would come, by name: for the hosts alone."""
    table = schema.participants
    rows = connection.execute(
        sa.select(table).where(table.c.gathering == gathering, table.c.coming).order_by(table.c.name)
    )
    return [_participant(row) for row in rows]


def count_coming(connection: sa.Connection, gathering: str) -> int:
    """How many said they would come."""
    table = schema.participants
    return connection.execute(
        sa.select(sa.func.count()).select_from(table).where(table.c.gathering == gathering, table.c.coming)
    ).scalar_one()


def private_link(tx: Transaction, handle: str) -> str:
    """A key that brings a participant's notebook to another device. Earlier ones stop working."""
    _end_keys(tx, sa.and_(schema.keys.c.handle == handle, schema.keys.c.use == "card"))
    return _cut(tx, "card", handle=handle)


def linked(connection: sa.Connection, gathering: str, key: str) -> str | None:
    """The participant whose notebook a private link's key opens; None if it opens none in this gathering."""
    table = schema.keys
    return connection.execute(
        sa.select(table.c.handle)
        .join(schema.participants, schema.participants.c.handle == table.c.handle)
        .where(table.c.digest == key_digest(key), table.c.use == "card", schema.participants.c.gathering == gathering)
    ).scalar()


def bring(tx: Transaction, gathering: str, key: str) -> str:
    """Trade a private link's key for this browser's own. Refuses: key.unknown."""
    handle = linked(tx.connection, gathering, key)
    if handle is None:
        raise Refused("key.unknown")
    return _cut(tx, "browser", handle=handle)


# The join link


class WayIn(msgspec.Struct, frozen=True):
    """How to get into a gathering's meeting on the net: its link, and what else helps (a number, a passcode)."""

    link: str | None = None
    details: str | None = None

    def __bool__(self) -> bool:
        return bool(self.link or self.details)


def way_in(connection: sa.Connection, gathering: str) -> WayIn:
    """How to get into a gathering's meeting on the net. Only for those who may see it."""
    table = schema.join_links
    row = connection.execute(sa.select(table.c.link, table.c.details).where(table.c.gathering == gathering)).first()
    return WayIn(row.link, row.details) if row else WayIn()


def join_link(connection: sa.Connection, gathering: str) -> str | None:
    """Where a gathering meets on the net. Only for those who may see it."""
    return way_in(connection, gathering).link


def keep_join_link(tx: Transaction, gathering: str, link: str | None, details: str | None = None) -> None:
    """Keep, change or drop a gathering's join link and the details of how to join."""
    table = schema.join_links
    tx.execute(sa.delete(table).where(table.c.gathering == gathering))
    if link is not None or details is not None:
        tx.execute(sa.insert(table).values(gathering=gathering, link=link, details=details))


def erase_gathering(tx: Transaction, gathering: str) -> None:
    """Erase everybody of a gathering whose journal expires: names, keys, notes, clocks and the join link."""
    for index in (
        schema.chairs, schema.codes, schema.voters, schema.box_marks, schema.box_ballots, schema.rolls,
    ):  # fmt: skip
        tx.execute(sa.delete(index).where(index.c.gathering == gathering))
    handles = sa.select(schema.participants.c.handle).where(schema.participants.c.gathering == gathering)
    for table in (schema.keys, schema.notes, schema.watches):
        tx.execute(sa.delete(table).where(table.c.handle.in_(handles)))
    tx.execute(sa.delete(schema.participants).where(schema.participants.c.gathering == gathering))
    keep_join_link(tx, gathering, None)
