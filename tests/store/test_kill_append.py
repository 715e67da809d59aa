"""Two processes of several threads append to one book, and all are killed: nothing acknowledged is lost or double."""

from __future__ import annotations

import random
import subprocess
import threading
import time

import pytest

from comuna.store import book
from comuna.store.store import Store
from tests.cast import NOOR, World, an_id
from tests.store.processes import assert_all_kept, start, whole_lines

THREADS = 3
"""That append, in each process: beside one that speaks and one that takes notes."""


def listen(process: subprocess.Popen[str], heard: dict[int, str], which: int) -> None:
    """Take down what a process says, so that it never waits for somebody to listen."""
    assert process.stdout is not None
    heard[which] = process.stdout.read()


def kill_both(world: World, address: str, runs: int, seed: int) -> None:
    """Each run goes on with the book that the one before left; the first begins before a full tile."""
    chance = random.Random(f"{seed}")
    handle, _ = world.join(NOOR)
    world.grow(241)  # an even number of changes: the session takes place
    world.store.close()
    said: list[str] = []
    sizes: list[int] = []
    for n in range(runs):
        both = [start(world, address, handle, f"run {n} {name}", threads=THREADS) for name in ("one", "other")]
        heard: dict[int, str] = {}
        first = [process.stdout.readline() for process in both if process.stdout]
        assert all(first), "it ended before it was killed"
        ears = [threading.Thread(target=listen, args=[both[which], heard, which]) for which in (0, 1)]
        for ear in ears:
            ear.start()
        for process in chance.sample(both, 2):
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
        assert [process.wait(30) for process in both] == [-9, -9]
        for which, ear in enumerate(ears):
            ear.join(30)
            said += whole_lines(first[which] + heard[which])
        again = Store(address, world.store.clock)
        try:
            assert_all_kept(again, world, handle, said)
            with again.read() as connection:
                sizes.append(len(list(book.leaves(connection, world.book))))
            goes_on = World(**{**vars(world), "store": again})
            goes_on.call(an_id(1000 + n))
            assert again.check_book(world.book) == sizes[-1] + 1
        finally:
            again.close()
    assert sizes == sorted(sizes)
    assert sizes[0] > 241
    assert sizes[-1] > 256, "it never came to a full tile"
    assert {line.split()[0] for line in said} == {"act", "line", "note"}


def test_what_two_processes_appended_survives_their_end(world: World, address: str) -> None:
    kill_both(world, address, runs=6, seed=1)


@pytest.mark.slow
def test_what_two_processes_appended_survives_hundreds_of_ends(world: World, address: str) -> None:
    kill_both(world, address, runs=200, seed=2)
