"""Reading an archive. It is believed once all of it lies in a database of its own and agrees with itself: every table,
column and type, every book with its head, every text with its digest, every row with those it refers to."""

from __future__ import annotations

import gzip
import io
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, BinaryIO, Final, cast

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import BOOK
from comuna.kernel.refusal import Refused
from comuna.store import age, schema
from comuna.store.archive import AT_ONCE, FORMAT, VERSION, Columns, End, Header, Told, carried
from comuna.store.database import NEWEST, connect, in_plain_words, migrate
from comuna.store.trusting import Unbelievable, check

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes of one row: a record of 5,000 contributions is the longest there is."""
LARGEST_GROUP: Final = 8 * 1024**3
"""Bytes of a group's archive, unpacked; that of an installation is its keeper's own, and may be larger."""
HEAVY: Final = 1024 * 1024
"""Bytes of rows that are stored together."""

Passphrase = Callable[[], str]
"""Asks for the passphrase, if one is needed."""

_ID: Final = r"\A[a-z2-7]{26}\Z"
_PATTERNS: Final = {
    **dict.fromkeys(("book", "gathering", "handle", "account", "note", "request"), _ID),
    **dict.fromkeys(("digest", "ref"), r"\A[0-9a-f]{64}\Z"),
}


@contextmanager
def unpacked(path: Path, passphrase: Passphrase, told: Told | None = None) -> Iterator[tuple[Header, sa.Connection]]:
    """An archive as a database of its own, checked, that is gone afterwards. Refuses what `load` does."""
    with tempfile.TemporaryDirectory(prefix="comuna-") as folder:
        engine = connect(str(Path(folder) / "unpacked.db"))
        try:
            header = load(engine, path, passphrase, told)
            with engine.connect() as connection:
                yield header, connection
        finally:
            engine.dispose()


def load(engine: sa.Engine, path: Path, passphrase: Passphrase, told: Told | None = None) -> Header:
    """Fill an empty SQLite database from an archive: all of it, checked, or nothing. Refuses archive.none,
    archive.newer, archive.damaged, archive.wrong_passphrase, archive.too_large, archive.unbelievable (reason),
    store.disk_full."""
    migrate(engine)
    with path.open("rb") as file, engine.connect().execution_options(writes=True) as connection:
        try:
            with connection.begin():
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                lines = _lines(_plain(file, passphrase))
                header = _header(next(lines, b""))
                _rows(connection, header, lines, told)
                check(connection, header)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Refused("archive.damaged") from error
        except (Unbelievable, msgspec.DecodeError, sa.exc.IntegrityError, UnicodeError) as error:
            reason = str(getattr(error, "orig", None) or error)
            raise Refused("archive.unbelievable", reason=reason[:300]) from error
        except sa.exc.DBAPIError as error:
            raise in_plain_words(error) from error
    return header


def _plain(file: BinaryIO, passphrase: Passphrase) -> BinaryIO:
    start = file.read(len(age.FIRST_LINE))
    file.seek(0)
    if start == age.FIRST_LINE:
        file = cast(BinaryIO, io.BufferedReader(age.Decrypting(file, passphrase()), 2 * age.CHUNK))
    elif not start.startswith(b"\x1f\x8b"):
        raise Refused("archive.none")
    return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb"))


def _lines(packed: BinaryIO) -> Iterator[bytes]:
    while line := packed.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise Refused("archive.too_large" if len(line) == LONGEST_LINE else "archive.damaged")
        yield line


def _header(line: bytes) -> Header:
    class Kind(msgspec.Struct):
        format: str
        version: int

    try:
        kind = msgspec.json.decode(line, type=Kind)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused("archive.none") from error
    if kind.format != FORMAT:
        raise Refused("archive.none")
    if kind.version > VERSION:
        raise Refused("archive.newer")
    try:
        header = msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused("archive.unbelievable", reason=str(error)[:300]) from error
    if header.step > NEWEST:
        raise Refused("archive.newer")
    one = header.holds == "everything" or len(header.books) == 1
    if not one or not all(BOOK.fullmatch(book) and of.size > 0 for book, of in header.books.items()):
        raise Refused("archive.unbelievable", reason="the books it names")
    return header


# Rows


def _rows(connection: sa.Connection, header: Header, lines: Iterator[bytes], told: Told | None) -> None:
    """Store every row. Tables come in order and once, columns are ours, values have their types."""
    waiting = {table.name: table for table in carried(header.holds)}
    filling: _Filling | None = None
    done = total = 0
    for line in lines:
        total += len(line)
        if header.holds == "group" and total > LARGEST_GROUP:
            raise Refused("archive.too_large")
        if line.startswith(b"[") and filling:
            filling.add(line)
            done += 1
            if told and done % AT_ONCE == 0:
                told(filling.table.name, done)
            continue
        if filling:
            filling.store()
        if line.startswith(b'{"rows":'):
            if msgspec.json.decode(line, type=End).rows != done or next(lines, b""):
                raise Refused("archive.damaged")
            return
        said = msgspec.json.decode(line, type=Columns)
        while said.table not in waiting or next(iter(waiting)) != said.table:
            if not waiting:
                raise Unbelievable(f"the table {said.table[:40]} does not belong here")
            del waiting[next(iter(waiting))]
        filling = _Filling(connection, waiting.pop(said.table), said.columns)
    raise Refused("archive.damaged")


class _Filling:
    """A table while its rows come in."""

    def __init__(self, connection: sa.Connection, table: sa.Table, columns: tuple[str, ...]) -> None:
        named = dict.fromkeys(columns)
        missing = [c for c in table.c if c.name not in named and not c.nullable and c.server_default is None]
        if len(named) != len(columns) or missing or not all(name in table.c for name in columns):
            raise Unbelievable(f"the columns of {table.name}")
        kinds = tuple(_kind(table.c[name]) for name in columns)
        self._decode = msgspec.json.Decoder(GenericAlias(tuple, kinds)).decode
        self._connection, self.table, self._columns = connection, table, columns
        self._rows: list[dict[str, Any]] = []
        self._weight = 0

    def add(self, line: bytes) -> None:
        """One more row."""
        self._rows.append(dict(zip(self._columns, self._decode(line), strict=True)))
        self._weight += len(line)
        if len(self._rows) >= AT_ONCE or self._weight > HEAVY:
            self.store()

    def store(self) -> None:
        """What has come in so far."""
        if self._rows:
            self._connection.execute(sa.insert(self.table), self._rows)
        self._rows, self._weight = [], 0


def _kind(column: sa.Column[Any]) -> Any:
    """What a column's values must be, so that SQLite and PostgreSQL both take them."""
    kind: Any
    if isinstance(column.type, sa.LargeBinary):
        kind = bytes
    elif isinstance(column.type, sa.Boolean):
        kind = bool
    elif isinstance(column.type, sa.Integer):
        most = 2**63 - 1 if isinstance(column.type, sa.BigInteger) else 2**31 - 1
        kind = Annotated[int, msgspec.Meta(ge=-most, le=most)]
    else:
        assert isinstance(column.type, sa.String), column
        pattern = r"\A[^\x00]*\Z" if column.table is schema.copies else _PATTERNS.get(column.name, r"\A[^\x00]*\Z")
        kind = Annotated[str, msgspec.Meta(max_length=column.type.length, pattern=pattern)]
    return kind | None if column.nullable else kind
