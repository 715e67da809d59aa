"""Payments: none is closed without a decision, a budget line that has enough left, a voucher, and two signatures of
different people of the unit that pays. Whoever is paid does not sign, and social control does not pay."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules.amounts import checked, currency_of
from comuna.rules.assembly import rules_of
from comuna.rules.decisions import decided
from comuna.rules.eligibility import holds, running
from comuna.rules.ledger import across, balance, fresh, given_for_others, left, must_hold, past, post
from comuna.rules.state import State
from comuna.rules.state_money import Entry, Line, Payment, Posting

PAYS: Final = ("finance", "bank")
"""Units that pay, by the names that charters give them (Ley Orgánica de los Consejos Comunales, Arts. 30 and 31; Ley
Orgánica de las Comunas, Art. 40)."""
CONTROLS: Final = ("control", "controller")
"""Units of social control (Ley Orgánica de los Consejos Comunales, Arts. 33 and 34)."""
SIGNATURES: Final = 2
MOST_VOUCHERS: Final = 10

Missing = Literal[
    "line",
    "decision",
    "voucher",
    "first_signature",
    "second_signature",
    "line_left",
    "fund_left",
    "given_for_others",
    "project_budget",
    "project_over",
]


@act("payment.asked", v=1)
class PaymentAsked(Act, frozen=True):
    """Somebody asked for a payment. `member`: whom it goes to, if they are a member of the group; `payee` otherwise."""

    payment: str
    amount: int
    currency: str
    payee: TextRef | None
    member: str | None
    purpose: TextRef
    line: str | None
    decision: str | None


@act("payment.placed", v=1)
class PaymentPlaced(Act, frozen=True):
    """It was said from which budget line, and by which decision, a payment is to be made."""

    payment: str
    line: str
    decision: str


@act("payment.voucher_added", v=1)
class VoucherAdded(Act, frozen=True):
    """A receipt or invoice was put to a payment, as a picture or a PDF."""

    payment: str
    voucher: FileRef


@act("payment.signed", v=1)
class PaymentSigned(Act, frozen=True):
    """Whoever holds this office signed a payment."""

    payment: str
    mandate: str


@act("payment.closed", v=1)
class PaymentClosed(Act, frozen=True):
    """The money was paid out on a `date`: everything that a payment needs was there."""

    payment: str
    entry: str
    line: str
    fund: str
    amount: int
    currency: str
    date: str


@act("payment.cancelled", v=1)
class PaymentCancelled(Act, frozen=True):
    """A payment that was asked for is not made."""

    payment: str
    reason: TextRef


# What a payment has, and what it lacks


def unit_of(s: State, names: tuple[str, ...]) -> str | None:
    """The first of these units that the charter knows."""
    known = rules_of(s).entries("units")
    return next((each for each in names if each in known), None)


def pays(s: State) -> str | None:
    """The unit that pays."""
    return unit_of(s, PAYS)


def controls(s: State) -> str | None:
    """The unit of social control."""
    return unit_of(s, CONTROLS)


def in_money(s: State, member: str, today: str) -> bool:
    """Whether a member holds an office in the unit that pays or in social control."""
    units = {m.unit.partition("/")[0] for m in holds(s, member, today)}
    return bool(units & {pays(s), controls(s)} - {None})


def must(s: State, payment: str, *statuses: str) -> Payment:
    """A payment in one of these states, or in any. Refuses payment.unknown, payment.other_step."""
    found = s.money.payments.get(payment)
    if found is None:
        raise Refused("payment.unknown")
    if statuses and found.status not in statuses:
        raise Refused("payment.other_step")
    return found


def missing(s: State, payment: Payment) -> list[Missing]:
    """What keeps a payment from being closed, in the order in which it is asked for; nothing if it can be closed."""
    line = s.money.lines.get(payment.line or "")
    lacks: list[Missing] = []
    if payment.decision is None or s.decisions[payment.decision].annulled:
        lacks.append("decision")
    if line is None:
        lacks.append("line")
    elif left(s, line) < payment.amount or line.currency != payment.currency:
        lacks.append("line_left")
    hindered = None if line is None else _hindrance(s, line)
    if hindered is not None:
        lacks.append(hindered)
    if not payment.vouchers:
        lacks.append("voucher")
    signed = len(signers(s, payment))
    if signed < SIGNATURES:
        lacks.append("second_signature" if signed else "first_signature")
    if line is not None:
        lies = balance(s, f"fund:{line.fund}", payment.currency)
        if lies < payment.amount:
            lacks.append("fund_left")
        elif lies - given_for_others(s, line.fund, payment.currency, line.project) < payment.amount:
            lacks.append("given_for_others")
    return lacks


def signers(s: State, payment: Payment) -> list[str]:
    """The members who signed, each once."""
    return list(dict.fromkeys(s.mandates[each].member for each in payment.signatures if each in s.mandates))


def _placed(s: State, line: str, currency: str, decision: str | None) -> str:
    """The decision by which a payment of a currency is made from a line: the one that is named, or the line's."""
    found = s.money.lines.get(line)
    if found is None:
        raise Refused("money.unknown_line")
    if found.currency != currency:
        raise Refused("payment.other_currency", currency=found.currency)
    if _hindrance(s, found) == "project_over":
        raise Refused("payment.project_over")
    return decided(s, decision or found.decision).id


def _hindrance(s: State, line: Line) -> Missing | None:
    """What keeps the project that a line belongs to from paying: it is over, or its budget is not approved yet."""
    project = s.projects.get(line.project or "")
    if project is None:
        return None
    if project.status != "under_way":
        return "project_over"
    return None if any(each.phase == "budget" for each in project.phases) else "project_budget"


def needed(s: State, text: TextRef) -> bool:
    """Whether people are to sign on these words or this voucher: they stay until the payment is closed or called
    off."""
    waiting = [each for each in s.money.payments.values() if each.status == "asked"]
    lines = [line.text for each in waiting if (line := s.money.lines.get(each.line or ""))]
    return text in lines or any(text in (each.payee, each.purpose, *each.vouchers) for each in waiting)


# The rules


def ask(
    s: State,
    *,
    by: str,
    payment: str,
    amount: int,
    currency: str,
    payee: TextRef | None,
    purpose: TextRef,
    member: str | None = None,
    line: str | None = None,
    decision: str | None = None,
) -> PaymentAsked:
    """Ask for a payment; where a budget line is named, its decision holds unless another is named. Refuses
    money.bad_id, amount.*, payment.no_payee (or two), payment.unknown_member, money.unknown_line,
    payment.other_currency, decision.unknown."""
    if (member is None) == (payee is None):
        raise Refused("payment.no_payee")
    if member is not None and member not in s.members and not any(m.member == member for m in s.mandates.values()):
        raise Refused("payment.unknown_member")
    checked(amount)
    currency_of(currency)
    if line is not None:
        decision = _placed(s, line, currency, decision)
    elif decision is not None:
        decided(s, decision)
    return PaymentAsked(
        payment=fresh(s, payment),
        amount=amount,
        currency=currency,
        payee=payee,
        member=member,
        purpose=purpose,
        line=line,
        decision=decision,
    )


def apply_asked(s: State, a: PaymentAsked, at: str) -> State:
    """It waits for what it lacks."""
    asked = Payment(
        id=a.payment, amount=a.amount, currency=a.currency, payee=a.payee, member=a.member, purpose=a.purpose,
        asked_on=at[:10], line=a.line, decision=a.decision,
    )  # fmt: skip
    return _with(s, asked)


def place(s: State, *, by: str, payment: str, line: str, decision: str | None = None) -> PaymentPlaced:
    """Say from which line, by which decision. Refuses payment.unknown, payment.other_step, payment.signed_so (somebody
    signed it as it is), money.unknown_line, payment.other_currency, decision.unknown."""
    found = must(s, payment, "asked")
    if found.signatures:
        raise Refused("payment.signed_so")
    return PaymentPlaced(payment=payment, line=line, decision=_placed(s, line, found.currency, decision))


def apply_placed(s: State, a: PaymentPlaced, at: str) -> State:
    """It has its line and its decision."""
    return _changed(s, a.payment, line=a.line, decision=a.decision)


def add_voucher(s: State, *, by: str, payment: str, voucher: FileRef) -> VoucherAdded:
    """Put a voucher to a payment. Refuses payment.unknown, payment.other_step (also of a closed one: a voucher does not
    come afterwards), payment.vouchers_full."""
    if len(must(s, payment, "asked").vouchers) >= MOST_VOUCHERS:
        raise Refused("payment.vouchers_full", limit=MOST_VOUCHERS)
    return VoucherAdded(payment=payment, voucher=voucher)


def apply_voucher(s: State, a: VoucherAdded, at: str) -> State:
    """It is there."""
    return _changed(s, a.payment, vouchers=(*s.money.payments[a.payment].vouchers, a.voucher))


def controllers(s: State, today: str) -> set[str]:
    """Who holds an office in social control on a day."""
    unit = controls(s)
    found = [m for m in s.mandates.values() if unit is not None and m.unit.partition("/")[0] == unit]
    return {m.member for m in found if running(m, today)}


def office_of(s: State, member: str, today: str) -> str:
    """The office by which a member signs payments. Refuses payment.no_unit, payment.controller, payment.not_finance."""
    unit = pays(s)
    if unit is None:
        raise Refused("payment.no_unit")
    if member in controllers(s, today):
        raise Refused("payment.controller")
    office = next((m.id for m in holds(s, member, today) if m.unit.partition("/")[0] == unit), None)
    if office is None:
        raise Refused("payment.not_finance")
    return office


def sign(s: State, *, by: str, payment: str, today: str) -> PaymentSigned:
    """Sign a payment, each with a card of their own. Refuses payment.unknown, payment.other_step, payment.no_line,
    payment.no_decision, what `office_of` does, payment.to_oneself, payment.signed_twice, payment.signed_enough."""
    found = must(s, payment, "asked")
    if found.line is None:
        raise Refused("payment.no_line")
    if found.decision is None:
        raise Refused("payment.no_decision")
    office = office_of(s, by, today)
    if found.member == by:
        raise Refused("payment.to_oneself")
    if by in signers(s, found):
        raise Refused("payment.signed_twice")
    if len(found.signatures) >= SIGNATURES:
        raise Refused("payment.signed_enough")
    return PaymentSigned(payment=payment, mandate=office)


def apply_signed(s: State, a: PaymentSigned, at: str) -> State:
    """It bears one more name."""
    return _changed(s, a.payment, signatures=(*s.money.payments[a.payment].signatures, a.mandate))


REFUSALS: Final[dict[Missing, str]] = {
    "decision": "payment.no_decision",
    "line": "payment.no_line",
    "line_left": "payment.line_short",
    "voucher": "payment.no_voucher",
    "first_signature": "payment.no_signature",
    "second_signature": "payment.one_signature",
    "fund_left": "payment.fund_short",
    "given_for_others": "payment.given_for_others",
    "project_budget": "payment.project_budget",
    "project_over": "payment.project_over",
}


def close(s: State, *, by: str, payment: str, entry: str, date: str, today: str) -> PaymentClosed:
    """Pay. Refuses money.bad_id, payment.controller (social control does not pay), payment.unknown,
    payment.other_step, payment.no_decision, payment.no_line,
    payment.line_short, payment.no_voucher, payment.no_signature, payment.one_signature, payment.fund_short,
    payment.given_for_others, payment.project_budget, payment.project_over, payment.before_asked (asked),
    money.too_early, money.in_the_future, money.not_then."""
    if by in controllers(s, today):
        raise Refused("payment.controller")
    found = must(s, payment, "asked")
    for each in missing(s, found):
        raise Refused(REFUSALS[each])
    if past(date, today) < found.asked_on:
        raise Refused("payment.before_asked", asked=found.asked_on, date=date)
    line = s.money.lines[found.line or ""]
    closed = PaymentClosed(
        payment=payment,
        entry=fresh(s, entry),
        line=line.id,
        fund=line.fund,
        amount=found.amount,
        currency=found.currency,
        date=date,
    )
    must_hold(s, _paid(closed), closed.date)
    return closed


def _paid(a: PaymentClosed) -> tuple[Posting, ...]:
    return across(f"fund:{a.fund}", f"line:{a.line}", a.amount, a.currency)


def apply_closed(s: State, a: PaymentClosed, at: str) -> State:
    """The money is gone from the fund, and stands to the line."""
    s = _changed(s, a.payment, status="closed", settled_on=a.date)
    entry = Entry(id=a.entry, act=s.size, kind="paid", date=a.date, postings=_paid(a), of=a.payment)
    return post(s, entry)


def cancel(s: State, *, by: str, payment: str, reason: TextRef) -> PaymentCancelled:
    """Do not pay. Refuses payment.unknown, payment.other_step."""
    must(s, payment, "asked")
    return PaymentCancelled(payment=payment, reason=reason)


def apply_cancelled(s: State, a: PaymentCancelled, at: str) -> State:
    """It is not made."""
    return _changed(s, a.payment, status="cancelled", settled_on=at[:10])


def _with(s: State, payment: Payment) -> State:
    changed = msgspec.structs.replace(s.money, payments=s.money.payments.set(payment.id, payment))
    return msgspec.structs.replace(s, money=changed)


def _changed(s: State, payment: str, **changes: Any) -> State:
    return _with(s, msgspec.structs.replace(s.money.payments[payment], **changes))
