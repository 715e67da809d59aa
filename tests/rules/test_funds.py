"""The funds that money lies in are those of the charter; what it takes out is spent, and nothing comes in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from comuna import messages, shipped_charters
from comuna.kernel.refusal import Refused
from comuna.language import language
from comuna.rules import accounting, charter, funds, ledger_export, minutes, money
from comuna.rules.charter_outline import outline
from comuna.rules.state import State
from tests.rules.treasury import DECISION, TODAY, WORDS, Treasury, with_funds

COOPERATIVE = shipped_charters.text("spanish-cooperative")
MOVE: dict[str, Any] = {"amount": 1_000, "currency": "EUR", "decision": DECISION, "date": TODAY, "today": TODAY}


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=re.escape(code))


@pytest.fixture
def t() -> Treasury:
    """A Spanish co-operative with fifty euros in its reserve."""
    made = Treasury(COOPERATIVE)
    made.receive(5_000, "EUR", "reserve")
    return made


def move(t: Treasury, fund: str, to_fund: str) -> None:
    t.do(money.move, move=t.name(), fund=fund, to_fund=to_fund, **MOVE)


def last_said(t: Treasury, code: str) -> str:
    return messages.say(language(code), minutes.of_act(t.acts[-1], {WORDS: "x"}, funds.naming(t.state)))


def test_a_co_operative_receives_into_the_reserve_of_its_law(t: Treasury) -> None:
    assert money.balances(t.state) == {"operating": {}, "reserve": {"EUR": 5_000}, "education": {}}
    move(t, "reserve", "education")
    assert "from the fund “Compulsory reserve fund” into the fund “Education and promotion fund”" in last_said(t, "en")
    assert "Fondo de reserva obligatorio" in last_said(t, "es")


def test_a_fund_that_the_charter_does_not_have_is_refused(t: Treasury) -> None:
    with pytest.raises(Refused) as told:
        t.receive(1, "EUR", "social")
    said = {code: messages.refusal(language(code), told.value) for code in ("en", "es")}
    assert said["en"] == (400, "The charter has no fund “social”. It has: operating, reserve, education.")
    assert said["es"][1].startswith("El reglamento no tiene el fondo «social»")
    for wrong in (lambda: move(t, "reserve", "risk"), lambda: move(t, "risk", "reserve"), lambda: t.line(fund="risk")):
        with refused("money.unknown_fund"):
            wrong()


def test_a_fund_that_an_amendment_took_out_is_emptied_and_not_filled(t: Treasury) -> None:
    t.line(1_000, "EUR", "education")
    t.amend(with_funds("operating"))
    assert money.balances(t.state) == {"operating": {}, "reserve": {"EUR": 5_000}}, "it is still shown"
    for comes in (
        lambda: t.receive(1, "EUR", "reserve"),
        lambda: move(t, "operating", "reserve"),
        lambda: t.do(
            money.exchange, exchange=t.name(), fund="reserve", amount=1, currency="EUR", got=1, got_currency="USD",
            source=WORDS, decision=DECISION, date=TODAY, today=TODAY,
        ),
    ):  # fmt: skip
        with refused("money.fund_gone"):
            comes()
    t.line(500, "EUR", "reserve")
    assert last_said(t, "es").count("Fondo de reserva obligatorio") == 1, "and is called what it was called"
    move(t, "reserve", "operating")
    assert money.balances(t.state) == {"operating": {"EUR": 1_000}, "reserve": {"EUR": 4_000}}
    assert [each.fund for each in accounting.funds(t.state, "2027-01-01", TODAY)] == ["operating", "reserve"]
    assert t.again() == t.state


def test_a_fund_that_comes_back_is_filled_again(t: Treasury) -> None:
    t.amend(with_funds("operating"))
    t.amend(COOPERATIVE)
    t.receive(1, "EUR", "reserve")
    assert funds.known(t.state) == ("operating", "reserve", "education")


def test_without_funds_in_the_charter_all_money_lies_in_one() -> None:
    t = Treasury(with_funds())
    t.receive(5, "EUR", "general")
    assert money.balances(t.state) == {"general": {"EUR": 5}}
    assert "Fondo general" in last_said(t, "es")
    with refused("money.unknown_fund"):
        t.receive(5, "EUR", "operating")


def test_a_council_whose_charter_is_older_than_this_has_the_four_of_the_law() -> None:
    old = shipped_charters.text("communal-council-2009").partition("[funds.social]")[0]
    assert funds.of(State(charter=old)) == ("social", "operating", "savings", "risk")


@pytest.mark.parametrize("kind", ["communal-council-2009", "communal-council-2023"])
def test_the_charters_of_councils_name_the_four_funds_with_their_articles(kind: str) -> None:
    rules = charter.parse(shipped_charters.text(kind))
    assert funds.of(State(charter=shipped_charters.text(kind))) == rules.entries("funds") == funds.LAW
    for article, fund in enumerate(funds.LAW, 52):
        assert f"Art. {article}" in str(rules.rules[f"funds.{fund}.purpose"].source)
    [told] = [each for each in outline(rules) if each.topic == "money"]
    assert [part.subject["es"] for part in told.parts] == [rules.titles[f"funds.{each}"]["es"] for each in funds.LAW]


def test_programs_get_an_account_for_each_fund_and_its_name() -> None:
    t = Treasury(with_funds("old_chest", "old__chest"))
    t.receive(1, "EUR", "old_chest")
    t.receive(2, "EUR", "old__chest")
    names = {"fund:old_chest": 'El "cofre"'}
    assert 'open Assets:Fund-Old-chest\n  name: "El \\"cofre\\""' in ledger_export.beancount(t.state, names, {}, "x")
    assert 'account Assets:Fund-Old-chest  ; El "cofre"\n' in ledger_export.hledger(t.state, names, {}, "x")
    assert "Assets:Fund-Old--chest  0.02 EUR" in ledger_export.beancount(t.state, names, {}, "x")
    assert 'fund:old_chest,"El ""cofre""",0.01,EUR' in ledger_export.table(t.state, names)
