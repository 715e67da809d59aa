"""Social control: it looks at any payment, asks with a day for the answer, and writes down what it found (Ley Orgánica
de los Consejos Comunales, Arts. 33 and 34). Its unit does not pay."""

from __future__ import annotations

from typing import Any

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.decisions import decided
from comuna.rules.eligibility import holds
from comuna.rules.ledger import past
from comuna.rules.payment import controls, must, pays
from comuna.rules.state import State
from comuna.rules.state_money import Account, Finding, Question


@act("control.reviewed", v=1)
class ControlReviewed(Act, frozen=True):
    """Whoever holds this office looked at a payment, its voucher and its decision, and found them in order."""

    payment: str
    mandate: str


@act("control.asked", v=1)
class ControlAsked(Act, frozen=True):
    """Social control asks about a payment, and wants the answer by a day."""

    question: str
    payment: str
    mandate: str
    text: TextRef
    due: str


@act("control.answered", v=1)
class ControlAnswered(Act, frozen=True):
    """A question of social control was answered."""

    question: str
    text: TextRef


@act("control.found", v=1)
class ControlFound(Act, frozen=True):
    """What social control found; `payment`: about which, or null; `due`: by when it is to be put right."""

    finding: str
    payment: str | None
    mandate: str
    text: TextRef
    due: str | None


@act("control.settled", v=1)
class ControlSettled(Act, frozen=True):
    """What was done about a finding, as social control accepted it."""

    finding: str
    mandate: str
    text: TextRef


@act("account.presented", v=1)
class AccountPresented(Act, frozen=True):
    """A unit gave account of a time, from one day to another; `text` is the account as it was read."""

    account: str
    unit: str
    since: str
    until: str
    text: TextRef


@act("account.approved", v=1)
class AccountApproved(Act, frozen=True):
    """The assembly approved an account by a decision."""

    account: str
    decision: str


def controller(s: State, member: str, today: str) -> str:
    """The office by which a member controls. Refuses control.no_unit, control.not_controller."""
    unit = controls(s)
    if unit is None:
        raise Refused("control.no_unit")
    found = next((m.id for m in holds(s, member, today) if m.unit.partition("/")[0] == unit), None)
    if found is None:
        raise Refused("control.not_controller")
    return found


def may_answer(s: State, member: str, today: str) -> None:
    """Whether a member answers social control: whoever holds an office of the unit that pays, or a facilitator at the
    desk. Refuses control.not_asked."""
    unit = pays(s)
    offices = [m.unit.partition("/")[0] for m in holds(s, member, today)]
    if unit not in offices and "facilitator" not in s.members.get(member, ()):
        raise Refused("control.not_asked")


def _fresh(s: State, id: str) -> str:
    m = s.money
    if not ID.fullmatch(id) or id in m.questions or id in m.findings or id in m.accounts:
        raise Refused("money.bad_id")
    return id


def _to_come(due: str, today: str) -> str:
    if due < today:
        raise Refused("control.due_past")
    return due


def review(s: State, *, by: str, payment: str, today: str) -> ControlReviewed:
    """Find a payment in order. Refuses what `controller` does, payment.unknown, payment.other_step (not paid),
    control.open_question (a question or a finding about it is open), control.own_payment."""
    office = controller(s, by, today)
    found = must(s, payment, "closed")
    if found.member == by:
        raise Refused("control.own_payment")
    if open_about(s, payment):
        raise Refused("control.open_question")
    return ControlReviewed(payment=payment, mandate=office)


def open_about(s: State, payment: str) -> bool:
    """Whether a question or a finding about a payment is open."""
    return any(q.payment == payment and q.answer is None for q in s.money.questions.values()) or any(
        f.payment == payment and f.settled_on is None for f in s.money.findings.values()
    )


def apply_reviewed(s: State, a: ControlReviewed, at: str) -> State:
    """It was looked at."""
    return _with(s, reviewed=s.money.reviewed.set(a.payment, at[:10]))


def ask(s: State, *, by: str, question: str, payment: str, text: TextRef, due: str, today: str) -> ControlAsked:
    """Ask about a payment. Refuses what `controller` does, money.bad_id, payment.unknown, control.due_past."""
    office = controller(s, by, today)
    must(s, payment)
    return ControlAsked(
        question=_fresh(s, question), payment=payment, mandate=office, text=text, due=_to_come(due, today)
    )


def apply_asked(s: State, a: ControlAsked, at: str) -> State:
    """An answer is waited for."""
    asked = Question(id=a.question, payment=a.payment, text=a.text, due=a.due, asked_on=at[:10])
    return _with(s, questions=s.money.questions.set(a.question, asked))


def answer(s: State, *, by: str, question: str, text: TextRef, today: str) -> ControlAnswered:
    """Answer social control. Refuses control.not_asked, control.unknown_question, control.answered_already."""
    may_answer(s, by, today)
    found = s.money.questions.get(question)
    if found is None:
        raise Refused("control.unknown_question")
    if found.answer is not None:
        raise Refused("control.answered_already")
    return ControlAnswered(question=question, text=text)


def apply_answered(s: State, a: ControlAnswered, at: str) -> State:
    """It is answered."""
    found = msgspec.structs.replace(s.money.questions[a.question], answer=a.text, answered_on=at[:10])
    return _with(s, questions=s.money.questions.set(a.question, found))


def find(
    s: State, *, by: str, finding: str, payment: str | None, text: TextRef, due: str | None, today: str
) -> ControlFound:
    """Write down a finding. Refuses what `controller` does, money.bad_id, payment.unknown, control.due_past."""
    office = controller(s, by, today)
    if payment is not None:
        must(s, payment)
    return ControlFound(
        finding=_fresh(s, finding),
        payment=payment,
        mandate=office,
        text=text,
        due=None if due is None else _to_come(due, today),
    )


def apply_found(s: State, a: ControlFound, at: str) -> State:
    """It is open until it is put right."""
    found = Finding(id=a.finding, payment=a.payment, text=a.text, due=a.due, found_on=at[:10])
    return _with(s, findings=s.money.findings.set(a.finding, found))


def settle(s: State, *, by: str, finding: str, text: TextRef, today: str) -> ControlSettled:
    """Accept what was done about a finding. Refuses what `controller` does, control.unknown_finding,
    control.settled_already."""
    office = controller(s, by, today)
    found = s.money.findings.get(finding)
    if found is None:
        raise Refused("control.unknown_finding")
    if found.settled_on is not None:
        raise Refused("control.settled_already")
    return ControlSettled(finding=finding, mandate=office, text=text)


def apply_settled(s: State, a: ControlSettled, at: str) -> State:
    """It is put right."""
    found = msgspec.structs.replace(s.money.findings[a.finding], answer=a.text, settled_on=at[:10])
    return _with(s, findings=s.money.findings.set(a.finding, found))


def present(
    s: State, *, by: str, account: str, unit: str, since: str, until: str, text: TextRef, today: str
) -> AccountPresented:
    """Give account of a time. Refuses money.bad_id, account.unknown_unit, account.no_time, money.in_the_future,
    account.presented_already."""
    if unit not in (pays(s), controls(s)):
        raise Refused("account.unknown_unit")
    if since > until:
        raise Refused("account.no_time")
    past(until, today)
    if any((a.unit, a.since, a.until) == (unit, since, until) for a in s.money.accounts.values()):
        raise Refused("account.presented_already")
    return AccountPresented(account=_fresh(s, account), unit=unit, since=since, until=until, text=text)


def apply_presented(s: State, a: AccountPresented, at: str) -> State:
    """It waits for the assembly."""
    given = Account(
        id=a.account, unit=a.unit, since=a.since, until=a.until, text=a.text, presented_on=at[:10], act=s.size
    )
    return _with(s, accounts=s.money.accounts.set(a.account, given))


def approve(s: State, *, by: str, account: str, decision: str) -> AccountApproved:
    """Write down that the assembly approved an account. Refuses account.unknown, account.approved_already,
    decision.unknown."""
    found = s.money.accounts.get(account)
    if found is None:
        raise Refused("account.unknown")
    if found.decision is not None:
        raise Refused("account.approved_already")
    decided(s, decision)
    return AccountApproved(account=account, decision=decision)


def apply_approved(s: State, a: AccountApproved, at: str) -> State:
    """It is approved."""
    found = msgspec.structs.replace(s.money.accounts[a.account], decision=a.decision, approved_on=at[:10])
    return _with(s, accounts=s.money.accounts.set(a.account, found))


def _with(s: State, **changes: Any) -> State:
    return msgspec.structs.replace(s, money=msgspec.structs.replace(s.money, **changes))
