"""What everybody who looks at one view in one language has been told, and what somebody who comes back is missing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

import msgspec

AT_ONCE: Final = 250
"""Connections written to before anybody else gets their turn."""

MARK: Final = re.compile(r"[0-9]{1,18}\.[0-9]{1,18}")
"""A mark as ids write it."""

Drawn = dict[str, tuple[str, str]]
"""What a view shows: region → (the element it stands in, its HTML)."""


class Listener(Protocol):
    """A connection that is told what happens. `who`: the handle of whose it is, empty if they have none. `tell`
    sends an event; it raises RuntimeError where the connection was closed meanwhile."""

    who: str
    tell: Callable[[bytes], None]

    def end(self) -> None: ...


class Channel:
    """All who look at one view in one language."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.mark = (0, 0)
        self.since = (0, 0)
        """The mark from which on we know when each region changed."""
        self.drawn: Drawn = {}
        self.changed: dict[str, tuple[int, int]] = {}
        self.listeners: dict[Listener, None] = {}
        """In the order in which they came, so that memory is read in order too."""
        self.lock = asyncio.Lock()
        """Held while a change is told, so that nobody hears of a later one before it."""

    @property
    def name(self) -> str:
        """The id of the last event."""
        return f"{self.mark[0]}.{self.mark[1]}.{self.version}"

    def take(self, drawn: Drawn, mark: tuple[int, int]) -> dict[str, Any] | None:
        """Take in a new rendering; gives what is to be told of it, None if nothing became another."""
        if not self.drawn:
            self.since = mark
            self.changed = dict.fromkeys(drawn, mark)
            self.drawn, self.mark = drawn, mark
            return None
        other = {name: region for name, region in drawn.items() if self.drawn.get(name) != region}
        gone = [name for name in self.drawn if name not in drawn]
        self.drawn, self.mark = drawn, mark
        for name in (*other, *gone):
            self.changed[name] = mark
        return {"set": other, "gone": gone} if other or gone else None

    def missed(self, last: str | None) -> dict[str, Any]:
        """What somebody does not have yet whose last event had the id `last`."""
        had = self._mark_of(last)
        if had is None:
            return {"set": self.drawn, "whole": True}
        names = [name for name, at in self.changed.items() if at[0] > had[0] or at[1] > had[1]]
        return {
            "set": {name: self.drawn[name] for name in names if name in self.drawn},
            "gone": [name for name in names if name not in self.drawn],
        }

    def _mark_of(self, last: str | None) -> tuple[int, int] | None:
        """The mark an id names, if what changed since is known."""
        book, _, rest = (last or "").partition(".")
        journal, _, version = rest.partition(".")
        if version != self.version or not MARK.fullmatch(f"{book}.{journal}"):
            return None
        had = int(book), int(journal)
        known = self.since[0] <= had[0] <= self.mark[0] and self.since[1] <= had[1] <= self.mark[1]
        return had if known else None

    def event(self, told: dict[str, Any], now: float) -> bytes:
        """What is told, as the bytes of a server-sent event."""
        data = msgspec.json.encode({"now": round(now, 2), **told})
        return b"id: " + self.name.encode() + b"\nevent: frame\ndata: " + data + b"\n\n"


async def to_all(listeners: Iterable[Listener], event: bytes) -> None:
    """Send an event to everybody, some at a time."""
    everybody = list(listeners)
    for start in range(0, len(everybody), AT_ONCE):
        for listener in everybody[start : start + AT_ONCE]:
            try:
                listener.tell(event)
            except RuntimeError:  # it was closed in this very moment
                listener.end()
        await asyncio.sleep(0)
