"""What a group's health days and rounds of visits add up to: days, places, counts. Nothing about anybody."""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign day with slots: so many (`slots`) of so many `minutes`, from `start` (HH:MM), each with `places`.
    Volunteers' turns divide the day; each wants at least `least` and takes at most `most`. `used`, `volunteers`: None
    where they are kept back."""

    id: str
    what: TextRef
    place: TextRef
    date: str
    start: str
    slots: int
    minutes: int
    places: int
    turns: int
    least: int
    most: int
    status: Literal["called", "closed"] = "called"
    used: int | None = 0
    volunteers: int | None = 0
    needed: int = 0
    there: int = 0


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A round of visits to dwellings: each is due or done, and nothing else. None: kept back at the end, since it is
    a handful."""

    id: str
    what: TextRef
    dwellings: int
    due: int | None
    done: int | None = 0
    status: Literal["open", "closed"] = "open"


class Health(msgspec.Struct, frozen=True):
    """All campaign days and rounds, by id."""

    campaigns: Map[str, Campaign] = Map()
    rounds: Map[str, Round] = Map()
