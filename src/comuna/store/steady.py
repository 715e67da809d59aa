"""The journals' clock: set once, at start, from the machine's clock, and then counted on by one that nobody sets. A
clock that is put right or wrong in the middle of an evening moves no timer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable


def _uptime() -> float:
    """Seconds counted by the machine, sleep included where the system counts it."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Steady:
    """Call it for the time (UTC). `clock`: the machine's; `uptime`: the seconds that are counted on from there."""

    def __init__(self, clock: Callable[[], dt.datetime] = _now, uptime: Callable[[], float] = _uptime) -> None:
        self._uptime = uptime
        self._start, self._up = clock(), uptime()

    def __call__(self) -> dt.datetime:
        """The time it was at the start, and what has passed since."""
        return self._start + dt.timedelta(seconds=self._uptime() - self._up)
