"""Projects, by their rules alone: phases in order, percent of steps, what blocks them, brigades, the end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition
from hypothesis.stateful import rule as step_rule

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.rules import brigade, housing, motion, project, project_work
from comuna.rules.state import State
from comuna.rules.state_project import PHASES, Project
from tests.cast import an_id
from tests.rules.assemblies import FIRST, ROSA, TEXT, Council
from tests.rules.project_acts import CRITERIA
from tests.rules.test_assembly import refuses

PIPES, DECISION, ANEW = an_id(700), an_id(701), an_id(703)


def council() -> Council:
    """A council that decided on the pipes and began them."""
    made = Council()
    decided = {"gathering": FIRST, "decision": DECISION, "number": 1, "motion": an_id(702), "text": TEXT}
    made.record(motion.DecisionRecorded(**decided, owner=None, due=None))
    made.record(motion.DecisionRecorded(**{**decided, "decision": ANEW, "number": 2}, owner=None, due=None))
    made.record(begin(made.state))
    return made


def begin(s: State, **changes: Any) -> Act:
    asked = {
        "project": PIPES, "decision": DECISION, "title": TEXT, "purpose": TEXT, "unit": "finance", "funder": TEXT,
    }  # fmt: skip
    return project.begin(s, by=ROSA, **{**asked, **changes})


@pytest.fixture
def c() -> Council:
    return council()


def pipes(c: Council) -> Project:
    return c.state.projects[PIPES]


def approve(c: Council, *phases: str) -> None:
    for each in phases:
        c.record(project.approve_phase(c.state, by=ROSA, project=PIPES, phase=each, decision=DECISION))


def plan(c: Council, n: int, **changes: Any) -> str:
    asked = {"project": PIPES, "step": an_id(n), "text": TEXT, "member": None, "unit": "finance", "due": None}
    c.record(project_work.plan(c.state, by=ROSA, **{**asked, **changes}))
    return an_id(n)


def finish(c: Council, step: str) -> None:
    c.record(project_work.finish(c.state, by=ROSA, project=PIPES, step=step, report=None, photo=None))


def test_a_project_begins_with_a_decision_a_unit_and_exact_money(c: Council) -> None:
    other = {"project": an_id(703)}
    refuses("project.bad_id", begin, s=c.state)
    refuses("project.bad_id", begin, s=c.state, project="x")
    refuses("project.no_decision", begin, s=c.state, **other, decision=an_id(999))
    refuses("unit.unknown", begin, s=c.state, **other, unit="nobody")
    refuses("amount.not_positive", begin, s=c.state, **other, amount=0, currency="USD")
    refuses("amount.unknown_currency", begin, s=c.state, **other, amount=5, currency="")
    refuses("project.bad_id", begin, s=c.state, **other, proposals=("x",))
    c.record(begin(c.state, **other, amount=5, currency="usd", round=an_id(1), proposals=(an_id(2),)))
    found = c.state.projects[an_id(703)]
    assert (found.amount, found.currency, found.round, found.proposals) == (5, "USD", an_id(1), (an_id(2),))
    assert c.rebuilt() == c.state


def test_no_phase_is_left_out_or_approved_twice_or_without_a_decision(c: Council) -> None:
    asked = {"s": c.state, "by": ROSA, "project": PIPES, "decision": DECISION}
    for phase in ("plan", "budget", "execution", "control", "nonsense"):
        refuses("project.other_phase", project.approve_phase, **asked, phase=phase)
    refuses("project.no_decision", project.approve_phase, **{**asked, "decision": an_id(9)}, phase="diagnosis")
    approve(c, "diagnosis")
    refuses("project.phase_approved_already", project.approve_phase, **{**asked, "s": c.state}, phase="diagnosis")
    assert (pipes(c).phase, pipes(c).awaits) == ("diagnosis", "plan")


def test_the_purpose_needs_a_decision_and_the_funders_dated_consent(c: Council) -> None:
    asked = {
        "s": c.state, "by": ROSA, "project": PIPES, "decision": ANEW, "purpose": TEXT, "consent": TEXT,
        "paper": None, "date": c.today, "today": c.today,
    }  # fmt: skip
    for missing, code in (
        ({"decision": None}, "project.no_decision"),
        ({"decision": an_id(9)}, "project.no_decision"),
        ({"decision": DECISION}, "project.same_decision"),
        ({"consent": None}, "project.no_consent"),
        ({"date": None}, "project.no_consent"),
        ({"decision": None, "consent": None}, "project.no_decision"),
        ({"date": "2027-01-01"}, "project.consent_ahead"),
        ({"date": "yesterday"}, "gathering.no_such_day"),
    ):
        refuses(code, project.change_purpose, **{**asked, **missing})
    c.record(project.change_purpose(**asked))
    c.record(project.change_purpose(**{**asked, "s": c.state, "consent": None, "paper": "f" * 64}))
    assert [each.consented for each in pipes(c).purposes] == [None, c.today, c.today]


def test_a_step_has_one_owner_and_counts_until_it_is_dropped(c: Council) -> None:
    asked = {"s": c.state, "by": ROSA, "project": PIPES, "step": an_id(710), "text": TEXT, "due": None}
    refuses("project.one_owner", project_work.plan, **asked, member=None, unit=None)
    refuses("project.one_owner", project_work.plan, **asked, member="2001", unit="finance")
    refuses("member.unknown", project_work.plan, **asked, member="Inés", unit=None)
    refuses("unit.unknown", project_work.plan, **asked, member=None, unit="nobody")
    refuses("gathering.no_such_day", project_work.plan, **{**asked, "due": "soon"}, member="2001", unit=None)
    assert pipes(c).percent is None
    late, soon, never = (
        plan(c, 711, due="2026-12-01"),
        plan(c, 712, due="2026-11-02"),
        plan(c, 713, member="2001", unit=None),
    )
    assert [each.id for each in pipes(c).waiting] == [soon, late, never]
    finish(c, late)
    assert pipes(c).percent == 33
    refuses("project.step_done_already", finish, c=c, step=late)
    refuses("project.step_done_already", project_work.drop, s=c.state, by=ROSA, project=PIPES, step=late, reason=None)
    refuses("project.step_open", project_work.reopen, s=c.state, by=ROSA, project=PIPES, step=soon, reason=None)
    c.record(project_work.drop(c.state, by=ROSA, project=PIPES, step=soon, reason=None))
    assert pipes(c).percent == 50
    refuses("project.step_unknown", finish, c=c, step=soon)
    refuses("project.bad_id", plan, c=c, n=712)  # the id stays taken


def test_what_blocks_it_counts_its_days(c: Council) -> None:
    asked = {
        "by": ROSA, "project": PIPES, "block": an_id(720), "text": TEXT, "unit": None, "holder": TEXT,
        "date": c.today, "today": c.today,
    }  # fmt: skip
    refuses("project.one_holder", project_work.block, s=c.state, **{**asked, "unit": "finance"})
    refuses("project.one_holder", project_work.block, s=c.state, **{**asked, "holder": None})
    refuses("project.block_ahead", project_work.block, s=c.state, **{**asked, "date": "2027-01-01"})
    c.record(project_work.block(c.state, **asked))
    assert [each.id for each in pipes(c).blocked] == [an_id(720)]
    c.forward(days=12)
    ended = {"by": ROSA, "project": PIPES, "block": an_id(720), "text": None, "today": c.today}
    act = project_work.unblock(c.state, **ended)
    assert act.days == 12
    c.record(act)
    assert not pipes(c).blocked
    refuses("project.unblocked_already", project_work.unblock, s=c.state, **ended)
    refuses("project.block_unknown", project_work.unblock, s=c.state, **{**ended, "block": an_id(9)})


def test_a_brigade_is_held_on_its_day_and_holds_the_end_up_until_then(c: Council) -> None:
    asked = {
        "by": ROSA, "project": PIPES, "brigade": an_id(730), "date": "2026-11-05", "place": TEXT, "tasks": TEXT,
        "hands": 12, "materials": None, "today": c.today,
    }  # fmt: skip
    refuses("brigade.past", brigade.call, s=c.state, **{**asked, "date": "2026-10-01"})
    refuses("brigade.bad_hands", brigade.call, s=c.state, **{**asked, "hands": 0})
    c.record(brigade.call(c.state, **asked))
    refuses("brigade.not_held", project.give_up, s=c.state, by=ROSA, project=PIPES, decision=DECISION, reason=TEXT)
    held = {"by": ROSA, "brigade": an_id(730), "hands": 14, "hours": 5}
    refuses("brigade.not_yet", brigade.hold, s=c.state, **held, today=c.today)
    refuses("brigade.bad_hours", brigade.hold, s=c.state, **{**held, "hours": 0}, today="2026-11-05")
    c.record(brigade.hold(c.state, **held, today="2026-11-05"))
    refuses("brigade.over", brigade.call_off, s=c.state, by=ROSA, brigade=an_id(730), reason=None)
    refuses("brigade.unknown", brigade.call_off, s=c.state, by=ROSA, brigade=an_id(9), reason=None)


def test_a_project_is_closed_after_all_phases_with_its_open_steps_named(c: Council) -> None:
    step = plan(c, 740)
    approve(c, *PHASES[:-1])
    refuses("project.phases_left", project.close, s=c.state, by=ROSA, project=PIPES, decision=DECISION)
    approve(c, PHASES[-1])
    refuses("project.no_decision", project.close, s=c.state, by=ROSA, project=PIPES, decision=an_id(9))
    act = project.close(c.state, by=ROSA, project=PIPES, decision=DECISION)
    assert act.open == [step]
    c.record(act)
    refuses("project.ended", finish, c=c, step=step)
    refuses("project.ended", project.close, s=c.state, by=ROSA, project=PIPES, decision=DECISION)
    refuses("project.unknown", project.close, s=c.state, by=ROSA, project=an_id(9), decision=DECISION)
    assert c.rebuilt() == c.state


class AnyOrder(RuleBasedStateMachine):
    """A project to which things happen in any order, as far as the rules let them."""

    def __init__(self) -> None:
        super().__init__()
        self.c, self.names = council(), 800
        self.done: dict[str, bool] = {}

    def attempt(self, rule: Any, **asked: Any) -> bool:
        try:
            act = rule(self.c.state, by=ROSA, project=PIPES, **asked)
        except Refused:
            return False
        self.c.record(act)
        return True

    @step_rule(phase=st.sampled_from(PHASES))
    def approve(self, phase: str) -> None:
        before = [each.phase for each in pipes(self.c).phases]
        took = self.attempt(project.approve_phase, phase=phase, decision=DECISION)
        assert took == (pipes(self.c).status == "under_way" and PHASES[: len(before) + 1] == (*before, phase))

    @step_rule(due=st.none() | st.dates().map(lambda day: f"2026-12-{day.day:02}"))
    def plan(self, due: str | None) -> None:
        self.names += 1
        step = an_id(self.names)
        if self.attempt(project_work.plan, step=step, text=TEXT, member="2001", unit=None, due=due):
            self.done[step] = False

    @precondition(lambda self: self.done)
    @step_rule(data=st.data(), what=st.sampled_from([project_work.reopen, project_work.drop]))
    def undo(self, data: st.DataObject, what: Any) -> None:
        step = data.draw(st.sampled_from(sorted(self.done)))
        if self.attempt(what, step=step, reason=None):
            if what is project_work.drop:
                del self.done[step]
            else:
                self.done[step] = False

    @precondition(lambda self: self.done)
    @step_rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(sorted(self.done)))
        if self.attempt(project_work.finish, step=step, report=None, photo=None):
            self.done[step] = True

    @step_rule()
    def close(self) -> None:
        self.attempt(project.close, decision=DECISION)

    @step_rule()
    def criteria(self) -> None:
        self.attempt(housing.set_criteria, decision=DECISION, criteria=CRITERIA)

    @invariant()
    def phases_are_in_order(self) -> None:
        found = pipes(self.c)
        assert tuple(each.phase for each in found.phases) == PHASES[: len(found.phases)]
        assert found.status == "under_way" or len(found.phases) == len(PHASES)

    @invariant()
    def percent_is_of_the_steps_that_count(self) -> None:
        found = pipes(self.c)
        assert found.percent == (100 * sum(self.done.values()) // len(self.done) if self.done else None)
        assert (found.percent == 100) == (bool(self.done) and all(self.done.values()))
        assert {each.id for each in found.waiting} == {step for step, done in self.done.items() if not done}

    def teardown(self) -> None:
        assert self.c.rebuilt() == self.c.state


TestAnyOrder = AnyOrder.TestCase


@given(st.lists(st.booleans(), max_size=40))
def test_percent_is_never_more_than_is_done(done: list[bool]) -> None:
    c = council()
    for n, each in enumerate(done):
        step = plan(c, 900 + n)
        if each:
            finish(c, step)
    percent = pipes(c).percent
    if not done:
        assert percent is None
        return
    assert percent is not None
    assert percent * len(done) <= 100 * sum(done) < (percent + 1) * len(done)
