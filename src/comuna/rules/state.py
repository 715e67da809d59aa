"""What a group's book adds up to."""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef

Status = Literal["called", "cancelled", "closed"]


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering of the group. `date` ISO, `start` and `end` HH:MM in `zone`; `sequence` counts the changes, as
    calendars do (RFC 5545 §3.8.7.4). `page` is the announcement, `record` what was frozen at closing."""

    id: str
    status: Status = "called"
    date: str
    start: str
    end: str | None
    zone: str
    page: TextRef
    sequence: int = 0
    called_at: str
    changed_at: str
    closed_at: str | None = None
    record: TextRef | None = None
    journal_expired: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A group, as its book tells it. `members`: member number → roles. `size` and `at`: acts so far, and the time of
    the last. What grows with the book is a `Map`, which has no order: a fold makes a changed one without copying it."""

    size: int = 0
    at: str | None = None
    kind: str | None = None
    charter: str | None = None
    name: TextRef | None = None
    members: Map[str, frozenset[str]] = Map()
    gatherings: Map[str, Gathering] = Map()
    takeaways: Map[str, str] = Map()
    """Takeaway → its gathering."""
