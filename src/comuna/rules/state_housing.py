"""What a group's book says of the order in which dwellings are mended: criteria and counts, never a dwelling."""

from __future__ import annotations

import msgspec


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What can be answered, and the points for it: a whole number or a fraction, as in "7/2"."""

    value: str
    points: str


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question asked of every dwelling, and what its answers count. With `answers` one of them is chosen; without,
    the answer is a whole number, and each counts `each` points, up to `most` together (None: without a limit).
    `weight`: what the points are multiplied with. `question`: the question of a survey that it is, if it is one."""

    id: str
    title: str
    weight: str
    answers: tuple[Answer, ...] = ()
    each: str | None = None
    most: str | None = None
    question: str | None = None


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A project that mends dwellings, in an order. `decision`: of the criteria; `digest`: of the list that was last put
    in order, keyed; `seed`: of the lots among equals; `handed`: how many dwellings were handed over and accepted."""

    project: str
    criteria: tuple[Criterion, ...]
    decision: str
    decided: str
    digest: str | None = None
    count: int = 0
    seed: str | None = None
    set_on: str | None = None
    handed: int = 0
