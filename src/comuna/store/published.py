"""What was given out: the newest checkpoint of each book that left this machine, and whether the books still agree.

It lies beside the database and not in it, so that an older copy of the database, put in its place, is noticed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.identity import ID, origin
from comuna.kernel.note import Checkpoint
from comuna.kernel.refusal import Refused
from comuna.store import schema
from comuna.store.book import Shelf
from comuna.store.export import checkpoint_in
from comuna.store.tiles import Tree


class Published:
    """The checkpoints that were given out. `folder`: None where there is no place beside the database."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()

    def give(self, checkpoint: Checkpoint) -> None:
        """Remember that this checkpoint is given out, before it is. A disk that does not take it is passed over: what
        is given out is right all the same."""
        if self.folder is None or checkpoint.size <= self._sizes.get(checkpoint.origin, -1):
            return
        if not ID.fullmatch(checkpoint.origin.removeprefix("comuna/")):
            return  # a log of another kind, which may be called anything
        with self._lock, contextlib.suppress(OSError):
            file = self.folder / checkpoint.origin.removeprefix("comuna/")
            known = _in(file)
            if known is None or known.size < checkpoint.size:
                self.folder.mkdir(mode=0o700, exist_ok=True)
                unfinished = file.with_suffix(".unfinished")
                unfinished.write_text(checkpoint.text, encoding="utf-8")
                unfinished.replace(file)
            self._sizes[checkpoint.origin] = checkpoint.size

    def forget(self, book: str) -> None:
        """What was given out of a book is given up as lost: begin anew with the next."""
        if self.folder is not None and ID.fullmatch(book):
            with self._lock, contextlib.suppress(OSError):
                (self.folder / book).unlink(missing_ok=True)
                self._sizes.pop(origin(book), None)

    def last(self, book: str) -> Checkpoint | None:
        """The newest that was given out of a book; None if none was."""
        return _in(self.folder / book) if self.folder is not None and ID.fullmatch(book) else None


def _in(file: Path) -> Checkpoint | None:
    try:
        return note.checkpoint(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, Refused):
        return None


class Mismatch(msgspec.Struct, frozen=True):
    """A book that is not what was seen of it. `how`: `newer` (more had been seen than is here) or `disputed` (another
    past). `place`: where it was seen, with `seen` acts and `root` (None where that is not known); here are `size`."""

    book: str
    how: str
    place: str
    seen: int
    root: bytes | None
    size: int


def mismatches(connection: sa.Connection, shelf: Shelf, published: Published) -> list[Mismatch]:
    """Hold every book against the last checkpoint that was given out or exported, wherever it can be reached now. Who
    signed them does not matter: they lie on this machine, and an older copy does not know the newer keys. A book that
    moved away grows elsewhere."""
    found = []
    for book in connection.execute(sa.select(schema.heads.c.book).where(~schema.heads.c.moved)).scalars().all():
        head = shelf.head(connection, book)
        assert head is not None
        for place, seen in _seen(connection, published, book):
            how = "newer" if seen.size > head.size else "disputed"
            if how == "newer" or Tree(connection, book, head.size).root(seen.size) != seen.root:
                found.append(Mismatch(book, how, place, seen.size, seen.root, head.size))
    return found


def _seen(connection: sa.Connection, published: Published, book: str) -> Iterator[tuple[str, Checkpoint]]:
    last = published.last(book)
    if last is not None and last.origin == origin(book):
        yield str(published.folder), last
    places = sa.select(schema.copies.c.place).where(schema.copies.c.book == book)
    for place in connection.execute(places).scalars():
        exported = checkpoint_in(Path(place))
        if exported is not None and exported.origin == origin(book):
            yield place, exported
