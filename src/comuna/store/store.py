"""The store as everything above it sees it: read here, write here."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.act import Envelope
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import custody
from comuna.rules.charter import Charter, parse
from comuna.rules.hall import Hall
from comuna.rules.journal import AnyLine
from comuna.rules.state import State
from comuna.store import book, copies, journal, schema, texts, tiles
from comuna.store.database import BUSY_TIMEOUT, Busy, Newer, connect, migrate
from comuna.store.published import Published
from comuna.store.steady import Steady
from comuna.store.writer import Transaction, Writer

T = TypeVar("T")

TIDY_AFTER: Final = 3.0
"""Seconds from an erasure until its traces in the database's log are overwritten."""
LONGEST_TIDY_WAIT: Final = 60.0
"""Seconds between two tries at the most, while somebody keeps reading."""

WITH_WORDS: Final = (
    "journal",
    "notes",
    "texts",
    "participants",
    "accounts",
    "keys",
    "register",
    "rights",
    "cards",
    "requests",
    "rolls",
    "join_links",
    "rounds",
    "rota_lines",
    "hours",
    "surplus_lines",
    "slot_bookings",
    "turn_volunteers",
    "campaign_supplies",
    "round_dwellings",
)
"""The tables from which people's words, names and keys are erased."""


class Store:
    """Books, journals, notebooks and people in one database. `address`: a file path or a `postgresql://…` address.
    `clock` is passed in by tests that need another time. With `existing` no new file is begun. Refuses:
    store.no_database, store.newer, store.busy, store.disk_full, store.read_only, store.unreachable (reason)."""

    def __init__(self, address: str, clock: Callable[[], dt.datetime] = book.now, *, existing: bool = False) -> None:
        if existing and "://" not in address and not Path(address).exists():
            raise Refused("store.no_database", address=address)
        try:
            self.engine = connect(address)
            try:
                migrate(self.engine)
            except BaseException:
                self.engine.dispose()  # or it would keep its lock on the file
                raise
        except Newer as error:
            raise Refused("store.newer") from error
        except Busy as error:
            raise Refused("store.busy") from error
        except (sa.exc.SQLAlchemyError, ImportError, ValueError) as error:  # ValueError: a file that went bad
            reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise Refused("store.unreachable", reason=reason) from error
        self.shelf = book.Shelf()
        self.clock = clock
        self.journals = journal.Journals(Steady() if clock is book.now else clock)
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        self.published = Published(Path(f"{file}.published") if file else None)
        self._watchers: list[Callable[[Iterable[str]], None]] = []
        self._tidying = threading.Lock()
        self._tidy_timer: threading.Timer | None = None
        self._closed = False
        self._writer = Writer(self.engine, self._committed, clock)

    def _committed(self, pending: dict[str, Any]) -> None:
        self.shelf.publish(pending)
        self.journals.publish(pending)
        for watcher in self._watchers:
            watcher(pending)

    def watch(self, watcher: Callable[[Iterable[str]], None]) -> None:
        """Let `watcher` be told, after each commit and in the writer's thread, the ids of the books and the gatherings
        whose journals it changed. It must return at once."""
        self._watchers.append(watcher)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one moment of the database, and only reads."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    def write(self, job: Callable[[Transaction], T]) -> T:
        """Do a job in the writer; returns when it is durable. The job may run more than once, so it must do nothing
        outside its transaction. Raises what the job refuses."""
        return self._writer.write(job)

    def record(
        self, tx: Transaction, to: str, decide: book.Decide, *, by: str, with_texts: Iterable[Text] = ()
    ) -> list[Envelope]:
        """Append acts to a book, inside a job: see `book.record`."""
        return book.record(tx, self.shelf, to, decide, by=by, with_texts=with_texts)

    def say(
        self, tx: Transaction, gathering: str, decide: journal.Decide, *, by: str, key: str | None = None
    ) -> AnyLine | None:
        """Append a line to a gathering's journal, inside a job: see `journal.write`."""
        return journal.write(tx, self.journals, gathering, decide, by=by, key=key)

    def hall(self, connection: sa.Connection, gathering: str) -> Hall:
        """What a gathering's journal adds up to."""
        return self.journals.heard(connection, gathering).hall

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        """Like `write`, without waiting: the future holds the job's result once it is durable."""
        return self._writer.submit(job)

    def submit_here(self, job: Callable[[Transaction], T]) -> asyncio.Future[T]:
        """Like `submit`, for the event loop that runs here."""
        return self._writer.submit_here(job)

    def state(self, connection: sa.Connection, of: str) -> State | None:
        """What a book adds up to; None if there is no such book."""
        head = self.shelf.head(connection, of)
        return None if head is None else head.state

    def charter(self, connection: sa.Connection, of: str) -> Charter:
        """The charter that holds in a group. Refuses: group.unknown."""
        state = self.state(connection, of)
        if state is None or state.charter is None:
            raise Refused("group.unknown")
        return parse(state.charter)

    def check(self) -> int:
        """Check every book: see `check_book`. Returns how many there are. Raises Damaged."""
        with self.read() as connection:
            books = list(connection.execute(sa.select(schema.heads.c.book)).scalars())
            for each in books:
                self.check_book(each)
            sizes = sa.func.coalesce(sa.select(sa.func.sum(schema.heads.c.size)).scalar_subquery(), 0)
            acts = sa.select(sa.func.count()).select_from(schema.acts).scalar_subquery()
            if connection.execute(sa.select(acts - sizes)).scalar_one() != 0:
                raise book.Damaged("there are acts beyond the heads of the books")
            for table in (schema.tiles, schema.texts, schema.book_keys):
                astray = sa.select(sa.func.count()).where(table.c.book.not_in(sa.select(schema.heads.c.book)))
                if connection.execute(astray).scalar_one() != 0:
                    raise book.Damaged(f"there are {table.name} of books that are not here")
        return len(books)

    def check_book(self, of: str) -> int:
        """Read a book from its first act, holding its head and its tiles against its acts, its key against the one
        that the acts name, and each kept text against its digest. Returns its size. Raises Damaged."""
        with self.read() as connection, book.strange_is_damaged(of):
            head = book.Shelf().head(connection, of)
            assert head is not None
            for fault in tiles.faults(connection, of, head.size):
                raise book.Damaged(f"book {of}: {fault}")
            key = connection.execute(
                sa.select(schema.book_keys.c.private_key).where(schema.book_keys.c.book == of)
            ).scalar()
            if key is not None and note.public_key(bytes(key)) != custody.current_key(head.state).key:
                raise book.Damaged(f"book {of}: the key that is kept is not the one that signs it")
            refs = sa.select(schema.texts.c.ref).where(schema.texts.c.book == of)
            for ref in connection.execute(refs).scalars().all():
                try:
                    texts.kept(connection, ref)
                except ValueError as error:
                    raise book.Damaged(str(error)) from error
        return head.size

    def rebuild_index(self) -> None:
        """Write the index and the tiles anew from the books."""

        def job(tx: Transaction) -> None:
            for each in tx.execute(sa.select(schema.heads.c.book)).scalars().all():
                head = self.shelf.head(tx.connection, each)
                assert head is not None
                tiles.rebuild(tx, each, head.size)
                book.reindex(tx, each, head.state)

        self.write(job)

    def tidy_soon(self) -> None:
        """Tidy a few seconds from now, once for all that was erased until then, and tell the backups of it."""
        with self._tidying:
            if self._tidy_timer is None:
                self._tidy_timer = threading.Timer(TIDY_AFTER, self._tidy_now)
                self._tidy_timer.daemon = True
                self._tidy_timer.start()

    def _tidy_now(self, wait: float = TIDY_AFTER) -> None:
        done = False
        copies.tell(self.engine)
        with contextlib.suppress(sa.exc.SQLAlchemyError, OSError, sqlite3.Error):
            done = self.tidy()
        with self._tidying:
            self._tidy_timer = None
            if not done and not self._closed:  # somebody reads an older moment of the database: again later
                longer = min(2 * wait, LONGEST_TIDY_WAIT)
                self._tidy_timer = threading.Timer(wait, self._tidy_now, [longer])
                self._tidy_timer.daemon = True
                self._tidy_timer.start()

    def tidy(self) -> bool:
        """Overwrite what was erased where the database still keeps it: SQLite's log, PostgreSQL's pages. False: not
        yet, because somebody is still reading it. Writers wait for the last of it alone, or for one table, and for no
        reader."""
        raw = self.engine.raw_connection()
        driver: Any = raw.driver_connection
        try:
            if self.engine.dialect.name != "sqlite":
                return _rewritten(driver, self._writer.turn)
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")  # most of the work, beside writers
            driver.execute("PRAGMA busy_timeout = 100")
            try:
                with self._writer.turn:
                    (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
            return not busy
        finally:
            raw.close()

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        self._closed = True
        if self._tidy_timer is not None:
            self._tidy_timer.cancel()
            self._tidy_now()
        self._writer.stop()
        self.engine.dispose()


def _rewritten(driver: Any, turn: threading.Lock) -> bool:
    """Write the tables with people's words anew: a plain VACUUM leaves what was erased readable in its page. Whoever
    reads a table meanwhile is not kept waiting: then it is left for later. The writer has its turn after each."""
    done = True
    driver.autocommit = True
    driver.execute("SET lock_timeout = '200ms'")
    try:
        for table in WITH_WORDS:
            try:
                with turn:
                    driver.execute(f"VACUUM (FULL) {table}")
            except psycopg.errors.LockNotAvailable:
                done = False
    finally:
        driver.execute("SET lock_timeout = '10s'")
        driver.autocommit = False
    return done
