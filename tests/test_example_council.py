"""The example council lives its two years under the charter that it comes with, and has something of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from comuna import example_council
from comuna.rules import election, ledger, payment, promise, proposal
from comuna.rules.eligibility import running
from comuna.rules.state import State
from comuna.store import book as books
from comuna.store import housing, people, register, rounds, signatures, texts
from comuna.store.store import Store

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
TODAY = "2026-11-28"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    address = str(tmp_path_factory.mktemp("example") / "council.db")
    store = Store(address)
    account = store.write(lambda tx: people.new_account(tx))
    assert example_council.live(address, account, NOW)
    yield store
    store.close()


@pytest.fixture(scope="module")
def book(store: Store) -> str:
    with store.read() as connection:
        account = people.first_account(connection)
        [found] = people.books_of(connection, account or "")
    return found


@pytest.fixture(scope="module")
def state(store: Store, book: str) -> State:
    with store.read() as connection:
        found = store.state(connection, book)
    assert found is not None
    return found


def test_everybody_may_read_where_the_money_went(state: State) -> None:
    assert state.public


def test_every_unit_is_held_and_its_term_ends_soon(state: State) -> None:
    assert state.kind == "communal-council-2009"
    held = [m.unit for m in state.mandates.values() if running(m, TODAY)]
    assert {unit: held.count(unit) for unit in held} == {"executive": 6, "finance": 5, "control": 5, "electoral": 5}
    assert all(0 < left <= election.WARNING_DAYS for _, _, left in election.calendar_of(state, TODAY))
    assert len(state.candidates["control"]) == 6


def test_one_recall_is_decided_and_a_petition_waits_for_signatures(store: Store, state: State) -> None:
    assert sorted(each.status for each in state.recalls.values()) == ["decided", "petitioned"]
    [petition] = [each.id for each in state.recalls.values() if each.status == "petitioned"]
    with store.read() as connection:
        assert signatures.so_far(connection, petition) == signatures.Signed(phone=11, paper=8)


def test_votes_were_held_in_every_way(state: State) -> None:
    closed = [v for v in state.votes.values() if v.status == "closed" and v.result is not None]
    assert len(closed) == len(state.votes)
    assert {way for v in closed for way in v.ways} == {"hands", "phones", "paper"}
    assert {v.method for v in closed} == {"majority", "plurality", "stv-scottish"}
    [by_phone] = [v.result for v in closed if "phones" in v.ways]
    assert (by_phone.phones, by_phone.outcome, by_phone.counts) == (29, "adopted", [89, 5, 13])
    assert all(v.result.outcome == "elected" for v in closed if v.subject == "election")


def test_a_challenge_was_answered_and_minutes_were_signed(state: State) -> None:
    assert list(state.challenges.values()) == [False]
    held = [each for each in state.assemblies if state.gatherings[each].status == "closed"]
    assert len(held) == 5
    assert len(state.minutes) == len(held) - 1, "those of the last assembly are still a draft"
    assert set(state.signed) == set(held)


def test_a_change_of_the_charter_is_proposed_and_can_be_moved(state: State) -> None:
    [(digest, proposed)] = state.proposals.items()
    assert proposal.current(state, digest) == proposed
    [to_come] = [a for a in state.assemblies.values() if a.status == "convened"]
    assert "charter" in to_come.matters.values()


def test_the_rolls_of_the_assemblies_are_kept(store: Store, book: str) -> None:
    with store.read() as connection:
        kept = register.frozen_rolls(connection, book)
        assert [register.roll_count(connection, each, "vote") for each, _ in kept] == [310] * 5


# What it does beside its assemblies


def test_time_goes_one_way(store: Store, book: str) -> None:
    with store.read() as connection:
        times = [each.at for each in books.envelopes(connection, book)]
    assert times == sorted(times)


def test_the_diagnosis_is_approved_and_has_needs_of_many_committees(state: State) -> None:
    needs = state.needs.every.values()
    assert {status: sum(n.status == status for n in needs) for status in ("open", "merged", "met")} == {
        "open": 10, "merged": 2, "met": 2,
    }  # fmt: skip
    assert len({each.unit for each in needs}) >= 8
    [diagnosis] = state.needs.diagnoses.values()
    assert diagnosis.decision in state.decisions
    assert len(diagnosis.needs) == 12


def test_a_budget_is_decided_by_equal_shares_and_approved(state: State) -> None:
    [held] = state.budget.rounds.values()
    assert held.result is not None
    assert (held.status, held.rules.rule, held.result.ballots) == ("decided", "equal-shares", 122)
    assert len(held.result.winners) == 4
    assert held.approved in state.decisions
    assert held.result.amount + held.result.left == held.rules.amount


def test_every_sum_that_came_lies_in_a_fund_or_was_paid(state: State) -> None:
    for currency in ("VES", "USD"):
        balances = [sum(amounts.values()) for amounts in _by_currency(state, currency)]
        assert sum(balances) == 0
    assert all(amount >= 0 for fund in ledger.balances(state).values() for amount in fund.values())


def _by_currency(state: State, currency: str) -> list[dict[str, int]]:
    return [{key: sum_} for key, sum_ in state.money.balances.items() if key.endswith(f" {currency}")]


def test_ten_payments_are_made_and_two_wait(store: Store, state: State) -> None:
    payments = state.money.payments.values()
    made = [each for each in payments if each.status == "closed"]
    assert len(made) == 10
    assert all(len(each.vouchers) == 1 and len(payment.signers(state, each)) == 2 for each in made)
    waiting = [payment.missing(state, each) for each in payments if each.status == "asked"]
    assert sorted(waiting) == [["second_signature"], ["voucher"]]
    with store.read() as connection:
        assert all(texts.kept(connection, each.vouchers[0]) is not None for each in made)


def test_social_control_asks_and_finds_and_accounts_are_approved(state: State) -> None:
    assert sorted(each.answer is None for each in state.money.questions.values()) == [False, True]
    assert sorted(each.answer is None for each in state.money.findings.values()) == [False, True]
    given = [(each.unit, each.since, each.decision in state.decisions) for each in state.money.accounts.values()]
    assert len(given) == len({(unit, since) for unit, since, _ in given})
    quarters = [(since, approved) for unit, since, approved in given if unit == "finance"]
    assert 6 <= len(quarters) <= 7
    assert all(since[5:] in ("01-01", "04-01", "07-01", "10-01") and approved for since, approved in quarters)
    assert [(since[5:], approved) for unit, since, approved in given if unit == "control"] == [("01-01", False)]


def test_promises_are_kept_broken_and_overdue(state: State) -> None:
    statuses = sorted(each.status for each in state.promises.promises.values())
    assert statuses == ["kept", "open", "open", "open", "part", "refused"]
    late = [promise.days_overdue(each, TODAY) for each in promise.overdue(state, TODAY)]
    assert late == [374, 280, 18]
    answers = sorted(each.status for each in state.promises.requests.values())
    assert answers == ["answered", "granted", "refused", "waiting", "waiting"]


def test_six_projects_stand_at_different_phases(state: State) -> None:
    found = sorted((each.status, each.phase, each.percent, len(each.blocked)) for each in state.projects.values())
    assert found == [
        ("closed", "control", 100, 0),
        ("under_way", "budget", 33, 0),
        ("under_way", "budget", 60, 1),
        ("under_way", "execution", 50, 1),
        ("under_way", "execution", 66, 0),
        ("under_way", "execution", 100, 0),
    ]


def test_every_proposal_that_won_became_a_project(state: State) -> None:
    began = [each for p in state.projects.values() for each in p.proposals]
    assert len(set(began)) == len(began) == 4
    assert all(state.budget.proposals[each].feasible for each in began)


def test_what_waits_in_a_project_is_late_and_one_brigade_is_to_come(state: State) -> None:
    assert all(any((step.due or "9") < TODAY for step in p.waiting) for p in state.projects.values() if p.waiting)
    held = sorted(each.status for p in state.projects.values() for each in p.brigades.values())
    assert held == ["called", "held"]


def test_three_of_twenty_roofs_are_done_and_the_order_can_be_checked(store: Store, state: State) -> None:
    [programme] = state.housing.values()
    assert (programme.count, programme.handed) == (20, 3)
    with store.read() as connection:
        places = housing.order(connection, state, programme.project)
        kept = housing.dwellings(connection, state.book or "", programme.project)
    assert places is not None
    assert [kept[each.code].handed is not None for each in places] == [True] * 3 + [False] * 17


def test_the_survey_is_closed_with_its_totals(state: State) -> None:
    [held] = state.surveys.all.values()
    assert (held.status, held.kept) == ("closed", False)
    assert held.answered > 100
    assert held.results is not None


def test_garbage_is_collected_by_rounds_on_a_map(store: Store, state: State) -> None:
    [service] = state.rounds.services.values()
    assert len(service.weeks) == 8
    assert sum(week.missed for week in service.weeks.values()) == 10
    with store.read() as connection:
        assert rounds.kept_map(connection, state.book or "") is not None
        assert len(rounds.read(connection, state.book or "", service.id).points) == 11


def test_gas_campaign_days_a_surplus_and_certificates(state: State) -> None:
    assert sorted(each.status for each in state.distributions.each.values()) == ["closed", "open"]
    assert sorted(each.status for each in state.health.campaigns.values()) == ["called", "closed"]
    [surplus] = state.cooperative.surpluses.values()
    assert sum(surplus.funds) + surplus.shared == surplus.amount
    assert sorted(each.revoked is not None for each in state.certificates.values()) == [False, False, True]
