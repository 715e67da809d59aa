"""Promises and letters: what is overdue, and for how long; what was said only by word of mouth; social control."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import control, payment, promise, request
from comuna.rules.dates import days_later
from tests.cast import an_id
from tests.rules.treasury import DECISION, GIVER, INES, LUZ, NOOR, ROSA, TODAY, WORDS, Treasury


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=re.escape(code))


@pytest.fixture
def t() -> Treasury:
    return Treasury()


def promised(t: Treasury, **given: Any) -> str:
    id = t.name()
    said = {
        "institution": GIVER, "what": WORDS, "amount": 500, "currency": "USD", "date": "2027-01-01", "written": False,
        "due": "2027-02-01",
    }  # fmt: skip
    t.do(promise.make, promise=id, today=TODAY, **said | given)
    return id


def kept(t: Treasury, id: str, amount: int | None = None, *, whole: bool = False, date: str = TODAY) -> None:
    sum = {"amount": amount, "currency": "USD"} if amount else {}
    t.do(promise.keep, promise=id, whole=whole, date=date, today=TODAY, **sum)


def test_a_promise_is_overdue_until_it_is_kept_whole(t: Treasury) -> None:
    late, soon, open_ended = promised(t), promised(t, due="2027-03-01"), promised(t, due=None)
    assert [p.id for p in promise.overdue(t.state, TODAY)] == [late]
    found = t.state.promises.promises
    assert [promise.days_overdue(found[each], TODAY) for each in (late, soon, open_ended)] == [22, 0, 0]
    assert promise.days_waiting(found[open_ended], TODAY) == 53
    kept(t, late, 200)
    assert [p.status for p in promise.overdue(t.state, TODAY)] == ["part"]
    kept(t, late, 300, date="2027-02-11")
    assert t.state.promises.promises[late].status == "kept", "all of the sum has come"
    assert promise.days_overdue(t.state.promises.promises[late], "2030-01-01") == 10
    with refused("promise.settled"):
        kept(t, late)


def test_what_cannot_be_is_refused(t: Treasury) -> None:
    id = promised(t)
    with refused("promise.other_currency"):
        t.do(promise.keep, promise=id, whole=True, date=TODAY, today=TODAY, amount=1, currency="VES")
    with refused("promise.before_it"):
        kept(t, id, date="2026-12-31")
    with refused("money.in_the_future"):
        kept(t, id, date="2027-12-31")
    with refused("promise.unknown"):
        kept(t, an_id(9))
    with refused("promise.due_before"):
        promised(t, due="2026-12-31")
    with refused("institution.unknown"):
        promised(t, institution=an_id(9))
    with refused("amount.not_positive"):
        promised(t, amount=-5)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_a_sum_that_comes_in_parts_is_kept_whole_when_all_of_it_has_come(parts: list[int]) -> None:
    t = Treasury()
    id, came = promised(t, amount=600), 0
    for part in parts:
        if t.state.promises.promises[id].status == "kept":
            break
        kept(t, id, part)
        came += part
        found = t.state.promises.promises[id]
        assert (found.got, found.status) == (came, "kept" if came >= 600 else "part")


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_letter_counts_its_days_until_an_answer_came(allowed: int, answered: int) -> None:
    t, sent, id = Treasury(), "2025-06-01", an_id(3000)
    due, came = days_later(sent, allowed), days_later(sent, answered)
    given_ = {"institution": GIVER, "what": WORDS, "date": sent, "due": due, "today": TODAY}
    t.do(request.send, request=id, **given_)
    t.do(request.note_silence, request=id, today=came)
    assert request.days_overdue(t.state.promises.requests[id], came) == max(0, answered - allowed)
    t.do(request.answer, request=id, outcome="refused", written=False, date=came, today=TODAY)
    assert request.days_overdue(t.state.promises.requests[id], "2099-01-01") == max(0, answered - allowed)
    with refused("request.answered_already"):
        t.do(request.note_silence, request=id, today=came)


# Social control


def test_only_social_control_controls_and_only_those_asked_answer(t: Treasury) -> None:
    paid = t.name()
    t.do(payment.ask, payment=paid, amount=1, currency="USD", payee=WORDS, purpose=WORDS)
    question: dict[str, Any] = {"question": t.name(), "payment": paid, "text": WORDS, "due": TODAY, "today": TODAY}
    for who in (INES, LUZ, ROSA):
        with refused("control.not_controller"):
            t.do(control.ask, by=who, **question)
    with refused("control.due_past"):
        t.do(control.ask, by=NOOR, **question | {"due": "2027-02-22"})
    t.do(control.ask, by=NOOR, **question)
    with refused("money.bad_id"):
        t.do(control.ask, by=NOOR, **question)
    answer = {"question": question["question"], "text": WORDS, "today": TODAY}
    with refused("control.not_asked"):
        t.do(control.answer, by=LUZ, **answer)
    t.do(control.answer, by=INES, **answer)
    with refused("control.answered_already"):
        t.do(control.answer, by=ROSA, **answer)
    with refused("payment.other_step"):  # it is not paid
        t.do(control.review, by=NOOR, payment=paid, today=TODAY)


def test_an_account_is_given_once_of_a_time_and_approved_by_a_decision(t: Treasury) -> None:
    given_ = {"unit": "finance", "since": "2027-01-01", "until": TODAY, "text": WORDS, "today": TODAY}
    id = t.name()
    t.do(control.present, account=id, **given_)
    for changes, code in (
        ({}, "account.presented_already"),
        ({"unit": "executive"}, "account.unknown_unit"),
        ({"since": "2027-03-01"}, "account.no_time"),
        ({"until": "2027-02-24"}, "money.in_the_future"),
    ):
        with refused(code):
            t.do(control.present, account=t.name(), **given_ | changes)
    with refused("decision.unknown"):
        t.do(control.approve, account=id, decision=an_id(9))
    t.do(control.approve, account=id, decision=DECISION)
    with refused("account.approved_already"):
        t.do(control.approve, account=id, decision=DECISION)
