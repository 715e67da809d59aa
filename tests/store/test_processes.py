"""Several processes on one database: a book never forks, and everybody gets on."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna.kernel import tree
from comuna.kernel.refusal import Refused
from comuna.store import book, people, schema
from comuna.store.store import Store
from comuna.store.writer import Transaction
from tests.cast import NOOR, World
from tests.store.processes import ROOT, assert_all_kept, start, whole_lines

EACH = 25


def test_processes_that_write_at_once_never_fork_the_book(world: World, address: str) -> None:
    handle, _ = world.join(NOOR)
    writing = [start(world, address, handle, name, EACH) for name in ("first", "second", "third")]
    said = [process.communicate(timeout=120)[0] for process in writing]
    assert [process.returncode for process in writing] == [0, 0, 0]
    for each in said:
        assert len(whole_lines(each)) == 3 * EACH
        assert_all_kept(world.store, world, handle, whole_lines(each))
    with world.store.read() as connection:
        leaves = list(book.leaves(connection, world.book))
        head = connection.execute(sa.select(schema.heads)).one()
    assert len(leaves) == 3 + 3 * EACH
    assert (head.size, bytes(head.root)) == (len(leaves), tree.root(tree.leaf_hash(leaf) for leaf in leaves))


def test_processes_take_turns_rather_than_one_after_the_other(world: World, address: str) -> None:
    """Both make progress: neither has to wait until the other is done."""
    handle, _ = world.join(NOOR)
    writing = [start(world, address, handle, name) for name in ("first", "second")]
    try:
        for process in writing:
            assert process.stdout is not None
            for _ in range(30):
                assert process.stdout.readline(), "it ended"
    finally:
        for process in writing:
            process.kill()
            process.communicate()
    assert world.store.check() == 1


def test_processes_that_open_a_new_database_at_once_all_find_it_ready(tmp_path: Path) -> None:
    path = f"{tmp_path}/deep/new.sqlite"
    program = f"from comuna.store.store import Store; s = Store({path!r}); print(s.check()); s.close()"
    env = {"PYTHONPATH": str(ROOT / "src")}
    opening = [
        subprocess.Popen([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    for process in opening:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, b"0\n"), err.decode()


def test_a_link_that_works_once_works_once_even_for_two_at_the_same_moment(world: World, address: str) -> None:
    other = Store(address, world.store.clock)
    together = threading.Barrier(2)
    entered: list[str] = []
    refusals: list[str] = []

    def enter(store: Store, key: str) -> None:
        together.wait(30)
        try:
            store.write(lambda tx: people.enter(tx, key))
            entered.append(key)
        except Refused as refused:
            refusals.append(refused.code)

    def cut(tx: Transaction) -> str:
        return people.key_for_account(tx, world.account, "once")

    for _ in range(20):
        key = world.store.write(cut)
        both = [threading.Thread(target=enter, args=[store, key]) for store in (world.store, other)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert entered.pop() == key
        assert entered == []
        assert refusals.pop() == "key.unknown"
    other.close()


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_link_that_works_once_holds_without_the_writers_lock(world: World) -> None:
    """Two connections that both saw the key; the one that comes second finds it used."""
    key = world.store.write(lambda tx: people.key_for_account(tx, world.account, "once"))
    now = world.store.clock()
    with world.store.engine.connect() as first, world.store.engine.connect() as second:
        first.begin(), second.begin()
        people.enter(Transaction(first, now), key)
        late: list[BaseException] = []

        def enter() -> None:
            try:
                people.enter(Transaction(second, now), key)
            except Refused as refused:
                late.append(refused)

        waiting = threading.Thread(target=enter)
        waiting.start()
        waiting.join(0.3)
        first.commit()
        waiting.join(30)
        second.rollback()
    assert [getattr(each, "code", None) for each in late] == ["key.unknown"]
