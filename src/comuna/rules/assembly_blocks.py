"""The blocks that the minutes of an assembly have besides those of a record: decisions boxed, votes with their
picture, corrections, signatures, acts with their numbers."""

from __future__ import annotations

import msgspec

from comuna.rules.minutes import Block, Dated, Line, Message


class Box(msgspec.Struct, frozen=True, tag="box"):
    """A decision: its number, its words (None: erased), who sees to it, by when (ISO date), and whether it is done
    since; `report`: how."""

    number: int
    words: str | None
    owner: str | None
    due: str | None
    done: bool
    report: str | None = None


class Bar(msgspec.Struct, frozen=True):
    """One of the bars of a picture: what it counts, how many, and whether it counts towards what is needed."""

    line: Line
    count: int
    counts: bool


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """A picture of counts: a bar each, all of them out of `end`; `needed`: where the threshold is (None: there is
    none to draw); `alt`: the picture in words."""

    bars: tuple[Bar, ...]
    end: int
    needed: int | None
    alt: Message


class Ballot(msgspec.Struct, frozen=True, tag="ballot"):
    """A vote: how it was taken, under which sealed rules, what was counted, and its outcome with the reasons.
    `outcome`: as in the act, or `annulled`, or `open`; `after`: what happened to it afterwards."""

    act: int
    opened: Line
    question: str | None
    rules: tuple[Message, ...]
    counted: tuple[Line, ...]
    bars: Bars | None
    outcome: str
    verdict: Message
    reasons: tuple[Line, ...]
    after: tuple[Line, ...] = ()


class Correction(msgspec.Struct, frozen=True, tag="correction"):
    """What was wrong in the minutes, put right. `words` None: erased; `about`: the number of the act it is about;
    `act`: its own."""

    words: str | None
    about: int | None
    act: int
    at: str
    zone: str


class Signature(msgspec.Struct, frozen=True):
    """An office that signs the minutes, who holds it, and when it was signed (an instant; None: not yet)."""

    unit: str
    office: Line
    holders: tuple[str, ...]
    at: str | None
    zone: str


class Signatures(msgspec.Struct, frozen=True, tag="signatures"):
    """Who signs the minutes."""

    items: tuple[Signature, ...]


class Numbered(msgspec.Struct, frozen=True, tag="numbered"):
    """Every act in order, each under its number in the book."""

    items: tuple[tuple[int, Dated], ...]


AnyBlock = Block | Box | Bars | Ballot | Correction | Signatures | Numbered
