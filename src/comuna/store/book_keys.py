"""The keys that sign the books: where they lie, and how another takes over."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa

from comuna.kernel import identity, note
from comuna.kernel.proof_file import takes_over
from comuna.kernel.refusal import Refused
from comuna.rules import custody
from comuna.store import book as books
from comuna.store import schema
from comuna.store.writer import Transaction


def private_key(connection: sa.Connection, book: str) -> bytes:
    """The key that signs a book. Refuses book.no_key."""
    table = schema.book_keys
    key = connection.execute(sa.select(table.c.private_key).where(table.c.book == book)).scalar()
    if key is None:
        raise Refused("book.no_key")
    return bytes(key)


def rotate(tx: Transaction, shelf: books.Shelf, book: str, *, by: str) -> None:
    """Sign with a fresh key from now on, confirmed by the one before, which is erased. Refuses book.no_key."""
    old, new = private_key(tx.connection, book), tx.random(32)
    public = note.public_key(new)
    signature = note.sign(old, takes_over(book, public))
    books.record(
        tx, shelf, book, lambda s: custody.rotate_key(s, public_key=public, signature=signature), by=by
    )  # fmt: skip
    _replace(tx, book, new)


def recover(tx: Transaction, shelf: books.Shelf, book: str, recovery: bytes, *, by: str) -> str:
    """Sign with a fresh key from now on, confirmed by the recovery key from paper (32 bytes). Returns the next
    recovery key, in letters: it is kept nowhere. Refuses key.wrong_recovery."""
    new, following = tx.random(32), tx.random(32)
    public = note.public_key(new)
    books.record(
        tx,
        shelf,
        book,
        lambda s: custody.recover_key(
            s,
            public_key=public,
            recovery_key=note.public_key(recovery),
            signature=note.sign(recovery, takes_over(book, public)),
            recovery_digest=sha256(note.public_key(following)).hexdigest(),
        ),
        by=by,
    )
    _replace(tx, book, new)
    return identity.key_in_letters(following)


def _replace(tx: Transaction, book: str, private: bytes) -> None:
    table = schema.book_keys
    tx.execute(sa.delete(table).where(table.c.book == book))
    tx.execute(sa.insert(table).values(book=book, private_key=private))
