"""What many ask for at the same time, done in one job: the first who asks has it queued, and who asks before it begins
is taken along. The ballots of a full hall, a thousand a second, would else be as many jobs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from comuna.store.store import Store
from comuna.store.writer import Transaction, settle

Asked = TypeVar("Asked")
Refusals = Sequence[BaseException | None]
"""For each who asked, why it was not done, or None."""


class Together(Generic[Asked]):
    """`work` does inside a job what several ask for; like a job, it may run more than once. All of them ask in one
    event loop."""

    def __init__(self, store: Store, work: Callable[[Transaction, Sequence[Asked]], Refusals]) -> None:
        self._store = store
        self._work = work
        self._lock = threading.Lock()
        self._waiting: list[tuple[Asked, asyncio.Future[None]]] = []

    async def ask(self, asked: Asked) -> None:
        """Returns when the disk has it. Raises what `work` gives for it, and whatever kept the job from being done."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting.append((asked, future))
            first = len(self._waiting) == 1
        try:
            if first:
                self._queue()
            await future
        finally:
            del future  # or what it raises would hold this frame, and this frame the request, in a circle

    def _take(self) -> list[tuple[Asked, asyncio.Future[None]]]:
        with self._lock:
            taken, self._waiting = self._waiting, []
        return taken

    def _queue(self) -> None:
        taken: list[tuple[Asked, asyncio.Future[None]]] = []

        def job(tx: Transaction) -> Refusals:
            taken.extend(() if taken else self._take())
            return self._work(tx, [asked for asked, _ in taken])

        def tell(done: asyncio.Future[Refusals]) -> None:
            failed = done.exception()
            all_ = taken or self._take()  # the latter where it failed before it began
            refusals = [failed] * len(all_) if failed else done.result()
            for (_, future), refused in zip(all_, refusals, strict=True):
                settle(future, (refused is None, refused))

        try:
            self._store.submit_here(job).add_done_callback(tell)
        except BaseException:  # the store is closed
            self._take()
            raise
