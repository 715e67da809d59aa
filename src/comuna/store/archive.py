"""An archive: the rows of a whole installation, or of one group, in one file.

It is gzip of lines of JSON: a first line that says what it holds, then each table's name with its columns and its rows,
and a last line with the number of rows. It can be encrypted with a passphrase (`age`). `unpacking` reads it back."""

from __future__ import annotations

import errno
import gzip
import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.kernel.tree import Frontier, leaf_hash
from comuna.store import age, rounds, schema
from comuna.store.book import Damaged
from comuna.store.database import NEWEST

FORMAT: Final = "comuna-archive"
VERSION: Final = 1
AT_ONCE: Final = 200
"""Rows read or written at a time."""

Holds = Literal["everything", "group"]
_SIGNERS: Final = "who signs a petition lies in no file: after one is put back, people sign again"
_SUPPORTERS: Final = "who supports a need lies in no file: after one is put back, people support it again"
_AUTHORS: Final = "who proposed something for a budget lies in no file: afterwards the desk changes it"
_VOTERS: Final = (
    "who has voted on a budget lies in no file, nor do the ballots: after one is put back, people vote again"
)
_COMING: Final = "who takes part, and which dwelling is visited, lies in no file: afterwards it is written down anew"
OF_PEOPLE: Final = {
    "petitions": _SIGNERS,
    "signatures": _SIGNERS,
    "need_keys": _SUPPORTERS,
    "need_supports": _SUPPORTERS,
    "budget_authors": _AUTHORS,
    "budget_marks": _VOTERS,
    "budget_ballots": _VOTERS,
    "brigade_hands": _COMING,
    "slot_bookings": _COMING,
    "turn_volunteers": _COMING,
    "round_dwellings": _COMING,
}
"""Tables of who did or wants what, which no archive carries; when a group moves away, they are emptied here."""
LEFT: Final[dict[Holds, dict[str, str]]] = {
    "everything": {
        "tiles": "made from the acts",
        "gatherings": "an index, made from the acts",
        "witness_keys": "a witness that is put back may have forgotten what it saw: it begins anew under another key",
        **OF_PEOPLE,
    },
    "group": {
        "tiles": "made from the acts",
        "gatherings": "an index, made from the acts",
        "codes": "made anew when they are asked for; they may be taken at the new home",
        "doors": "opened anew where people come in; their codes may be taken at the new home",
        "witness_keys": "the installation's own",
        "logs": "the installation's own: others' books that it witnesses",
        "disputes": "the installation's own: what it found about others' books",
        "copies": "the installation's own: folders of that machine",
        "erasures": "the installation's own; what the group erased is not in the file to begin with",
        **OF_PEOPLE,
    },
}
"""The tables that an archive does not carry, and why."""

Told = Callable[[str, int], None]
"""Is told, while an archive is written or read, the table and how many rows were done."""


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a book is, and its root."""

    size: int
    root: bytes


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first line. `step`: of the database's tables; `at`: when; `books`: each book's size and root."""

    format: str
    version: int
    step: str
    holds: Holds
    at: str
    books: dict[str, Size]


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line before a table's rows."""

    table: str
    columns: tuple[str, ...]


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line."""

    rows: int


def carried(holds: Holds) -> list[sa.Table]:
    """The tables in an archive, each after those it refers to."""
    return [table for table in schema.metadata.sorted_tables if table.name not in LEFT[holds]]


def rows(connection: sa.Connection, table: sa.Table, book: str | None = None) -> Iterator[sa.Row[Any]]:
    """A table's rows in the order of its key, as they are read; those of one group, or all."""
    found = sa.select(table).order_by(*table.primary_key.columns)
    if book is not None:
        found = found.where(of_group(table, book))
    yield from connection.execute(found.execution_options(yield_per=AT_ONCE))


def store_all(connection: sa.Connection, table: sa.Table, found: Iterable[dict[str, Any]]) -> None:
    """Insert rows as they come, some at a time."""
    coming = iter(found)
    while some := list(islice(coming, AT_ONCE)):
        connection.execute(sa.insert(table), some)


def of_group(table: sa.Table, book: str) -> sa.ColumnElement[bool]:
    """Which rows of a table are a group's: its book's, its gatherings', their participants', its register's."""
    g, p, r = schema.gatherings, schema.participants, schema.register
    gatherings = sa.select(g.c.gathering).where(g.c.book == book)
    handles = sa.select(p.c.handle).where(p.c.gathering.in_(gatherings))
    accounts = sa.select(r.c.account).where(r.c.book == book, r.c.account.is_not(None))
    if "book" in table.c:
        return table.c.book == book
    if "gathering" in table.c:
        return table.c.gathering.in_(gatherings)
    if table is schema.keys:
        return sa.or_(table.c.handle.in_(handles), table.c.account.in_(accounts))
    if "handle" in table.c:
        return table.c.handle.in_(handles)
    assert table is schema.accounts, table.name
    return table.c.account.in_(accounts)


def pack(
    connection: sa.Connection, out: BinaryIO, *, at: str, book: str | None = None, told: Told | None = None
) -> Header:
    """Write what a connection sees at its one moment: everything, or one group's. Raises Damaged when a book does not
    add up to its head: a copy of that would be worth nothing."""
    holds: Holds = "everything" if book is None else "group"
    heads = {row.book: Size(row.size, bytes(row.root)) for row in rows(connection, schema.heads, book)}
    header = Header(format=FORMAT, version=VERSION, step=NEWEST, holds=holds, at=at, books=heads)
    encode = msgspec.json.Encoder().encode
    out.write(encode(header) + b"\n")
    done = 0
    visits = rounds.of_visits(connection, book)
    for table in carried(holds):
        out.write(encode(Columns(str(table.name), tuple(map(str, table.c.keys())))) + b"\n")
        found: Iterator[Any] = rows(connection, table, book)
        if table is schema.acts:
            found = _adding_up(found, heads)
        elif table in (schema.works.rounds, schema.works.round_reports):
            found = _without_points(found, visits)
        for row in found:
            out.write(encode(tuple(row)) + b"\n")
            done += 1
            if told and done % AT_ONCE == 0:
                told(table.name, done)
    out.write(encode(End(done)) + b"\n")
    return header


def _without_points(found: Iterator[sa.Row[Any]], visits: set[str]) -> Iterator[tuple[Any, ...]]:
    """Services and reports on their points; of those that make visits, without the points: they say who is visited."""
    for row in found:
        kept = row._asdict()
        if row.service not in visits:
            yield tuple(row)
        elif "body" in kept:
            yield tuple({**kept, "body": rounds.without_points(bytes(row.body))}.values())


def _adding_up(acts: Iterator[sa.Row[Any]], heads: dict[str, Size]) -> Iterator[sa.Row[Any]]:
    """The acts, held against the heads as they go by."""
    book, frontier, right = "", Frontier(), 0
    for row in acts:
        if row.book != book:
            book, frontier = row.book, Frontier()
        frontier.append(leaf_hash(bytes(row.leaf)))
        head = heads.get(book)
        if head is None or row.seq != frontier.size - 1 or frontier.size > head.size:
            raise Damaged(f"book {book}, act {row.seq}: it does not stand where it should")
        if frontier.size == head.size:
            if frontier.root() != head.root:
                raise Damaged(f"book {book}: {head.size} acts do not add up to the root of its head")
            right += 1
        yield row
    if right != len(heads):
        raise Damaged("a book has fewer acts than its head says")


@contextmanager
def writing(path: Path, passphrase: str | None) -> Iterator[BinaryIO]:
    """A file to pack into, for its owner alone, encrypted if there is a passphrase. It has its name once it is whole
    and on the disk; until then, and if that fails, whatever had that name stays. Refuses store.disk_full."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            sealed = age.Encrypting(out, passphrase) if passphrase is not None else None
            with gzip.GzipFile("", "wb", 6, cast(BinaryIO, sealed or out), 0) as packed:
                lines = io.BufferedWriter(cast(io.RawIOBase, packed), 256 * 1024)
                yield cast(BinaryIO, lines)
                lines.flush()
            if sealed:
                sealed.close()
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
        settle(path.parent)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused("store.disk_full") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where the system can do that."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
