"""What was erased, remembered by its random id or digest alone, so that a restored backup forgets it again. The list
goes into the database beside each erasure, and as a plain file beside the backups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import sqlalchemy as sa

from comuna.kernel.act import INSTANT, instant
from comuna.kernel.refusal import Refused
from comuna.store import schema
from comuna.store.writer import Transaction

KINDS: Final = ("text", "account", "person", "note", "entry", "key", "member", "survey")
"""A text by its digest; an organiser; somebody of one gathering; a private note; an entry taken back; a key that was
ended, by its digest; a member of a register, by a digest of group and number; the answers of each dwelling to a
survey."""
PAGE: Final = 1000
"""Erasures read or written at a time."""

_KIND: Final = re.compile(r"[a-z_]{1,12}")
_WHAT: Final = re.compile(r"[a-z2-7]{26}|[0-9a-f]{64}")
_T: Final = schema.erasures


class Erasure(NamedTuple):
    """Something that was erased: one of KINDS, its id or digest, and when."""

    kind: str
    what: str
    at: str

    @property
    def line(self) -> str:
        """The line of the file beside the backups."""
        return f"{self.kind} {self.what} {self.at}\n"


def note(tx: Transaction, kind: str, what: str) -> None:
    """Remember an erasure, in the transaction that does it. The first time counts."""
    keep(tx, [Erasure(kind, what, instant(tx.now))])


def keep(tx: Transaction, erasures: Iterable[Erasure]) -> None:
    """Remember erasures that were known elsewhere already."""
    for erasure in erasures:
        known = sa.select(_T.c.kind).where(_T.c.kind == erasure.kind, _T.c.what == erasure.what)
        if tx.execute(known).first() is None:
            tx.execute(sa.insert(_T).values(**erasure._asdict()))


def known(connection: sa.Connection) -> set[Erasure]:
    """Every erasure that this database remembers."""
    return {Erasure(row.kind, row.what, row.at) for row in connection.execute(sa.select(_T))}


def listed(text: str) -> set[Erasure]:
    """The erasures in a file beside the backups. Refuses erasures.unreadable (line): what is not understood would
    not be forgotten."""
    found = set()
    for number, line in enumerate(text.splitlines(), start=1):
        kind, what, at, *rest = [*line.split(" "), "", "", ""]
        if not (_KIND.fullmatch(kind) and _WHAT.fullmatch(what) and INSTANT.fullmatch(at)) or any(rest):
            raise Refused("erasures.unreadable", line=number)
        found.add(Erasure(kind, what, at))
    return found


def together(*lists: Iterable[Erasure]) -> list[Erasure]:
    """Each erasure once, as it was first known, in a fixed order."""
    first: dict[tuple[str, str], Erasure] = {}
    for erasure in sorted(set().union(*lists)):
        first.setdefault((erasure.kind, erasure.what), erasure)
    return list(first.values())
