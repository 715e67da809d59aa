"""What the witnesses of the books kept here answered."""

from __future__ import annotations

import sqlalchemy as sa

from comuna.kernel.note import Checkpoint
from comuna.store import schema
from comuna.store.writer import Transaction


def expected(tx: Transaction, book: str, witness: str) -> None:
    """A witness was named and has still to be asked; one that was asked before starts anew."""
    _keep(tx, book, witness, {"size": 0, "checkpoint": "", "seen": 0, "tried": 0, "trouble": None})


def forgotten(tx: Transaction, book: str, witness: str) -> None:
    """A witness is not asked any more."""
    table = schema.cosignatures
    tx.execute(sa.delete(table).where(table.c.book == book, table.c.witness == witness))


def cosigned(tx: Transaction, book: str, witness: str, checkpoint: Checkpoint, seen: int) -> None:
    """A witness cosigned a checkpoint at that time (Unix seconds)."""
    row = {"size": checkpoint.size, "checkpoint": checkpoint.text, "seen": seen, "tried": seen, "trouble": None}
    _keep(tx, book, witness, row)


def trouble(tx: Transaction, book: str, witness: str, what: str) -> None:
    """A witness was asked now, and did not cosign."""
    now = int(tx.now.timestamp())
    table = schema.cosignatures
    found = tx.execute(
        sa.update(table).where(table.c.book == book, table.c.witness == witness).values(tried=now, trouble=what)
    )
    if found.rowcount == 0:
        _keep(tx, book, witness, {"size": 0, "checkpoint": "", "seen": 0, "tried": now, "trouble": what})


def _keep(tx: Transaction, book: str, witness: str, row: dict[str, object]) -> None:
    table = schema.cosignatures
    tx.execute(sa.delete(table).where(table.c.book == book, table.c.witness == witness))
    tx.execute(sa.insert(table).values(book=book, witness=witness, **row))
