"""Money of the group, to the cent: received, moved between funds, exchanged, put right. Every act is a list of postings
that add up to nothing in every currency, so that money is never made or lost; a fund never holds less than nothing."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.amounts import checked, currency_of, decimal, places
from comuna.rules.dates import days_between
from comuna.rules.state import State
from comuna.rules.state_money import FUNDS, Entry, Line, Money, Posting

EXCHANGE: Final = "exchange"


@act("institution.named", v=1)
class InstitutionNamed(Act, frozen=True):
    """Somebody who gives or promises was entered: an office, a company, the neighbours at a collection."""

    institution: str
    name: TextRef


@act("money.received", v=1)
class MoneyReceived(Act, frozen=True):
    """Money came into a fund on a `date`. `giver`: the name that its institution has; `promise`: the one that it keeps,
    whole or in part."""

    receipt: str
    institution: str
    giver: TextRef
    fund: str
    amount: int
    currency: str
    note: TextRef | None
    promise: str | None
    voucher: FileRef | None
    date: str


@act("money.moved", v=1)
class MoneyMoved(Act, frozen=True):
    """Money went from one fund into another, as an assembly decided."""

    move: str
    fund: str
    to_fund: str
    amount: int
    currency: str
    decision: str
    date: str


@act("money.exchanged", v=1)
class MoneyExchanged(Act, frozen=True):
    """Money of a fund was exchanged into another currency. `rate`: what one unit of the first brought of the other, as
    an exact fraction; `source`: where the rate comes from."""

    exchange: str
    fund: str
    amount: int
    currency: str
    got: int
    got_currency: str
    rate: str
    source: TextRef
    date: str


@act("money.line_set", v=1)
class LineSet(Act, frozen=True):
    """A decision lets so much be spent of a fund for something; recorded again, it takes the place of what was
    recorded before."""

    line: str
    decision: str
    fund: str
    amount: int
    currency: str
    text: TextRef
    project: str | None


@act("money.reversed", v=1)
class MoneyReversed(Act, frozen=True):
    """What an act did to the accounts was undone, because it was wrong: the same sums, the other way round."""

    entry: str
    reversal: str
    reason: TextRef
    date: str


# What lies where


def key(account: str, currency: str) -> str:
    """How an account in a currency is called in `Money.balances`."""
    return f"{account} {currency}"


def balance(s: State, account: str, currency: str) -> int:
    """What lies in an account, in the currency's smallest unit."""
    return s.money.balances.get(key(account, currency), 0)


def balances(s: State, kind: str = "fund") -> dict[str, dict[str, int]]:
    """What lies in every account of a kind: its name → currency → amount. Kinds: fund, source, line."""
    found: dict[str, dict[str, int]] = {fund: {} for fund in FUNDS} if kind == "fund" else {}
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
    """A day that is not to come. Refuses money.in_the_future."""
    if days_between(date, today) < 0:
        raise Refused("money.in_the_future", date=date)
    return date


def fund_of(fund: str) -> str:
    """A fund by its name. Refuses money.unknown_fund."""
    if fund not in FUNDS:
        raise Refused("money.unknown_fund")
    return fund


def decided(s: State, decision: str) -> str:
    """A decision of the group. Refuses decision.unknown."""
    if decision not in s.decisions:
        raise Refused("decision.unknown")
    return decision


def must_hold(s: State, postings: Iterable[Posting]) -> None:
    """Whether the funds hold what these postings take. Refuses money.not_enough (left, currency)."""
    change: dict[tuple[str, str], int] = {}
    for each in postings:
        where = (each.account, each.currency)
        change[where] = change.get(where, 0) + each.amount
    for (account, currency), amount in change.items():
        lies = balance(s, account, currency)
        if account.startswith("fund:") and amount < 0 and lies + amount < 0:
            raise Refused("money.not_enough", left=decimal(lies, currency), currency=currency)


def across(giver: str, taker: str, amount: int, currency: str) -> tuple[Posting, ...]:
    """A sum that leaves one account and comes into another."""
    return (Posting(giver, -amount, currency), Posting(taker, amount, currency))


def rate_of(amount: int, currency: str, got: int, got_currency: str) -> str:
    """What one unit of a currency brought of the other: "73/2"."""
    rate = Fraction(got, 10 ** places(got_currency)) / Fraction(amount, 10 ** places(currency))
    return f"{rate.numerator}/{rate.denominator}"


# The rules


def name_institution(s: State, *, by: str, institution: str, name: TextRef) -> InstitutionNamed:
    """Enter somebody who gives or promises. Refuses money.bad_id."""
    return InstitutionNamed(institution=fresh(s, institution), name=name)


def apply_named(s: State, a: InstitutionNamed, at: str) -> State:
    """They are known."""
    return _with(s, institutions=s.money.institutions.set(a.institution, a.name))


def name_of(s: State, institution: str, new: InstitutionNamed | None = None) -> TextRef:
    """The name of somebody who gives or promises; `new`: one who is entered in the same step. Refuses
    institution.unknown."""
    if new is not None and new.institution == institution:
        return new.name
    if institution not in s.money.institutions:
        raise Refused("institution.unknown")
    return s.money.institutions[institution]


def receive(
    s: State,
    *,
    by: str,
    receipt: str,
    institution: str,
    fund: str,
    amount: int,
    currency: str,
    date: str,
    today: str,
    note: TextRef | None = None,
    promise: str | None = None,
    voucher: FileRef | None = None,
    new: InstitutionNamed | None = None,
) -> MoneyReceived:
    """Take money into a fund. `new`: an institution that is entered in the same step. Refuses money.bad_id,
    institution.unknown, money.unknown_fund, amount.not_positive, amount.too_large, amount.unknown_currency,
    money.in_the_future, promise.unknown."""
    if promise is not None and promise not in s.promises.promises:
        raise Refused("promise.unknown")
    return MoneyReceived(
        receipt=fresh(s, receipt),
        institution=institution,
        giver=name_of(s, institution, new),
        fund=fund_of(fund),
        amount=checked(amount),
        currency=currency_of(currency),
        note=note,
        promise=promise,
        voucher=voucher,
        date=past(date, today),
    )


def apply_received(s: State, a: MoneyReceived, at: str) -> State:
    """It lies in the fund."""
    postings = across(f"source:{a.institution}", f"fund:{a.fund}", a.amount, a.currency)
    return post(s, Entry(id=a.receipt, act=s.size, kind="received", date=a.date, postings=postings, of=a.promise))


def move(
    s: State,
    *,
    by: str,
    move: str,
    fund: str,
    to_fund: str,
    amount: int,
    currency: str,
    decision: str,
    date: str,
    today: str,
) -> MoneyMoved:
    """Move money between funds, as an assembly decided. Refuses what `receive` does, money.same_fund, decision.unknown,
    money.not_enough."""
    if fund_of(fund) == fund_of(to_fund):
        raise Refused("money.same_fund")
    moved = MoneyMoved(
        move=fresh(s, move),
        fund=fund,
        to_fund=to_fund,
        amount=checked(amount),
        currency=currency_of(currency),
        decision=decided(s, decision),
        date=past(date, today),
    )
    must_hold(s, _moved(moved))
    return moved


def _moved(a: MoneyMoved) -> tuple[Posting, ...]:
    return across(f"fund:{a.fund}", f"fund:{a.to_fund}", a.amount, a.currency)


def apply_moved(s: State, a: MoneyMoved, at: str) -> State:
    """It lies in the other fund."""
    return post(s, Entry(id=a.move, act=s.size, kind="moved", date=a.date, postings=_moved(a)))


def exchange(
    s: State,
    *,
    by: str,
    exchange: str,
    fund: str,
    amount: int,
    currency: str,
    got: int,
    got_currency: str,
    source: TextRef,
    date: str,
    today: str,
) -> MoneyExchanged:
    """Exchange money of a fund into another currency; both sums are told, and the rate follows from them. Refuses what
    `receive` does, money.same_currency, money.not_enough."""
    if currency_of(currency) == currency_of(got_currency):
        raise Refused("money.same_currency")
    changed = MoneyExchanged(
        exchange=fresh(s, exchange),
        fund=fund_of(fund),
        amount=checked(amount),
        currency=currency,
        got=checked(got),
        got_currency=got_currency,
        rate=rate_of(amount, currency, got, got_currency),
        source=source,
        date=past(date, today),
    )
    must_hold(s, _exchanged(changed))
    return changed


def _exchanged(a: MoneyExchanged) -> tuple[Posting, ...]:
    fund = f"fund:{a.fund}"
    return across(fund, EXCHANGE, a.amount, a.currency) + across(EXCHANGE, fund, a.got, a.got_currency)


def apply_exchanged(s: State, a: MoneyExchanged, at: str) -> State:
    """One currency went, another came."""
    entry = Entry(id=a.exchange, act=s.size, kind="exchanged", date=a.date, postings=_exchanged(a), rate=a.rate)
    return post(s, entry)


def set_line(
    s: State,
    *,
    by: str,
    line: str,
    decision: str,
    fund: str,
    amount: int,
    currency: str,
    text: TextRef,
    project: str | None = None,
) -> LineSet:
    """Say what a decision lets be spent; for a `line` that is there, say it anew. Refuses money.bad_id,
    decision.unknown, money.unknown_fund, amount.*, money.line_fixed (what was paid from it was of another fund or
    currency), money.line_spent (paid, currency: more than that was paid already)."""
    before = s.money.lines.get(line)
    if before is None:
        fresh(s, line)
    else:
        paid, same = spent(s, before), (before.fund, before.currency) == (fund, currency)
        if not same and (paid or any(p.line == line for p in s.money.payments.values())):
            raise Refused("money.line_fixed")
        if amount < paid:
            raise Refused("money.line_spent", paid=decimal(paid, before.currency), currency=before.currency)
    if project is not None and not ID.fullmatch(project):
        raise Refused("money.bad_id")
    return LineSet(
        line=line,
        decision=decided(s, decision),
        fund=fund_of(fund),
        amount=checked(amount),
        currency=currency_of(currency),
        text=text,
        project=project,
    )


def apply_line(s: State, a: LineSet, at: str) -> State:
    """It can be spent."""
    line = Line(
        id=a.line, decision=a.decision, fund=a.fund, amount=a.amount, currency=a.currency, text=a.text,
        project=a.project,
    )  # fmt: skip
    return _with(s, lines=s.money.lines.set(a.line, line))


def reverse(s: State, *, by: str, entry: str, reversal: str, reason: TextRef, date: str, today: str) -> MoneyReversed:
    """Undo what an act did to the accounts. Refuses money.bad_id, money.unknown_entry, money.reversed_already,
    money.no_reversal (of what is a reversal itself), money.not_enough, money.in_the_future."""
    found = s.money.entries.get(entry)
    if found is None:
        raise Refused("money.unknown_entry")
    if found.reversed:
        raise Refused("money.reversed_already")
    if found.kind == "reversed":
        raise Refused("money.no_reversal")
    must_hold(s, _against(found))
    return MoneyReversed(entry=entry, reversal=fresh(s, reversal), reason=reason, date=past(date, today))


def _against(entry: Entry) -> tuple[Posting, ...]:
    return tuple(Posting(each.account, -each.amount, each.currency) for each in entry.postings)


def apply_reversed(s: State, a: MoneyReversed, at: str) -> State:
    """As if it had not been, and both can be seen. A payment that was undone is no longer closed."""
    found = s.money.entries[a.entry]
    s = _with(s, entries=s.money.entries.set(a.entry, msgspec.structs.replace(found, reversed=True)))
    if found.kind == "paid" and found.of is not None:
        undone = msgspec.structs.replace(s.money.payments[found.of], status="reversed")
        s = _with(s, payments=s.money.payments.set(found.of, undone))
    if found.kind == "received" and found.of is not None:
        s = _unkept(s, found.of, found.postings[1])
    entry = Entry(id=a.reversal, act=s.size, kind="reversed", date=a.date, postings=_against(found), of=a.entry)
    return post(s, entry)


def _unkept(s: State, promise: str, came: Posting) -> State:
    """The promise after money that had come of it was undone: open again, as far as it is no longer kept."""
    found = s.promises.promises[promise]
    if found.status not in ("part", "kept") or found.currency != came.currency:
        return s
    got = max(0, found.got - came.amount)
    again = msgspec.structs.replace(found, got=got, status="part" if got else "open", settled_on=None)
    changed = msgspec.structs.replace(s.promises, promises=s.promises.promises.set(promise, again))
    return msgspec.structs.replace(s, promises=changed)


def post(s: State, entry: Entry) -> State:
    """The accounts after an entry."""
    found = s.money.balances
    for each in entry.postings:
        where = key(each.account, each.currency)
        found = found.set(where, found.get(where, 0) + each.amount)
    return _with(s, balances=found, entries=s.money.entries.set(entry.id, entry))


def _with(s: State, **changes: Any) -> State:
    changed: Money = msgspec.structs.replace(s.money, **changes)
    return msgspec.structs.replace(s, money=changed)
