"""The accounts as postings: what lies where, what a line has left, and what every rule about money asks first."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate
from typing import Any, Final

import msgspec

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import funds
from comuna.rules.amounts import decimal, places
from comuna.rules.dates import days_between
from comuna.rules.state import State
from comuna.rules.state_money import Entry, Line, Money, Posting

EARLIEST: Final = "2000-01-01"
"""Nothing that a group writes down of money was before this day: an earlier one is a slip of the hand."""
EXCHANGE: Final = "exchange"
"""The account through which one currency leaves and another comes in."""


# What lies where


def key(account: str, currency: str) -> str:
    """How an account in a currency is called in `Money.balances`."""
    return f"{account} {currency}"


def balance(s: State, account: str, currency: str) -> int:
    """What lies in an account, in the currency's smallest unit."""
    return s.money.balances.get(key(account, currency), 0)


def balances(s: State, kind: str = "fund") -> dict[str, dict[str, int]]:
    """What lies in every account of a kind: its name → currency → amount. Kinds: fund, source, line. Funds: those of
    the charter in its order, then those in which something lies although it no longer has them."""
    found: dict[str, dict[str, int]] = {fund: {} for fund in funds.of(s)} if kind == "fund" else {}
    for where in sorted(s.money.balances):
        account, _, currency = where.rpartition(" ")
        its, _, name = account.partition(":")
        if its == kind and s.money.balances[where]:
            found.setdefault(name, {})[currency] = s.money.balances[where]
    return found


def entries(s: State) -> list[Entry]:
    """What was done to the accounts, in the order of the book."""
    return sorted(s.money.entries.values(), key=lambda e: e.act)


def spent(s: State, line: Line) -> int:
    """What was paid from a budget line."""
    return balance(s, f"line:{line.id}", line.currency)


def left(s: State, line: Line) -> int:
    """What can still be spent of a budget line."""
    return line.amount - spent(s, line)


class OfProject(msgspec.Struct, frozen=True):
    """What a project may spend and has spent in a currency, in its smallest unit."""

    currency: str
    planned: int
    spent: int


def of_project(s: State, project: str) -> list[OfProject]:
    """The money of a project by its budget lines, one row for each currency."""
    lines = [each for each in s.money.lines.values() if each.project == project]
    return [
        OfProject(
            currency,
            sum(each.amount for each in lines if each.currency == currency),
            sum(spent(s, each) for each in lines if each.currency == currency),
        )
        for currency in sorted({each.currency for each in lines})
    ]


# What rules ask


def fresh(s: State, id: str) -> str:
    """An id that no entry, line, payment or institution has. Refuses money.bad_id."""
    m = s.money
    taken: tuple[Any, ...] = (m.institutions, m.entries, m.lines, m.payments)
    if not ID.fullmatch(id) or any(id in each for each in taken):
        raise Refused("money.bad_id")
    return id


def past(date: str, today: str) -> str:
    """A day that is not to come, and not before `EARLIEST`. Refuses money.in_the_future, money.too_early (earliest)."""
    if date < EARLIEST:
        raise Refused("money.too_early", date=date, earliest=EARLIEST)
    if days_between(date, today) < 0:
        raise Refused("money.in_the_future", date=date)
    return date


def given_for_others(s: State, fund: str, currency: str, project: str | None = None) -> int:
    """How much of a fund was given for projects other than this one, and is not spent on them yet: what came of a
    promise that was made for a project is that project's until it is over."""
    given: dict[str, int] = {}
    for entry in s.money.entries.values():
        if entry.reversed or entry.of is None:
            continue
        if entry.kind == "received":
            promised = s.promises.promises.get(entry.of)
            its, sign = (promised.project if promised is not None else None), 1
        elif entry.kind == "paid":
            line = s.money.lines.get(s.money.payments[entry.of].line or "")
            its, sign = (line.project if line is not None else None), -1
        else:
            continue
        if its is None or its == project or its not in s.projects or s.projects[its].status != "under_way":
            continue
        lies = sum(p.amount for p in entry.postings if (p.account, p.currency) == (f"fund:{fund}", currency))
        given[its] = given.get(its, 0) + sign * abs(lies)
    return sum(max(0, each) for each in given.values())


def must_hold(s: State, postings: Iterable[Posting], date: str) -> None:
    """Whether the funds hold what these postings take, on that day and on every day since: what is dated back takes
    nothing that had not come yet. Refuses money.not_enough (left, currency), money.not_then (date, left, currency)."""
    change: dict[tuple[str, str], int] = {}
    for each in postings:
        where = (each.account, each.currency)
        change[where] = change.get(where, 0) + each.amount
    for (account, currency), amount in change.items():
        if not account.startswith("fund:") or amount >= 0:
            continue
        lies, then = balance(s, account, currency), least_since(s, account, currency, date)
        if lies + amount < 0:
            raise Refused("money.not_enough", left=decimal(lies, currency), currency=currency)
        if then + amount < 0:
            raise Refused("money.not_then", date=date, left=decimal(max(then, 0), currency), currency=currency)


def least_since(s: State, account: str, currency: str, date: str) -> int:
    """The least that lay in an account at the end of that day, or of any day since."""
    days: dict[str, int] = {date: 0}
    for entry in s.money.entries.values():
        day = max(entry.date, date)
        for each in entry.postings:
            if (each.account, each.currency) == (account, currency):
                days[day] = days.get(day, 0) + each.amount
    return min(accumulate(days[day] for day in sorted(days)))


def across(giver: str, taker: str, amount: int, currency: str) -> tuple[Posting, ...]:
    """A sum that leaves one account and comes into another."""
    return (Posting(giver, -amount, currency), Posting(taker, amount, currency))


def rate_of(amount: int, currency: str, got: int, got_currency: str) -> str:
    """What one unit of a currency brought of the other: "73/2"."""
    rate = Fraction(got, 10 ** places(got_currency)) / Fraction(amount, 10 ** places(currency))
    return f"{rate.numerator}/{rate.denominator}"


def post(s: State, entry: Entry) -> State:
    """The accounts after an entry."""
    found = s.money.balances
    for each in entry.postings:
        where = key(each.account, each.currency)
        found = found.set(where, found.get(where, 0) + each.amount)
    return changed(s, balances=found, entries=s.money.entries.set(entry.id, entry))


def changed(s: State, **changes: Any) -> State:
    """The state with other money."""
    found: Money = msgspec.structs.replace(s.money, **changes)
    return msgspec.structs.replace(s, money=found)
