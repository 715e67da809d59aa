"""The leaves of a book, as they lie in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from comuna.kernel.tree import BLOCK
from comuna.store import schema
from comuna.store.database import Statement, run

_LEAVES: Final = Statement(
    sa.select(schema.acts.c.leaf)
    .where(
        schema.acts.c.book == sa.bindparam("of"),
        schema.acts.c.seq >= sa.bindparam("start"),
        schema.acts.c.seq < sa.bindparam("stop"),
    )
    .order_by(schema.acts.c.seq)
)
PAGE: Final = 4 * BLOCK
"""Leaves read at a time."""


def leaves(connection: sa.Connection, book: str, start: int = 0, stop: int | None = None) -> Iterable[bytes]:
    """The exact bytes of a book's acts, in order, from `start` to before `stop`. Raises ValueError for what is none."""
    for page in pages(connection, book, start, stop):
        yield from page


def pages(connection: sa.Connection, book: str, start: int = 0, stop: int | None = None) -> Iterator[list[bytes]]:
    """The same, as many at a time as are read at a time."""
    while stop is None or start < stop:
        end = start + PAGE if stop is None else min(start + PAGE, stop)
        page = [leaf for (leaf,) in run(connection, _LEAVES, {"of": book, "start": start, "stop": end})]
        if any(type(leaf) is not bytes for leaf in page):
            raise ValueError(f"book {book}: a leaf from act {start} on is not bytes")
        yield page
        start += len(page)
        if len(page) < PAGE:
            return
