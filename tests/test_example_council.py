"""The example council lives its two years under the charter that it comes with, and has something of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from comuna import example_council
from comuna.rules import election, proposal
from comuna.rules.eligibility import running
from comuna.rules.state import State
from comuna.store import people, register, signatures
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
