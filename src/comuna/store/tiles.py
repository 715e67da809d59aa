"""The tree of each book: full tiles are kept as the book grows, so that a proof costs a few rows, however long it is.
They are made from the acts, and can be made again."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comuna.kernel import proof
from comuna.kernel.tiles import WIDTH, Tile, bundle
from comuna.kernel.tree import full_root, leaf_hash
from comuna.store import schema
from comuna.store.leaves import leaves
from comuna.store.writer import Transaction

_TILE: Final = sa.insert(schema.tiles)


def complete(tx: Transaction, book: str, before: int, after: int) -> None:
    """Keep the tiles that became full when a book grew from `before` to `after` acts."""
    for number in range(before // WIDTH, after // WIDTH):
        tree = Tree(tx.connection, book, (number + 1) * WIDTH)
        level, at = 0, number
        while True:
            hashes = tree.hashes(level, at * WIDTH, (at + 1) * WIDTH)
            kept = {"book": book, "level": level, "number": at, "hashes": b"".join(hashes)}
            tx.execute(_TILE, {**kept, "root": full_root(hashes)})
            if (at + 1) % WIDTH:
                break
            level, at = level + 1, at // WIDTH


def rebuild(tx: Transaction, book: str, size: int) -> None:
    """Make all tiles of a book anew."""
    tx.execute(sa.delete(schema.tiles).where(schema.tiles.c.book == book))
    complete(tx, book, 0, size)


def faults(connection: sa.Connection, book: str, size: int) -> list[str]:
    """What is wrong with the tiles that are kept, in English, for whoever keeps the server. Believes nothing but the
    acts."""
    table = schema.tiles
    found = []
    rows = connection.execute(
        sa.select(table).where(table.c.book == book).order_by(table.c.level, table.c.number)
    ).all()
    good: dict[tuple[int, int], bytes] = {}
    for row in rows:
        if type(row.level) is not int or type(row.number) is not int:  # SQLite takes anything
            found.append(f"tile {row.number!r} of level {row.level!r} is none")
            continue
        start = row.number * WIDTH
        if row.level == 0:
            hashes = [leaf_hash(leaf) for leaf in leaves(connection, book, start, start + WIDTH)]
        else:
            hashes = [good[row.level - 1, n] for n in range(start, start + WIDTH) if (row.level - 1, n) in good]
        if len(hashes) != WIDTH or (start + WIDTH) << (8 * row.level) > size:
            found.append(f"tile {row.number} of level {row.level} is not full")
            continue
        good[row.level, row.number] = full_root(hashes)
        if (row.hashes, row.root) != (b"".join(hashes), good[row.level, row.number]):
            found.append(f"tile {row.number} of level {row.level} is not what the acts give")
    return found


class Tree:
    """A book's tree at a size, read from its tiles as far as they are needed."""

    def __init__(self, connection: sa.Connection, book: str, size: int) -> None:
        self.connection = connection
        self.book = book
        self.size = size
        self._known: dict[tuple[int, int], list[bytes]] = {}

    def hashes(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of the complete subtrees of 256^level leaves, from number `start` to before `stop`. They lie in
        one tile."""
        number = start // WIDTH
        if (level, number) not in self._known:
            most = min(self.size >> (8 * level), (number + 1) * WIDTH)
            self._known[level, number] = self._read(level, number * WIDTH, most)
        known = self._known[level, number]
        return known[start - number * WIDTH : stop - number * WIDTH]

    def _read(self, level: int, start: int, stop: int) -> list[bytes]:
        table = schema.tiles
        if level == 0:
            row = self.connection.execute(
                sa.select(table.c.hashes).where(
                    table.c.book == self.book, table.c.level == 0, table.c.number == start // WIDTH
                )
            ).scalar()
            if row is not None:
                return [row[at : at + 32] for at in range(0, len(row), 32)]
            return [leaf_hash(leaf) for leaf in leaves(self.connection, self.book, start, stop)]
        rows = self.connection.execute(
            sa.select(table.c.number, table.c.root).where(
                table.c.book == self.book,
                table.c.level == level - 1,
                table.c.number >= start,
                table.c.number < stop,
            )
        ).all()
        roots = {row.number: bytes(row.root) for row in rows}
        return [roots.get(n) or self._made(level - 1, n) for n in range(start, stop)]

    def _made(self, level: int, number: int) -> bytes:
        """The root over a full tile that was never kept: the book was begun before there were tiles."""
        return full_root(self.hashes(level, number * WIDTH, (number + 1) * WIDTH))

    def subtree(self, level: int, number: int) -> bytes:
        """The root of a complete subtree: see `kernel.proof`."""
        tile, rest = divmod(level, 8)
        return full_root(self.hashes(tile, number << rest, (number + 1) << rest))

    def root(self, size: int | None = None) -> bytes:
        """The root of the book, or of its first `size` acts."""
        return proof.root_of(self.subtree, 0, self.size if size is None else size)

    def inclusion(self, act: int) -> list[bytes]:
        """The proof that an act stands in it."""
        return proof.inclusion(self.subtree, act, self.size)

    def consistency(self, old: int) -> list[bytes]:
        """The proof that its first `old` acts are its beginning."""
        return proof.consistency(self.subtree, old, self.size)

    def content(self, tile: Tile) -> bytes:
        """The bytes of a tile or a bundle that stands in it."""
        start = tile.number * WIDTH
        if tile.level is None:
            return bundle(leaves(self.connection, self.book, start, start + tile.width))
        return b"".join(self.hashes(tile.level, start, start + tile.width))
