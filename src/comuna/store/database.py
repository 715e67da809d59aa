"""The database: SQLite in a file by default, PostgreSQL by address; brought up to date at start."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from comuna.kernel.refusal import Refused

NEWEST: Final = "0013"
"""The newest step in `migrations/versions`; a test holds it to that."""

WRITERS: Final = 67_111_118
"""The advisory lock that whoever writes to a PostgreSQL database holds until the commit."""


BUSY_TIMEOUT: Final = 10_000
"""Milliseconds for which SQLite waits for another process."""


class Busy(Exception):  # noqa: N818
    """The database could not take the write now: another process kept it too long, or it went away. Nothing was
    stored."""


class Newer(Exception):  # noqa: N818
    """The database was written by a newer Comuna than this: it is not touched."""


def connect(address: str) -> sa.Engine:
    """An engine for a file path, a `sqlite:///…` or a `postgresql://…` address. SQLite writes ahead (WAL), syncs
    fully, overwrites what is deleted, and waits ten seconds for another process. Refuses: store.read_only,
    store.disk_full."""
    url: sa.URL | str = address
    if "://" not in address:
        _prepare_file(Path(address))
        url = sa.URL.create("sqlite", database=address)
    elif address.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + address.split("://", 1)[1]
    postgresql = str(url).startswith("postgresql")
    engine = sa.create_engine(url, pool_size=8, max_overflow=40, pool_pre_ping=postgresql, hide_parameters=True)
    event.listen(engine, "connect", _prepare_postgresql if postgresql else _prepare_sqlite)
    event.listen(engine, "begin", _begin_postgresql if postgresql else _begin_sqlite)
    return engine


def _prepare_file(path: Path) -> None:
    """Make the file before SQLite does, for its owner alone: the keys of books lie in it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Refused("store.read_only") from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused("store.disk_full") from error
        raise


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, see _begin_sqlite
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "fullfsync = ON",  # on macOS a plain fsync stops at the drive's cache; elsewhere this changes nothing
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    _run(connection, _BEGIN_TO_WRITE if writes else _BEGIN)


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.execute("SET lock_timeout = '10s'")
    # "recorded" is said after the disk has it, even where the server's settings would not wait for that
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _begin_postgresql(connection: sa.Connection) -> None:
    """One process writes at a time, as with SQLite: batches that touch the same books in another order would
    deadlock, and a process with few writes would never win against one with many."""
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


class Statement:
    """A statement of the hot path. Its SQL is made once for each kind of database, and `run` gives it to the driver as
    it is: SQLAlchemy's own way takes several times as long as SQLite."""

    def __init__(self, statement: sa.Executable) -> None:
        self._statement: Any = statement
        self._sql: dict[str, str] = {}

    def sql(self, dialect: sa.Dialect) -> str:
        """The statement for a kind of database, its values named as both drivers take them."""
        found = self._sql.get(dialect.name)
        if found is None:
            named = type(dialect)(paramstyle="pyformat" if dialect.name == "postgresql" else "named")
            found = self._sql[dialect.name] = str(self._statement.compile(dialect=named))
        return found


def run(
    connection: sa.Connection, statement: Statement, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()
) -> Any:
    """Run a statement with its values, or once for each row of values, and return the driver's cursor. Values are such
    as both drivers take: strings, whole numbers, bytes, None. Fails as `connection.execute` does."""
    if not connection.in_transaction():
        connection.begin()
    return _run(connection, statement, values)


PACKS: Final = (128, 64, 32, 16, 8, 4, 2, 1)
"""For how many rows at once a statement is made: SQLite before 3.32 takes 999 values in one."""


class Packed:
    """A statement of the hot path for many rows at once, such as `made` gives it for a number of rows: the values of
    row n are named `name_n`. After each statement, and after each row that one brings, the driver lets other threads go
    first, which in a full hall have much to do: so there are few of both."""

    def __init__(self, made: Callable[[int], sa.Executable]) -> None:
        self._statements = {size: Statement(made(size)) for size in PACKS}

    def run(
        self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any] | None = None
    ) -> list[list[str]]:
        """Run it for all rows, with values that are the same for each. Returns what a query finds that asks for
        `found`, NULL as an empty string. Fails as `run` does."""
        lines: list[str] = []
        done = 0
        while done < len(rows):
            size = next(size for size in PACKS if size <= len(rows) - done)
            values = dict(common or {})
            for n, row in enumerate(rows[done : done + size]):
                values |= {f"{name}_{n}": value for name, value in row.items()}
            cursor = run(connection, self._statements[size], values)
            if cursor.description:
                lines += (cursor.fetchone()[0] or "").splitlines()
            done += size
        return [line.split(" ") for line in lines]


def found(*columns: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """All rows of a query as one value, for `Packed`. No value may have a space or an end of line in it."""
    first, *others = (sa.func.coalesce(column, sa.literal_column("''")) for column in columns)
    for each in others:
        first = first.op("||")(sa.literal_column("' '")).op("||")(each)
    return _Lines(first)


class _Lines(FunctionElement[str]):
    """A column of texts as one text, a line for each. (SQLAlchemy's own `aggregate_strings` cannot be made before its
    values are known.)"""

    type = sa.Text()
    inherit_cache = True


@compiles(_Lines, "sqlite")
def _lines_in_sqlite(element: _Lines, compiler: SQLCompiler, **how: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **how)}, char(10))"


@compiles(_Lines, "postgresql")
def _lines_in_postgresql(element: _Lines, compiler: SQLCompiler, **how: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **how)}, chr(10))"


def inserted(table: sa.Table, *names: str) -> Packed:
    """Rows put into a table, with values for these columns."""
    return Packed(
        lambda size: sa.insert(table).values(
            [{name: sa.bindparam(f"{name}_{n}", type_=table.c[name].type) for name in names} for n in range(size)]
        )
    )


def _run(
    connection: sa.Connection, statement: Statement, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()
) -> Any:
    cursor = connection.connection.cursor()
    sql = statement.sql(connection.dialect)
    errors: Any = connection.dialect.loaded_dbapi
    try:
        if isinstance(values, list):
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except errors.Error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql, None, error, errors.Error, hide_parameters=True, connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error  # fmt: skip
    return cursor


_BEGIN: Final = Statement(sa.text("BEGIN"))
_BEGIN_TO_WRITE: Final = Statement(sa.text("BEGIN IMMEDIATE"))

_CANNOT_WRITE: Final = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")
"""SQLite's names for a disk that does not take what is written: a folder without leave, a quota, a failing drive."""


def in_plain_words(error: DBAPIError) -> Exception:
    """What a failed write means to people: no space left, a database that cannot be written, one that is busy. The
    error itself where it means something else."""
    if error.connection_invalidated:
        return Busy(str(error.orig))
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or ""
    if state in ("53100", "SQLITE_FULL"):
        return Refused("store.disk_full")
    if state in ("25006", "42501") or state.startswith(_CANNOT_WRITE):
        return Refused("store.read_only")
    if state in ("40P01", "40001", "55P03") or state.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(str(error.orig))
    return error


def migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date. Several processes may do so at once: one goes first. Refuses: store.read_only,
    store.disk_full, store.unreachable. Raises Busy, Newer."""
    from alembic.runtime.migration import MigrationContext
    from alembic.util import CommandError

    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            found = MigrationContext.configure(connection).get_current_revision()
            if found is not None and found > NEWEST:
                raise Newer(f"the database is at step {found}, and this Comuna knows steps up to {NEWEST}")
            if found != NEWEST:
                _upgrade(connection)
    except CommandError as error:  # it is at a step that there never was
        raise Refused("store.unreachable", reason=str(error)) from error
    except DBAPIError as error:
        raise in_plain_words(error) from error


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
