"""Elections: who may stand, who serves how long, who steps in; challenges; recall; the minutes' approval."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from comuna.rules import approval, counting, dates, election, eligibility, recall, verdict
from comuna.rules.election import Elected
from comuna.rules.eligibility import BY_THE_DESK, Facts
from comuna.rules.verdict import Tally
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, rule
from tests.rules.test_assembly import SECOND, refuses

INES, AMARU, NOOR, PAZ = "2001", "2002", "2003", "2004"


def stand(council: Council, candidate: str, unit: str = "finance", **changes) -> None:
    asked = {"by": ROSA, "unit": unit, "candidate": candidate, "facts": BY_THE_DESK, "today": council.today, **changes}
    council.record(election.stand(council.state, **asked))


def elect(
    council: Council, id: int, winners: tuple[str, ...], alternates: tuple[str, ...] = (), unit: str = "finance",
    gathering: str = FIRST, seats: int | None = None, opened: str | None = None, **made: Any,
) -> str:  # fmt: skip
    """A secret election of a unit, by paper, that comes out like that; `opened` before, or now."""
    who = council.state.candidates[unit]
    asked = opened or council.ask(
        id, unit, "", gathering=gathering, subject="election", method="plurality", seats=seats or len(winners),
        secret=unit == "finance", ways=("paper",),
    )  # fmt: skip
    box = Tally(counts=tuple(8 for _ in who), ballots=8 * len(who), phones=0, digest="0" * 64)
    came_out = Elected(method="plurality/1", winners=winners, alternates=alternates, **{"outcome": "elected", **made})
    if not council.state.votes[asked].secret:
        counted = {"counts": tuple(10 for _ in who), "ballots": 10 * len(who)}
        council.record(
            counting.count(council.state, by=ROSA, gathering=gathering, vote=asked, way="paper", tellers=3, **counted)
        )
        box = Tally(counts=tuple(0 for _ in who), ballots=0, phones=0)
    council.record(verdict.close(council.state, by=ROSA, gathering=gathering, vote=asked, tally=box, elected=came_out))
    return asked


def test_whoever_is_elected_serves_the_charters_term_and_an_alternate_steps_in(council: Council) -> None:
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR,))
    held = {m.member: m for m in council.state.mandates.values()}
    assert set(held) == {INES, AMARU}
    assert (held[INES].since, held[INES].until) == ("2026-11-11", "2028-11-11")
    assert council.state.candidates["finance"] == ()
    council.record(election.end(council.state, by=ROSA, mandate=held[INES].id, reason="resigned", today=council.today))
    running = [m for m in council.state.mandates.values() if eligibility.running(m, council.today)]
    assert {(m.member, m.until) for m in running} == {(AMARU, "2028-11-11"), (NOOR, "2028-11-11")}
    assert council.state.alternates["finance"] == ()
    refuses(
        "mandate.ended_already", election.end, s=council.state, by=ROSA, mandate=held[INES].id, reason="died",
        today=council.today,
    )  # fmt: skip
    assert council.rebuilt() == council.state


def test_whoever_was_level_still_stands_and_the_alternates_stay_until_it_is_decided(council: Council) -> None:
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR,))
    for each in (PAZ, "2005", "2006"):
        stand(council, each)
    asked = council.ask(
        2, "finance", "", subject="election", method="plurality",
        seats=2, secret=True, ways=("paper",),
    )  # fmt: skip
    box = Tally(counts=(5, 5, 2), ballots=12, phones=0, digest="0" * 64)
    level = Elected(method="plurality/1", outcome="undecided", winners=(), tied=(PAZ, "2005"))
    council.record(verdict.close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=box, elected=level))
    assert council.state.candidates["finance"] == (PAZ, "2005")
    assert council.state.alternates["finance"] == (NOOR,)
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {INES, AMARU}


def test_a_candidate_stands_for_one_unit_and_in_no_incompatible_one(council: Council) -> None:
    stand(council, INES)
    refuses("candidate.stands_already", stand, council=council, candidate=INES)
    refuses("candidate.one_unit_only", stand, council=council, candidate=INES, unit="control")
    refuses("candidate.to_attest", stand, council=council, candidate=AMARU, facts=Facts())
    refuses("unit.unknown", stand, council=council, candidate=AMARU, unit="nobody")
    stand(council, AMARU)
    elect(council, 1, (INES, AMARU))
    refuses("candidate.incompatible", stand, council=council, candidate=INES, unit="control")
    stand(council, NOOR, "control")
    council.record(election.withdraw(council.state, by=ROSA, unit="control", candidate=NOOR))
    refuses("candidate.unknown", election.withdraw, s=council.state, by=ROSA, unit="control", candidate=NOOR)


def test_a_whole_unit_elected_anew_ends_the_old_terms(council: Council) -> None:
    for each in (INES, AMARU):
        stand(council, each)
    elect(council, 1, (INES, AMARU))
    for each in (AMARU, NOOR):
        stand(council, each)
    elect(council, 2, (AMARU, NOOR))
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {AMARU, NOOR}


def test_the_calendar_warns_of_what_expires(council: Council) -> None:
    for each in (INES, AMARU):
        stand(council, each)
    elect(council, 1, (INES, AMARU))
    assert [(until, days) for until, _, days in election.calendar_of(council.state, "2028-10-01")] == [
        ("2028-11-11", 41), ("2028-11-11", 41),
    ]  # fmt: skip
    assert dates.months_later("2026-12-31", 2) == "2027-02-28"
    assert dates.months_later("2028-02-29", 12) == "2029-02-28"


@pytest.fixture
def elected(council: Council) -> Council:
    """Inés and Amaru hold finance, Noor would step in."""
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR,))
    return council


def petition(council: Council, **changes) -> None:
    mandate = next(m.id for m in council.state.mandates.values() if m.member == INES)
    asked = {
        "by": ROSA, "recall": an_id(50), "mandate": mandate, "cause": "", "asked_by": "roll",
        "received_by": "control", "today": council.today, **changes,
    }  # fmt: skip
    council.record(recall.petition(council.state, **asked))


def test_a_recall_goes_its_way_and_the_alternate_steps_in(elected: Council) -> None:
    petition(elected)
    step = {"by": ROSA, "recall": an_id(50)}
    elected.record(recall.certify(elected.state, **step, signatures=10, roll=100, today=elected.today))
    assert elected.state.recalls[an_id(50)].report_due == "2026-11-26"
    elected.record(recall.report(elected.state, **step, text=TEXT, today="2026-11-20"))
    assert elected.state.recalls[an_id(50)].assembly_due == "2026-12-05"
    ask = {"id": 51, "of": an_id(50), "decision": "recall", "subject": "recall"}
    refuses("recall.not_defended", elected.ask, **ask)
    elected.record(recall.defend(elected.state, **step, text=None))
    asked = elected.ask(**ask)
    assert elected.state.votes[asked].rules.quorum == 20, "a fifth of the roll, whatever the call"
    assert elected.hands(asked, 25, 5, 0) == "adopted"
    elected.record(
        recall.decide(elected.state, by=ROSA, gathering=FIRST, recall=an_id(50), vote=asked, today=elected.today)
    )
    assert {m.member for m in elected.state.mandates.values() if m.ended is None} == {AMARU, NOOR}
    assert dict(elected.state.barred) == {INES: "2032-11-11"}, "two terms after the one that would have ended"
    refuses("candidate.barred", stand, council=elected, candidate=INES)
    assert elected.rebuilt() == elected.state


def recalled(council: Council) -> None:
    """Ines is recalled, by all the steps."""
    petition(council)
    step = {"by": ROSA, "recall": an_id(50)}
    council.record(recall.certify(council.state, **step, signatures=10, roll=100, today=council.today))
    council.record(recall.report(council.state, **step, text=TEXT, today="2026-11-20"))
    council.record(recall.defend(council.state, **step, text=None))
    asked = council.ask(id=51, of=an_id(50), decision="recall", subject="recall")
    council.hands(asked, 25, 5, 0)
    council.record(recall.decide(council.state, **step, gathering=FIRST, vote=asked, today=council.today))


@pytest.mark.parametrize(
    ("successor", "office", "free"),
    [('"alternate"', {AMARU, NOOR}, 0), ('"unspecified"', {AMARU, NOOR}, 0),
     ('"election"', {AMARU}, 1), ('"none"', {AMARU}, 0)],
)  # fmt: skip
def test_who_comes_after_a_recall_is_as_the_charter_says(successor: str, office: set[str], free: int) -> None:
    council = Council(COUNCIL + rule("recall.successor", successor))
    council.call()
    council.open()
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR,))
    recalled(council)
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == office
    assert council.state.alternates["finance"] == (() if NOOR in office else (NOOR,)), "the alternate stays one"
    assert election.vacant(council.state, "finance", council.today) == free
    assert council.rebuilt() == council.state
    (amaru,) = (m for m in council.state.mandates.values() if m.member == AMARU and m.ended is None)
    left = election.end(council.state, by=ROSA, mandate=amaru.id, reason="resigned", today=council.today)
    assert left.successor == (None if NOOR in office else NOOR), "whoever resigns is followed by the alternate"


def test_a_seat_left_empty_is_filled_when_the_unit_is_elected_again() -> None:
    council = Council(COUNCIL + rule("recall.successor", '"none"'))
    council.call()
    council.open()
    for each in (INES, AMARU):
        stand(council, each)
    elect(council, 1, (INES, AMARU))
    recalled(council)
    refuses("election.other_seats", election.seats_to_fill, s=council.state, unit="finance", seats=1,
            today=council.today)  # fmt: skip
    for each in (AMARU, NOOR):
        stand(council, each)
    elect(council, 2, (AMARU, NOOR))
    (noor,) = (m for m in council.state.mandates.values() if m.member == NOOR and m.ended is None)
    council.record(election.end(council.state, by=ROSA, mandate=noor.id, reason="resigned", today=council.today))
    assert election.vacant(council.state, "finance", council.today) == 1, "this one may be filled"


def test_a_unit_may_have_a_recall_of_its_own(elected: Council) -> None:
    """As a commune's control council, whose members only two thirds recall (Ley Orgánica de las Comunas, Art. 50)."""
    petition(elected)
    assert recall.decided_as(elected.state, an_id(50)) == "recall"
    stricter = COUNCIL + rule("units.finance.recalled_by", '"bylaws"')
    state = msgspec.structs.replace(elected.state, charter=stricter)
    assert recall.decided_as(state, an_id(50)) == "bylaws"


def test_too_few_signatures_end_a_recall_and_nobody_learns_who_signed(elected: Council) -> None:
    petition(elected)
    certified = recall.certify(elected.state, by=ROSA, recall=an_id(50), signatures=9, roll=100, today=elected.today)
    assert (certified.enough, certified.needed) == (False, 10)
    elected.record(certified)
    refuses(
        "recall.other_step", recall.report, s=elected.state, by=ROSA, recall=an_id(50), text=TEXT, today="2026-11-20"
    )


def test_where_the_law_says_two_things_somebody_chooses_and_it_stands_in_the_book(elected: Council) -> None:
    refuses("recall.receiver_unclear", petition, council=elected, received_by=None)
    refuses("recall.may_not_ask", petition, council=elected, asked_by="finance")
    petition(elected, asked_by="control")
    refuses("recall.open_already", petition, council=elected, recall=an_id(60))


def test_minutes_are_corrected_then_approved_by_the_next_assembly_and_signed(council: Council) -> None:
    council.record(approval.correct(council.state, by=ROSA, gathering=FIRST, about=3, text=TEXT))
    refuses("act.unknown", approval.correct, s=council.state, by=ROSA, gathering=FIRST, about=999, text=TEXT)
    council.close()
    council.call(SECOND)
    council.open(SECOND)
    asked = council.ask(9, FIRST, "simple", gathering=SECOND, subject="minutes")
    council.hands(asked, 30, 1, 0, gathering=SECOND)
    council.record(approval.approve(council.state, by=ROSA, gathering=FIRST, approved_at=SECOND, vote=asked))
    refuses(
        "minutes.approved_already", approval.correct, s=council.state, by=ROSA, gathering=FIRST, about=None, text=TEXT
    )
    council.record(approval.sign(council.state, by=ROSA, gathering=FIRST, unit="control"))
    assert dict(council.state.minutes) == {FIRST: SECOND}


def test_a_petition_is_certified_before_its_report_and_a_units_request_has_no_signatures(council: Council) -> None:
    stand(council, INES)
    elect(council, 1, (INES,))
    (mandate,) = council.state.mandates
    asked = {"by": ROSA, "mandate": mandate, "cause": "", "received_by": "control", "today": council.today}
    council.record(recall.petition(council.state, recall=an_id(2), asked_by="roll", **asked))
    brought = {"s": council.state, "by": ROSA, "recall": an_id(2), "text": TEXT, "today": council.today}
    refuses("recall.not_certified", recall.report, **brought)
    counted = {"by": ROSA, "signatures": 3, "roll": 100, "today": council.today}
    council.record(recall.certify(council.state, recall=an_id(2), **counted))
    council.record(recall.petition(council.state, recall=an_id(3), asked_by="control", **asked))
    assert council.state.recalls[an_id(3)].report_due == "2026-11-26", "the time for the report begins at once"
    refuses("recall.no_petition", recall.certify, s=council.state, recall=an_id(3), **counted)
    council.record(recall.report(council.state, by=ROSA, recall=an_id(3), text=TEXT, today=council.today))
    assert council.rebuilt() == council.state


def test_an_office_whose_term_is_over_can_be_ended_and_no_alternate_steps_in(council: Council) -> None:
    for each in (INES, NOOR):
        stand(council, each)
    elect(council, 1, (INES,), (NOOR,))
    (mandate,) = council.state.mandates
    assert election.steps_in(council.state, mandate, council.today) == NOOR
    for reason in ("over", "resigned"):
        ended = election.end(council.state, by=ROSA, mandate=mandate, reason=reason, today="2028-11-11")
        assert ended.successor is None
    before = {"s": council.state, "by": ROSA, "mandate": mandate, "reason": "over", "today": "2026-11-10"}
    refuses("mandate.ended_already", election.end, **before)


def test_an_office_signs_minutes_once(council: Council) -> None:
    council.record(approval.sign(council.state, by=ROSA, gathering=FIRST, unit="finance"))
    refuses("minutes.signed_already", approval.sign, s=council.state, by=ROSA, gathering=FIRST, unit="finance")
    council.record(approval.sign(council.state, by=ROSA, gathering=FIRST, unit="control"))
    assert council.state.signed[FIRST] == ("finance", "control")
