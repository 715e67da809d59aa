"""What a book adds up to of promises and of letters to institutions."""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What an institution promised. `amount` and `currency`: a sum, if it is one; `due`: by when (None: nobody said);
    `got`: how much of the sum came so far; `settled_on`: the day on which it was kept whole, refused or withdrawn."""

    id: str
    institution: str
    what: TextRef
    amount: int | None
    currency: str | None
    promised_on: str
    written: bool
    due: str | None
    project: str | None = None
    status: Literal["open", "part", "kept", "refused", "withdrawn"] = "open"
    got: int = 0
    settled_on: str | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A letter to an institution. `due`: by when it should answer; `noted`: days on which it was noted that no answer
    had come."""

    id: str
    institution: str
    what: TextRef
    sent_on: str
    due: str
    status: Literal["waiting", "granted", "answered", "refused"] = "waiting"
    answered_on: str | None = None
    noted: tuple[str, ...] = ()


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of promises, and of requests with their answers."""

    promises: Map[str, Promise] = Map()
    requests: Map[str, Request] = Map()
