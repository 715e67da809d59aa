"""Members' keys: a printed card, and the browsers that were opened with it. A table knows their SHA-256 alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.rules.register import Row
from comuna.store import erased, register, schema
from comuna.store.people import key_and_digest, key_digest
from comuna.store.writer import Transaction

_C = schema.cards


def bare(brought: str) -> str:
    """A card's key, out of what was scanned or typed: the address of the code, or the key itself."""
    return brought.strip().rstrip("/").rpartition("/")[2]


def by_card(connection: sa.Connection, book: str, key: str) -> Row:
    """Whose card this is in a group; `key` may be the whole address of its code. Refuses: card.unknown, card.replaced
    (since)."""
    row = _card(connection, key)
    if row.book != book:
        raise Refused("card.unknown")
    found = register.row(connection, book, row.member)
    if found is None:
        raise Refused("card.unknown")
    return found


def book_of(connection: sa.Connection, key: str) -> str:
    """The group whose member a card is. Refuses: card.unknown, card.replaced."""
    return str(_card(connection, key).book)


def _card(connection: sa.Connection, key: str) -> sa.Row[tuple[str, str]]:
    found = connection.execute(
        sa.select(_C.c.book, _C.c.member, _C.c.ended).where(_C.c.digest == key_digest(bare(key)), _C.c.use == "card")
    ).first()
    if found is None:
        raise Refused("card.unknown")
    if found.ended is not None:
        raise Refused("card.replaced", since=found.ended[:10])
    return found


def issue(tx: Transaction, book: str, new: Mapping[str, str]) -> list[str]:
    """Give members new cards: member → digest of the key on it. Their earlier cards end, and the browsers that were
    opened with them; whoever has left meanwhile gets none. Returns the members that got one."""
    here = [member for member in new if register.row(tx.connection, book, member) is not None]
    end(tx, book, here)
    at = instant(tx.now)
    rows = [{"digest": new[m], "book": book, "member": m, "use": "card", "since": at, "ended": None} for m in here]
    for part in register.parts(rows):
        tx.execute(sa.insert(_C), part)
    return here


def end(tx: Transaction, book: str, members: Sequence[str]) -> None:
    """End the cards of members, and the browsers that were opened with them. A restored backup does so again."""
    at = instant(tx.now)
    for part in register.parts(members):
        theirs = sa.and_(_C.c.book == book, _C.c.member.in_(part), _C.c.ended.is_(None))
        for digest in tx.execute(sa.select(_C.c.digest).where(theirs)).scalars().all():
            erased.note(tx, "key", digest)
        _end(tx, theirs, at)


def end_again(tx: Transaction, digest: str, at: str) -> None:
    """End a card that was ended before."""
    _end(tx, sa.and_(_C.c.digest == digest, _C.c.ended.is_(None)), at)


def _end(tx: Transaction, which: sa.ColumnElement[bool], at: str) -> None:
    tx.execute(sa.delete(_C).where(which, _C.c.use == "browser"))
    tx.execute(sa.update(_C).where(which).values(ended=at))


def without(connection: sa.Connection, book: str) -> set[str]:
    """The members who are on the roll and have no card that is good."""
    good = sa.select(_C.c.member).where(_C.c.book == book, _C.c.use == "card", _C.c.ended.is_(None))
    having = set(connection.execute(good).scalars())
    return {row.member for row in register.every(connection, book)} - having


def since(connection: sa.Connection, book: str, member: str) -> str | None:
    """Since when a member has the card that is good now."""
    mine = sa.and_(_C.c.book == book, _C.c.member == member, _C.c.use == "card", _C.c.ended.is_(None))
    return connection.execute(sa.select(sa.func.max(_C.c.since)).where(mine)).scalar()


# Browsers


def open_with(tx: Transaction, key: str) -> tuple[Row, str, str]:
    """Trade a card for a browser's own key: (row, group, key). The card stays good. Refuses: card.unknown,
    card.replaced."""
    book = book_of(tx.connection, key)
    row = by_card(tx.connection, book, key)
    own, digest = key_and_digest(tx)
    give(tx, book, row.member, digest)
    return row, book, own


def give(tx: Transaction, book: str, member: str, digest: str) -> None:
    """Let a browser be a member's."""
    at = instant(tx.now)
    tx.execute(sa.insert(_C).values(digest=digest, book=book, member=member, use="browser", since=at, ended=None))


def by_browser(connection: sa.Connection, book: str, key: str) -> Row | None:
    """Whose browser it is that holds this key."""
    mine = sa.and_(_C.c.digest == key_digest(key), _C.c.book == book, _C.c.use == "browser")
    member = connection.execute(sa.select(_C.c.member).where(mine)).scalar()
    return None if member is None else register.row(connection, book, member)


def close(tx: Transaction, key: str) -> None:
    """A browser is nobody's any more."""
    digest = key_digest(key)
    if tx.execute(sa.delete(_C).where(_C.c.digest == digest, _C.c.use == "browser")).rowcount:
        erased.note(tx, "key", digest)
