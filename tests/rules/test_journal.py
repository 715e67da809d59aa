"""The one fold of an evening, and undoing the chair's last step: as if it had never been, whatever came after it."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from comuna.kernel.refusal import Refused
from comuna.messages import STEP_NAMES
from comuna.rules import agenda, floor, presence, thinking
from comuna.rules import journal as j
from comuna.rules.discussion import Line, Written
from comuna.rules.hall import FORMS, WHATS, Form, Hall, What
from tests.cast import AMARU, INES, NOOR, PAZ, ROSA
from tests.rules.holding import PAGE, opened

EVERYBODY = [ROSA, AMARU, INES, NOOR, PAZ]


def content(h: Hall) -> Hall:
    """A hall without how many lines it took and when the last was written."""
    return msgspec.structs.replace(h, size=0, at=0)


# Dispatch


def test_every_kind_of_line_is_folded() -> None:
    kinds = set(j.Done.__args__)
    assert set(j.FOLD) == kinds - {j.StepUndone}
    assert set(j.STEPS) <= set(j.FOLD)


def test_a_line_dated_before_the_one_before_it_moves_no_time_back() -> None:
    evening = opened()
    evening.call(AMARU)
    evening.now -= 3600
    evening.do(floor.end_turn, turn=evening.turn.id, by=None)
    assert evening.hall.turns[-1].ended == evening.hall.turns[-1].at
    assert evening.hall.at >= evening.hall.turns[-1].at


# Undo


def test_only_the_last_step_is_undone_and_pressed_twice_it_is_one() -> None:
    evening = opened()
    evening.item("a1")
    evening.hand(AMARU)
    evening.next()
    first, last = evening.hall.steps
    with pytest.raises(Refused, match=r"step\.not_last"):
        j.undo(evening.hall, step=first)
    evening.undo()
    assert (evening.hall.turn, evening.queue, evening.hall.steps) == (None, [AMARU], (first,))
    with pytest.raises(Refused, match=r"step\.not_last"):
        j.undo(evening.hall, step=last)
    evening.undo()
    assert evening.hall.item is None
    with pytest.raises(Refused, match=r"step\.not_last"):
        j.undo(evening.hall, step=first)


def test_coming_going_hands_and_answers_are_not_the_chairs_to_undo() -> None:
    evening = opened()
    evening.do(thinking.open_check, check="c1", form="fist", asked="")
    steps = evening.hall.steps
    evening.hand(AMARU)
    evening.come(PAZ)
    evening.leave(INES)
    evening.do(presence.count_room, uncounted=3)
    evening.do(thinking.answer_check, author=AMARU, by=AMARU, check="c1", value=2)
    assert evening.hall.steps == steps


def test_what_was_undone_gives_the_speaker_back_with_the_time_that_passed() -> None:
    evening = opened()
    first = evening.call(AMARU)
    evening.hand(INES)
    evening.next(after=30)
    evening.now += 10
    evening.undo()
    assert evening.turn == first
    assert evening.queue == [INES]
    evening.do(floor.end_turn, turn=first.id, by=None)
    assert floor.seconds_spoken(evening.hall) == {AMARU: evening.now - first.at}


def test_a_closed_item_comes_back_with_its_speaker_hands_go_round_and_question() -> None:
    evening = opened()
    evening.item("a2")
    evening.do(agenda.open_question, page=PAGE, question="q2")
    evening.hand(NOOR, "order")
    evening.round(AMARU, INES)
    evening.next()
    before = content(evening.hall)
    evening.do(agenda.close_item, item="a2", after=20)
    evening.undo()
    assert content(evening.hall) == before
    evening.item("a1", after=20)
    evening.undo()
    assert content(evening.hall) == before
    assert evening.hall.item is not None
    assert evening.hall.spent(evening.hall.item, evening.now) == evening.now - (evening.hall.item.since or 0)


def test_a_hand_raised_again_after_an_undone_step_is_up_once_where_it_was() -> None:
    evening = opened()
    evening.hand(AMARU, "clarification")
    evening.hand(INES, "clarification")
    evening.item("a1")  # these hands are down
    again = evening.hand(AMARU, "clarification")
    evening.undo()
    assert evening.queue == [AMARU, INES]
    evening.do(floor.lower_hand, hand=again, by=AMARU)
    assert evening.queue == [INES]


def test_who_was_given_the_floor_by_mistake_and_asked_for_it_again_waits_once() -> None:
    evening = opened()
    evening.hand(AMARU)
    evening.hand(INES)
    evening.next()
    evening.hand(AMARU)
    evening.undo()
    assert evening.queue == [AMARU, INES]


def test_the_end_of_a_turn_that_never_was_ends_no_other() -> None:
    """Whatever steps are gone: the last ones first is a habit of the rule, and not of the fold."""
    evening = opened()
    evening.call(AMARU)
    step = evening.hall.size
    turn = evening.call(INES)
    evening.do(floor.extend_turn, turn=turn.id, seconds=60)
    evening.do(floor.end_turn, turn=turn.id, by=INES)
    evening.write(j.StepUndone(step=step))
    assert (evening.turn.who, evening.turn.seconds) == (AMARU, 120)


def test_passing_in_a_go_round_that_never_was_is_no_passing_in_the_one_before() -> None:
    evening = opened()
    first = evening.round()
    evening.do(floor.close_round, round=first)
    evening.round()
    evening.passes(AMARU)
    evening.undo()
    evening.undo()
    assert evening.hall.round is not None
    assert (evening.hall.round.id, evening.hall.round.passed) == (first, ())
    assert AMARU in evening.hall.round.waiting


def test_who_passed_when_asked_by_mistake_has_passed_all_the_same() -> None:
    evening = opened()
    evening.round(AMARU, INES)
    evening.next()
    evening.passes(AMARU)
    evening.undo()
    assert evening.hall.round is not None
    assert (evening.hall.round.waiting, evening.hall.round.passed) == ((INES,), (AMARU,))


def test_who_came_while_a_go_round_was_closed_by_mistake_is_asked_in_it() -> None:
    evening = opened()
    evening.do(floor.close_round, round=evening.round())
    evening.come(PAZ)
    evening.undo()
    assert evening.hall.round is not None
    assert PAZ in evening.hall.round.waiting


def test_a_speaker_who_left_meanwhile_does_not_speak_again() -> None:
    evening = opened()
    evening.call(AMARU)
    evening.call(INES)
    evening.leave(AMARU)
    evening.undo()
    assert evening.hall.turn is None


def test_answers_to_an_undone_check_do_not_count_in_the_one_before() -> None:
    evening = opened()
    evening.do(thinking.open_check, check="c1", form="fist", asked="")
    evening.do(thinking.answer_check, author=AMARU, by=AMARU, check="c1", value=5)
    evening.do(thinking.open_check, check="c2", form="fist", asked="")
    evening.do(thinking.answer_check, author=INES, by=INES, check="c2", value=0)
    evening.undo()
    assert evening.hall.check is not None
    assert (evening.hall.check.id, evening.hall.check.answers) == ("c1", {AMARU: 5})


def test_moments_are_held_back_again_when_showing_them_is_undone() -> None:
    evening = opened()
    evening.do(thinking.open_offers, offers="o1", seconds=120)
    evening.releases(AMARU)
    evening.do(thinking.show_offers, offers="o1")
    evening.undo()
    assert evening.hall.shown().moments() == []
    evening.undo()
    assert len(evening.hall.shown().moments()) == 1


def test_a_door_unlocked_by_mistake_is_locked_again_and_who_slipped_in_is_in() -> None:
    evening = opened()
    evening.do(presence.lock, locked=True)
    evening.do(presence.lock, locked=False)
    evening.come(PAZ)
    evening.undo()
    assert evening.hall.locked
    assert PAZ in evening.hall.here()


def test_the_end_of_a_turn_is_the_last_step_even_if_the_speaker_ended_it() -> None:
    """Undoing what came before would take their turn away, and with it the time they spoke."""
    evening = opened()
    evening.speaks(AMARU, 50)
    evening.undo()
    assert evening.turn.who == AMARU


def test_as_many_steps_can_be_undone_as_were_made() -> None:
    evening = opened()
    for n in range(j.MOST_STEPS + 10):
        evening.do(presence.lock, locked=n % 2 == 0)
    assert len(evening.hall.steps) == j.MOST_STEPS
    for _ in range(j.MOST_STEPS + 10):
        evening.undo()
    assert evening.hall.steps == ()


# Any evening


class AnyEvening(RuleBasedStateMachine):
    """An evening on which anybody does anything they are allowed to, and the chair undoes her steps."""

    who = st.sampled_from(EVERYBODY)
    after = st.integers(0, 90)

    @initialize()
    def begin(self) -> None:
        self.evening = opened()

    def tries(self, rule: object, **asked: object) -> Line | None:
        try:
            line: Line = self.evening.do(rule, **asked)  # type: ignore[arg-type]
        except Refused:
            return None
        return line

    @property
    def ends(self) -> str | None:
        return self.evening.hall.turn.id if self.evening.hall.turn else None

    @rule(who=who, where=st.sampled_from(["hall", "remote"]), chair=st.booleans())
    def comes(self, who: str, where: str, chair: bool) -> None:
        self.tries(presence.join, who=who, role="guest", where=where, phone=not chair, chair=chair)

    @rule(who=who)
    def leaves(self, who: str) -> None:
        self.tries(presence.leave, who=who)

    @rule(who=who, back=st.booleans())
    def removed(self, who: str, back: bool) -> None:
        self.tries(presence.remove, who=who, back=back)

    @rule(locked=st.booleans(), uncounted=st.integers(0, 9))
    def door(self, locked: bool, uncounted: int) -> None:
        self.tries(presence.lock, locked=locked)
        self.tries(presence.count_room, uncounted=uncounted)

    @rule(item=st.sampled_from(["a1", "a2"]), after=after)
    def item(self, item: str, after: int) -> None:
        self.tries(agenda.open_item, after=after, item=item)

    @rule(item=st.sampled_from(["a1", "a2"]), after=after)
    def closes(self, item: str, after: int) -> None:
        self.tries(agenda.close_item, after=after, item=item)

    @rule(by=st.integers(-600, 600))
    def time(self, by: int) -> None:
        self.tries(agenda.extend_item, item="a1", by=by, questions=3)
        self.tries(agenda.move_end, by=by)
        self.tries(agenda.open_question, page=PAGE, question="q1")

    @rule(who=who, what=st.sampled_from(WHATS))
    def hand(self, who: str, what: What) -> None:
        self.tries(floor.raise_hand, author=who, who=who, hand=self.evening.id("h"), what=what)

    @rule(number=st.integers(0, 3))
    def lowers(self, number: int) -> None:
        if number < len(self.evening.hall.hands):
            self.tries(floor.lower_hand, hand=self.evening.hall.hands[number].id, by=None)

    @rule(order=st.sampled_from(floor.ORDERS), after=after)
    def next(self, order: floor.Order, after: int) -> None:
        ends = self.ends
        line = self.tries(floor.next_turn, after=after, ends=ends, turn=self.evening.id("t"), seconds=60, order=order)
        if ends is not None and line is not None:  # pressed twice, it ends one turn
            assert self.tries(floor.next_turn, ends=ends, turn="twice", seconds=60, order=order) is None

    @rule(who=who, after=after)
    def called(self, who: str, after: int) -> None:
        self.tries(
            floor.call, after=after, ends=self.ends, turn=self.evening.id("t"), hand=None, who=who, seconds=60,
            order="plain",
        )  # fmt: skip

    @rule(after=after)
    def ends_turn(self, after: int) -> None:
        if (turn := self.evening.hall.turn) is not None:
            self.tries(floor.end_turn, author=turn.who, after=after, turn=turn.id, by=turn.who)

    @rule()
    def extended(self) -> None:
        self.tries(floor.extend_turn, turn=self.ends or "?", seconds=30)

    @rule()
    def round(self) -> None:
        self.tries(floor.open_round, round=self.evening.id("r"), order=self.evening.hall.here(), seconds=60)

    @rule(who=who)
    def passes(self, who: str) -> None:
        if self.evening.hall.round is not None:
            self.tries(floor.pass_on, author=who, round=self.evening.hall.round.id, who=who)

    @rule()
    def round_over(self) -> None:
        if self.evening.hall.round is not None:
            self.tries(floor.close_round, round=self.evening.hall.round.id)

    @rule(form=st.sampled_from(list(FORMS)))
    def check(self, form: Form) -> None:
        self.tries(thinking.open_check, check=self.evening.id("c"), form=form, asked="")

    @rule(who=who, value=st.integers(0, 5), close=st.booleans())
    def answer(self, who: str, value: int, close: bool) -> None:
        if (check := self.evening.hall.check) is not None:
            self.tries(thinking.answer_check, author=who, by=who, check=check.id, value=value)
            if close:
                self.tries(thinking.close_check, check=check.id)

    @rule()
    def offers(self) -> None:
        if self.evening.hall.offers is None:
            self.tries(thinking.open_offers, offers=self.evening.id("o"), seconds=60)
        else:
            self.tries(thinking.show_offers, offers=self.evening.hall.offers.id)

    @rule(who=who)
    def moment(self, who: str) -> None:
        entry = self.evening.releases(who)
        shown = entry in self.evening.hall.shown().entries
        assert shown == (self.evening.hall.offers is None)

    @rule(size=st.integers(2, 4))
    def groups(self, size: int) -> None:
        h = self.evening.hall
        if h.draw is not None:
            self.tries(thinking.end_groups, draw=h.draw.id)
            return
        line = self.tries(thinking.draw_groups, draw=self.evening.id("d"), seed=b"s", size=size, seconds=60)
        if isinstance(line, thinking.GroupsDrawn):
            assert sorted(who for group in line.groups for who in group) == sorted(h.here())

    @rule()
    def undo(self) -> None:
        if self.evening.hall.steps:
            step = self.evening.hall.steps[-1]
            self.evening.undo()
            assert step not in self.evening.hall.steps

    @invariant()
    def all_lines_together_are_what_they_were_one_by_one(self) -> None:
        assert j.fold(self.evening.lines) == self.evening.hall

    @invariant()
    def what_was_undone_has_never_been(self) -> None:
        assert content(self.evening.hall) == content(j.fold(standing(self.evening.lines)))

    @invariant()
    def all_is_in_order(self) -> None:
        assert_in_order(self.evening.hall)

    def teardown(self) -> None:
        """Whichever steps are gone, the last ones or not, the rest still makes an evening."""
        if not hasattr(self, "evening"):
            return
        lines = [w for w in self.evening.lines if not isinstance(w.line, j.StepUndone)]
        steps = [w.seq for w in lines if isinstance(w.line, j.STEPS)]
        for seed in range(10):
            gone = {step for step in steps if random.Random(f"{seed} {step}").random() < 0.4}
            assert_in_order(j.fold(w for w in lines if w.seq not in gone))


def standing(lines: list[Written]) -> list[Written]:
    """The lines without the undone ones and those that undid them."""
    undone = {w.line.step for w in lines if isinstance(w.line, j.StepUndone)}
    return [w for w in lines if w.seq not in undone and not isinstance(w.line, j.StepUndone)]


def assert_in_order(h: Hall) -> None:
    """What holds for any hall."""
    here = h.here()
    assert all(turn.ended is not None for turn in h.turns[:-1]), "two turns at once"
    assert all(one.ended is not None and one.at <= one.ended <= two.at for one, two in zip(h.turns, h.turns[1:]))  # noqa: B905
    assert h.turn is None or h.turn.who in here
    wanted = [(hand.who, hand.what) for hand in h.hands]
    assert len(wanted) == len(set(wanted)), "twice in the queue"
    assert len({hand.id for hand in h.hands}) == len(h.hands)
    assert {hand.who for hand in h.hands} <= set(here)
    assert sum(floor.seconds_spoken(h).values()) == sum(t.ended - t.at for t in h.turns if t.ended is not None)
    assert sum(item.status == "open" for item in h.agenda) <= 1
    assert all((item.since is None) == (item.status != "open") and item.spent >= 0 for item in h.agenda)
    if h.round is not None:
        asked = [*h.round.waiting, *h.round.passed]
        assert len(asked) == len(set(asked))
        assert set(asked) <= set(here)
        assert not set(asked) & h.round.over
        assert set(h.round.passed) <= h.round.once
        assert set(here) == set(asked) | (h.round.over & set(here)), "somebody is not asked"
    assert h.in_hall + h.remote == h.present <= h.most
    assert not any(person.here and person.removed for person in h.people.values())
    if h.offers is not None:
        assert not set(h.shown().entries) & h.offers.held


TestAnyEvening = AnyEvening.TestCase
TestAnyEvening.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_every_step_that_can_be_undone_has_a_name() -> None:
    assert {str(step.__struct_config__.tag).partition("/")[0] for step in j.STEPS} == set(STEP_NAMES)
