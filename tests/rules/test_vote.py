"""Votes: majorities and their bases, ties, readings, secrecy, counts that cannot be; closing with the reckoning."""

from __future__ import annotations

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import amendment, approval, assembly, counting, gathering, motion, verdict, vote
from comuna.rules.election import Elected
from comuna.rules.verdict import Tally
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, Council, gathering_called, rule
from tests.rules.test_assembly import OTHER, SECOND, refuses
from tests.rules.test_election import stand


@pytest.fixture
def council() -> Council:
    found = Council()
    found.call(matters={"a1": "ordinary", "a2": "bylaws", "a3": "simple", "a4": "election"})
    found.open(present=40)
    return found


@pytest.mark.parametrize(
    ("decision", "counts", "outcome"),
    [
        ("ordinary", (21, 0, 0), "adopted"),  # more than half of the 40 present
        ("ordinary", (20, 3, 17), "rejected"),
        ("simple", (3, 2, 35), "adopted"),  # abstentions do not count
        ("simple", (2, 3, 35), "rejected"),
        ("simple", (0, 0, 40), "no_votes"),
        ("bylaws", (20, 10, 10), "adopted"),  # exactly two thirds
        ("bylaws", (19, 10, 0), "rejected"),
        ("charter", (40, 0, 0), "rejected"),  # more than half of the 100 on the roll
        ("consent", (38, 2, 0), "adopted"),
        ("consent", (39, 0, 1), "objected"),
    ],
)
def test_each_kind_of_decision_has_its_majority(council: Council, decision: str, counts, outcome: str) -> None:
    put = council.move(1, decision)
    assert council.hands(council.ask(2, put, decision), *counts) == outcome
    assert council.rebuilt() == council.state


def test_the_reckoning_stands_in_the_act(council: Council) -> None:
    asked = council.ask(2, council.move(1))
    council.record(
        counting.count(council.state, by=ROSA, gathering=FIRST, vote=asked, way="hands", counts=(22, 3, 5), tellers=2)
    )
    closed = verdict.close(
        council.state, by=ROSA, gathering=FIRST, vote=asked, tally=Tally(counts=(0, 0, 0), ballots=0, phones=0)
    )
    assert (closed.base, closed.needed, closed.favour, closed.counts, closed.ballots) == (40, 21, 22, [22, 3, 5], 30)


def test_hands_paper_and_phones_add_up_in_the_open(council: Council) -> None:
    asked = council.ask(2, council.move(1, "simple"), "simple", ways=("hands", "paper", "phones"))
    for way, counts in (("hands", (10, 4, 1)), ("paper", (3, 3, 0))):
        council.record(
            counting.count(council.state, by=ROSA, gathering=FIRST, vote=asked, way=way, counts=counts, tellers=2)
        )
    closed = verdict.close(
        council.state, by=ROSA, gathering=FIRST, vote=asked, tally=Tally(counts=(2, 5, 0), ballots=7, phones=7)
    )
    assert (closed.counts, closed.ballots, closed.phones, closed.outcome) == ([15, 12, 1], 28, 7, "adopted")


def test_a_count_above_those_present_is_refused_and_a_new_count_replaces_the_old(council: Council) -> None:
    asked = council.ask(2, council.move(1), ways=("hands", "paper"))
    tell = {"s": council.state, "by": ROSA, "gathering": FIRST, "vote": asked, "tellers": 2}
    refuses("vote.more_than_present", counting.count, **tell, way="hands", counts=(41, 0, 0))
    council.record(counting.count(**tell, way="hands", counts=(30, 0, 0)))
    tell["s"] = council.state
    refuses("vote.more_than_present", counting.count, **tell, way="paper", counts=(11, 0, 0))
    refuses("vote.count_impossible", counting.count, **tell, way="paper", counts=(-1, 0, 0))
    refuses("vote.count_impossible", counting.count, **tell, way="paper", counts=(1, 0))
    refuses("vote.way_unknown", counting.count, **tell, way="phones", counts=(1, 0, 0))
    refuses(
        "vote.not_counted", verdict.close, s=council.state, by=ROSA, gathering=FIRST, vote=asked,
        tally=Tally(counts=(0, 0, 0), ballots=0, phones=0),
    )  # fmt: skip
    council.record(counting.count(**tell, way="hands", counts=(25, 0, 0)))
    assert council.state.votes[asked].counts["hands"] == (25, 0, 0)


def test_hands_for_several_options_say_how_many_people_they_were(council: Council) -> None:
    stand(council, "2001", "control")
    stand(council, "2002", "control")
    how = {"subject": "election", "method": "approval", "secret": False}
    asked = council.ask(2, "control", "", **how)
    tell = {"s": council.state, "by": ROSA, "gathering": FIRST, "vote": asked, "tellers": 2, "way": "hands"}
    refuses("vote.how_many", counting.count, **tell, counts=(30, 20))
    for wrong in (29, 51):  # one hand cannot be up twice for the same, and each was up for something
        refuses("vote.how_many", counting.count, **tell, counts=(30, 20), ballots=wrong)
    refuses("vote.more_than_present", counting.count, **tell, counts=(30, 20), ballots=41)
    council.record(counting.count(**tell, counts=(30, 20), ballots=40))
    nothing = Tally(counts=(0, 0), ballots=0, phones=0)
    made = Elected(method="approval/1", outcome="elected", winners=("2001",), alternates=("2002",))
    closed = verdict.close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=nothing, elected=made)
    assert (closed.counts, closed.ballots) == ([30, 20], 40)


@pytest.mark.parametrize("way", ["hands", "standing", "roll_call"])
def test_an_order_of_preference_cannot_be_shown_by_hands(council: Council, way: str) -> None:
    stand(council, "2001", "control")
    how = {"subject": "election", "method": "irv"}
    refuses("vote.way_ranks_not", council.ask, id=2, of="control", decision="", ways=(way,), **how)
    asked = council.ask(2, "control", "", ways=("paper",), **how)
    told = {"by": ROSA, "gathering": FIRST, "vote": asked, "way": "paper", "counts": (1,), "tellers": 1}
    refuses("vote.one_by_one", counting.count, s=council.state, **told)


def test_a_vote_is_not_closed_when_the_quorum_is_lost_meanwhile(council: Council) -> None:
    asked = council.ask(2, council.move(1))
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=5))
    with pytest.raises(Refused, match=r"quorum\.lost"):
        council.hands(asked, 22, 3, 5)
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=35))
    assert council.hands(asked, 22, 3, 5) == "adopted"


@pytest.mark.parametrize("how", ["next_gathering", "same_gathering", "signatures"])
def test_minutes_are_approved_as_the_charter_says(how: str) -> None:
    more = rule("rules.minutes_approved_by", f'"{how}"') + rule("rules.minutes_signed_by", '["control"]')
    council = Council(COUNCIL + more)
    council.call()
    council.open()
    own = {"by": ROSA, "gathering": FIRST, "approved_at": FIRST}
    if how == "same_gathering":
        council.record(approval.approve(council.state, **own))
    elif how == "next_gathering":
        refuses("minutes.next_gathering", approval.approve, s=council.state, **own)
        council.close()
        council.call(SECOND)
        council.open(SECOND)
        council.record(approval.approve(council.state, **{**own, "approved_at": SECOND}))
    else:
        refuses("minutes.signatures_missing", approval.approve, s=council.state, **own)
        council.close()
        council.record(approval.sign(council.state, by=ROSA, gathering=FIRST, unit="control"))
        council.record(approval.approve(council.state, **own))
    assert FIRST in council.state.minutes


def test_minutes_of_what_was_never_held_are_not_approved(council: Council) -> None:
    council.record(gathering_called(council.state, an_id(700), "2026-12-20"))
    minutes = {"subject": "minutes", "decision": "simple"}
    refuses("assembly.not_convened", council.ask, id=2, of=an_id(700), **minutes)
    council.record(
        assembly.convene(council.state, by=ROSA, gathering=an_id(700), form="assembly", matters={}, today=council.today)
    )
    refuses("minutes.nothing_held", council.ask, id=2, of=an_id(700), **minutes)
    told = {"by": ROSA, "gathering": an_id(700), "approved_at": FIRST}
    refuses("minutes.nothing_held", approval.approve, s=council.state, **told)
    asked = council.ask(2, FIRST, **minutes)
    own = {"by": ROSA, "gathering": FIRST, "approved_at": FIRST}
    refuses("vote.open", approval.approve, s=council.state, **own)
    council.hands(asked, 30, 0, 0)
    council.record(approval.approve(council.state, **own, vote=asked))
    refuses("minutes.approved_already", council.ask, id=3, of=FIRST, **minutes)


def test_a_tie_is_the_chairs_where_the_charter_says_so(council: Council) -> None:
    first, other = council.move(1, "simple"), council.move(3, "simple")
    asked = council.ask(2, first, "simple")
    with pytest.raises(Refused, match="tie_is_chairs"):
        council.hands(asked, 10, 10, 0)
    nothing = Tally(counts=(0, 0, 0), ballots=0, phones=0)
    closed = verdict.close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=nothing, chair="yes")
    assert (closed.outcome, closed.broken) == ("adopted", "chair")
    assert council.hands(council.ask(4, other, "simple"), 10, 10, 0, chair="no") == "rejected"


def test_bylaws_need_two_readings_in_a_row(council: Council) -> None:
    put = council.move(1, "bylaws", item="a2")
    assert council.hands(council.ask(2, put, "bylaws"), 30, 2, 0) == "adopted"
    assert council.state.motions[put].status == "moved", "it is to be read once more"
    refuses(
        "motion.not_adopted", motion.decide, s=council.state, by=ROSA, gathering=FIRST, decision=an_id(8),
        motion=put, owner=None, due=None,
    )  # fmt: skip
    council.close()
    council.call(SECOND, matters={"a1": "bylaws"})
    council.open(SECOND)
    council.record(motion.take_up(council.state, by=ROSA, gathering=SECOND, motion=put, item="a1"))
    council.record(motion.read_back(council.state, by=ROSA, gathering=SECOND, motion=put))
    again = council.ask(3, put, "bylaws", gathering=SECOND)
    assert (council.state.votes[again].rules.reading, council.state.votes[again].rules.readings) == (2, 2)
    assert council.hands(again, 30, 2, 0, gathering=SECOND) == "adopted"
    assert council.state.motions[put].status == "adopted"


def test_readings_with_an_assembly_between_them_begin_anew(council: Council) -> None:
    put = council.move(1, "bylaws", item="a2")
    council.hands(council.ask(2, put, "bylaws"), 30, 2, 0)
    council.close()
    for between in (SECOND, an_id(201)):
        council.call(between, matters={"a1": "bylaws"})
        council.open(between)
        if between == SECOND:
            council.close(between)
    council.record(motion.take_up(council.state, by=ROSA, gathering=between, motion=put, item="a1"))
    council.record(motion.read_back(council.state, by=ROSA, gathering=between, motion=put))
    asked = council.ask(3, put, "bylaws", gathering=between)
    assert council.state.votes[asked].rules.reading == 1


def test_of_a_secret_vote_only_the_total_is_told_and_a_small_one_not_at_all(council: Council) -> None:
    first, other = council.move(1, "simple"), council.move(3, "simple")
    asked = council.ask(2, first, "simple", secret=True, ways=("phones", "paper"))
    refuses(
        "vote.secret_counts", counting.count, s=council.state, by=ROSA, gathering=FIRST, vote=asked, way="paper",
        counts=(1, 0, 0), tellers=2,
    )  # fmt: skip
    box = Tally(counts=(8, 4, 0), ballots=12, phones=9, digest="0" * 64)
    close = {"s": council.state, "by": ROSA, "gathering": FIRST, "vote": asked, "tally": box}
    refuses("vote.chair_first", verdict.close, **close)
    closed = verdict.close(**close, chair="no")
    assert (closed.counts, closed.phones, closed.outcome) == ([8, 4, 0], 0, "adopted")
    few = council.ask(4, other, "simple", secret=True, ways=("paper",))
    box = Tally(counts=(3, 1, 0), ballots=4, phones=0, digest="1" * 64)
    closed = verdict.close(council.state, by=ROSA, gathering=FIRST, vote=few, tally=box, chair="no")
    assert (closed.counts, closed.base, closed.favour, closed.outcome, closed.digest) == (
        [], 0, 0, "adopted", "1" * 64,
    )  # fmt: skip


def test_a_handful_that_all_say_the_same_is_not_told() -> None:
    assert verdict.small((6, 0, 0), 6, 5)
    assert not verdict.small((6, 1, 0), 7, 5)
    assert not verdict.small((10, 0, 0), 10, 5)
    assert verdict.small((3, 1, 0), 4, 5)


def test_hands_cannot_be_secret_and_a_closed_vote_takes_nothing(council: Council) -> None:
    put = council.move(1, "simple")
    refuses("vote.way_unknown", council.ask, id=2, of=put, decision="simple", secret=True)
    refuses("vote.no_way", council.ask, id=2, of=put, decision="simple", ways=())
    asked = council.ask(2, put, "simple")
    refuses("vote.open", council.ask, id=3, of=put, decision="simple")
    council.hands(asked, 3, 2, 0)
    refuses(
        "vote.closed", counting.count, s=council.state, by=ROSA, gathering=FIRST, vote=asked, way="hands",
        counts=(1, 0, 0), tellers=2,
    )  # fmt: skip
    refuses("motion.settled", council.ask, id=3, of=put, decision="simple")


def test_a_stopped_vote_counts_for_nothing(council: Council) -> None:
    put = council.move(1, "simple")
    asked = council.ask(2, put, "simple")
    council.record(vote.annul(council.state, by=ROSA, gathering=FIRST, vote=asked, reason=None))
    assert council.state.motions[put].status == "moved"
    council.ask(3, put, "simple")


def test_a_roll_cannot_shrink_for_a_vote_and_a_changed_text_is_read_anew(council: Council) -> None:
    put = council.move(1, "bylaws", item="a2")
    refuses("vote.roll_smaller", council.ask, id=2, of=put, decision="bylaws", roll=99)
    council.hands(council.ask(2, put, "bylaws"), 30, 2, 0)
    assert council.state.motions[put].passed == (FIRST,)
    here = {"by": ROSA, "gathering": FIRST, "motion": put, "amendment": an_id(70)}
    council.record(amendment.amend(council.state, **here, text=OTHER))
    council.record(amendment.settle(council.state, **here, outcome="adopted"))
    assert council.state.motions[put].passed == (), "nobody has adopted this text yet"


def test_a_cancelled_assembly_decides_nothing(council: Council) -> None:
    off = {"by": ROSA, "gathering": FIRST, "reason": None}
    refuses("assembly.in_session", gathering.cancel, s=council.state, **off)
    council.record(assembly.adjourn(council.state, by=ROSA, gathering=FIRST, until=None))
    council.record(gathering.cancel(council.state, **off))
    refuses("gathering.cancelled", council.move, id=1, decision="simple")


def test_an_open_assembly_is_not_postponed_and_not_closed_over_an_open_vote(council: Council) -> None:
    refuses("assembly.in_session", council.postpone, days=9)
    asked = council.ask(2, council.move(1))
    refuses("vote.open", council.close)
    council.hands(asked, 22, 3, 5)
    council.close()
    on = {"by": ROSA, "gathering": FIRST, "decision": an_id(9), "motion": an_id(1), "owner": None, "due": None}
    refuses("gathering.closed", motion.decide, s=council.state, **on)


def test_what_needs_notice_of_its_own_is_decided_only_where_it_was_announced() -> None:
    council = Council(COUNCIL + rule("decisions.bylaws.notice_days", "15"))
    council.call(days=20, matters={"a1": "ordinary", "a2": "bylaws"})
    council.open()
    refuses("agenda.needs_notice", council.move, id=1, decision="bylaws", item="a1")
    council.move(1, "bylaws", item="a2")
    other = Council(COUNCIL + rule("decisions.bylaws.notice_days", "15"))
    other.call(days=20, matters={"a2": "bylaws"})
    other.forward(days=-18)
    refuses("notice.too_short", other.postpone, days=3)


def test_two_assemblies_of_one_day_are_one_reading(council: Council) -> None:
    put = council.move(1, "bylaws", item="a2")
    assert council.hands(council.ask(2, put, "bylaws"), 30, 2, 0) == "adopted"
    council.close()
    council.record(gathering_called(council.state, SECOND, council.today))
    convened = {"form": "assembly", "matters": {"a2": "bylaws"}, "today": "2026-11-05"}
    council.record(assembly.convene(council.state, by=ROSA, gathering=SECOND, **convened))
    council.open(SECOND)
    council.record(motion.take_up(council.state, by=ROSA, gathering=SECOND, motion=put, item="a2"))
    assert vote.consecutive(council.state, council.state.motions[put], SECOND) == 0


def test_an_assembly_that_rests_goes_on_that_day_or_is_called_again(council: Council) -> None:
    council.record(assembly.adjourn(council.state, by=ROSA, gathering=FIRST, until=None))
    council.forward(days=3)
    refuses("assembly.day_past", council.opens)
