"""Money that belongs to a project: nobody else spends it, nothing is paid before its budget or after its end, and it
closes with its account."""

from __future__ import annotations

import re
from typing import Any

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import money, payment, project, promise
from tests.cast import an_id
from tests.rules.test_money import close
from tests.rules.treasury import AMARU, DECISION, FILE, GIVER, INES, TODAY, WORDS, Treasury

ROOFS, PIPES = an_id(701), an_id(702)


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=re.escape(code))


@pytest.fixture
def t() -> Treasury:
    """Two projects; 400 USD came for the roofs, as promised, and 100 for nothing in particular."""
    found = Treasury()
    for each in (ROOFS, PIPES):
        begun = {"title": WORDS, "purpose": WORDS, "unit": "finance", "funder": None}
        found.do(project.begin, project=each, decision=DECISION, **begun)
    said = {"what": WORDS, "amount": 50_000, "currency": "USD", "date": TODAY, "written": True, "due": None}
    id = found.name()
    found.do(promise.make, promise=id, institution=GIVER, project=ROOFS, today=TODAY, **said)
    found.receive(40_000, promise=id)
    found.receive(10_000)
    return found


def approved(t: Treasury, project_: str) -> None:
    for phase in ("diagnosis", "plan", "budget"):
        t.do(project.approve_phase, project=project_, phase=phase, decision=DECISION)


def asked(t: Treasury, amount: int, of: str | None, *, signed: bool = True) -> str:
    """A payment from a line of a project, with all that it needs."""
    line, id = t.name(), t.name()
    about = {"decision": DECISION, "fund": "operating", "amount": 50_000, "currency": "USD", "text": WORDS}
    t.do(money.set_line, line=line, project=of, **about)
    t.do(payment.ask, payment=id, amount=amount, currency="USD", payee=WORDS, purpose=WORDS, line=line)
    if signed:
        t.do(payment.add_voucher, payment=id, voucher=FILE)
        for who in (INES, AMARU):
            t.do(payment.sign, by=who, payment=id, today=TODAY)
    return id


def test_what_was_given_for_a_project_is_spent_on_no_other(t: Treasury) -> None:
    approved(t, PIPES)
    approved(t, ROOFS)
    for of in (PIPES, None):
        with refused("payment.given_for_others"):
            close(t, asked(t, 10_001, of))
    close(t, asked(t, 10_000, PIPES))
    close(t, asked(t, 40_000, ROOFS))


def test_what_was_given_for_a_project_stays_in_its_fund(t: Treasury) -> None:
    moved = {"fund": "operating", "to_fund": "risk", "currency": "USD", "decision": DECISION, "date": TODAY}
    with refused("money.given_for_others"):
        t.do(money.move, move=t.name(), amount=10_001, today=TODAY, **moved)
    t.do(money.move, move=t.name(), amount=10_000, today=TODAY, **moved)


def test_nothing_is_paid_before_the_budget_is_approved(t: Treasury) -> None:
    id = asked(t, 100, ROOFS)
    with refused("payment.project_budget"):
        close(t, id)
    approved(t, ROOFS)
    close(t, id)


def test_a_project_closes_with_its_account_and_pays_nothing_afterwards(t: Treasury) -> None:
    approved(t, ROOFS)
    waits = asked(t, 100, ROOFS, signed=False)
    ending = {"project": ROOFS, "decision": DECISION, "reason": WORDS}
    with refused("project.payments_open"):
        t.do(project.give_up, **ending)
    t.do(payment.cancel, payment=waits, reason=WORDS)
    t.do(project.give_up, **ending)
    with refused("payment.project_over"):
        asked(t, 100, ROOFS)


def test_money_counts_for_a_promise_only_from_whoever_made_it(t: Treasury) -> None:
    other, (id,) = t.name(), t.state.promises.promises
    t.do(money.name_institution, institution=other, name=WORDS)
    with refused("promise.other_giver"):
        t.receive(100, promise=id, institution=other)
    with refused("promise.not_whole"):
        t.do(promise.keep, promise=id, whole=True, amount=100, currency="USD", date=TODAY, today=TODAY)


def test_money_moves_and_is_exchanged_by_a_decision_that_there_is(t: Treasury) -> None:
    how = {"fund": "operating", "amount": 1, "currency": "USD", "decision": an_id(999), "date": TODAY, "today": TODAY}
    with refused("decision.unknown"):
        t.do(money.move, move=t.name(), to_fund="risk", **how)
    with refused("decision.unknown"):
        t.do(money.exchange, exchange=t.name(), got=5, got_currency="VES", source=WORDS, **how)
