"""The one writer: whatever is queued is done in one transaction and acknowledged after the disk has it.

A job is a function of a `Transaction`. Jobs of one batch run one after the other, each behind its own savepoint, so
one that is refused leaves the others untouched. `Writer.write` returns when the batch is durable, and not before.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import queue
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError

from comuna.store.database import Busy as Busy
from comuna.store.database import Statement, in_plain_words, run

T = TypeVar("T")

LARGEST_BATCH: Final = 500
ATTEMPTS: Final = 20

_SAVEPOINT: Final = Statement(sa.text("SAVEPOINT job"))
_RELEASE: Final = Statement(sa.text("RELEASE SAVEPOINT job"))
_ROLL_BACK: Final = Statement(sa.text("ROLLBACK TO SAVEPOINT job"))


class HeadMoved(Exception):  # noqa: N818  a reason to decide again, not an error
    """Another writer appended first. The job is run again on the new state."""


class Unclear(Exception):  # noqa: N818
    """The connection broke while the database was committing: the write may have been kept or not. It is not tried
    again, because an act must not be recorded twice."""


class Transaction:
    """What a job works on: a connection inside a transaction, the time, randomness, and what this batch has changed
    but not yet committed."""

    def __init__(self, connection: sa.Connection, now: dt.datetime) -> None:
        self.connection = connection
        self.now = now
        self.pending: dict[str, Any] = {}
        """Changes to be published to caches once committed: key → value."""

    def random(self, length: int) -> bytes:
        """That many bytes nobody can guess."""
        return secrets.token_bytes(length)

    def execute(
        self, statement: sa.Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> sa.CursorResult[Any]:
        """Run a statement in this transaction, with its values, or once for each row of values."""
        return cast(sa.CursorResult[Any], self.connection.execute(statement, values))

    def run(self, statement: Statement, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()) -> Any:
        """Run a statement of the hot path: see `database.run`."""
        return run(self.connection, statement, values)


Job = Callable[[Transaction], Any]
Outcome = tuple[bool, Any]
"""Whether the job was done, and what it returned or raised."""
Waiting = Future[Any] | asyncio.Future[Any]
"""Who waits for a job: a thread, or a task of an event loop."""


class Writer:
    """The thread that writes. `committed(pending)` is called with what a batch changed, after its commit."""

    def __init__(
        self, engine: sa.Engine, committed: Callable[[dict[str, Any]], None], clock: Callable[[], dt.datetime]
    ) -> None:
        self._engine = engine
        self._committed = committed
        self._clock = clock
        self.turn = threading.Lock()
        """Held during each batch. Who keeps the database to itself for a while takes it first, so that a slow disk
        makes the batches wait and not fail."""
        self._queue: queue.SimpleQueue[tuple[Job, Waiting] | None] = queue.SimpleQueue()
        self._stopped = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        """Queue a job. The future holds its result once durable, or what it raised. A future cancelled before its
        batch begins is not done at all; one cancelled later is done."""
        future: Future[T] = Future()
        self._put(job, future)
        return future

    def submit_here(self, job: Callable[[Transaction], T]) -> asyncio.Future[T]:
        """Like `submit`, for a task of the event loop that runs here: a whole batch wakes the loop once."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(job, future)
        return future

    def _put(self, job: Job, future: Waiting) -> None:
        with self._gate:
            if self._stopped:
                raise RuntimeError("the store is closed")
            self._queue.put((job, future))

    def write(self, job: Callable[[Transaction], T]) -> T:
        """Do a job and return its result once it is durable. Raises what the job raised: Refused above all."""
        return self.submit(job).result()

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._gate:
            self._stopped = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            first = self._queue.get()
            batch = []
            while first is not None:
                if _begun(first[1]):
                    batch.append(first)
                if len(batch) == LARGEST_BATCH or self._queue.empty():
                    break
                first = self._queue.get()
            going = first is not None
            if batch:
                self._batch(batch)
            del first, batch  # nothing of what was done is kept while there is nothing to do

    def _batch(self, batch: list[tuple[Job, Waiting]]) -> None:
        try:
            outcomes = self._transact([job for job, _ in batch])
        except DBAPIError as error:
            if len(batch) > 1 and in_plain_words(error) is error:
                # neither the disk nor another process: one job spoiled it for all, so each is tried on its own
                for each in batch:
                    self._batch([each])
                return
            outcomes = [(False, in_plain_words(error)) for _ in batch]
        except BaseException as error:  # the thread must live on, and every caller must hear
            outcomes = [(False, error)] * len(batch)
        _tell([future for _, future in batch], outcomes)

    def _transact(self, jobs: list[Job]) -> list[Outcome]:
        with self.turn, self._engine.connect().execution_options(writes=True) as connection:
            with connection.begin() as whole:
                transaction = Transaction(connection, self._clock())
                outcomes = [_attempt(transaction, job) for job in jobs]
                try:
                    whole.commit()
                except DBAPIError as error:
                    if error.connection_invalidated:
                        raise Unclear from error
                    raise
            self._committed(transaction.pending)
        return outcomes


def _begun(future: Waiting) -> bool:
    """Whether somebody still waits for a job that now begins."""
    return not future.cancelled() if isinstance(future, asyncio.Future) else future.set_running_or_notify_cancel()


def _tell(waiting: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
    """Tell everybody what became of their jobs, each event loop in one go."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Outcome]]] = {}
    for future, outcome in zip(waiting, outcomes, strict=True):
        if isinstance(future, asyncio.Future):
            loops.setdefault(future.get_loop(), []).append((future, outcome))
        else:
            settle(future, outcome)
    for loop, told in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop ended, and nobody waits any more
            loop.call_soon_threadsafe(_settle_all, told)


def _settle_all(told: Iterable[tuple[asyncio.Future[Any], Outcome]]) -> None:
    for future, outcome in told:
        settle(future, outcome)


def settle(future: Waiting, outcome: Outcome) -> None:
    """Tell somebody what became of their job, unless they are gone. Whatever it is: others wait behind them."""
    done, result = outcome
    if future.done():
        return
    if done:
        future.set_result(result)
    elif isinstance(result, StopIteration):  # which no task can be given
        future.set_exception(RuntimeError("a job raised StopIteration"))
    else:
        future.set_exception(result)


def _attempt(transaction: Transaction, job: Job) -> Outcome:
    """One job behind its savepoint. Another process may have moved the head or written the same row first: then the
    job is run again on what is there now."""
    moved: Exception = Busy("other writers were always first")
    for _ in range(ATTEMPTS):
        before = dict(transaction.pending)
        transaction.run(_SAVEPOINT)
        try:
            result = job(transaction)
        except (OperationalError, InternalError):
            raise  # the database is in trouble, and with it the whole batch
        except Exception as error:  # the job's own affair: it is handed to whoever asked
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            transaction.run(_ROLL_BACK)
            transaction.pending = before
            if isinstance(error, IntegrityError):
                moved = error
            elif not isinstance(error, HeadMoved):
                return False, error
            continue
        transaction.run(_RELEASE)
        return True, result
    return False, moved
