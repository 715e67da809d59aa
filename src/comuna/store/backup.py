"""Backups of everything: written while people use the site, and put back so that what was erased since stays erased."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.store import copies, erased, erasure, schema
from comuna.store.archive import Told, carried, pack, rows, settle, store_all, writing
from comuna.store.database import connect
from comuna.store.erased import Erasure
from comuna.store.store import Store
from comuna.store.unpacking import Passphrase, load, unpacked
from comuna.store.writer import Transaction

NAME: Final = re.compile(r"comuna-(\d{8}T\d{6}Z)(?:-\d+)?\.backup")


class Written(msgspec.Struct, frozen=True):
    """A backup that was made. `removed`: older ones that went for it."""

    file: Path
    books: int
    removed: tuple[Path, ...]


def stamp(moment: dt.datetime) -> str:
    """A time as it stands in a file's name: 20261122T100000Z."""
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def back_up(
    store: Store, folder: Path, *, passphrase: str | None = None, keep: int | None = None, told: Told | None = None
) -> Written:
    """Write everything, as it is at one moment, into a new file of that folder, and what was erased into the folder's
    list. `keep`: how many backups stay there. Raises Damaged: then the older ones stay."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    if len(str(folder)) > 400:
        raise Refused("backup.bad_folder", folder=str(folder)[:80] + "…")
    store.write(lambda tx: copies.remember(tx, folder))
    now = store.clock()
    file = folder / f"comuna-{stamp(now)}.backup"
    count = 1
    while file.exists():
        count += 1
        file = folder / f"comuna-{stamp(now)}-{count}.backup"
    with store.read() as connection, writing(file, passphrase) as out:
        copies.add_to_list(folder, erased.known(connection))
        header = pack(connection, out, at=instant(now), told=told)
    removed = tuple(backups(folder)[:-keep]) if keep else ()
    for old in removed:
        old.unlink()
    return Written(file, len(header.books), removed)


def backups(folder: Path) -> list[Path]:
    """The backups in a folder, the oldest first."""
    return sorted((f for f in folder.iterdir() if NAME.fullmatch(f.name)), key=_age)


def _age(file: Path) -> tuple[str, int]:
    when, _, count = file.stem.removeprefix("comuna-").partition("-")
    return when, int(count or 0)


def chosen(source: Path, at: str | None = None) -> Path:
    """The backup to put back: the file itself, or the newest in a folder; with `at` (digits of a UTC time, from the
    year on, whatever stands between them) the newest that is not later. Refuses restore.no_backup, restore.bad_time."""
    if not source.is_dir():
        return source
    found = backups(source)
    if at is not None:
        digits = re.sub(r"\D", "", at)
        if not 4 <= len(digits) <= 14:
            raise Refused("restore.bad_time", time=at)
        found = [f for f in found if re.sub(r"\D", "", _age(f)[0])[: len(digits)] <= digits]
    if not found:
        raise Refused("restore.no_backup", folder=str(source))
    return found[-1]


class Restored(msgspec.Struct, frozen=True):
    """What was put back. `erased`: how many erasures were done again; `before`: where the database that was here
    lies now."""

    file: Path
    erased: int
    before: Path | None


def restore(
    address: str, file: Path, passphrase: Passphrase, *, replace: bool = False, told: Told | None = None
) -> Restored:
    """Put a backup in the place of the database, all of it or nothing. What the folder's list and the database that
    was here say was erased is erased again before anybody can read it. Refuses archive.* (`unpacking.load`),
    archive.not_backup, restore.not_empty, restore.empty_first, restore.in_use, erasures.unreadable."""
    again = copies.read_list(file.parent)
    if address.startswith(("postgresql://", "postgres://")):
        return _into_postgresql(address, file, passphrase, again, replace, told)
    path = Path(address.partition(":///")[2].partition("?")[0] if "://" in address else address)
    holds, known = _looked_at(path)
    if holds and not replace:
        raise Refused("restore.not_empty")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.restoring")
    _remove(fresh)
    try:
        count = _fill(fresh, file, passphrase, again | known, told)
        before = _put_in_place(fresh, path, holds)
    finally:
        _remove(fresh)
    return Restored(file, count, before)


def _looked_at(path: Path) -> tuple[bool, set[Erasure]]:
    """Whether a database's file holds something, and what it says was erased. A file that SQLite cannot read holds
    something, too: perhaps it can be saved."""
    if not path.exists() or path.stat().st_size == 0:
        return False, set()
    engine = connect(str(path))
    try:
        with engine.connect() as connection:
            known = erased.known(connection) if sa.inspect(connection).has_table("erasures") else set()
            return holds_something(connection), known
    except sa.exc.DatabaseError as error:
        if isinstance(error.orig, sqlite3.OperationalError):
            raise Refused("restore.in_use") from error
        return True, set()
    finally:
        engine.dispose()


def holds_something(connection: sa.Connection) -> bool:
    """Whether there is anything in a database."""
    there = set(sa.inspect(connection).get_table_names())
    every = (table for table in schema.metadata.sorted_tables if table.name in there)
    return any(connection.execute(sa.select(sa.literal(1)).select_from(t).limit(1)).first() for t in every)


def _fill(fresh: Path, file: Path, passphrase: Passphrase, again: set[Erasure], told: Told | None) -> int:
    """Make the new database beside the old one, whole and forgetful, in one file. Returns how many erasures."""
    engine = connect(str(fresh))
    try:
        if load(engine, file, passphrase, told).holds != "everything":
            raise Refused("archive.not_backup")
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            every = erased.together(again, erased.known(connection))
            erasure.replay(Transaction(connection, dt.datetime.now(dt.UTC)), every)
    finally:
        engine.dispose()
    _in_one_file(fresh)
    return len(every)


def _in_one_file(path: Path) -> None:
    """Bring what SQLite wrote ahead into the file itself, on the disk. Refuses restore.in_use: while another process
    has the database open, that cannot be done."""
    database = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        database.execute("PRAGMA fullfsync = ON")
        (mode,) = database.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise Refused("restore.in_use")
    except sqlite3.OperationalError as error:
        raise Refused("restore.in_use") from error
    finally:
        database.close()
    with path.open("rb") as whole:
        os.fsync(whole.fileno())


def _put_in_place(fresh: Path, path: Path, holds: bool) -> Path | None:
    """Give the new database its name. The one that had it keeps another; at no moment is there none."""
    kept = path.with_name(f"{path.name}.before-restore-{stamp(dt.datetime.now(dt.UTC))}") if holds else None
    if path.exists():
        with contextlib.suppress(sqlite3.DatabaseError):  # it is no database any more: it is kept as it is
            _in_one_file(path)
    if kept:
        try:
            os.link(path, kept)
        except OSError:  # a disk that knows no second names
            shutil.copy2(path, kept)
    for ending in ("-wal", "-shm"):  # left only by a file that could not be read: they must not meet the new one
        if kept and Path(f"{path}{ending}").exists():
            Path(f"{path}{ending}").replace(f"{kept}{ending}")
    fresh.replace(path)
    settle(path.parent)
    return kept


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _into_postgresql(
    address: str, file: Path, passphrase: Passphrase, again: set[Erasure], replace: bool, told: Told | None
) -> Restored:
    store = Store(address)
    try:
        with unpacked(file, passphrase, told) as (header, source):
            if header.holds != "everything":
                raise Refused("archive.not_backup")

            def job(tx: Transaction) -> int:
                if holds_something(tx.connection):
                    raise Refused("restore.empty_first" if replace else "restore.not_empty")
                for table in (t for t in schema.metadata.sorted_tables if t is schema.gatherings or t in kept):
                    store_all(tx.connection, table, (dict(row._mapping) for row in rows(source, table)))
                every = erased.together(again, erased.known(tx.connection))
                erasure.replay(tx, every)
                return len(every)

            kept = carried("everything")
            count = store.write(job)
            store.tidy()
            return Restored(file, count, None)
    finally:
        store.close()
