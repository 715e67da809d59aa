"""A co-operative's surplus, shared as its assembly decided, exact to the cent. Who worked how long, and who gets what,
is never in the book: the book has the totals, the rule, and the digest of the sealed list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import msgspec

from comuna.kernel.act import Act, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.methods import lots
from comuna.methods.apportion import largest_remainder
from comuna.rules.assembly import rules_of
from comuna.rules.charter_values import SurplusRule
from comuna.rules.decisions import decided
from comuna.rules.state import State
from comuna.rules.state_cooperative import Cooperative, Surplus

RULES: Final = ("hours", "equal")
FUNDS: Final = ("production", "care", "reinvestment")
"""The three funds of Ley Orgánica del Sistema Económico Comunal, Art. 62: maintenance of production (63), care of the
producers (64), the community's fund for social reinvestment (65). The law sets no shares; the assembly does."""
LONGEST_DAY: Final = 24 * 60
"""Minutes that somebody can work on one day."""


@act("surplus.shared", v=1)
class SurplusShared(Act, frozen=True):
    """The surplus of a period (both days in it) was shared as a decision says. Sums in the currency's smallest unit:
    `amount` is the three funds and `shared` together; `members` share it by `rule`; `minutes`: all hours that were
    confirmed in the period; `seed`: of the lots by which equal remainders are ordered; `digest`: SHA-256 of the sealed
    list of who gets what."""

    surplus: str
    decision: str
    since: str
    until: str
    rule: str
    amount: int
    currency: str
    production: int
    care: int
    reinvestment: int
    shared: int
    members: int
    minutes: int
    seed: str
    digest: str


class Division(msgspec.Struct, frozen=True):
    """How a surplus divides. `funds` in the order of `FUNDS`; `members`: member → sum, in the published order."""

    funds: tuple[int, int, int]
    members: Mapping[str, int]

    @property
    def shared(self) -> int:
        """What the members get together."""
        return sum(self.members.values())


def divide(amount: int, *, percents: tuple[int, int, int], rule: str, hours: Mapping[str, int], seed: str) -> Division:
    """Divide a surplus: so many hundredths to each fund first, the rest among the members, in proportion to their
    minutes (`hours`) or equally. Each step is by largest remainders; of equal ones, funds come before members and
    members in the order that is drawn by lot from the seed. Everything together is `amount` exactly. Refuses:
    surplus.bad_percents, surplus.unknown_rule, surplus.no_hours."""
    if any(p < 0 for p in percents) or sum(percents) > 100:
        raise Refused("surplus.bad_percents")
    if rule not in RULES:
        raise Refused("surplus.unknown_rule")
    *funds, rest = largest_remainder(amount, [*percents, 100 - sum(percents)])
    drawn = lots.in_drawn_order([each for each in hours if hours[each] > 0], bytes.fromhex(seed))
    if rest and not drawn:
        raise Refused("surplus.no_hours")
    weights = [hours[each] if rule == "hours" else 1 for each in drawn]
    parts = largest_remainder(rest, weights)
    return Division((funds[0], funds[1], funds[2]), dict(zip(drawn, parts, strict=True)))


def of_charter(s: State) -> SurplusRule | None:
    """How the charter says that a surplus is shared; None where it leaves that to each decision."""
    found: SurplusRule | None = rules_of(s).value("rules.surplus", None)
    return found


def by_charter(s: State, rule: str, percents: tuple[int, int, int]) -> None:
    """Whether a surplus is shared as the charter says, if it does. Refuses surplus.charter_says."""
    said = of_charter(s)
    if said is not None and (said.by, said.production, said.care, said.reinvestment) != (rule, *percents):
        raise Refused("surplus.charter_says")


def period(since: str, until: str, today: str) -> None:
    """Whether a period can be shared. Refuses surplus.bad_period."""
    try:
        first, last = dt.date.fromisoformat(since), dt.date.fromisoformat(until)
    except ValueError:
        raise Refused("surplus.bad_period") from None
    if first > last or until > today:
        raise Refused("surplus.bad_period")


def shared_until(s: State) -> str:
    """The last day of which the hours were shared; empty if none were. What was worked until then is settled."""
    return max((each.until for each in s.cooperative.surpluses.values()), default="")


def may_log(s: State, day: str, minutes: int, today: str) -> None:
    """Whether hours can be logged. Refuses: hours.bad_day, hours.bad_length, hours.settled (until)."""
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        raise Refused("hours.bad_day") from None
    if day > today:
        raise Refused("hours.bad_day")
    if not 1 <= minutes <= LONGEST_DAY:
        raise Refused("hours.bad_length")
    if day <= shared_until(s):
        raise Refused("hours.settled", until=shared_until(s))


def share(
    s: State,
    *,
    by: str,
    surplus: str,
    decision: str,
    since: str,
    until: str,
    rule: str,
    amount: int,
    currency: str,
    division: Division,
    minutes: int,
    seed: str,
    digest: str,
    today: str,
) -> SurplusShared:
    """Share a surplus as the assembly decided. Refuses: motion.bad_id, decision.unknown, surplus.decision_used (one
    decision shares one surplus), surplus.bad_period, surplus.overlaps (until), surplus.does_not_add_up."""
    if not ID.fullmatch(surplus) or surplus in s.cooperative.surpluses:
        raise Refused("motion.bad_id")
    decided(s, decision)
    if any(each.decision == decision for each in s.cooperative.surpluses.values()):
        raise Refused("surplus.decision_used")
    period(since, until, today)
    if since <= shared_until(s):
        raise Refused("surplus.overlaps", until=shared_until(s))
    production, care, reinvestment = division.funds
    if sum(division.funds) + division.shared != amount:
        raise Refused("surplus.does_not_add_up")
    return SurplusShared(
        surplus=surplus,
        decision=decision,
        since=since,
        until=until,
        rule=rule,
        amount=amount,
        currency=currency,
        production=production,
        care=care,
        reinvestment=reinvestment,
        shared=division.shared,
        members=len(division.members),
        minutes=minutes,
        seed=seed,
        digest=digest,
    )


def apply_shared(s: State, a: SurplusShared, at: str) -> State:
    """It is shared."""
    new = Surplus(
        id=a.surplus,
        decision=a.decision,
        since=a.since,
        until=a.until,
        rule=a.rule,
        amount=a.amount,
        currency=a.currency,
        funds=(a.production, a.care, a.reinvestment),
        shared=a.shared,
        members=a.members,
        minutes=a.minutes,
        seed=a.seed,
        digest=a.digest,
        at=at,
    )
    return msgspec.structs.replace(s, cooperative=Cooperative(s.cooperative.surpluses.set(a.surplus, new)))


def line(secret: str, member: str, minutes: int, amount: int) -> str:
    """A line of the list as a member can read it: its secret, the member's number, minutes, and the sum in the
    currency's smallest unit. Sealed as in `distribution.seal`."""
    return f"{secret} {member} {minutes} {amount}"
