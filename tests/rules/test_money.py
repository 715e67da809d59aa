"""Money is never made or lost; every payment that was closed had all it needed; what is exported balances."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import realization
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from comuna.kernel.refusal import Refused
from comuna.rules import accounting, funds, ledger, ledger_export, money, payment
from comuna.rules.amounts import decimal
from comuna.rules.state import State
from tests.cast import an_id
from tests.rules.telling import ref
from tests.rules.treasury import (
    AMARU,
    DECISION,
    FILE,
    GIVER,
    INES,
    LUZ,
    NOOR,
    ROSA,
    TODAY,
    WORDS,
    Treasury,
    with_funds,
)

USD: dict[str, Any] = {"amount": 12_550, "currency": "USD"}


@pytest.fixture
def t() -> Treasury:
    """A thousand dollars in the operating fund."""
    made = Treasury()
    made.receive()
    return made


def asked(t: Treasury, **given: Any) -> str:
    """A payment is asked for."""
    id = t.name()
    t.do(payment.ask, **{"payment": id, "payee": WORDS, "purpose": WORDS, **USD, **given})
    return id


def ready(t: Treasury) -> str:
    """A payment with everything that it needs."""
    id = asked(t, line=t.line())
    t.do(payment.add_voucher, payment=id, voucher=FILE)
    for who in (INES, AMARU):
        t.do(payment.sign, by=who, payment=id, today=TODAY)
    return id


def close(t: Treasury, id: str) -> None:
    t.do(payment.close, payment=id, entry=t.name(), date=TODAY, today=TODAY)


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=re.escape(code))


# A payment


def test_a_payment_needs_its_decision_its_line_its_voucher_and_two_signatures(t: Treasury) -> None:
    id = asked(t)
    lacks = ["decision", "line", "voucher", "first_signature"]
    assert payment.missing(t.state, t.state.money.payments[id]) == lacks
    with refused("payment.no_decision"):
        close(t, id)
    with refused("payment.no_line"):
        t.do(payment.sign, by=INES, payment=id, today=TODAY)
    t.do(payment.place, payment=id, line=t.line())
    with refused("payment.no_voucher"):
        close(t, id)
    t.do(payment.add_voucher, payment=id, voucher=FILE)
    with refused("payment.no_signature"):
        close(t, id)
    t.do(payment.sign, by=INES, payment=id, today=TODAY)
    with refused("payment.one_signature"):
        close(t, id)
    with refused("payment.signed_twice"):
        t.do(payment.sign, by=INES, payment=id, today=TODAY)
    t.do(payment.sign, by=AMARU, payment=id, today=TODAY)
    close(t, id)
    assert money.balances(t.state)["operating"] == {"USD": 100_000 - 12_550}
    for again in (payment.close, payment.cancel):
        with refused("payment.other_step"):
            given = {"entry": t.name(), "date": TODAY, "today": TODAY} if again is payment.close else {"reason": WORDS}
            t.do(again, payment=id, **given)
    with refused("payment.other_step"):  # a voucher does not come afterwards
        t.do(payment.add_voucher, payment=id, voucher=FILE)


@pytest.mark.parametrize(
    ("who", "code"),
    [(NOOR, "payment.controller"), (LUZ, "payment.not_finance"), (ROSA, "payment.not_finance")],
)
def test_only_finance_signs(t: Treasury, who: str, code: str) -> None:
    id = asked(t, line=t.line())
    with refused(code):
        t.do(payment.sign, by=who, payment=id, today=TODAY)


def test_social_control_does_not_pay(t: Treasury) -> None:
    id = ready(t)
    with refused("payment.controller"):
        t.do(payment.close, by=NOOR, payment=id, entry=t.name(), date=TODAY, today=TODAY)


def test_nobody_signs_a_payment_to_themselves_or_when_their_term_is_over(t: Treasury) -> None:
    id = asked(t, line=t.line(), payee=None, member=INES)
    with refused("payment.to_oneself"):
        t.do(payment.sign, by=INES, payment=id, today=TODAY)
    with refused("payment.not_finance"):
        t.do(payment.sign, by=AMARU, payment=id, today="2029-01-01")


def test_what_was_signed_stays_as_it_was_signed(t: Treasury) -> None:
    id = asked(t, line=t.line())
    t.do(payment.sign, by=INES, payment=id, today=TODAY)
    with refused("payment.signed_so"):
        t.do(payment.place, payment=id, line=t.line())


def test_a_payment_goes_to_a_member_or_to_somebody_else(t: Treasury) -> None:
    with refused("payment.no_payee"):
        asked(t, payee=None)
    with refused("payment.no_payee"):
        asked(t, member=INES)
    with refused("payment.unknown_member"):
        asked(t, payee=None, member="999999")
    with refused("payment.other_currency"):
        asked(t, line=t.line(currency="VES"))
    with refused("decision.unknown"):
        asked(t, decision=an_id(999))


def test_neither_line_nor_fund_goes_below_nothing(t: Treasury) -> None:
    first, second = ready(t), ready(t)
    line = t.state.money.payments[first].line
    t.do(money.set_line, line=line, decision=DECISION, fund="operating", amount=12_549, currency="USD", text=WORDS)
    with refused("payment.line_short"):
        close(t, first)
    t.do(
        money.move, move=t.name(), fund="operating", to_fund="risk", amount=90_000, currency="USD", decision=DECISION,
        date=TODAY, today=TODAY,
    )  # fmt: skip
    with refused("payment.fund_short"):
        close(t, second)
    came = next(e.id for e in t.state.money.entries.values() if e.kind == "received")
    with refused("money.not_enough"):
        t.do(money.reverse, entry=came, reversal=t.name(), reason=WORDS, date=TODAY, today=TODAY)


def test_nothing_is_paid_on_a_day_on_which_the_fund_did_not_hold_it(t: Treasury) -> None:
    id = ready(t)
    with refused("payment.before_asked"):
        t.do(payment.close, payment=id, entry=t.name(), date="2027-02-22", today=TODAY)
    with refused("money.not_then"):
        t.do(
            money.move, move=t.name(), fund="operating", to_fund="risk", amount=1, currency="USD", decision=DECISION,
            date="2001-01-01", today=TODAY,
        )  # fmt: skip
    close(t, id)


def test_a_payment_is_put_right_by_undoing_it(t: Treasury) -> None:
    id = ready(t)
    close(t, id)
    entry = next(e.id for e in t.state.money.entries.values() if e.kind == "paid")
    back: dict[str, Any] = {"entry": entry, "reason": WORDS, "date": TODAY, "today": TODAY}
    reversal = t.name()
    t.do(money.reverse, **back, reversal=reversal)
    assert t.state.money.payments[id].status == "reversed"
    assert money.balances(t.state)["operating"] == {"USD": 100_000}
    with refused("money.reversed_already"):
        t.do(money.reverse, **back, reversal=t.name())
    with refused("money.no_reversal"):
        t.do(money.reverse, **{**back, "entry": reversal}, reversal=t.name())


def test_a_line_that_was_paid_from_keeps_its_fund_and_is_not_less_than_was_paid(t: Treasury) -> None:
    id = ready(t)
    close(t, id)
    line = t.state.money.payments[id].line
    given: dict[str, Any] = {"line": line, "decision": DECISION, "currency": "USD", "text": WORDS}
    with refused("money.line_spent"):
        t.do(money.set_line, **given, fund="operating", amount=12_549)
    with refused("money.line_fixed"):
        t.do(money.set_line, **given, fund="risk", amount=20_000)
    with refused("money.line_signed"):
        t.do(money.set_line, **given, fund="operating", amount=12_550, project=an_id(5))
    with refused("money.line_signed"):
        t.do(money.set_line, **{**given, "text": ref("wine")}, fund="operating", amount=12_550)
    t.do(money.set_line, **given, fund="operating", amount=12_550)
    assert t.state.money.lines[line].amount == 12_550


def test_what_somebody_signed_for_is_not_something_else_afterwards(t: Treasury) -> None:
    id = asked(t, line=t.line())
    line = t.state.money.payments[id].line
    given: dict[str, Any] = {"line": line, "decision": DECISION, "currency": "USD", "fund": "operating"}
    t.do(money.set_line, **given, amount=20_000, text=ref("pipes"), project=an_id(5))
    assert money.of_project(t.state, an_id(5)) == [ledger.OfProject("USD", 20_000, 0)]
    t.do(payment.sign, by=INES, payment=id, today=TODAY)
    with refused("money.line_signed"):
        t.do(money.set_line, **given, amount=20_000, text=ref("wine"), project=an_id(5))
    with refused("money.line_signed"):
        t.do(money.set_line, **given, amount=20_000, text=ref("pipes"))
    t.do(payment.cancel, payment=id, reason=WORDS)
    t.do(money.set_line, **given, amount=20_000, text=ref("wine"))


@pytest.mark.parametrize(
    ("date", "code"), [("0001-01-01", "too_early"), ("1999-12-31", "too_early"), ("2999-01-01", "in_the_future")]
)
def test_no_money_comes_goes_or_is_exchanged_before_anybody_or_in_times_to_come(
    t: Treasury, date: str, code: str
) -> None:
    id = ready(t)
    when: dict[str, Any] = {"fund": "operating", "currency": "USD", "amount": 1, "date": date, "today": TODAY}
    with refused(f"money.{code}"):
        t.receive(date=date)
    with refused(f"money.{code}"):
        t.do(money.move, move=t.name(), to_fund="risk", decision=DECISION, **when)
    with refused(f"money.{code}"):
        t.do(money.exchange, exchange=t.name(), got=5, got_currency="VES", source=WORDS, decision=DECISION, **when)
    with refused(f"money.{code}"):
        t.do(payment.close, payment=id, entry=t.name(), date=date, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": -5}, "amount.not_positive"),
        ({"amount": 2**53}, "amount.too_large"),
        ({"currency": "dollars"}, "amount.unknown_currency"),
        ({"fund": "my own"}, "money.unknown_fund"),
        ({"date": "2027-02-24"}, "money.in_the_future"),
        ({"institution": an_id(999)}, "institution.unknown"),
        ({"promise": an_id(999)}, "promise.unknown"),
        ({"receipt": "x"}, "money.bad_id"),
        ({"receipt": GIVER}, "money.bad_id"),
    ],
)
def test_what_is_no_money_is_not_received(t: Treasury, changes: dict[str, Any], code: str) -> None:
    given = {"receipt": t.name(), "institution": GIVER, "fund": "risk", "amount": 1, "currency": "USD", "date": TODAY}
    with refused(code):
        t.do(money.receive, **given | changes, today=TODAY)


# Whatever happens

CURRENCIES = ("USD", "VES", "JPY", "KWD")
sums = st.integers(1, 10**6) | st.integers(1, 100)
FUNDS = (*funds.LAW, funds.GENERAL, "reserve", "old_chest", "old__chest", "x" * 40)
some_fund, some_currency = st.sampled_from(FUNDS), st.sampled_from(CURRENCIES)


class Accounts(RuleBasedStateMachine):
    """Anybody does anything, as far as the rules let them, under a charter that changes; a second bookkeeper keeps the
    funds by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.t = Treasury()
        self.names = list(funds.LAW)
        self.by_hand: Counter[tuple[str, str]] = Counter()
        self.undone: dict[str, dict[tuple[str, str], int]] = {}

    def attempt(self, act: Any, change: dict[tuple[str, str], int] | None = None, id: str = "", **given: Any) -> bool:
        try:
            self.t.do(act, **given)
        except Refused:
            return False
        self.by_hand.update(change or {})
        if id:
            self.undone[id] = {where: -amount for where, amount in (change or {}).items()}
        return True

    def has(self, fund: str) -> bool:
        """Whether the charter has this fund now."""
        return fund in (self.names or [funds.GENERAL])

    @rule(names=st.sets(some_fund))
    def amend(self, names: set[str]) -> None:
        self.names = sorted(names)
        self.t.amend(with_funds(*self.names))

    @rule(fund=some_fund, amount=sums, currency=some_currency)
    def receive(self, fund: str, amount: int, currency: str) -> None:
        id = self.t.name()
        there = {"institution": GIVER, "fund": fund, "amount": amount, "currency": currency}
        dates = {"date": TODAY, "today": TODAY}
        done = self.attempt(money.receive, {(fund, currency): amount}, id, receipt=id, **there, **dates)
        assert done == self.has(fund)

    @rule(one=some_fund, other=some_fund, amount=sums, currency=some_currency)
    def move(self, one: str, other: str, amount: int, currency: str) -> None:
        id = self.t.name()
        change = {(one, currency): -amount, (other, currency): amount}
        there = {"fund": one, "to_fund": other, "amount": amount, "currency": currency, "decision": DECISION}
        assert not self.attempt(money.move, change, id, move=id, **there, date=TODAY, today=TODAY) or self.has(other)

    @rule(fund=some_fund, amount=sums, got=sums, one=some_currency, other=some_currency)
    def exchange(self, fund: str, amount: int, got: int, one: str, other: str) -> None:
        id = self.t.name()
        there = {
            "fund": fund,
            "amount": amount,
            "currency": one,
            "got": got,
            "got_currency": other,
            "source": WORDS,
            "decision": DECISION,
        }
        change = {(fund, one): -amount, (fund, other): got}
        self.attempt(money.exchange, change, id, exchange=id, **there, date=TODAY, today=TODAY)

    @rule(fund=some_fund, amount=sums, currency=some_currency)
    def line(self, fund: str, amount: int, currency: str) -> None:
        there = {"decision": DECISION, "fund": fund, "amount": amount, "currency": currency, "text": WORDS}
        self.attempt(money.set_line, line=self.t.name(), **there)

    @rule(data=st.data(), amount=sums)
    def ask(self, data: st.DataObject, amount: int) -> None:
        lines = sorted(self.t.state.money.lines)
        if lines:
            line = data.draw(st.sampled_from(lines))
            currency = self.t.state.money.lines[line].currency
            given = {"amount": amount, "currency": currency, "purpose": WORDS, "line": line}
            to = data.draw(st.sampled_from([{"payee": WORDS}, {"payee": None, "member": INES}]))
            self.attempt(payment.ask, payment=self.t.name(), **given, **to)

    @rule(data=st.data(), who=st.sampled_from((INES, AMARU, NOOR, LUZ)), what=st.sampled_from("vsscx"))
    def go_on(self, data: st.DataObject, who: str, what: str) -> None:
        payments = sorted(self.t.state.money.payments)
        if not payments:
            return
        id = data.draw(st.sampled_from(payments))
        p = self.t.state.money.payments[id]
        line = self.t.state.money.lines[p.line or ""]
        match what:
            case "v":
                self.attempt(payment.add_voucher, payment=id, voucher=FILE)
            case "s":
                self.attempt(payment.sign, by=who, payment=id, today=TODAY)
            case "c":
                entry = self.t.name()
                change = {(line.fund, p.currency): -p.amount}
                self.attempt(payment.close, change, entry, payment=id, entry=entry, date=TODAY, today=TODAY)
            case "x":
                self.attempt(payment.cancel, payment=id, reason=WORDS)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if self.undone:
            entry = data.draw(st.sampled_from(sorted(self.undone)))
            given = {"entry": entry, "reversal": self.t.name(), "reason": WORDS, "date": TODAY, "today": TODAY}
            if self.attempt(money.reverse, self.undone[entry], **given):
                del self.undone[entry]

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        s = self.t.state
        total: Counter[str] = Counter()
        for where, amount in s.money.balances.items():
            total[where.rpartition(" ")[2]] += amount
        assert not any(total.values())
        for entry in s.money.entries.values():
            assert_balanced(entry.postings)

    @invariant()
    def the_funds_hold_what_the_second_bookkeeper_says_and_never_less_than_nothing(self) -> None:
        held = {(fund, c): n for fund, its in money.balances(self.t.state).items() for c, n in its.items()}
        assert held == {where: amount for where, amount in self.by_hand.items() if amount}
        assert all(amount >= 0 for amount in held.values())

    @invariant()
    def what_was_closed_had_everything(self) -> None:
        s = self.t.state
        for p in s.money.payments.values():
            if p.status in ("closed", "reversed"):
                assert_complete(s, p.id)
        for line in s.money.lines.values():
            assert 0 <= money.spent(s, line) <= line.amount

    def teardown(self) -> None:
        assert self.t.again() == self.t.state
        exported_is_whole(self.t.state)


def assert_balanced(postings: Any) -> None:
    sums_: Counter[str] = Counter()
    for each in postings:
        sums_[each.currency] += each.amount
    assert not any(sums_.values())


def assert_complete(s: State, id: str) -> None:
    p = s.money.payments[id]
    assert p.decision in s.decisions
    assert p.line in s.money.lines
    assert p.vouchers
    who = [s.mandates[each].member for each in p.signatures]
    assert len(set(who)) == len(who) == 2
    assert NOOR not in who
    assert p.member not in who


TestAccounts = Accounts.TestCase


# For other programs

NAMES = {GIVER: 'Água; "Ñ" | board\nof\\ all'}


def exported_is_whole(s: State) -> None:
    """Both journals balance, and hold what the book holds."""
    held = {(f, c): Decimal(decimal(n, c)) for f, its in money.balances(s).items() for c, n in its.items()}
    loaded, errors, _ = loader.load_string(ledger_export.beancount(s, NAMES, {}, 'El "Molino"'))
    assert errors == []
    in_beancount = {
        (fund, position.units.currency): position.units.number
        for fund in funds.known(s)
        for account in [realization.get(realization.realize(loaded), ledger_export.account(f"fund:{fund}", {}))]
        if account is not None
        for position in account.balance
    }
    assert in_beancount == held
    assert by_hledgers_rule(ledger_export.hledger(s, NAMES, {}, "El Molino"), funds.known(s)) == held


POSTING = re.compile(r"    (\S+)  (-?[0-9.]+) ([A-Z]{3})(?: = (-?[0-9.]+) ([A-Z]{3}))?")


def by_hledgers_rule(journal: str, names: tuple[str, ...]) -> dict[tuple[str, str], Decimal]:
    """The journal read by hledger's rule: every transaction adds up to nothing in each currency, and what is asserted
    holds. What lies in each fund at its end."""
    lies: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    sums_: Counter[str] = Counter()
    for line in [*journal.splitlines(), ""]:
        found = POSTING.fullmatch(line)
        if found is not None:
            account, amount, currency, asserted, _ = found.groups()
            lies[account, currency] += Decimal(amount)
            sums_[currency] += Decimal(amount)  # type: ignore[assignment]
            assert asserted is None or lies[account, currency] == Decimal(asserted)
        elif not line.startswith("    "):
            assert not any(sums_.values()), line
            sums_.clear()
    called = {ledger_export.account(f"fund:{fund}", {}): fund for fund in names}
    return {(called[a], c): n for (a, c), n in lies.items() if a in called and n}


def full(t: Treasury) -> None:
    """Several currencies, an exchange, a payment, something undone."""
    close(t, ready(t))
    t.receive(7, "JPY", "risk")
    t.receive(1_234, "KWD", "savings")
    wrong = t.receive(5, "JPY", "social")
    given = {
        "amount": 1_000,
        "currency": "USD",
        "got": 36_500,
        "got_currency": "VES",
        "source": WORDS,
        "decision": DECISION,
    }
    t.do(money.exchange, exchange=t.name(), fund="operating", **given, date=TODAY, today=TODAY)
    t.do(money.reverse, entry=wrong, reversal=t.name(), reason=WORDS, date=TODAY, today=TODAY)


def test_the_exports_balance_in_every_currency(t: Treasury) -> None:
    exported_is_whole(Treasury().state)
    full(t)
    exported_is_whole(t.state)
    written = ledger_export.beancount(t.state, NAMES, {}, "x")
    assert 'rate: "73/2"' in written
    assert f"{TODAY} price USD  36.5000000000 VES" in written


def test_bean_check_finds_no_fault(t: Treasury, tmp_path: Path) -> None:
    full(t)
    found = shutil.which("bean-check", path=str(Path(__import__("sys").executable).parent)) or shutil.which(
        "bean-check"
    )
    assert found is not None, "it comes with beancount, which the tests install"
    (tmp_path / "money.beancount").write_text(ledger_export.beancount(t.state, NAMES, {}, "x"), encoding="utf-8")
    done = subprocess.run([found, tmp_path / "money.beancount"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_hledger_finds_no_fault(t: Treasury, tmp_path: Path) -> None:
    found = shutil.which("hledger")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must check with hledger too, and it is not installed")
        pytest.skip("hledger is not installed")
    full(t)
    (tmp_path / "money.journal").write_text(ledger_export.hledger(t.state, NAMES, {}, "x"), encoding="utf-8")
    done = subprocess.run(
        [found, "-f", tmp_path / "money.journal", "check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_table_keeps_what_a_spreadsheet_would_reckon_with_as_words(t: Treasury) -> None:
    assert "'=1+1" in ledger_export.table(t.state, {GIVER: "=1+1"})


def test_a_rate_is_exact() -> None:
    assert ledger.rate_of(100, "USD", 3_333, "VES") == "3333/100"
    assert Fraction(ledger.rate_of(3, "JPY", 1_000, "KWD")) == Fraction(1, 3)


# Accounts


@given(st.lists(st.tuples(st.integers(1, 28), sums, some_currency, some_fund), max_size=12), st.integers(1, 27))
def test_what_one_account_ends_with_the_next_begins_with(came: list[Any], cut: int) -> None:
    t = Treasury(with_funds(*FUNDS))
    for day, amount, currency, fund in came:
        t.receive(amount, currency, fund, date=f"2027-01-{day:02}")
    one = {(f.fund, f.currency): f.closing for f in accounting.funds(t.state, "2026-01-01", f"2027-01-{cut:02}")}
    two = accounting.funds(t.state, f"2027-01-{cut + 1:02}", TODAY)
    assert {(f.fund, f.currency): f.opening for f in two if f.opening} == one
    held = {(f, c): n for f, its in money.balances(t.state).items() for c, n in its.items()}
    assert {(f.fund, f.currency): f.closing for f in two} == held


def test_accounts_are_due_by_quarters_and_years(t: Treasury) -> None:
    assert accounting.due(t.state, "2027-03-31") == []
    at = [(d.unit, d.since, d.until) for d in accounting.due(t.state, "2028-01-01")]
    assert at[:2] == [("finance", "2027-10-01", "2027-12-31"), ("control", "2027-01-01", "2027-12-31")]
    assert len(at) == 5
