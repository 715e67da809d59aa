"""The surveys of a group, as its book tells them."""

from __future__ import annotations

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """A survey. `keep`: whether the answers of each dwelling are kept when it is closed, until the desk erases them;
    `kept`: whether they are there now. The counts are those of the closing (None: kept back)."""

    id: str
    name: str
    title: TextRef
    questions: TextRef
    expected: int
    keep: bool
    opened: str
    """The day on which it was opened (UTC)."""
    status: str = "open"
    closed: str | None = None
    results: TextRef | None = None
    answered: int | None = 0
    refused: int | None = 0
    not_reached: int | None = 0
    kept: bool = True


class Surveys(msgspec.Struct, frozen=True):
    """All of them, by id."""

    all: Map[str, Survey] = Map()
