"""Money of the group, to the cent: received, moved between funds, exchanged, put right. Every act is a list of postings
that add up to nothing in every currency, so that money is never made or lost; a fund never holds less than nothing."""

from __future__ import annotations

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import funds
from comuna.rules.amounts import checked, currency_of, decimal
from comuna.rules.decisions import decided
from comuna.rules.ledger import (
    EXCHANGE,
    across,
    balance,
    balances,
    changed,
    entries,
    fresh,
    given_for_others,
    left,
    must_hold,
    of_project,
    past,
    post,
    rate_of,
    spent,
)
from comuna.rules.state import State
from comuna.rules.state_money import Entry, Line, Posting


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
    """Money of a fund was exchanged into another currency, as an assembly decided. `rate`: what one unit of the first
    brought of the other, as an exact fraction; `source`: where the rate comes from."""

    exchange: str
    fund: str
    amount: int
    currency: str
    got: int
    got_currency: str
    rate: str
    source: TextRef
    decision: str
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


# The rules


def name_institution(s: State, *, by: str, institution: str, name: TextRef) -> InstitutionNamed:
    """Enter somebody who gives or promises. Refuses money.bad_id."""
    return InstitutionNamed(institution=fresh(s, institution), name=name)


def apply_named(s: State, a: InstitutionNamed, at: str) -> State:
    """They are known."""
    return changed(s, institutions=s.money.institutions.set(a.institution, a.name))


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
    institution.unknown, money.unknown_fund, money.fund_gone, amount.not_positive, amount.too_large,
    amount.unknown_currency, money.in_the_future, promise.unknown, promise.other_giver."""
    promised = s.promises.promises.get(promise or "")
    if promise is not None and promised is None:
        raise Refused("promise.unknown")
    if promised is not None and promised.institution != institution:
        raise Refused("promise.other_giver")
    return MoneyReceived(
        receipt=fresh(s, receipt),
        institution=institution,
        giver=name_of(s, institution, new),
        fund=funds.into(s, fund),
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
    """Move money between funds, as an assembly decided; also out of one that the charter no longer has. Refuses what
    `receive` does, money.same_fund, decision.unknown, money.not_enough, money.not_then, money.given_for_others."""
    if funds.out_of(s, fund) == funds.into(s, to_fund):
        raise Refused("money.same_fund")
    moved = MoneyMoved(
        move=fresh(s, move),
        fund=fund,
        to_fund=to_fund,
        amount=checked(amount),
        currency=currency_of(currency),
        decision=decided(s, decision).id,
        date=past(date, today),
    )
    must_hold(s, _moved(moved), moved.date)
    if balance(s, f"fund:{fund}", currency) - given_for_others(s, fund, currency) < amount:
        raise Refused("money.given_for_others")
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
    decision: str,
    date: str,
    today: str,
) -> MoneyExchanged:
    """Exchange money of a fund into another currency, as an assembly decided: else whoever keeps the desk could turn it
    into almost nothing. Both sums are told, and the rate follows from them. Refuses what `receive` does,
    decision.unknown, money.same_currency, money.not_enough, money.not_then."""
    if currency_of(currency) == currency_of(got_currency):
        raise Refused("money.same_currency")
    changed = MoneyExchanged(
        exchange=fresh(s, exchange),
        fund=funds.into(s, fund),
        amount=checked(amount),
        currency=currency,
        got=checked(got),
        got_currency=got_currency,
        rate=rate_of(amount, currency, got, got_currency),
        source=source,
        decision=decided(s, decision).id,
        date=past(date, today),
    )
    must_hold(s, _exchanged(changed), changed.date)
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
    currency), money.line_signed (somebody signed a payment for what it was for), money.line_spent (paid, currency: more
    than that was paid already), money.line_decided (more than the same decision let be spent)."""
    before = s.money.lines.get(line)
    if before is None:
        fresh(s, line)
    else:
        paid, same = spent(s, before), (before.fund, before.currency) == (fund, currency)
        if not same and (paid or any(p.line == line for p in s.money.payments.values())):
            raise Refused("money.line_fixed")
        if (text, project) != (before.text, before.project) and signed_from(s, line):
            raise Refused("money.line_signed")
        if amount < paid:
            raise Refused("money.line_spent", paid=decimal(paid, before.currency), currency=before.currency)
        if same and amount > before.amount and decision == before.decision:
            raise Refused("money.line_decided")
    if project is not None and not ID.fullmatch(project):
        raise Refused("money.bad_id")
    return LineSet(
        line=line,
        decision=decided(s, decision).id,
        fund=funds.out_of(s, fund),
        amount=checked(amount),
        currency=currency_of(currency),
        text=text,
        project=project,
    )


def signed_from(s: State, line: str) -> bool:
    """Whether somebody signed a payment from a budget line that was not called off; paid or not."""
    return any(p.line == line and p.signatures and p.status != "cancelled" for p in s.money.payments.values())


def apply_line(s: State, a: LineSet, at: str) -> State:
    """It can be spent."""
    line = Line(
        id=a.line, decision=a.decision, fund=a.fund, amount=a.amount, currency=a.currency, text=a.text,
        project=a.project,
    )  # fmt: skip
    return changed(s, lines=s.money.lines.set(a.line, line))


def reverse(s: State, *, by: str, entry: str, reversal: str, reason: TextRef, date: str, today: str) -> MoneyReversed:
    """Undo what an act did to the accounts. Refuses money.bad_id, money.unknown_entry, money.reversed_already,
    money.no_reversal (of what is a reversal itself), money.not_enough, money.not_then, money.in_the_future."""
    found = s.money.entries.get(entry)
    if found is None:
        raise Refused("money.unknown_entry")
    if found.reversed:
        raise Refused("money.reversed_already")
    if found.kind == "reversed":
        raise Refused("money.no_reversal")
    must_hold(s, _against(found), past(date, today))
    return MoneyReversed(entry=entry, reversal=fresh(s, reversal), reason=reason, date=past(date, today))


def _against(entry: Entry) -> tuple[Posting, ...]:
    return tuple(Posting(each.account, -each.amount, each.currency) for each in entry.postings)


def apply_reversed(s: State, a: MoneyReversed, at: str) -> State:
    """As if it had not been, and both can be seen. A payment that was undone is no longer closed."""
    found = s.money.entries[a.entry]
    s = changed(s, entries=s.money.entries.set(a.entry, msgspec.structs.replace(found, reversed=True)))
    if found.kind == "paid" and found.of is not None:
        undone = msgspec.structs.replace(s.money.payments[found.of], status="reversed")
        s = changed(s, payments=s.money.payments.set(found.of, undone))
    if found.kind == "received" and found.of is not None:
        s = _unkept(s, found.of, found.postings[1])
    entry = Entry(id=a.reversal, act=s.size, kind="reversed", date=a.date, postings=_against(found), of=a.entry)
    return post(s, entry)


def _unkept(s: State, promise: str, came: Posting) -> State:
    """The promise after money that had come of it was undone: open again, as far as it is no longer kept."""
    found = s.promises.promises[promise]
    if found.status not in ("part", "kept"):
        return s
    got = max(0, found.got - came.amount) if found.currency == came.currency else found.got
    again = msgspec.structs.replace(found, got=got, status="part" if got else "open", settled_on=None)
    changed = msgspec.structs.replace(s.promises, promises=s.promises.promises.set(promise, again))
    return msgspec.structs.replace(s, promises=changed)


__all__ = [
    "balance",
    "balances",
    "entries",
    "left",
    "of_project",
    "spent",
]
"""What others ask of the accounts."""
