"""Who supports a need: a keyed digest of a member number, in no order of time, and in no backup; and how many hands
were counted for it in halls. When the need is presented to an assembly, both become numbers, and are erased."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import need as rules
from comuna.rules.state import State
from comuna.rules.state_need import Told
from comuna.store.schema import works
from comuna.store.writer import Transaction

MOST_HANDS: Final = 100_000
AT_ONCE: Final = 200
"""Needs that are asked for, or erased, in one statement."""

_H: Final = works.need_hands
_K: Final = works.need_keys
_S: Final = works.need_supports

Counted = tuple[int, int]
"""How many support a need by their cards, and by hands. For no page: see `told`."""


def counted(connection: sa.Connection, book: str) -> dict[str, Counted]:
    """How many support each need of a group at this moment; those that nobody supports are left out. For no page."""
    asked = (
        sa.select(_K.c.need, sa.func.count(_S.c.digest))
        .join(_S, _S.c.need == _K.c.need)
        .where(_K.c.book == book)
        .group_by(_K.c.need)
    )
    cards = {row[0]: int(row[1]) for row in connection.execute(asked)}
    found = connection.execute(sa.select(_H.c.need, _H.c.hands).where(_H.c.book == book))
    hands = {row.need: int(row.hands) for row in found}
    return {need: (cards.get(need, 0), hands.get(need, 0)) for need in cards.keys() | hands.keys()}


def told(connection: sa.Connection, s: State) -> dict[str, Told]:
    """How many support each need, as everybody is told: of one that was presented, what was told then."""
    assert s.book is not None
    now = counted(connection, s.book)
    return {
        each.id: each.presented or Told(*map(rules.told, now.get(each.id, (0, 0)))) for each in s.needs.every.values()
    }


def support(tx: Transaction, s: State, need: str, member: str) -> None:
    """Support a need; whoever supports it already, supports it. Refuses what `rules.may_support` does."""
    rules.may_support(s, need)
    assert s.book is not None
    _keep(tx, s.book, need, [member])


def _keep(tx: Transaction, book: str, need: str, members: Iterable[str]) -> None:
    key = _key(tx.connection, need)
    if key is None:
        key = tx.random(32)
        tx.execute(sa.insert(_K).values(need=need, book=book, key=key))
    there = set(tx.execute(sa.select(_S.c.digest).where(_S.c.need == need)).scalars())
    fresh = sorted({_digest(key, each) for each in members} - there)
    if fresh:
        tx.execute(sa.insert(_S), [{"need": need, "digest": each} for each in fresh])


def take_back(tx: Transaction, need: str, member: str) -> None:
    """Support a need no more."""
    key = _key(tx.connection, need)
    if key is not None:
        tx.execute(sa.delete(_S).where(_S.c.need == need, _S.c.digest == _digest(key, member)))


def of_member(connection: sa.Connection, book: str, member: str) -> set[str]:
    """The needs that a member supports: for the page of nobody else."""
    keys = connection.execute(sa.select(_K.c.need, _K.c.key).where(_K.c.book == book))
    digests = {_digest(bytes(row.key), member): str(row.need) for row in keys}
    asked, found = list(digests.items()), set[str]()
    for start in range(0, len(asked), AT_ONCE):
        pairs = (sa.and_(_S.c.need == need, _S.c.digest == digest) for digest, need in asked[start : start + AT_ONCE])
        found |= set(connection.execute(sa.select(_S.c.need).where(sa.or_(*pairs))).scalars())
    return found


def is_theirs(connection: sa.Connection, need: str, member: str) -> bool:
    """Whether a member supports a need: for the page of nobody else."""
    key = _key(connection, need)
    asked = sa.select(_S.c.need).where(_S.c.need == need, _S.c.digest == _digest(key or b"", member))
    return key is not None and connection.execute(asked).first() is not None


def set_hands(tx: Transaction, s: State, need: str, hands: int) -> None:
    """Say how many hands were counted for a need, in all halls together. Refuses need.bad_hands, and what
    `rules.may_support` does."""
    rules.may_support(s, need)
    if not 0 <= hands <= MOST_HANDS:
        raise Refused("need.bad_hands")
    tx.execute(sa.delete(_H).where(_H.c.need == need))
    if hands:
        tx.execute(sa.insert(_H).values(need=need, book=s.book, hands=hands))


def merge(tx: Transaction, book: str, need: str, into: str, members: Iterable[str]) -> None:
    """Whoever supports one need supports the other now, each once; the hands add up. `members`: everybody who can
    support one."""
    key = _key(tx.connection, need)
    if key is not None:
        there = set(tx.execute(sa.select(_S.c.digest).where(_S.c.need == need)).scalars())
        _keep(tx, book, into, [each for each in members if _digest(key, each) in there])
    hands = {
        row.need: int(row.hands)
        for row in tx.execute(sa.select(_H.c.need, _H.c.hands).where(_H.c.need.in_([need, into])))
    }
    destroy(tx, [need])
    tx.execute(sa.delete(_H).where(_H.c.need == into))
    if hands:
        tx.execute(sa.insert(_H).values(need=into, book=book, hands=min(sum(hands.values()), MOST_HANDS)))


def destroy(tx: Transaction, needs: Iterable[str]) -> None:
    """Erase who supports these needs, with the keys, and their hands. Whoever keeps the database overwrites what was
    erased (`Store.tidy_soon`)."""
    gone = sorted(set(needs))
    for start in range(0, len(gone), AT_ONCE):
        for table in (_S, _K, _H):
            tx.execute(sa.delete(table).where(table.c.need.in_(gone[start : start + AT_ONCE])))


def unsupport(tx: Transaction, book: str) -> None:
    """Erase who supports the needs of a group that went elsewhere."""
    tx.execute(sa.delete(_S).where(_S.c.need.in_(sa.select(_K.c.need).where(_K.c.book == book))))
    tx.execute(sa.delete(_K).where(_K.c.book == book))


def of_group(connection: sa.Connection, book: str) -> list[str]:
    """The needs of a group that somebody supports."""
    return list(connection.execute(sa.select(_K.c.need).where(_K.c.book == book)).scalars())


def forget(tx: Transaction, book: str, member: str) -> None:
    """Erase the supports of somebody who leaves."""
    for need in of_group(tx.connection, book):
        take_back(tx, need, member)


def _key(connection: sa.Connection, need: str) -> bytes | None:
    found = connection.execute(sa.select(_K.c.key).where(_K.c.need == need)).scalar()
    return None if found is None else bytes(found)


def _digest(key: bytes, member: str) -> str:
    return hmac.new(key, f"comuna/support/1 {member}".encode(), sha256).hexdigest()
