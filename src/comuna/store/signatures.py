"""Signatures under a petition for a recall. A row is a keyed digest of a member number, in no order of time, and lies
in no backup. What is told is how many, in steps; when the petition is certified, rows and key are erased.

Whoever gives out cards could sign in somebody's name, and would learn from the answer whether they had signed: so no
answer tells it, and what the desk takes on paper stands beside what phones sent until the count."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Literal

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import eligibility, recall
from comuna.rules.register import Row, eligible
from comuna.rules.state import State
from comuna.store import schema
from comuna.store.writer import Transaction

Way = Literal["phone", "paper"]
RIGHT: Final = "vote"
"""Who may sign: those on the roll with the right to vote."""
STEP: Final = 5
"""By how many signatures at the least the number that is told changes."""

_P: Final = schema.petitions
_S: Final = schema.signatures


class Signed(msgspec.Struct, frozen=True):
    """How many signed by phone, and how many the desk took on paper, at this moment: for no page. Who did both is in
    both numbers."""

    phone: int = 0
    paper: int = 0

    @property
    def together(self) -> int:
        """Both numbers."""
        return self.phone + self.paper


def so_far(connection: sa.Connection, petition: str) -> Signed:
    """How many signatures a petition has at this moment: for no page, since whoever holds a phone could read from it
    whether its owner signed."""
    asked = sa.select(_S.c.way, sa.func.count()).where(_S.c.recall == petition).group_by(_S.c.way)
    return Signed(**{row.way: int(row[1]) for row in connection.execute(asked)})


def told(connection: sa.Connection, petition: str, today: str) -> int:
    """How many signatures everybody is told of: those that were there when the day (UTC) began, if they are `STEP` more
    or fewer than were told before; else as many as before."""
    row = connection.execute(sa.select(_P.c.told, _P.c.told_on).where(_P.c.recall == petition)).first()
    if row is None:
        return 0
    there = so_far(connection, petition).together
    return there if row.told_on < today and abs(there - row.told) >= STEP else int(row.told)


def _keep_told(tx: Transaction, petition: str) -> None:
    """Before anything changes: what is told today depends on nothing that comes today."""
    today = tx.now.date().isoformat()
    kept = {"told": told(tx.connection, petition, today), "told_on": today}
    tx.execute(sa.update(_P).where(_P.c.recall == petition, _P.c.told_on < today).values(**kept))


def sign(tx: Transaction, s: State, petition: str, row: Row, way: Way) -> None:
    """Sign; whoever signed already has signed, and nothing tells which it was. Refuses recall.no_right, and what
    `recall.may_sign` does."""
    recall.may_sign(s, petition, tx.now.date().isoformat())
    if not eligible(row, RIGHT, tx.now.date()):
        raise Refused("recall.no_right")
    key = _key(tx.connection, petition)
    if key is None:
        key, today = tx.random(32), tx.now.date().isoformat()
        tx.execute(sa.insert(_P).values(recall=petition, book=s.book, key=key, told=0, told_on=today))
    _keep_told(tx, petition)
    values = {"recall": petition, "digest": _digest(key, row.member), "way": way}
    this = sa.and_(*(_S.c[name] == value for name, value in values.items()))
    if tx.execute(sa.select(_S.c.way).where(this)).first() is None:
        tx.execute(sa.insert(_S).values(**values))


def take_back(tx: Transaction, petition: str, member: str) -> None:
    """Take one's signature back, however it was given. Whoever did not sign has nothing to take back, and nothing tells
    which it was."""
    key = _key(tx.connection, petition)
    if key is not None:
        _keep_told(tx, petition)
        tx.execute(sa.delete(_S).where(_S.c.recall == petition, _S.c.digest == _digest(key, member)))


def valid(tx: Transaction, petition: str, roll: Iterable[Row]) -> int:
    """How many of a roll signed, each once, who have the right to vote today."""
    key = _key(tx.connection, petition)
    if key is None:
        return 0
    signed = set(tx.execute(sa.select(_S.c.digest).where(_S.c.recall == petition)).scalars())
    return sum(_digest(key, row.member) in signed for row in roll if eligible(row, RIGHT, tx.now.date()))


def destroy(tx: Transaction, petitions: Iterable[str]) -> None:
    """Erase the signatures of petitions, and their keys. Whoever keeps the database overwrites what was erased
    (`Store.tidy_soon`)."""
    for each in petitions:
        tx.execute(sa.delete(_S).where(_S.c.recall == each))
        tx.execute(sa.delete(_P).where(_P.c.recall == each))


def of_group(connection: sa.Connection, book: str) -> Sequence[str]:
    """The petitions of a group that somebody signed."""
    return connection.execute(sa.select(_P.c.recall).where(_P.c.book == book)).scalars().all()


def forget(tx: Transaction, book: str, member: str) -> None:
    """Erase the signatures of somebody who leaves."""
    for petition in of_group(tx.connection, book):
        take_back(tx, petition, member)


def without_use(connection: sa.Connection, s: State, today: str) -> list[str]:
    """The petitions of a group that nobody can certify any more, since the office has ended."""
    assert s.book is not None
    return [
        each
        for each in of_group(connection, s.book)
        if s.recalls[each].status != "petitioned"
        or not eligibility.running(s.mandates[s.recalls[each].mandate], today)
    ]  # fmt: skip


def _key(connection: sa.Connection, petition: str) -> bytes | None:
    found = connection.execute(sa.select(_P.c.key).where(_P.c.recall == petition)).scalar()
    return None if found is None else bytes(found)


def _digest(key: bytes, member: str) -> str:
    return hmac.new(key, f"comuna/signature/1 {member}".encode(), sha256).hexdigest()
