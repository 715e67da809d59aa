"""What a group's distributions add up to. Who was served stands beside the book, never in it."""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """One arrival of a good, handed out once to each household whose turn it is. `each`: units for a household at its
    turn; `announced` and `arrived` in units (`arrived` None: not yet); `digest`: of the list of the rota as it was."""

    id: str
    good: str
    what: TextRef | None
    date: str
    rule: str
    households: int
    each: int
    announced: int
    seed: str
    digest: str
    opened_at: str
    arrived: int | None = None
    delivered: int = 0
    served: int = 0
    status: Literal["open", "closed"] = "open"


class Distributions(msgspec.Struct, frozen=True):
    """All of a group's distributions, by id."""

    each: Map[str, Distribution] = Map()
