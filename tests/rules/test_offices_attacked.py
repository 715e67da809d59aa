"""What somebody with the chair's key or a form of their own might try with elections, recalls and challenges."""

from __future__ import annotations

import msgspec
import pytest

from comuna.rules import challenge, dates, election, eligibility, recall, vote
from comuna.rules.eligibility import Facts
from comuna.rules.vote import Ask
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, entry, rule
from tests.rules.test_assembly import SECOND, refuses
from tests.rules.test_election import AMARU, INES, NOOR, PAZ, elect, petition, stand


@pytest.fixture
def reported(council: Council) -> Council:
    """Inés and Amaru hold finance, Noor would step in; the recall of Inés waits for the assembly."""
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR,))
    petition(council, asked_by="control")
    step = {"by": ROSA, "recall": an_id(50)}
    council.record(recall.report(council.state, **step, text=TEXT, today=council.today))
    council.record(recall.defend(council.state, **step, text=None))
    return council


ASKED = {"of": an_id(50), "decision": "recall", "subject": "recall"}


def decide(council: Council, vote_: str, gathering: str = FIRST) -> list:
    return recall.decide(council.state, by=ROSA, gathering=gathering, recall=an_id(50), vote=vote_, today=council.today)


# Recalls


def test_a_vote_about_something_else_decides_no_recall(reported: Council) -> None:
    question = reported.ask(60, an_id(50), "simple", subject="question")
    reported.hands(question, 30, 1, 0)
    refuses("vote.unknown", decide, council=reported, vote_=question)
    refuses("vote.unknown", decide, council=reported, vote_=an_id(99))


def test_a_vote_of_another_assembly_decides_no_recall(reported: Council) -> None:
    asked = reported.ask(60, **ASKED)
    reported.hands(asked, 30, 1, 0)
    reported.close()
    reported.call(SECOND)
    reported.open(SECOND)
    refuses("vote.unknown", decide, council=reported, vote_=asked, gathering=SECOND)


def test_a_vote_that_was_stopped_or_is_open_decides_no_recall(reported: Council) -> None:
    asked = reported.ask(60, **ASKED)
    refuses("vote.open", decide, council=reported, vote_=asked)
    reported.record(vote.annul(reported.state, by=ROSA, gathering=FIRST, vote=asked, reason=None))
    refuses("vote.annulled", decide, council=reported, vote_=asked)


def test_a_recall_is_decided_at_the_kind_of_gathering_that_the_charter_says(reported: Council) -> None:
    elsewhere = (
        COUNCIL + entry("gatherings.parliament", "Parliament") + rule("decisions.recall.gathering", '["parliament"]')
    )
    asked = reported.ask(60, **ASKED)
    reported.hands(asked, 30, 1, 0)
    reported.state = msgspec.structs.replace(reported.state, charter=elsewhere)
    refuses("decision.other_gathering", reported.ask, id=61, **ASKED)
    refuses("decision.other_gathering", decide, council=reported, vote_=asked)


# Challenges


def test_an_answer_belongs_to_the_vote_that_was_challenged(council: Council) -> None:
    one = council.ask(60, council.move(59))
    council.hands(one, 30, 1, 0)
    other = council.ask(62, council.move(61))
    council.hands(other, 30, 1, 0)
    raised = {"by": ROSA, "challenge": an_id(7), "text": TEXT}
    council.record(challenge.contest(council.state, vote=one, **raised, today=council.today, closed=council.today))
    refuses("challenge.unknown", challenge.answer, s=council.state, vote=other, upheld=True, **raised)
    council.record(challenge.answer(council.state, vote=one, upheld=True, **raised))
    assert council.rebuilt() == council.state


# Seats


def opens(council: Council, seats: int, id: int = 70) -> None:
    asked = Ask(subject="election", of="finance", ways=("paper",), secret=True, method="plurality", seats=seats)
    council.record(vote.open_vote(council.state, by=ROSA, gathering=FIRST, vote=an_id(id), roll=100, ask=asked))


def test_a_form_cannot_elect_more_or_fewer_than_the_charter_has_seats(council: Council) -> None:
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    refuses("election.other_seats", opens, council=council, seats=3)
    refuses("election.no_seats", opens, council=council, seats=0)
    elect(council, 1, (INES, AMARU), (NOOR,))
    for each in (NOOR, PAZ):
        stand(council, each)
    refuses("election.other_seats", opens, council=council, seats=1)
    held = next(m.id for m in council.state.mandates.values() if m.member == AMARU)
    state = msgspec.structs.replace(council.state, alternates=council.state.alternates.set("finance", ()))
    council.state = state
    council.record(election.end(council.state, by=ROSA, mandate=held, reason="resigned", today=council.today))
    assert election.vacant(council.state, "finance", council.today) == 1
    elect(council, 2, (NOOR,))
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {INES, NOOR}


def test_an_election_of_all_seats_ends_the_old_terms_also_where_it_leaves_one_undecided(council: Council) -> None:
    for each in (INES, AMARU):
        stand(council, each)
    elect(council, 1, (INES, AMARU))
    for each in (NOOR, PAZ, "2005"):
        stand(council, each)
    tied = {"outcome": "undecided", "tied": (PAZ, "2005")}
    elect(council, 2, (NOOR,), seats=2, **tied)
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {NOOR}
    assert election.vacant(council.state, "finance", council.today) == 1
    elect(council, 3, (PAZ,))
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {NOOR, PAZ}
    assert council.rebuilt() == council.state


# Who may step in, and who may be elected


def test_an_alternate_who_is_barred_or_in_an_excluded_unit_is_passed_over(council: Council) -> None:
    for each in (INES, AMARU, NOOR, PAZ, "2005"):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR, PAZ, "2005"))
    stand(council, NOOR, "control")
    elect(council, 2, (NOOR,), unit="control")
    council.state = msgspec.structs.replace(council.state, barred=council.state.barred.set(PAZ, "2032-11-11"))
    passed = election.passed_over(council.state, "finance", council.today)
    assert [(member, why.code) for member, why in passed] == [(NOOR, "compatible"), (PAZ, "not_recalled")]
    held = next(m.id for m in council.state.mandates.values() if m.member == INES)
    assert election.steps_in(council.state, held, council.today) == "2005"


def test_a_candidate_is_checked_again_when_the_vote_opens_and_when_it_closes(council: Council) -> None:
    for each in (INES, AMARU):
        stand(council, each)
    council.state = msgspec.structs.replace(council.state, barred=council.state.barred.set(INES, "2032-11-11"))
    refuses("candidate.no_longer", opens, council=council, seats=2)
    council.state = msgspec.structs.replace(council.state, barred=council.state.barred.delete(INES))
    opens(council, 2)
    council.state = msgspec.structs.replace(council.state, barred=council.state.barred.set(INES, "2032-11-11"))
    refuses("candidate.no_longer", elect, council=council, id=71, winners=(INES, AMARU), opened=an_id(70))


def test_the_register_is_believed_over_the_desk() -> None:
    asked = COUNCIL + entry("rights.stand", "Standing") + rule("units.finance.requires", '{ right = "stand" }')
    council = Council(asked)
    attested = frozenset(eligibility.ATTESTED)
    refuses("candidate.to_attest", stand, council=council, candidate=INES, facts=Facts())
    refuses("candidate.not_eligible", stand, council=council, candidate=INES, facts=Facts({"stand": False}, attested))
    stand(council, INES, facts=Facts({"stand": True}))
    stand(council, AMARU, facts=Facts(attested=frozenset({"right"})))


# Far away


def test_days_beyond_the_calendar_are_refused_before_anything_is_written(council: Council) -> None:
    refuses("date.too_far", dates.months_later, day="2026-11-11", months=1_000_000)
    refuses("date.too_far", dates.days_later, day="2026-11-11", days=5_000_000)
    assert dates.days_later("9999-12-30", 1) == "9999-12-31"
    for each in (INES, AMARU):
        stand(council, each)
    assert rule("units.finance.term_months", "24") in COUNCIL
    far = COUNCIL.replace(rule("units.finance.term_months", "24"), rule("units.finance.term_months", "100000"))
    before, council.state = council.state, msgspec.structs.replace(council.state, charter=far)
    refuses("date.too_far", opens, council=council, seats=2)
    council.state = before
    elect(council, 1, (INES, AMARU))
    later = COUNCIL.replace(rule("recall.barred_terms", "2"), rule("recall.barred_terms", "1000000"))
    council.state = msgspec.structs.replace(council.state, charter=later)
    refuses("date.too_far", petition, council=council)
