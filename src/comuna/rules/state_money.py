"""What a book adds up to of money: funds, budget lines, payments, and what social control asks and finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import FileRef, TextRef


class Posting(msgspec.Struct, frozen=True):
    """So much more (or less, below nought) in an account, in the currency's smallest unit. Accounts: `fund:social`,
    `source:<institution>`, `line:<budget line>`, and `exchange`, through which one currency leaves and another comes
    in."""

    account: str
    amount: int
    currency: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one act did to the accounts: postings that add up to nothing in every currency. `act`: its number in the
    book; `date`: the day on which the money went (ISO)."""

    id: str
    act: int
    kind: Literal["received", "moved", "exchanged", "paid", "reversed"]
    date: str
    postings: tuple[Posting, ...]
    of: str | None = None
    """The payment that was paid, the entry that was reversed, the promise that was kept."""
    reversed: bool = False
    rate: str | None = None
    """What one of the first currency brought of the other, as an exact fraction."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision lets be spent, from which fund and for what. `project`: the one that it belongs to."""

    id: str
    decision: str
    fund: str
    amount: int
    currency: str
    text: TextRef
    project: str | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that somebody asked for. `member`: whom it goes to, if they are one; `signatures`: the offices that
    signed, in order."""

    id: str
    amount: int
    currency: str
    payee: TextRef | None
    member: str | None
    purpose: TextRef
    asked_on: str
    line: str | None = None
    decision: str | None = None
    vouchers: tuple[FileRef, ...] = ()
    signatures: tuple[str, ...] = ()
    status: Literal["asked", "closed", "cancelled", "reversed"] = "asked"
    settled_on: str | None = None
    """The day on which it was closed or cancelled."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What social control asks about a payment, and by when it wants the answer."""

    id: str
    payment: str
    text: TextRef
    due: str
    asked_on: str
    answer: TextRef | None = None
    answered_on: str | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What social control found, about a payment or in general; `due`: by when it is to be put right."""

    id: str
    payment: str | None
    text: TextRef
    due: str | None
    found_on: str
    answer: TextRef | None = None
    settled_on: str | None = None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account that a unit gave of a time, from one day to another, and the decision that approved it."""

    id: str
    unit: str
    since: str
    until: str
    text: TextRef
    presented_on: str
    act: int
    decision: str | None = None
    approved_on: str | None = None


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """The group's money, as its book tells it."""

    institutions: Map[str, TextRef] = Map()
    """Whoever gives or promises something → their name."""
    balances: Map[str, int] = Map()
    """Account and currency ("fund:social VES") → what lies there, in the smallest unit."""
    entries: Map[str, Entry] = Map()
    lines: Map[str, Line] = Map()
    payments: Map[str, Payment] = Map()
    reviewed: Map[str, str] = Map()
    """Payment → the day on which social control looked at it."""
    questions: Map[str, Question] = Map()
    findings: Map[str, Finding] = Map()
    accounts: Map[str, Account] = Map()
    former: Map[str, Mapping[str, str]] = Map()
    """Funds that an amendment took out of the charter → what it had called them, by language."""
