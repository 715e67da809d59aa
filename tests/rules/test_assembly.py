"""Assemblies: notice, quorum, calls, adjourning; motions and their order; the charter's changes."""

from __future__ import annotations

import pytest

from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import amendment, assembly, charter, gathering, motion
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, entry, gathering_called, rule

OTHER = text("repair the pump, and paint it", bytes(32)).ref
SECOND = an_id(200)


@pytest.fixture
def council() -> Council:
    return Council()


def refuses(code: str, done: object, **args: object) -> None:
    """Calling `done` is refused with that code."""
    with pytest.raises(Refused) as refused:
        done(**args)  # type: ignore[operator]
    assert refused.value.code == code


def test_an_assembly_opens_with_three_in_ten_at_the_first_call(council: Council) -> None:
    council.call()
    refuses("quorum.missing", council.opens, present=29)
    council.open(present=30)
    found = council.state.assemblies[FIRST]
    assert (found.status, found.call, found.present, found.needed) == ("open", 1, 30, 30)


def test_without_a_quorum_it_says_so_and_the_second_call_needs_one_in_five(council: Council) -> None:
    council.call()
    council.too_few(present=21, again=("2026-11-11", "18:00"))
    assert council.state.assemblies[FIRST].second == ("2026-11-11", "18:00")
    refuses("assembly.call_not_yet", council.opens, present=20)
    council.forward(hours=1)
    refuses("quorum.there", council.too_few, present=20)
    council.open(present=20)
    assert council.state.assemblies[FIRST].call == 2
    assert council.rebuilt() == council.state


def test_after_the_last_call_there_is_no_other_but_the_last_quorum_holds(council: Council) -> None:
    council.call()
    council.too_few(present=3, again=("2026-11-11", "18:00"))
    council.forward(hours=1)
    for days in (3, 4):
        council.too_few(present=3, again=("2026-11-12", "18:00"))
        assert council.state.assemblies[FIRST].second is None
        refuses("assembly.no_call_planned", council.opens, present=100)
        council.postpone(days=days)
    council.open(present=20)
    assert council.state.assemblies[FIRST].call == 4


def test_nobody_is_told_that_there_is_a_quorum_where_there_is_none(council: Council) -> None:
    council.call()
    refuses("quorum.there", council.too_few, present=30)
    refuses("quorum.more_than_roll", council.opens, present=9, roll=8)


def test_an_assembly_is_opened_on_its_day(council: Council) -> None:
    council.call()
    council.forward(hours=-20)
    refuses("assembly.before_its_day", council.opens)
    refuses("assembly.before_its_day", council.too_few)
    council.forward(hours=19)
    refuses("assembly.call_not_yet", council.too_few)
    refuses("assembly.call_not_yet", council.opens)
    council.forward(hours=1)
    council.opens()
    council.forward(days=2)
    refuses("assembly.day_past", council.opens)


def test_the_second_call_waits_as_long_as_the_charter_says() -> None:
    council = Council(COUNCIL + rule("gatherings.assembly.second_call_after_minutes", "60"))
    council.call()
    refuses("assembly.second_too_soon", council.too_few, again=("2026-11-11", "17:59"))
    refuses("assembly.second_before_first", council.too_few, again=("2026-11-10", "18:00"))
    council.too_few(again=("2026-11-11", "18:00"))
    council.forward(minutes=59)
    refuses("assembly.call_not_yet", council.opens)
    council.forward(minutes=1)
    council.open()


def test_another_day_needs_notice_again_and_its_own_proof(council: Council) -> None:
    council.call()
    given = {"by": ROSA, "gathering": FIRST, "means": "posters", "count": 40, "date": "2026-11-03"}
    council.record(assembly.give_notice(council.state, **given))
    council.forward(days=-1)
    refuses("notice.too_short", council.postpone, days=2)
    council.postpone(days=3)
    assert council.state.assemblies[FIRST].notices == ()
    council.open()
    assert council.rebuilt() == council.state


def test_another_hour_of_the_same_day_needs_none(council: Council) -> None:
    council.call()
    given = {"by": ROSA, "gathering": FIRST, "means": "posters", "count": 40, "date": "2026-11-03"}
    council.record(assembly.give_notice(council.state, **given))
    later = {"date": council.today, "start": "18:00", "end": None, "zone": "UTC", "page": TEXT, "reason": None}
    council.record(gathering.postpone(council.state, by=ROSA, gathering=FIRST, today=council.today, **later))
    assert council.state.assemblies[FIRST].notices == (("posters", "2026-11-03"),)


def test_a_decision_may_need_to_be_announced_earlier_than_its_gathering() -> None:
    council = Council(COUNCIL + rule("decisions.bylaws.notice_days", "14"))
    council.call(days=4)
    later = Council(COUNCIL + rule("decisions.bylaws.notice_days", "14"))
    refuses("notice.too_short", later.call, days=13, matters={"a1": "ordinary", "a2": "bylaws"})
    on_time = Council(COUNCIL + rule("decisions.bylaws.notice_days", "14"))
    on_time.call(days=14, matters={"a1": "ordinary", "a2": "bylaws"})


@pytest.mark.parametrize(("days", "code"), [(2, "notice.too_short"), (0, "notice.too_short")])
def test_one_days_notice_is_too_short(council: Council, days: int, code: str) -> None:
    date = f"2026-11-{1 + days:02}"
    council.record(gathering_called(council.state, FIRST, date))
    asked = {"by": ROSA, "gathering": FIRST, "form": "assembly", "matters": {}, "today": "2026-11-01"}
    refuses(code, assembly.convene, s=council.state, **asked)
    if days >= 1:
        convened = assembly.convene(council.state, **asked, emergency=True)
        assert (convened.notice, convened.notice_needed, convened.emergency) == (days, 1, True)


def test_proof_of_notice_is_kept(council: Council) -> None:
    council.call()
    given = {"by": ROSA, "gathering": FIRST, "means": "posters", "count": 40, "date": "2026-11-03"}
    council.record(assembly.give_notice(council.state, **given))
    assert council.state.assemblies[FIRST].notices == (("posters", "2026-11-03"),)
    refuses("notice.nobody_told", assembly.give_notice, s=council.state, **{**given, "count": 0})
    refuses("notice.too_late", assembly.give_notice, s=council.state, **{**given, "date": "2026-12-03"})
    refuses("notice.unknown_means", assembly.give_notice, s=council.state, **{**given, "means": "rumour"})


def test_a_lost_quorum_is_noticed_when_somebody_asks_for_a_count(council: Council) -> None:
    council.call()
    council.open(present=35)
    pump = council.move(1)
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=29))
    refuses("quorum.lost", council.ask, id=2, of=pump)
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=31))
    council.ask(2, pump)


def test_only_what_is_on_the_agenda_is_decided(council: Council) -> None:
    council.call(matters={"a1": "ordinary"})
    council.open()
    refuses("agenda.not_on_it", council.move, id=1, item="a2")
    council.move(1)


def test_an_item_is_named_as_an_agenda_names_it_even_where_the_agenda_does_not_bind() -> None:
    council = Council(COUNCIL.replace("agenda_binding]\nvalue = true", "agenda_binding]\nvalue = false"))
    council.call()
    council.open()
    for item in ("Maria Perez of 12 Elm St", "", "a", "a1 ", "a1\n", "A1", "a1234", "a²"):
        refuses("agenda.not_on_it", council.move, id=1, item=item)
    council.move(1, item="a7")


def test_a_quorum_of_the_average_attendance_of_the_last_three() -> None:
    text = COUNCIL.replace('[{ of = "roll", share = "3/10" }, { of = "roll", share = "1/5" }]',
                           '[{ of = "average_attendance", share = "4/5", last = 3, at_least = 4 }]')  # fmt: skip
    chapter = Council(text)
    wanted = []
    for n, came in enumerate([10, 20, 30, 40]):
        chapter.call(an_id(300 + n))
        chapter.open(an_id(300 + n), present=came)
        wanted.append(chapter.state.assemblies[an_id(300 + n)].needed)
        chapter.close(an_id(300 + n))
    assert wanted == [4, 8, 12, 16], "4, then 0.8 of 10, of 15, of 20"


def test_a_quorum_of_those_who_were_present_at_the_opening() -> None:
    text = COUNCIL.replace('[{ of = "roll", share = "3/10" }, { of = "roll", share = "1/5" }]',
                           '[{ of = "present", share = "1/2", more = true, at_least = 5 }]')  # fmt: skip
    circle = Council(text)
    circle.call()
    refuses("quorum.missing", circle.opens, present=4)
    refuses("quorum.there", circle.too_few, present=5)
    circle.open(present=20)
    assert circle.state.assemblies[FIRST].needed == 11, "more than a half of the 20 who were there"
    pump = circle.move(1)
    count = {"by": ROSA, "gathering": FIRST}
    circle.record(assembly.count_quorum(circle.state, **count, present=10))
    refuses("quorum.lost", circle.ask, id=2, of=pump)
    circle.record(assembly.count_quorum(circle.state, **count, present=40))
    assert circle.state.assemblies[FIRST].needed == 11, "those who came later do not raise it"
    circle.record(assembly.adjourn(circle.state, **count, until=None))
    refuses("quorum.missing", circle.opens, present=10)
    circle.open(present=12)
    assert circle.state.assemblies[FIRST].needed == 11, "nor does the opening after an adjournment lower it"
    asked = circle.ask(2, pump)
    assert circle.state.votes[asked].rules.quorum == 11
    assert circle.rebuilt() == circle.state


def test_a_decision_may_need_a_share_of_those_present_at_the_opening() -> None:
    text = COUNCIL + rule("decisions.bylaws.quorum", '[{ of = "present", share = "9/10" }]')
    council = Council(text)
    council.call(matters={"a1": "bylaws"})
    council.open(present=40)
    bylaw = council.move(1, "bylaws")
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=35))
    refuses("quorum.lost", council.ask, id=2, of=bylaw, decision="bylaws")


def test_a_change_is_settled_before_the_motion_and_the_new_text_is_read_out_again(council: Council) -> None:
    council.call()
    council.open()
    pump = council.move(1)
    council.record(
        amendment.amend(council.state, by=ROSA, gathering=FIRST, motion=pump, amendment=an_id(5), text=OTHER)
    )
    refuses("amendment.pending", council.ask, id=2, of=pump)
    refuses("motion.amendment_first", motion.withdraw, s=council.state, by=ROSA, gathering=FIRST, motion=pump)
    council.record(
        amendment.settle(council.state, by=ROSA, gathering=FIRST, motion=pump, amendment=an_id(5), outcome="adopted")
    )
    assert council.state.motions[pump].text == OTHER
    refuses("motion.not_read_back", council.ask, id=2, of=pump)
    council.record(motion.read_back(council.state, by=ROSA, gathering=FIRST, motion=pump))
    council.ask(2, pump)
    refuses("vote.open", motion.withdraw, s=council.state, by=ROSA, gathering=FIRST, motion=pump)


def test_an_amendment_that_was_voted_on_is_settled_as_the_vote_came_out(council: Council) -> None:
    council.call()
    council.open()
    pump = council.move(1)
    for n, counts in ((5, (3, 30, 0)), (6, (30, 3, 0))):
        council.record(
            amendment.amend(council.state, by=ROSA, gathering=FIRST, motion=pump, amendment=an_id(n), text=OTHER)
        )
        council.hands(council.ask(n + 10, an_id(n), "simple", subject="amendment"), *counts)
    on = {"by": ROSA, "gathering": FIRST, "motion": pump}
    rejected = {**on, "amendment": an_id(5), "vote": an_id(15)}
    refuses("vote.other_outcome", amendment.settle, s=council.state, **rejected, outcome="adopted")
    refuses("vote.other_outcome", amendment.settle, s=council.state, **rejected, outcome="withdrawn")
    refuses("vote.unknown", amendment.settle, s=council.state, **{**rejected, "vote": an_id(16)}, outcome="rejected")
    council.record(amendment.settle(council.state, **rejected, outcome="rejected"))
    council.record(amendment.settle(council.state, **on, amendment=an_id(6), vote=an_id(16), outcome="adopted"))
    assert council.state.motions[pump].text == OTHER
    refuses("vote.subject_unknown", council.ask, id=20, of=None, subject="weather")


def test_two_motions_become_one(council: Council) -> None:
    council.call()
    council.open()
    one, other = council.move(1), council.move(2)
    council.record(motion.merge(council.state, by=ROSA, gathering=FIRST, motion=one, into=other, text=OTHER))
    assert council.state.motions[one].status == "merged"
    assert (council.state.motions[other].text, council.state.motions[other].read_back) == (OTHER, False)
    refuses("motion.settled", motion.second, s=council.state, by=ROSA, gathering=FIRST, motion=one)


def test_what_is_laid_aside_or_referred_comes_back_at_another_assembly(council: Council) -> None:
    council.call()
    council.open()
    one, other = council.move(1), council.move(2)
    council.record(motion.table(council.state, by=ROSA, gathering=FIRST, motion=one))
    refuses("unit.unknown", motion.refer, s=council.state, by=ROSA, gathering=FIRST, motion=other, unit="nobody")
    council.record(motion.refer(council.state, by=ROSA, gathering=FIRST, motion=other, unit="finance"))
    council.close()
    council.call(SECOND)
    council.open(SECOND)
    for each in (one, other):
        council.record(motion.take_up(council.state, by=ROSA, gathering=SECOND, motion=each, item="a1"))
    assert {m.gathering for m in council.state.motions.values()} == {SECOND}


def test_an_adjourned_assembly_goes_on_and_counts_once(council: Council) -> None:
    council.call()
    council.open(present=35)
    council.record(assembly.adjourn(council.state, by=ROSA, gathering=FIRST, until=("2026-11-15", "17:00")))
    refuses("assembly.not_open", council.move, id=1)
    refuses("assembly.call_not_yet", council.opens, present=31)
    council.forward(days=4)
    council.open(present=31)
    assert council.state.assemblies[FIRST].call == 1
    assert council.state.attendance["assembly"] == ((FIRST, 35),)


def test_a_charter_is_changed_by_a_decision_and_a_vote_under_way_keeps_its_rules(council: Council) -> None:
    council.call(matters={"a1": "charter"})
    council.open(present=80)
    new = COUNCIL.replace('{ of = "cast", share = "1/2" }', '{ of = "all", share = "9/10" }')
    change = council.move(1, "charter", charter_digest=council.propose(new))
    pump = council.move(2, "simple")
    open_vote = council.ask(3, pump, "simple")
    assert council.hands(council.ask(4, change, "charter"), 51, 10, 0) == "adopted"
    council.record(
        motion.decide(council.state, by=ROSA, gathering=FIRST, decision=an_id(9), motion=change, owner=None, due=None)
    )
    council.record(assembly.amend_charter(council.state, by=ROSA, decision=an_id(9), charter_text=new))
    assert council.state.charter == new
    assert council.hands(open_vote, 3, 2, 0) == "adopted", "as it was opened: most of the votes cast"
    refuses("charter.same", assembly.amend_charter, s=council.state, by=ROSA, decision=an_id(9), charter_text=new)
    assert council.rebuilt() == council.state


def test_what_the_charter_leaves_open_is_not_decided_silently(council: Council) -> None:
    silent = Council(
        'kind = "silent"\nversion = 1\ntitle = { en = "x", es = "x" }\n'
        + entry("gatherings.assembly", "Assembly")
        + entry("decisions.ordinary", "Decision")
        + rule("decisions.ordinary.majority", '"unspecified"')
    )
    silent.call()
    silent.open(present=1, roll=100)
    assert silent.state.assemblies[FIRST].needed is None
    refuses("decision.unspecified", silent.ask, id=2, of=silent.move(1))
    assert charter.parse(silent.state.charter or "").value("decisions.ordinary.majority", None) is None
    assert TEXT
