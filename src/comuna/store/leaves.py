"""The leaves of a book, as they lie in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from comuna.kernel.tree import BLOCK
from comuna.store import schema

PAGE: Final = 4 * BLOCK
"""Leaves read at a time."""


def leaves(connection: sa.Connection, book: str, start: int = 0, stop: int | None = None) -> Iterable[bytes]:
    """The exact bytes of a book's acts, in order, from `start` to before `stop`."""
    for page in pages(connection, book, start, stop):
        yield from page


def pages(connection: sa.Connection, book: str, start: int = 0, stop: int | None = None) -> Iterator[list[bytes]]:
    """The same, as many at a time as are read at a time."""
    table = schema.acts
    while stop is None or start < stop:
        statement = sa.select(table.c.leaf).where(table.c.book == book, table.c.seq >= start)
        if stop is not None:
            statement = statement.where(table.c.seq < stop)
        page = connection.execute(statement.order_by(table.c.seq).limit(PAGE)).scalars().all()
        yield [bytes(leaf) for leaf in page]
        start += len(page)
        if len(page) < PAGE:
            return
