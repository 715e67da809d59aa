"""Challenges: within their time, answered once; upheld, nothing that followed from the vote stands."""

from __future__ import annotations

from comuna.rules import challenge, decisions, election, eligibility, motion
from comuna.rules.eligibility import Facts
from tests.cast import an_id
from tests.rules.assemblies import FIRST, ROSA, TEXT, Council
from tests.rules.test_assembly import SECOND, refuses
from tests.rules.test_election import AMARU, INES, NOOR, elect, recalled, stand


def uphold(council: Council, of: str, id: int = 7) -> None:
    raised = {"by": ROSA, "vote": of, "challenge": an_id(id), "text": TEXT}
    council.record(challenge.contest(council.state, **raised, today=council.today, closed=council.today))
    council.record(challenge.answer(council.state, **raised, upheld=True))
    assert council.rebuilt() == council.state


def test_a_challenge_has_its_time_and_one_answer(council: Council) -> None:
    for each in (INES, AMARU):
        stand(council, each)
    asked = elect(council, 1, (INES, AMARU))
    raise_ = {"by": ROSA, "vote": asked, "challenge": an_id(7), "text": TEXT, "closed": "2026-11-11"}
    refuses("challenge.too_late", challenge.contest, s=council.state, **raise_, today="2026-11-17")
    council.record(challenge.contest(council.state, **raise_, today="2026-11-16"))
    settle = {"by": ROSA, "vote": asked, "challenge": an_id(7), "upheld": False, "text": TEXT}
    council.record(challenge.answer(council.state, **settle))
    refuses("challenge.answered_already", challenge.answer, s=council.state, **settle)
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {INES, AMARU}, "dismissed"


def test_an_upheld_challenge_of_an_election_frees_its_offices(council: Council) -> None:
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    asked = elect(council, 1, (INES, AMARU), (NOOR,))
    uphold(council, asked)
    assert [m.ended for m in council.state.mandates.values()] == ["annulled", "annulled"]
    assert council.state.alternates["finance"] == ()
    assert election.vacant(council.state, "finance", council.today) == 2
    stand(council, NOOR)
    stand(council, INES)
    elect(council, 2, (NOOR, INES))
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {NOOR, INES}


def test_an_upheld_challenge_of_a_decision_puts_the_motion_on_the_table(council: Council) -> None:
    moved = council.move(59)
    asked = council.ask(60, moved)
    council.hands(asked, 30, 1, 0)
    council.record(
        motion.decide(council.state, by=ROSA, gathering=FIRST, decision=an_id(61), motion=moved, owner=None, due=None)
    )
    assert decisions.decided(council.state, an_id(61)).number == 1
    uphold(council, asked)
    refuses("decision.annulled", decisions.decided, s=council.state, decision=an_id(61))
    refuses("decision.annulled", motion.finish, s=council.state, by=ROSA, decision=an_id(61), report=None)
    assert council.state.motions[moved].status == "tabled"
    council.record(motion.take_up(council.state, by=ROSA, gathering=FIRST, motion=moved, item="a1"))
    council.record(motion.read_back(council.state, by=ROSA, gathering=FIRST, motion=moved))
    again = council.ask(62, moved)
    council.hands(again, 35, 0, 0)
    council.record(
        motion.decide(council.state, by=ROSA, gathering=FIRST, decision=an_id(63), motion=moved, owner=None, due=None)
    )
    assert decisions.decided(council.state, an_id(63)).number == 2


def test_whoever_was_recalled_by_an_annulled_vote_is_in_office_again(council: Council) -> None:
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR,))
    recalled(council)
    asked = next(v.id for v in council.state.votes.values() if v.subject == "recall")
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {AMARU, NOOR}
    uphold(council, asked)
    assert {m.member for m in council.state.mandates.values() if m.ended is None} == {INES, AMARU}
    assert INES not in council.state.barred
    assert council.state.recalls[an_id(50)].status == "reported"


def test_where_only_the_agenda_is_decided_nobody_is_elected_beside_it() -> None:
    council = Council()
    council.call(matters={"a1": "ordinary"})
    council.open()
    stand(council, INES)
    refuses("election.not_on_agenda", elect, council=council, id=1, winners=(INES,), seats=2)
    council.call(SECOND, matters={"a1": "ordinary", "a2": "election"})
    council.open(SECOND)
    elect(council, 2, (INES,), gathering=SECOND, seats=2)
    assert [m.member for m in council.state.mandates.values()] == [INES]


def test_an_alternate_who_left_the_register_or_lost_the_right_does_not_step_in(council: Council) -> None:
    for each in (INES, AMARU, NOOR, "2005"):
        stand(council, each)
    elect(council, 1, (INES, AMARU), (NOOR, "2005"))
    office = next(m for m in council.state.mandates.values() if m.member == INES)
    known = {NOOR: Facts(gone=True), "2005": Facts()}
    (passed,) = election.passed_over(council.state, "finance", council.today, known)
    assert (passed[0], passed[1].code) == (NOOR, "gone")
    ending = {"by": ROSA, "mandate": office.id, "reason": "left", "today": council.today}
    assert election.end(council.state, **ending, alternates=known).successor == "2005"
    wanted = eligibility.obstacle(council.state, "finance", "2005", council.today, Facts(rights={"vote": False}))
    if wanted is not None:  # where the unit asks for the right
        known["2005"] = Facts(rights={"vote": False})
        assert election.end(council.state, **ending, alternates=known).successor is None
