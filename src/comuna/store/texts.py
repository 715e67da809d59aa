"""The texts that acts name by their keyed digest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from comuna.kernel.text import Text, digest, file, text
from comuna.store import schema
from comuna.store.database import Statement
from comuna.store.writer import Transaction

_TEXT: Final = Statement(sa.insert(schema.texts))


def new(tx: Transaction, body: str) -> Text:
    """A text with a fresh secret, ready to be named in an act and kept with it."""
    return text(body, tx.random(32))


def new_file(tx: Transaction, body: bytes) -> Text:
    """A file with a fresh secret, ready to be named in an act and kept with it."""
    return file(body, tx.random(32))


def keep(tx: Transaction, book: str, new_texts: Iterable[Text]) -> None:
    """Store texts; the same text of the same act is stored once."""
    rows = {t.ref: {"ref": t.ref, "book": book, "body": t.body, "secret": t.secret} for t in new_texts}
    if rows:
        tx.run(_TEXT, list(rows.values()))


def read(connection: sa.Connection, ref: str) -> str | None:
    """A text by its digest; None if it was erased. Raises ValueError if what lies there is not that text."""
    found = kept(connection, ref)
    return None if found is None else found.body.decode("utf-8")


def read_file(connection: sa.Connection, book: str, ref: str) -> bytes | None:
    """A file that an act of this book names; None if it was erased, or is not this book's. Raises ValueError."""
    its = connection.execute(sa.select(schema.texts.c.book).where(schema.texts.c.ref == ref)).scalar()
    found = kept(connection, ref) if its == book else None
    return None if found is None else found.body


def same_file(connection: sa.Connection, book: str, ref: str, among: Iterable[str]) -> list[str]:
    """Which of these digests of a book stand for the same bytes as another one."""
    its = sa.select(schema.texts.c.body).where(schema.texts.c.ref == ref, schema.texts.c.book == book)
    body = connection.execute(its).scalar()
    if body is None:
        return []
    table = schema.texts
    alike = [table.c.book == book, sa.func.length(table.c.body) == len(body), table.c.body == body]
    found = set(connection.execute(sa.select(table.c.ref).where(*alike)).scalars())
    return [each for each in among if each in found and each != ref]


def kept(connection: sa.Connection, ref: str) -> Text | None:
    """A text with its secret, so that others can check the digest in the book; None if it was erased."""
    row = connection.execute(
        sa.select(schema.texts.c.body, schema.texts.c.secret).where(schema.texts.c.ref == ref)
    ).first()
    if row is None:
        return None
    try:
        body, secret = bytes(row.body), bytes(row.secret)
    except TypeError as error:  # something else than bytes was put there
        raise ValueError(f"the text {ref} was changed") from error
    if digest(body, secret) != ref:
        raise ValueError(f"the text {ref} was changed")
    return Text(body, secret, ref)
