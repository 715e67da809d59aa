"""Distributions of gas, food and water: a rota that everybody can check, a shortfall shared by a rule chosen before.
Which household was served is never in the book: it has the rule, the lots' seed, totals, and the list's digest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.methods import lots
from comuna.methods.apportion import largest_remainder
from comuna.rules.state import State
from comuna.rules.state_distribution import Distribution, Distributions

GOODS: Final = ("gas", "food", "water", "other")
RULES: Final = ("rota", "equal")
"""How what arrives is shared: so many for each household in the order of the rota until there is no more, or the same
for all."""
MOST: Final = 100_000
"""Units of one arrival."""


@act("distribution.opened", v=1)
class DistributionOpened(Act, frozen=True):
    """A distribution was opened, and the order of its rota fixed before anything arrived. `what`: the good in the
    group's words; `date`: when it is expected; `each`: units for a household at its turn; `announced`: units; `seed`:
    of the lots (hex); `digest`: SHA-256 of the sealed list (`sealed_list`)."""

    distribution: str
    good: str
    what: TextRef | None
    date: str
    rule: str
    households: int
    each: int
    announced: int
    seed: str
    digest: str


@act("distribution.arrived", v=1)
class DistributionArrived(Act, frozen=True):
    """So many units arrived, `short` fewer than announced; by the rule `receiving` households get some, and `over`
    units are not shared out."""

    distribution: str
    good: str
    arrived: int
    short: int
    receiving: int
    over: int


@act("distribution.closed", v=1)
class DistributionClosed(Act, frozen=True):
    """Handing out is over: `delivered` units to `served` households, `left` units over."""

    distribution: str
    good: str
    served: int
    delivered: int
    left: int


# The rota


class Past(msgspec.Struct, frozen=True):
    """How often a household was served a good, and on which day last (ISO; None: never)."""

    served: int = 0
    last: str | None = None


def order(households: Mapping[str, Past], seed: str) -> list[str]:
    """The rota: who was never served first, then who has waited longest since they were; of those last served on the
    same day, who was served less often; of those, by lot. Without the second step some would be served three times
    while others were served once, since many are served on one day."""
    drawn = lots.in_drawn_order(list(households), bytes.fromhex(seed))
    return sorted(drawn, key=lambda each: (households[each].last or "", households[each].served))


def shares(rule: str, households: int, each: int, arrived: int) -> list[int]:
    """What each place of the rota gets of what arrived, in units. By the rota: `each` for one after another, the last
    of them what is still there. Equal shares: the same for all, and what does not divide goes one by one to the first
    places. What is not shared out is left over: nothing is created or lost."""
    if rule == "equal":
        return largest_remainder(arrived, [1] * households) if households else []
    return [max(0, min(each, arrived - place * each)) for place in range(households)]


# The list, sealed


SECRET: Final = re.compile(r"[0-9a-f]{32}")


def line(secret: str, place: int, household: str, past: Past) -> str:
    """A line of the list as a household can read it: its secret, its place from 1, its number, how often it was served
    and when last."""
    return f"{secret} {place} {household} {past.served} {past.last or '-'}"


def seal(written: str) -> str:
    """A line, sealed: its SHA-256. Whoever does not know its secret cannot tell whose it is."""
    return sha256(written.encode()).hexdigest()


def sealed_list(seals: Sequence[str]) -> str:
    """The list that everybody may see: the seal of each place, one a line. Its SHA-256 is the digest in the book."""
    return "".join(f"{each}\n" for each in seals)


def digest(seals: Sequence[str]) -> str:
    """The SHA-256 of the sealed list."""
    return sha256(sealed_list(seals).encode()).hexdigest()


# What may happen


def open_distribution(
    s: State,
    *,
    by: str,
    distribution: str,
    good: str,
    what: TextRef | None,
    date: str,
    rule: str,
    households: int,
    each: int,
    announced: int,
    seed: str,
    digest: str,
) -> DistributionOpened:
    """Open a distribution. Refuses: motion.bad_id, distribution.unknown_good, distribution.unknown_rule,
    distribution.open_already (one of that good is under way), distribution.no_households, distribution.bad_number."""
    if not ID.fullmatch(distribution) or distribution in s.distributions.each:
        raise Refused("motion.bad_id")
    if good not in GOODS:
        raise Refused("distribution.unknown_good")
    if rule not in RULES:
        raise Refused("distribution.unknown_rule")
    if good != "other" and any(d.good == good and d.status == "open" for d in s.distributions.each.values()):
        raise Refused("distribution.open_already")
    if households < 1:
        raise Refused("distribution.no_households")
    if not (1 <= announced <= MOST and 1 <= each <= MOST):
        raise Refused("distribution.bad_number", most=MOST)
    return DistributionOpened(
        distribution=distribution,
        good=good,
        what=what,
        date=date,
        rule=rule,
        households=households,
        each=each,
        announced=announced,
        seed=seed,
        digest=digest,
    )


def apply_opened(s: State, a: DistributionOpened, at: str) -> State:
    """It is open."""
    return _with(
        s,
        Distribution(
            id=a.distribution,
            good=a.good,
            what=a.what,
            date=a.date,
            rule=a.rule,
            households=a.households,
            each=a.each,
            announced=a.announced,
            seed=a.seed,
            digest=a.digest,
            opened_at=at,
        ),
    )


def under_way(s: State, distribution: str) -> Distribution:
    """A distribution that is open. Refuses: distribution.unknown, distribution.closed."""
    found = s.distributions.each.get(distribution)
    if found is None:
        raise Refused("distribution.unknown")
    if found.status == "closed":
        raise Refused("distribution.closed")
    return found


def arrive(s: State, *, by: str, distribution: str, arrived: int) -> DistributionArrived:
    """What arrived is counted. Refuses: distribution.unknown, distribution.closed, distribution.arrived_already,
    distribution.bad_number."""
    found = under_way(s, distribution)
    if found.arrived is not None:
        raise Refused("distribution.arrived_already")
    if not 1 <= arrived <= MOST:
        raise Refused("distribution.bad_number", most=MOST)
    given = shares(found.rule, found.households, found.each, arrived)
    return DistributionArrived(
        distribution=distribution,
        good=found.good,
        arrived=arrived,
        short=max(0, found.announced - arrived),
        receiving=sum(units > 0 for units in given),
        over=arrived - sum(given),
    )


def apply_arrived(s: State, a: DistributionArrived, at: str) -> State:
    """It is there."""
    return _changed(s, a.distribution, arrived=a.arrived)


def close(s: State, *, by: str, distribution: str, served: int, delivered: int) -> DistributionClosed:
    """End it, with what was handed out. One of which nothing arrived is closed with nothing. Refuses:
    distribution.unknown, distribution.closed, distribution.more_than_arrived."""
    found = under_way(s, distribution)
    there = found.arrived or 0
    if delivered > there or served > delivered or served > found.households:
        raise Refused("distribution.more_than_arrived")
    return DistributionClosed(
        distribution=distribution, good=found.good, served=served, delivered=delivered, left=there - delivered
    )


def apply_closed(s: State, a: DistributionClosed, at: str) -> State:
    """It is over."""
    return _changed(s, a.distribution, status="closed", delivered=a.delivered, served=a.served)


def _with(s: State, found: Distribution) -> State:
    return msgspec.structs.replace(s, distributions=Distributions(s.distributions.each.set(found.id, found)))


def _changed(s: State, distribution: str, **changes: object) -> State:
    return _with(s, msgspec.structs.replace(s.distributions.each[distribution], **changes))


# What everybody may know of how fair it was

SMALL: Final = 5
"""Fewer households than that are not told apart."""


class Band(msgspec.Struct, frozen=True):
    """So many `households` were served from `low` to `high` times."""

    low: int
    high: int
    households: int


def bands(times: Sequence[int]) -> list[Band]:
    """How many households were served how often, without telling apart fewer than `SMALL`: neighbouring numbers are put
    together until there are enough. Empty if there are fewer households than that altogether."""
    found: list[Band] = []
    if len(times) < SMALL:
        return found
    low, count = 0, 0
    for n in range(max(times) + 1):
        count += times.count(n)
        if count >= SMALL or (count == 0 and found):
            if count:
                found.append(Band(low, n, count))
            low, count = n + 1, 0
    if count:
        last = found.pop() if found else Band(low, low, 0)
        found.append(Band(min(last.low, low), max(times), last.households + count))
    return found
