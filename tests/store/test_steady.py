"""The journals' clock: the machine's at the start, and nobody's to set from then on."""

from __future__ import annotations

import datetime as dt
import time

from comuna.store import book
from comuna.store.steady import Steady
from comuna.store.store import Store
from tests.cast import Clock


def test_a_clock_put_right_or_wrong_moves_nothing() -> None:
    wall, up = Clock(), [500.0]
    steady = Steady(wall, lambda: up[0])
    start = wall.now
    assert steady() == start
    up[0] += 30
    wall.forward(hours=2)
    assert steady() == start + dt.timedelta(seconds=30)
    up[0] += 30
    wall.back(days=3)
    assert steady() == start + dt.timedelta(seconds=60)


def test_it_begins_at_the_machines_time_and_goes_on() -> None:
    steady = Steady()
    first = steady()
    assert abs(first - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=1)
    time.sleep(0.02)
    assert steady() - first >= dt.timedelta(seconds=0.02)


def test_it_counts_the_time_in_which_the_machine_slept() -> None:
    if hasattr(time, "CLOCK_BOOTTIME"):
        steady = Steady()
        up = time.clock_gettime(time.CLOCK_BOOTTIME)
        assert abs(steady._up - up) < 1


def test_a_store_on_the_machines_clock_dates_its_journals_by_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    store, told = Store(str(tmp_path / "one.sqlite")), Store(str(tmp_path / "two.sqlite"), Clock())
    assert store.clock is book.now
    assert isinstance(store.journals._clock, Steady)
    assert told.journals._clock is told.clock
    store.close()
    told.close()
