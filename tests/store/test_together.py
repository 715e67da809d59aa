"""What many ask for at the same time: one job for those who come while another is under way, and everybody hears."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
import weakref
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from comuna.store import people
from comuna.store.store import Store
from comuna.store.together import Together
from comuna.store.writer import HeadMoved, Transaction
from tests.store.test_writer import accounts


class Counted:
    """Work that makes an account for each who asks, and refuses odd ones; it knows who came together."""

    def __init__(self) -> None:
        self.jobs: list[list[int]] = []

    def __call__(self, tx: Transaction, asked: Sequence[int]) -> list[Exception | None]:
        self.jobs.append(list(asked))
        refusals: list[Exception | None] = []
        for each in asked:
            refusals.append(KeyError(each) if each % 2 else None)
            if not each % 2:
                people.new_account(tx)
        return refusals


def held(store: Store) -> threading.Event:
    """The writer is busy until this is set."""
    go, began = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        began.set()
        go.wait(30)

    store.submit(hold)
    began.wait(30)
    return go


async def all_ask(together: Together[int], numbers: Sequence[int], go: threading.Event) -> list[BaseException | None]:
    asking = [asyncio.ensure_future(together.ask(n)) for n in numbers]
    await asyncio.sleep(0)
    go.set()
    async with asyncio.timeout(30):
        return await asyncio.gather(*asking, return_exceptions=True)


def test_who_comes_while_the_writer_is_busy_is_taken_along(store: Store) -> None:
    work = Counted()
    told = asyncio.run(all_ask(Together(store, work), range(50), held(store)))
    assert work.jobs == [list(range(50))]
    assert [type(each) for each in told] == [type(None), KeyError] * 25
    assert accounts(store) == 25


def test_who_comes_later_has_another_job(store: Store) -> None:
    work = Counted()
    together = Together(store, work)

    async def twice() -> None:
        await together.ask(0)
        await together.ask(2)

    asyncio.run(twice())
    assert work.jobs == [[0], [2]]


def test_work_that_has_to_be_done_again_takes_the_same_along(store: Store) -> None:
    work = Counted()

    def moved_once(tx: Transaction, asked: Sequence[int]) -> list[Exception | None]:
        refusals = work(tx, asked)
        if len(work.jobs) == 1:
            raise HeadMoved
        return refusals

    told = asyncio.run(all_ask(Together(store, moved_once), [0, 2, 4], held(store)))
    assert (work.jobs, told) == ([[0, 2, 4], [0, 2, 4]], [None, None, None])
    assert accounts(store) == 3


def test_when_the_work_fails_everybody_hears_it_and_the_next_are_served(store: Store) -> None:
    failing = True

    def work(tx: Transaction, asked: Sequence[int]) -> list[None]:
        if failing:
            raise ZeroDivisionError
        return [None for _ in asked]

    together = Together(store, work)
    told = asyncio.run(all_ask(together, range(5), held(store)))
    assert [type(each) for each in told] == [ZeroDivisionError] * 5
    failing = False
    assert asyncio.run(all_ask(together, range(3), threading.Event())) == [None] * 3


def test_a_database_that_does_not_even_let_it_begin_leaves_nobody_waiting(store: Store, monkeypatch) -> None:
    def nothing(_jobs: object) -> None:
        raise OperationalError("BEGIN", None, Exception("gone"))

    go, together = held(store), Together(store, Counted())
    monkeypatch.setattr(store._writer, "_transact", nothing)
    told = asyncio.run(all_ask(together, range(4), go))
    assert [type(each) for each in told] == [OperationalError] * 4
    monkeypatch.undo()
    assert asyncio.run(all_ask(together, [0], threading.Event())) == [None]


def test_whoever_gives_up_stops_nobody(store: Store) -> None:
    work = Counted()
    go, together = held(store), Together(store, work)

    async def some_leave() -> list[BaseException | None]:
        asking = [asyncio.ensure_future(together.ask(n)) for n in (0, 2, 4)]
        await asyncio.sleep(0)
        asking[0].cancel()
        await asyncio.sleep(0)
        go.set()
        async with asyncio.timeout(30):
            return await asyncio.gather(*asking, return_exceptions=True)

    told = asyncio.run(some_leave())
    assert isinstance(told[0], asyncio.CancelledError)
    assert told[1:] == [None, None]


def test_a_closed_store_says_so(store: Store) -> None:
    together = Together(store, Counted())
    store.close()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="closed"):
            asyncio.run(together.ask(0))


def test_a_refusal_holds_nothing_of_who_asked_once_they_have_heard_it(store: Store) -> None:
    """What was sent may be large, and the collector of circles looks seldom."""

    class Sent:
        pass

    gone: list[weakref.ref[Sent]] = []

    async def ask(together: Together[int]) -> None:
        sent = Sent()
        gone.append(weakref.ref(sent))
        with contextlib.suppress(KeyError):
            await together.ask(1)

    async def several() -> None:
        together = Together(store, Counted())
        for _ in range(5):
            await ask(together)

    gc.disable()
    try:
        asyncio.run(several())
        for _ in range(500):  # the writer lets go of the last one after it has told
            if not any(each() for each in gone):
                break
            time.sleep(0.01)
        assert [each() for each in gone] == [None] * 5
    finally:
        gc.enable()


def test_what_no_task_can_be_given_leaves_nobody_waiting(store: Store) -> None:
    def nothing_found(_tx: Transaction) -> None:
        next(iter(()))

    async def all_at_once() -> list[object]:
        go = held(store)
        jobs = [store.submit_here(nothing_found), store.submit_here(people.new_account)]
        go.set()
        async with asyncio.timeout(30):
            return await asyncio.gather(*jobs, return_exceptions=True)

    failed, account = asyncio.run(all_at_once())
    assert isinstance(failed, RuntimeError)
    assert isinstance(account, str)
