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


class BookKey(msgspec.Struct, frozen=True):
    """A key that signs the book's checkpoints from size `since` on. `public_key`: base64; `signature`: the key before
    said that this one follows; None for the first, and for one that the recovery key brought in."""

    public_key: str
    since: int
    signature: str | None = None


class Witness(msgspec.Struct, frozen=True):
    """Somebody the group asks to watch its book: their verifier key (C2SP), and where they take checkpoints."""

    key: str
    address: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A group, as its book tells it. `members`: member number → roles. `size` and `at`: acts so far, and the time of
    the last. What grows with the book is a `Map`, which has no order: a fold makes a changed one without copying it."""

    size: int = 0
    at: str | None = None
    book: str | None = None
    kind: str | None = None
    charter: str | None = None
    name: TextRef | None = None
    members: Map[str, frozenset[str]] = Map()
    gatherings: Map[str, Gathering] = Map()
    takeaways: Map[str, str] = Map()
    """Takeaway → its gathering."""
    public: bool = False
    """Whether anyone may read the book."""
    keys: tuple[BookKey, ...] = ()
    recovery_digest: str | None = None
    lost: int = 0
    """Up to this size others have seen a past of the book that was given up as lost."""
    witnesses: dict[str, Witness] = {}
    """The name in a witness's key → the witness."""
    erased: Map[TextRef, str] = Map()
    """Texts erased by an act → on what ground."""
