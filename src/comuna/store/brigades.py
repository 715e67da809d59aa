"""Who comes to a work brigade, by member number, and what it needs. Nothing of it is in a book; the hands are erased
when the brigade was held or called off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules.brigade import called
from comuna.rules.state import State
from comuna.store.schema import works
from comuna.store.writer import Transaction

_H = works.brigade_hands
_M = works.brigade_materials


class Material(msgspec.Struct, frozen=True):
    """Something that is needed: what, how much, and how much of it is there."""

    what: str
    needed: int
    there: int = 0

    @property
    def missing(self) -> int:
        """How much is missing."""
        return max(self.needed - self.there, 0)


def sign_up(tx: Transaction, s: State, brigade: str, member: str) -> None:
    """Say that somebody comes; who said so already has said so. Refuses: brigade.unknown, brigade.over."""
    called(s, brigade)
    if not comes(tx.connection, s.book or "", brigade, member):
        tx.execute(sa.insert(_H).values(book=s.book, brigade=brigade, member=member))


def take_back(tx: Transaction, book: str, brigade: str, member: str) -> None:
    """Say that somebody does not come after all."""
    tx.execute(sa.delete(_H).where(_H.c.book == book, _H.c.brigade == brigade, _H.c.member == member))


def hands(connection: sa.Connection, book: str, brigade: str) -> list[str]:
    """Who comes, by member number, in no order of time."""
    asked = sa.select(_H.c.member).where(_H.c.book == book, _H.c.brigade == brigade).order_by(_H.c.member)
    return list(connection.execute(asked).scalars())


def comes(connection: sa.Connection, book: str, brigade: str, member: str) -> bool:
    """Whether somebody said they come."""
    return member in hands(connection, book, brigade)


def counts(connection: sa.Connection, book: str) -> dict[str, int]:
    """Brigade → how many come, of those still to come."""
    asked = sa.select(_H.c.brigade, sa.func.count()).where(_H.c.book == book).group_by(_H.c.brigade)
    return {row.brigade: int(row[1]) for row in connection.execute(asked)}


def forget_hands(tx: Transaction, book: str, brigade: str) -> None:
    """Erase who comes: it was held, or called off."""
    tx.execute(sa.delete(_H).where(_H.c.book == book, _H.c.brigade == brigade))


def forget(tx: Transaction, book: str, member: str) -> None:
    """Erase somebody who leaves."""
    tx.execute(sa.delete(_H).where(_H.c.book == book, _H.c.member == member))


def materials(connection: sa.Connection, book: str, brigade: str) -> list[Material]:
    """What a brigade needs, in its order."""
    asked = sa.select(_M).where(_M.c.book == book, _M.c.brigade == brigade).order_by(_M.c.line)
    return [Material(row.what, row.needed, row.there) for row in connection.execute(asked)]


def need(tx: Transaction, book: str, brigade: str, wanted: Iterable[Material]) -> None:
    """Write down what a brigade needs."""
    rows = [
        {"book": book, "brigade": brigade, "line": n, "what": m.what, "needed": m.needed, "there": m.there}
        for n, m in enumerate(wanted)
    ]
    if rows:
        tx.execute(sa.insert(_M), rows)


def bring(tx: Transaction, book: str, brigade: str, there: Sequence[int]) -> None:
    """Say how much of each material is there. Refuses: brigade.unknown where it needs other ones."""
    if len(there) != len(materials(tx.connection, book, brigade)):
        raise Refused("brigade.unknown")
    for n, count in enumerate(there):
        tx.execute(
            sa.update(_M).where(_M.c.book == book, _M.c.brigade == brigade, _M.c.line == n).values(there=count)
        )  # fmt: skip
