"""Social control: what it looked at, asks and found, each with its clock; in the browsers that its members' own cards
opened. The desk answers."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.rules import control as rules
from comuna.rules import dates
from comuna.rules.state import State
from comuna.rules.state_money import Finding, Question
from comuna.store import texts
from comuna.web import bookkeeping as keeping
from comuna.web import money as accounts
from comuna.web.access import GroupDoor, MemberDoor, ReaderDoor
from comuna.web.bookkeeping import Kept
from comuna.web.offices import today


class Asked(msgspec.Struct, frozen=True):
    """A question or a finding with its words. `left`: days until it is due, below nought when overdue; None where no
    day was set, or it is settled."""

    of: Question | Finding
    words: str
    answer: str | None
    left: int | None
    open: bool


class Watched(msgspec.Struct, frozen=True):
    """What social control asked and found about a payment, or about all of them."""

    questions: list[Asked]
    findings: list[Asked]


def of_payment(door: GroupDoor, connection: sa.Connection, payment: str | None = None) -> Watched:
    """What social control asked and found, about one payment or everything; what is open first."""
    m = door.state.money
    questions = [
        _asked(door, connection, q, q.text, q.answer, q.due, q.answered_on is None)
        for q in m.questions.values()
        if payment in (None, q.payment)
    ]
    findings = [
        _asked(door, connection, f, f.text, f.answer, f.due, f.settled_on is None)
        for f in m.findings.values()
        if payment in (None, f.payment)
    ]
    return Watched(sorted(questions, key=_order), sorted(findings, key=_order))


def _order(each: Asked) -> tuple[bool, str, str]:
    return (not each.open, each.of.due or "9", each.of.id)


def _asked(
    door: GroupDoor, connection: sa.Connection, of: Question | Finding, text: str, answer: str | None, due: str | None,
    open: bool,
) -> Asked:  # fmt: skip
    erased = door.words.text("The words were erased.")
    left = dates.days_between(today(door), due) if due is not None and open else None
    said = (texts.read(connection, answer) or erased) if answer else None
    return Asked(of, texts.read(connection, text) or erased, said, left, open)


def show(door: ReaderDoor) -> Response:
    """Everything that social control looked at, asks and found."""
    from comuna.web import payments

    with door.store.read() as connection:
        watched = of_payment(door, connection)
        found = [p for p in payments.listed(door, connection) if p.payment.status == "closed"]
    return door.page(
        "money/control.html",
        watched=watched,
        holds=door.row is not None and any(payments.roles(door, door.row.member).values()),
        unlooked=[p for p in found if not p.reviewed],
        looked=[p for p in found if p.reviewed],
        new=keeping.new_id(),
        today=today(door),
    )


# What its members do


def _to(door: GroupDoor, payment: str | None) -> Response:
    return door.go(accounts.path(door, f"/payments/{payment}/sign#control" if payment else "/office"))


def review(door: MemberDoor) -> Response:
    """Find a payment in order; sent twice, once. Refuses what `rules.review` does, also by the payee's name."""
    from comuna.web import payments

    payment, member = door.request.path_params["payment"], door.own.member
    if payments.is_payee(door):
        raise Refused("control.own_payment")
    keeping.record(
        door, member, lambda s, _: rules.review(s, by=member, payment=payment, today=today(door)),
        done=lambda s: payment in s.money.reviewed,
    )  # fmt: skip
    return _to(door, payment)


def ask(door: MemberDoor) -> Response:
    """Ask about a payment. Refuses control.no_words, and what `rules.ask` does."""
    payment, member, id = door.request.path_params["payment"], door.own.member, keeping.id_of(door.form)
    said, due, day = keeping.words(door.form, "text", "control.no_words"), keeping.day(door.form, "due"), today(door)

    def decide(s: State, kept: Kept) -> Act:
        return rules.ask(s, by=member, question=id, payment=payment, text=kept.must(said), due=due, today=day)

    keeping.record(door, member, decide, done=lambda s: id in s.money.questions)
    return _to(door, payment)


def find(door: MemberDoor) -> Response:
    """Write down a finding, about the payment of the form or in general. Refuses control.no_words, and what
    `rules.find` does."""
    payment, member, id = door.form.optional("payment"), door.own.member, keeping.id_of(door.form)
    said, day = keeping.words(door.form, "text", "control.no_words"), today(door)
    due = keeping.day_or_none(door.form, "due")

    def decide(s: State, kept: Kept) -> Act:
        return rules.find(s, by=member, finding=id, payment=payment, text=kept.must(said), due=due, today=day)

    keeping.record(door, member, decide, done=lambda s: id in s.money.findings)
    return _to(door, payment)


def settle(door: MemberDoor) -> Response:
    """Accept what was done about a finding; sent twice, once. Refuses control.no_words, and what `rules.settle`
    does."""
    id, member = door.request.path_params["finding"], door.own.member
    said = keeping.words(door.form, "text", "control.no_words")

    def decide(s: State, kept: Kept) -> Act:
        return rules.settle(s, by=member, finding=id, text=kept.must(said), today=today(door))

    def done(s: State) -> bool:
        return id in s.money.findings and s.money.findings[id].settled_on is not None

    keeping.record(door, member, decide, done=done)
    return _to(door, door.state.money.findings[id].payment if id in door.state.money.findings else None)


def answer(door: MemberDoor) -> Response:
    """Answer a question, as the unit that pays or at the desk. Refuses control.no_words, and what `rules.answer`
    does."""
    id, member = door.request.path_params["question"], door.own.member
    said = keeping.words(door.form, "text", "control.no_words")

    def decide(s: State, kept: Kept) -> Act:
        return rules.answer(s, by=member, question=id, text=kept.must(said), today=today(door))

    keeping.record(door, member, decide)
    return _to(door, door.state.money.questions[id].payment)
