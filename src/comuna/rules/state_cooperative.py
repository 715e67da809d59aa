"""What a co-operative's shared surpluses add up to. Hours, and who got what, stand beside the book."""

from __future__ import annotations

import msgspec
from immutables import Map


class Surplus(msgspec.Struct, frozen=True, kw_only=True):
    """A surplus that was shared: sums in the currency's smallest unit. `funds`: production, care of the workers,
    reinvestment; `shared`: among `members`; `digest`: of the sealed list of who gets what."""

    id: str
    decision: str
    since: str
    until: str
    rule: str
    amount: int
    currency: str
    funds: tuple[int, int, int]
    shared: int
    members: int
    minutes: int
    seed: str
    digest: str
    at: str


class Cooperative(msgspec.Struct, frozen=True):
    """All shared surpluses, by id."""

    surpluses: Map[str, Surplus] = Map()
