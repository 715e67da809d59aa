"""A gathering that is held, beside its journal: names of those who take part, chairs' keys, the code to join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import discussion
from comuna.rules.hall import Role
from comuna.store import schema
from comuna.store.people import key_and_digest, key_digest
from comuna.store.writer import Transaction

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Capitals and digits that nobody takes for one another."""
AT_ONCE: Final = 500
"""Names asked of the database in one question."""
CODE_LENGTH: Final = 6
"""31^6 codes, about 890 million; guessing them is slowed down at the door."""


def name_of(tx: Transaction, handle: str, name: str, role: Role) -> None:
    """Keep the name and role somebody takes part with. Refuses: name.empty, name.too_long, participant.needed."""
    tidy = discussion.name(name.replace("\x00", ""))
    if tidy is None:
        raise Refused("name.empty")
    table = schema.participants
    found = tx.execute(sa.update(table).where(table.c.handle == handle).values(name=tidy, role=role))
    if found.rowcount != 1:
        raise Refused("participant.needed")


def names(connection: sa.Connection, handles: Iterable[str]) -> dict[str, str]:
    """The names of those people who gave one, by handle."""
    table, asked, found = schema.participants, list(handles), {}
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        rows = connection.execute(
            sa.select(table.c.handle, table.c.name).where(table.c.handle.in_(some), table.c.name.is_not(None))
        )
        found.update({row.handle: row.name for row in rows})
    return found


def browsers(connection: sa.Connection, gathering: str) -> dict[str, str]:
    """The digests of all keys that browsers hold in a gathering, with the handle each stands for."""
    keys, people = schema.keys, schema.participants
    rows = connection.execute(
        sa.select(keys.c.digest, keys.c.handle)
        .join(people, people.c.handle == keys.c.handle)
        .where(people.c.gathering == gathering, keys.c.use == "browser")
    )
    return {row.digest: row.handle for row in rows}


def handle_of(connection: sa.Connection, gathering: str, digest: str) -> str | None:
    """Whom a browser's key, given as its digest, stands for in a gathering."""
    keys, people = schema.keys, schema.participants
    return connection.execute(
        sa.select(keys.c.handle)
        .join(people, people.c.handle == keys.c.handle)
        .where(people.c.gathering == gathering, keys.c.digest == digest, keys.c.use == "browser")
    ).scalar()


# The chairs


def new_chair_key(tx: Transaction, gathering: str) -> str:
    """A key that makes whoever opens it a chair of this gathering; to be shown or printed, and used on any device."""
    key, digest = key_and_digest(tx)
    tx.execute(sa.insert(schema.chairs).values(digest=digest, gathering=gathering, handle=None))
    return key


def chair_key_stands(connection: sa.Connection, gathering: str, key: str) -> bool:
    """Whether a shown key opens this gathering's chair."""
    table = schema.chairs
    found = sa.select(table.c.digest).where(
        table.c.digest == key_digest(key), table.c.gathering == gathering, table.c.handle.is_(None)
    )
    return connection.execute(found).first() is not None


def take_chair(tx: Transaction, gathering: str, key: str, handle: str) -> str:
    """Trade a shown key for this browser's own, which acts as `handle`. Refuses: key.unknown."""
    if not chair_key_stands(tx.connection, gathering, key):
        raise Refused("key.unknown")
    own, digest = key_and_digest(tx)
    tx.execute(sa.insert(schema.chairs).values(digest=digest, gathering=gathering, handle=handle))
    return own


def chair(connection: sa.Connection, gathering: str, key: str) -> str | None:
    """The handle as whom a browser with this key chairs; None if it does not."""
    table = schema.chairs
    return connection.execute(
        sa.select(table.c.handle).where(table.c.digest == key_digest(key), table.c.gathering == gathering)
    ).scalar()


def chairs(connection: sa.Connection, gathering: str) -> Sequence[str]:
    """The handles of those who opened a chair's key."""
    table = schema.chairs
    found = sa.select(table.c.handle).where(table.c.gathering == gathering, table.c.handle.is_not(None)).distinct()
    return connection.execute(found).scalars().all()


def chair_digests(connection: sa.Connection, gathering: str) -> Sequence[str]:
    """The digests of the keys with which browsers chair a gathering."""
    table = schema.chairs
    found = sa.select(table.c.digest).where(table.c.gathering == gathering, table.c.handle.is_not(None))
    return connection.execute(found).scalars().all()


def end_chairs(tx: Transaction, gathering: str, but: str | None = None) -> None:
    """Make all chairs' keys worthless, shown ones too, except the browser's with the key `but`."""
    table = schema.chairs
    gone = sa.delete(table).where(table.c.gathering == gathering)
    tx.execute(gone if but is None else gone.where(table.c.digest != key_digest(but)))


def leave_chair(tx: Transaction, gathering: str, key: str) -> None:
    """Give up the chair that a browser's key stands for."""
    table = schema.chairs
    tx.execute(sa.delete(table).where(table.c.gathering == gathering, table.c.digest == key_digest(key)))


# The code to join


def code(tx: Transaction, gathering: str) -> str:
    """The gathering's code, made when it is first asked for."""
    known = code_of(tx.connection, gathering)
    while known is None:
        made = random_code(tx)
        taken = [sa.select(table.c.code).where(table.c.code == made) for table in (schema.codes, schema.doors)]
        if all(tx.execute(each).first() is None for each in taken):
            tx.execute(sa.insert(schema.codes).values(code=made, gathering=gathering))
            known = made
    return known


def random_code(tx: Transaction) -> str:
    """Six letters and digits that nobody can guess."""
    number = int.from_bytes(tx.random(8))
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(CODE_LENGTH))


def code_of(connection: sa.Connection, gathering: str) -> str | None:
    """The gathering's code, if it has one."""
    table = schema.codes
    return connection.execute(sa.select(table.c.code).where(table.c.gathering == gathering)).scalar()


def tidy_code(written: str) -> str:
    """A code as somebody typed it, in capitals and without what stands between."""
    return "".join(c for c in written.upper() if c.isalnum())


def gathering_of(connection: sa.Connection, written: str) -> str:
    """The gathering of a code, however it was typed. Refuses: code.unknown."""
    tidy = tidy_code(written)
    table = schema.codes
    found = connection.execute(sa.select(table.c.gathering).where(table.c.code == tidy[:CODE_LENGTH])).scalar()
    if found is None or len(tidy) != CODE_LENGTH:
        raise Refused("code.unknown")
    return str(found)


def held_about(connection: sa.Connection, day: dt.date) -> list[str]:
    """The gatherings of that day, the one before and the one after, in which something was said already."""
    table, near = schema.gatherings, [(day + dt.timedelta(days=n)).isoformat() for n in (-1, 0, 1)]
    said = sa.exists().where(schema.journal.c.gathering == table.c.gathering)
    which = sa.and_(table.c.date.in_(near), table.c.status == "called", said)
    return list(connection.execute(sa.select(table.c.gathering).where(which)).scalars())
