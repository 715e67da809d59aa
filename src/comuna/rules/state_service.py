"""What a group's book adds up to about its map and its services with rounds."""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef

ServiceType = Literal["garbage", "visits", "other"]


class RoundPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a service's rounds that holds. `digest`: SHA-256 of its JSON, which is kept outside the book; metres
    and minutes of all routes together, and of the rounds before it (None: nobody wrote them down)."""

    digest: str
    points: int
    vehicles: int
    trips: int
    metres: int
    minutes: int
    before_metres: int | None
    before_minutes: int | None
    day: str


class Week(msgspec.Struct, frozen=True):
    """How a week went: points served and missed, and how many "not collected" were sent in (None: kept back)."""

    served: int | None
    missed: int | None
    reports: int | None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service with rounds. `weeks`: ISO week (2026-W48) → how it went."""

    id: str
    type: ServiceType
    name: TextRef
    plan: RoundPlan | None = None
    weeks: Map[str, Week] = Map()


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """The map that was imported last (SHA-256 of its file), and the group's services."""

    map_digest: str | None = None
    services: Map[str, Service] = Map()
