"""Bringing a book forward from an export of it: after an older backup was put back, its acts are not lost."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.kernel.tree import Frontier, leaf_hash
from comuna.rules import custody
from comuna.store import book as books
from comuna.store import checkpoints, erasure, export, schema, tiles
from comuna.store.store import Store
from comuna.store.writer import Transaction


def catch_up(store: Store, book: str, place: Path) -> tuple[int, int]:
    """Append the acts that an export has and the database has not. Everything is checked as if it came from a stranger:
    the export begins with what is here, its acts fit, and the book's key signed its checkpoint. Texts are not in an
    export; those of the new acts stay missing. Returns the size before and after. Refuses export.none,
    export.another_book, export.disputed, export.older, export.damaged."""
    held = export.checkpoint_in(place)
    if held is None:
        raise Refused("export.none", place=str(place))

    def job(tx: Transaction) -> tuple[int, int]:
        head = store.shelf.head(tx.connection, book)
        if head is None:
            raise Refused("book.unknown")
        how = checkpoints.compare(tx.connection, store.shelf, book, held).how
        if how in ("same", "older"):
            raise Refused("export.older")
        if how == "disputed":
            raise Refused("export.disputed")
        if how != "newer" and held.origin != f"comuna/{book}":
            raise Refused("export.another_book")
        _append(tx, book, head, place, held.size)
        tx.execute(
            sa.update(schema.heads)
            .where(schema.heads.c.book == book, schema.heads.c.size == head.size)
            .values(size=held.size, root=held.root)
        )
        try:
            after = books.Shelf().head(tx.connection, book)
        except books.Damaged as error:
            raise Refused("export.damaged", path="tile/entries") from error
        assert after is not None
        if not held.signed_by(custody.key_at(after.state, held.size)):
            raise Refused("export.another_book")
        tiles.rebuild(tx, book, held.size)
        books.reindex(tx, book, after.state)
        for text in after.state.erased:
            erasure.forget_text(tx, book, text)
        return head.size, held.size

    sizes = store.write(job)
    store.tidy_soon()
    return sizes


def _append(tx: Transaction, book: str, head: books.Head, place: Path, size: int) -> None:
    leaves = export.leaves_in(place, size)
    beginning = Frontier()
    beginning.extend([leaf_hash(leaf) for leaf in islice(leaves, head.size)])
    if beginning.root() != head.frontier.root():
        raise Refused("export.disputed")
    rows = [{"book": book, "seq": seq, "leaf": leaf} for seq, leaf in enumerate(leaves, head.size)]
    if not rows:  # as long as the book here, under a signature that does not hold
        raise Refused("export.older")
    tx.execute(sa.insert(schema.acts), rows)
