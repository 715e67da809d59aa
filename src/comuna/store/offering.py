"""Needs that people without a card sent: they wait for the desk. Who sent one is not known; whoever holds the address
that they were given sees what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.store.schema import works
from comuna.store.writer import Transaction

MOST_WAITING: Final = 200
"""Needs that wait for the desk of one group."""
KEPT_DAYS: Final = 60
"""How long the reason of a no is kept."""

_O: Final = works.offered_needs


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A need as somebody says it: words and place, a point as `need.point` makes it, whose it is, a picture."""

    words: str
    place: str | None = None
    point: str | None = None
    unit: str | None = None
    photo: bytes | None = None


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A need that waits, or (`declined`) the reason why the desk said no to it. `offered`: the day."""

    id: str
    offered: str
    asked: Asked
    pictured: bool = False
    declined: str | None = None


def offer(tx: Transaction, book: str, need: str, asked: Asked) -> None:
    """Send a need to the desk; sent twice, once. Refuses need.waiting_full."""
    if of(tx.connection, book, need) is not None:
        return
    today = tx.now.date()
    long_ago = (today - dt.timedelta(days=KEPT_DAYS)).isoformat()
    tx.execute(sa.delete(_O).where(_O.c.declined.is_not(None), _O.c.offered < long_ago))
    waits = sa.select(sa.func.count()).select_from(_O).where(_O.c.book == book, _O.c.declined.is_(None))
    if tx.execute(waits).scalar_one() >= MOST_WAITING:
        raise Refused("need.waiting_full", limit=MOST_WAITING)
    tx.execute(
        sa.insert(_O).values(
            need=need, book=book, offered=today.isoformat(), words=asked.words, place=asked.place, point=asked.point,
            unit=asked.unit, photo=asked.photo,
        )
    )  # fmt: skip


def waiting(connection: sa.Connection, book: str) -> list[Offered]:
    """What waits for the desk, the oldest first, without the pictures themselves."""
    columns = [each for each in _O.c if each is not _O.c.photo]
    asked = (
        sa.select(*columns, _O.c.photo.is_not(None).label("pictured"))
        .where(_O.c.book == book, _O.c.declined.is_(None))
        .order_by(_O.c.offered, _O.c.need)
    )
    return [_offered(row, None) for row in connection.execute(asked)]


def of(connection: sa.Connection, book: str, need: str) -> Offered | None:
    """One of them, with its picture; None if there is none."""
    asked = sa.select(_O, _O.c.photo.is_not(None).label("pictured")).where(_O.c.book == book, _O.c.need == need)
    row = connection.execute(asked).first()
    return None if row is None else _offered(row, row.photo)


def _offered(row: sa.Row[tuple[str, ...]], photo: bytes | None) -> Offered:
    asked = Asked(
        words=row.words, place=row.place, point=row.point, unit=row.unit, photo=None if photo is None else bytes(photo)
    )
    return Offered(id=row.need, offered=row.offered, asked=asked, pictured=bool(row.pictured), declined=row.declined)


def take(tx: Transaction, book: str, need: str) -> Offered | None:
    """Take a need from the list to write it down; None if it does not wait."""
    found = of(tx.connection, book, need)
    if found is None or found.declined is not None:
        return None
    tx.execute(sa.delete(_O).where(_O.c.need == need))
    return found


def decline(tx: Transaction, book: str, need: str, reason: str) -> None:
    """Say no, and why: nothing but the reason is left of it, for some weeks. Refuses need.unknown."""
    found = of(tx.connection, book, need)
    if found is None:
        raise Refused("need.unknown")
    gone = dict.fromkeys(("place", "point", "unit", "photo"))
    today = tx.now.date().isoformat()
    tx.execute(sa.update(_O).where(_O.c.need == need).values(words="", declined=reason, offered=today, **gone))
