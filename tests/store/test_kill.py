"""`kill -9` at any moment loses nothing that was acknowledged."""

from __future__ import annotations

import contextlib
import random
import subprocess

import pytest

from comuna.store.store import Store
from tests.cast import NOOR, World
from tests.store.processes import assert_all_kept, start, whole_lines


def kill_often(world: World, address: str, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    handle, _ = world.join(NOOR)
    world.store.close()
    said: list[str] = []
    for n in range(kills):
        process = start(world, address, handle, f"process {n}")
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, "it ended before it was killed"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 0.25))
        process.kill()
        rest, _ = process.communicate()
        assert process.returncode == -9
        said += whole_lines(first + rest)
        again = Store(address, world.store.clock)
        try:
            assert_all_kept(again, world, handle, said)
        finally:
            again.close()
    assert {line.split()[0] for line in said} == {"act", "line", "note"}


def test_what_was_acknowledged_survives_a_kill_at_any_moment(world: World, address: str) -> None:
    kill_often(world, address, kills=8, seed=1)


@pytest.mark.slow
def test_what_was_acknowledged_survives_hundreds_of_kills(world: World, address: str) -> None:
    kill_often(world, address, kills=300, seed=2)
