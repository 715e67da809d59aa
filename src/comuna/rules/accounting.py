"""The account that a unit gives of a time, as the book adds up: by fund what there was, came, went and is left; budget
lines, payments, promises; what social control looked at (Ley Orgánica de los Consejos Comunales, Arts. 31 and 34)."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.rules import funds as of_charter
from comuna.rules.assembly import rules_of
from comuna.rules.dates import days_later, months_later
from comuna.rules.ledger import entries
from comuna.rules.payment import controls, pays
from comuna.rules.state import State
from comuna.rules.state_money import Finding, Line, Payment, Question

MONTHS: Final = (3, 12)
"""How often the unit that pays and social control give account, where the charter does not say."""


class FundPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """A fund in one currency over a time, in its smallest unit. `undone`: what entries that were undone changed, more
    or less; whatever is neither received nor paid went to or came from another fund or currency."""

    fund: str
    currency: str
    opening: int
    received: int
    moved: int
    exchanged: int
    paid: int
    undone: int

    @property
    def closing(self) -> int:
        """What is left at the end."""
        return self.opening + self.received + self.moved + self.exchanged - self.paid + self.undone


class LinePeriod(msgspec.Struct, frozen=True):
    """What was paid from a budget line in a time, and from its beginning to the end of that time."""

    line: Line
    paid: int
    whole: int


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an account of a time, from one day to another, tells."""

    since: str
    until: str
    funds: tuple[FundPeriod, ...]
    lines: tuple[LinePeriod, ...]
    paid: tuple[Payment, ...]
    waiting: tuple[Payment, ...]
    """Payments that were asked for by the end and are not made."""
    looked: int
    """How many payments social control looked at in that time."""
    unlooked: int
    """How many payments made by the end it has not looked at."""
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]


def period(s: State, since: str, until: str) -> Period:
    """What the book says of a time."""
    m = s.money
    made = [p for p in m.payments.values() if p.status == "closed" and _settled(p) <= until]
    waits = [p for p in m.payments.values() if p.status == "asked" and p.asked_on <= until]
    return Period(
        since=since,
        until=until,
        funds=tuple(funds(s, since, until)),
        lines=tuple(_lines(s, since, until)),
        paid=tuple(
            sorted((p for p in made if (p.settled_on or "") >= since), key=lambda p: (p.settled_on or "", p.id))
        ),
        waiting=tuple(sorted(waits, key=lambda p: (p.asked_on, p.id))),
        looked=sum(since <= day <= until for day in m.reviewed.values()),
        unlooked=sum(p.id not in m.reviewed for p in made),
        questions=tuple(sorted((q for q in m.questions.values() if q.asked_on <= until), key=lambda q: q.asked_on)),
        findings=tuple(sorted((f for f in m.findings.values() if f.found_on <= until), key=lambda f: f.found_on)),
    )


def _settled(payment: Payment) -> str:
    return payment.settled_on or ""


def funds(s: State, since: str, until: str) -> list[FundPeriod]:
    """Every fund in every currency that ever lay in it, in the order of the charter."""
    order = of_charter.known(s)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for entry in entries(s):
        if entry.date > until:
            continue
        kind = "opening" if entry.date < since else "undone" if entry.kind == "reversed" else entry.kind
        for each in entry.postings:
            root, _, fund = each.account.partition(":")
            if root == "fund":
                sums = found.setdefault((fund, each.currency), {})
                sums[kind] = sums.get(kind, 0) + each.amount
    return [
        FundPeriod(
            fund=fund,
            currency=currency,
            opening=sums.get("opening", 0),
            received=sums.get("received", 0),
            moved=sums.get("moved", 0),
            exchanged=sums.get("exchanged", 0),
            paid=-sums.get("paid", 0),
            undone=sums.get("undone", 0),
        )
        for (fund, currency), sums in sorted(found.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1]))
    ]


def _lines(s: State, since: str, until: str) -> list[LinePeriod]:
    spent: dict[str, list[int]] = {}
    for entry in entries(s):
        for each in entry.postings:
            root, _, line = each.account.partition(":")
            if root == "line" and entry.date <= until:
                sums = spent.setdefault(line, [0, 0])
                sums[1] += each.amount
                sums[0] += each.amount if entry.date >= since else 0
    found = [LinePeriod(line, *spent.get(line.id, [0, 0])) for line in s.money.lines.values()]
    return sorted(found, key=lambda each: (s.decisions[each.line.decision].number, each.line.id))


class Due(msgspec.Struct, frozen=True):
    """A time of which a unit is to give account; `given`: the account, if it was presented."""

    unit: str
    since: str
    until: str
    given: str | None


def months(s: State, unit: str) -> int:
    """How often a unit gives account: by the charter, or by the law where it does not say."""
    usual = MONTHS[0] if unit == pays(s) else MONTHS[1]
    found: int = rules_of(s).value(f"units.{unit}.accounts_every_months", usual)
    return found or usual


def due(s: State, today: str) -> list[Due]:
    """The times of which account is to be given: whole quarters and years (or as the charter says) from the one in
    which the first money moved, the newest first. The one that still runs is not among them."""
    first = min((e.date for e in entries(s)), default=None)
    if first is None:
        return []
    found = []
    for unit in (pays(s), controls(s)):
        if unit is None:
            continue
        step, since = months(s, unit), f"{first[:4]}-01-01"
        while (after := months_later(since, step)) <= today:
            until = days_later(after, -1)
            given = next(
                (a.id for a in s.money.accounts.values() if (a.unit, a.since, a.until) == (unit, since, until)), None
            )
            if until >= first:
                found.append(Due(unit, since, until, given))
            since = after
    return sorted(found, key=lambda each: (each.until, each.unit), reverse=True)
