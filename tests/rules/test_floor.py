"""Speaking: who gets the floor and why, turns that end once, the go-round, and talk time that names nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import floor, presence
from comuna.rules.floor import ORDERS, Talk
from comuna.rules.hall import WHATS, Hall, Role
from tests.cast import AMARU, INES, NOOR, PAZ, ROSA
from tests.rules.holding import CIRCLE, Evening, opened


def places(h: Hall, order: floor.Order) -> list[tuple[str, str, int]]:
    return [(place.hand.who, place.reason, place.value) for place in floor.queue(h, order)]


# The queue


def test_urgent_hands_come_first_in_their_order_whatever_the_rule() -> None:
    evening = opened()
    evening.hand(AMARU, "point")
    evening.hand(INES, "reply")
    evening.hand(NOOR, "clarification")
    evening.hand(ROSA, "order")
    evening.hand(AMARU, "order")
    for order in ORDERS:
        told = places(evening.hall, order)
        assert [who for who, _, _ in told] == [ROSA, AMARU, NOOR, INES, AMARU]
        assert [reason for _, reason, _ in told][:4] == ["order", "order", "clarification", "reply"]


def test_by_seconds_spoken_those_not_heard_on_this_item_come_first_then_who_spoke_least() -> None:
    evening = opened()
    evening.come(PAZ, "representative")
    evening.item("a1")
    evening.speaks(PAZ, 200)
    evening.item("a2")
    evening.speaks(AMARU, 60)
    evening.speaks(INES, 20)
    for who in (AMARU, INES, PAZ, NOOR):
        evening.hand(who)
    assert places(evening.hall, "seconds_spoken") == [
        (NOOR, "first", 0), (PAZ, "first", 0), (INES, "least", 20), (AMARU, "least", 60)
    ]  # fmt: skip
    assert places(evening.hall, "plain") == [(who, "raised", 0) for who in (AMARU, INES, PAZ, NOOR)]


def test_by_fewest_turns_three_short_turns_weigh_more_than_a_long_one() -> None:
    evening = opened()
    for _ in range(3):
        evening.speaks(AMARU, 2)
    evening.speaks(INES, 500)
    for who in (AMARU, INES, NOOR):
        evening.hand(who)
    assert places(evening.hall, "fewest_turns") == [(NOOR, "fewer", 0), (INES, "fewer", 1), (AMARU, "fewer", 3)]


def test_hands_raised_in_the_same_second_keep_the_order_in_which_they_were_heard() -> None:
    evening = opened()
    for who in (NOOR, AMARU, INES):
        evening.hand(who, after=0)
    for order in ORDERS:
        assert [who for who, _, _ in places(evening.hall, order)] == [NOOR, AMARU, INES]


def test_a_hand_of_one_kind_is_up_once_and_each_kind_has_its_own() -> None:
    evening = opened()
    evening.hand(AMARU)
    evening.hand(AMARU, "clarification")
    with pytest.raises(Refused, match=r"floor\.raised_already"):
        evening.hand(AMARU)
    with pytest.raises(Refused, match=r"floor\.bad_hand"):
        evening.hand(AMARU, "applause")  # type: ignore[arg-type]
    with pytest.raises(Refused, match=r"live\.not_here"):
        evening.hand(PAZ)
    assert evening.queue == [AMARU, AMARU]


def test_no_more_hands_than_the_queue_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = opened()
    evening.hand(AMARU)
    monkeypatch.setattr(floor, "MOST_HANDS", 1)
    with pytest.raises(Refused, match=r"floor\.full"):
        evening.hand(INES)


def test_one_lowers_ones_own_hand_and_the_chair_any() -> None:
    evening = opened()
    amarus, iness = evening.hand(AMARU), evening.hand(INES)
    with pytest.raises(Refused, match=r"floor\.no_hand"):
        floor.lower_hand(evening.hall, hand=amarus, by=INES)
    evening.do(floor.lower_hand, hand=amarus, by=AMARU)
    evening.do(floor.lower_hand, hand=iness, by=None)
    assert evening.queue == []
    with pytest.raises(Refused, match=r"floor\.no_hand"):
        floor.lower_hand(evening.hall, hand=iness, by=None)


# Turns


def test_next_gives_the_floor_to_the_first_and_ends_who_spoke() -> None:
    evening = opened()
    evening.hand(AMARU)
    evening.hand(INES, "reply")
    evening.next()
    assert (evening.turn.who, evening.turn.what, evening.turn.seconds, evening.turn.overridden) == (
        INES, "reply", 120, False
    )  # fmt: skip
    assert evening.queue == [AMARU]
    evening.next(after=50)
    assert evening.turn.who == AMARU
    assert floor.seconds_spoken(evening.hall) == {INES: 50}
    evening.next(after=10)
    assert evening.hall.turn is None
    with pytest.raises(Refused, match=r"floor\.nobody"):
        evening.next()


@pytest.mark.parametrize("speaking", [True, False])
def test_next_pressed_by_two_chairs_at_once_gives_one_turn(speaking: bool) -> None:
    evening = opened()
    for who in (AMARU, INES, NOOR):
        evening.hand(who)
    if speaking:
        evening.next()
    seen = evening.hall.turn.id if evening.hall.turn else None
    evening.next()
    turns = evening.hall.turns
    for press in (
        lambda: floor.next_turn(evening.hall, ends=seen, turn="t9", seconds=60, order="plain"),
        lambda: floor.call(
            evening.hall, ends=seen, turn="t9", hand=None, who=NOOR, seconds=60, order="plain"
        ),
        lambda: floor.end_turn(evening.hall, turn=seen or "t9", by=None),
    ):  # fmt: skip
        with pytest.raises(Refused, match=r"floor\.moved_on"):
            press()
    assert evening.hall.turns == turns


def test_the_chairs_choice_is_seen_where_others_were_before_and_only_there() -> None:
    evening = opened()
    evening.hand(AMARU)
    second = evening.hand(INES)
    assert evening.call(hand=second).overridden
    first = evening.hand(NOOR, "order")
    assert not evening.call(hand=first).overridden
    assert evening.queue == [AMARU]
    evening.come(PAZ, "representative", phone=False, chair=True)
    assert evening.call(PAZ).overridden
    assert evening.queue == [AMARU]


def test_calling_somebody_by_name_takes_the_hand_they_raised() -> None:
    evening = opened()
    evening.hand(AMARU)
    evening.hand(INES)
    evening.hand(INES, "order")
    turn = evening.call(AMARU)
    assert (turn.what, turn.overridden) == ("point", True)
    turn = evening.call(INES)
    assert (turn.what, turn.overridden) == ("order", False)
    assert evening.queue == [INES]


def test_nobody_is_called_who_is_not_here() -> None:
    evening = opened()
    evening.leave(AMARU)
    for who in (AMARU, PAZ, None):
        with pytest.raises(Refused, match=r"live\.not_here"):
            evening.call(who)
    with pytest.raises(Refused, match=r"floor\.no_hand"):
        evening.call(INES, hand="h99")
    assert evening.hall.turns == ()


def test_one_ends_ones_own_turn_and_the_chair_any() -> None:
    evening = opened()
    turn = evening.call(AMARU)
    with pytest.raises(Refused, match=r"floor\.not_yours"):
        floor.end_turn(evening.hall, turn=turn.id, by=INES)
    evening.do(floor.end_turn, turn=turn.id, by=AMARU)
    turn = evening.call(AMARU)
    evening.do(floor.end_turn, turn=turn.id, by=None)
    assert evening.hall.turn is None


def test_more_time_is_for_the_turn_that_was_meant() -> None:
    evening = opened()
    turn = evening.call(AMARU)
    evening.do(floor.extend_turn, turn=turn.id, seconds=60)
    assert evening.turn.seconds == 180
    for seconds in (-180, floor.LONGEST_TURN):
        with pytest.raises(Refused, match=r"item\.bad_time"):
            floor.extend_turn(evening.hall, turn=turn.id, seconds=seconds)
    evening.call(INES)
    with pytest.raises(Refused, match=r"floor\.moved_on"):
        floor.extend_turn(evening.hall, turn=turn.id, seconds=60)
    evening.write(floor.TurnExtended(turn=turn.id, seconds=60))
    evening.write(floor.TurnEnded(turn=turn.id))
    assert (evening.turn.who, evening.turn.seconds) == (INES, 120)


# The go-round


def test_everybody_is_asked_in_turn_and_then_it_is_over() -> None:
    evening = opened()
    evening.hand(NOOR)
    evening.round(INES, AMARU, NOOR, ROSA)
    asked = []
    for _ in range(4):
        evening.next(after=30)
        asked.append(evening.turn.who)
    assert asked == [INES, AMARU, NOOR, ROSA]
    assert isinstance(evening.next(), floor.RoundClosed)
    assert (evening.hall.round, evening.hall.turn) == (None, None)
    assert evening.queue == [NOOR]


def test_who_passes_is_asked_once_more_at_the_end_and_passing_is_no_turn() -> None:
    evening = opened()
    evening.round(AMARU, INES, NOOR)
    evening.next()
    evening.passes(AMARU)
    assert (evening.hall.turn, evening.hall.turns) == (None, ())
    evening.passes(NOOR)  # before she is asked
    evening.next()
    assert evening.turn.who == INES
    evening.next()
    assert evening.hall.round is not None
    assert (evening.turn.who, evening.hall.round.second) == (AMARU, True)
    evening.next()
    assert evening.turn.who == NOOR
    evening.passes(NOOR)
    assert isinstance(evening.next(), floor.RoundClosed)
    assert [turn.who for turn in evening.hall.turns] == [INES, AMARU]


def test_who_is_the_last_to_be_asked_and_passes_still_has_a_second_chance() -> None:
    evening = opened()
    round = evening.round(AMARU)
    evening.next()
    evening.passes(AMARU)
    with pytest.raises(Refused, match=r"round\.not_waiting"):  # pressed twice, it is one pass
        floor.pass_on(evening.hall, round=round, who=AMARU)
    evening.next()
    assert evening.turn.who == AMARU
    evening.passes(AMARU)
    with pytest.raises(Refused, match=r"round\.not_waiting"):
        evening.passes(AMARU)
    assert isinstance(evening.next(), floor.RoundClosed)


def test_only_those_here_are_asked_and_nobody_twice() -> None:
    evening = opened()
    evening.leave(INES)
    evening.round(AMARU, INES, AMARU, PAZ, NOOR)
    assert evening.hall.round is not None
    assert evening.hall.round.waiting == (AMARU, NOOR)
    with pytest.raises(Refused, match=r"round\.open_already"):
        evening.round()
    evening = opened()
    with pytest.raises(Refused, match=r"round\.nobody"):
        evening.round(PAZ)
    for seconds in (0, floor.LONGEST_TURN + 1):
        with pytest.raises(Refused, match=r"item\.bad_time"):
            evening.round(seconds=seconds)


def test_who_goes_out_and_comes_back_is_asked_once_all_the_same() -> None:
    evening = opened()
    evening.round(AMARU, INES, NOOR)
    evening.next()  # Amaru speaks, goes, and comes back
    evening.leave(AMARU)
    evening.come(AMARU)
    evening.passes(INES)  # Inés passes, goes, and comes back
    evening.leave(INES)
    evening.come(INES)
    evening.leave(NOOR)  # Noor goes before she is asked, and comes back
    evening.come(NOOR, "guest")
    asked = []
    while not isinstance(evening.next(), floor.RoundClosed):
        asked.append(evening.turn.who)
        if evening.turn.who == INES:
            evening.passes(INES)
    assert asked == [NOOR, INES]


def test_who_comes_late_is_asked_even_when_the_second_time_has_begun() -> None:
    evening = opened()
    evening.round(AMARU, INES)
    evening.next()
    evening.passes(AMARU)
    evening.next()
    evening.next()  # Amaru again
    evening.come(PAZ, "representative")
    evening.next()
    assert evening.turn.who == PAZ
    evening.passes(PAZ)
    evening.next()
    assert evening.turn.who == PAZ
    assert isinstance(evening.next(), floor.RoundClosed)


def test_who_is_removed_in_a_go_round_is_not_asked() -> None:
    evening = opened()
    round = evening.round(AMARU, INES, NOOR)
    evening.passes(AMARU)
    evening.do(presence.remove, who=AMARU)
    evening.do(presence.remove, who=NOOR)
    with pytest.raises(Refused, match=r"round\.not_waiting"):
        floor.pass_on(evening.hall, round=round, who=NOOR)
    evening.next()
    assert evening.turn.who == INES
    assert isinstance(evening.next(), floor.RoundClosed)


def test_a_point_of_order_in_a_go_round_takes_nobodys_place_in_it() -> None:
    evening = opened()
    evening.round(AMARU, INES, NOOR)
    evening.next()
    evening.call(hand=evening.hand(NOOR, "order"))
    assert (evening.turn.who, evening.turn.round) == (NOOR, None)
    assert [evening.next() and evening.turn.who for _ in range(2)] == [INES, NOOR]


def test_the_chairs_choice_is_seen_in_a_go_round_too() -> None:
    evening = opened()
    evening.round(AMARU, INES)
    assert evening.call(NOOR).overridden
    evening.next()
    evening.next()
    assert not evening.call(NOOR).overridden  # nobody is left to be asked


def test_a_go_round_is_closed_once() -> None:
    evening = opened()
    round = evening.round()
    evening.next()
    evening.do(floor.close_round, round=round)
    assert (evening.hall.turn, evening.hall.round) == (None, None)
    for rule, asked in ((floor.close_round, {}), (floor.pass_on, {"who": AMARU})):
        with pytest.raises(Refused, match=r"round\.over"):
            rule(evening.hall, round=round, **asked)


WHO = st.sampled_from([*CIRCLE, PAZ])


@given(st.lists(st.tuples(st.sampled_from(["next", "pass", "out", "in", "call"]), WHO), max_size=60))
def test_a_go_round_gives_everybody_one_turn_or_two_passes(moves: list[tuple[str, str]]) -> None:
    evening = opened()
    round = evening.round()
    passes = dict.fromkeys([*CIRCLE, PAZ], 0)

    def move(what: str, who: str) -> None:
        try:
            if what == "next":
                evening.next()
            elif what == "pass":
                evening.passes(who)
                passes[who] += 1
            elif what == "out":
                evening.leave(who)
            elif what == "in":
                evening.come(who, "guest")
            else:
                evening.call(who)
        except Refused:
            pass

    for what, who in moves:
        if evening.hall.round is not None:
            move(what, who)
    for _ in range(20):
        if evening.hall.round is not None:
            evening.next()
    assert evening.hall.round is None
    for who in [*CIRCLE, PAZ]:
        turns = sum(1 for turn in evening.hall.turns if turn.who == who and turn.round == round)
        assert turns <= 1
        assert passes[who] <= 2
        if who in evening.hall.here():
            assert (turns, passes[who]) in {(1, 0), (1, 1), (0, 2)}


# Talk time


def talk(evening: Evening) -> list[tuple[str, int, int, int]]:
    return [(t.role, t.seconds, t.people, t.turns) for t in floor.talk(evening.hall)]


def test_talk_time_is_told_by_role() -> None:
    evening = opened()
    evening.come(PAZ, "representative")
    evening.come("Lucía", "guest")
    for who, seconds in ((ROSA, 10), (AMARU, 30), (INES, 20), (AMARU, 5), (NOOR, 40), ("Lucía", 1), (PAZ, 100)):
        evening.speaks(who, seconds)
    assert talk(evening) == [
        ("representative", 100, 1, 1), ("member", 55, 2, 3), ("guest", 41, 2, 2), ("facilitator", 10, 1, 1)
    ]  # fmt: skip


def test_a_role_that_one_person_spoke_for_is_told_with_the_others() -> None:
    evening = opened()
    for who, seconds in ((AMARU, 30), (INES, 20), (NOOR, 40)):
        evening.speaks(who, seconds)
    assert talk(evening) == [("participant", 90, 3, 3)]


def test_the_time_of_somebody_who_alone_has_spoken_is_not_told() -> None:
    evening = opened()
    evening.speaks(ROSA, 10)
    evening.speaks(NOOR, 40)
    assert talk(evening) == [("facilitator", 10, 1, 1)]


def test_the_turn_under_way_counts_until_now() -> None:
    evening = opened()
    evening.call(ROSA)
    assert floor.talk(evening.hall, evening.now + 25) == [Talk("facilitator", 25, 1, 1)]
    assert floor.talk(evening.hall, evening.now - 25) == [Talk("facilitator", 0, 1, 1)]


@given(st.lists(st.tuples(WHO, st.sampled_from(["guest", "member", "note_taker"]), st.integers(0, 300)), max_size=12))
def test_nobodys_own_time_can_be_read_and_all_the_rest_adds_up(said: list[tuple[str, Role, int]]) -> None:
    evening = opened()
    for who, role, seconds in said:
        evening.come(who, role)
        evening.speaks(who, seconds)
    told = floor.talk(evening.hall)
    assert all(t.people > 1 or t.role in floor.PUBLIC for t in told)
    spoken = floor.seconds_spoken(evening.hall)
    assert sum(spoken.values()) == sum(seconds for _, _, seconds in said)
    private = {who for who in spoken if evening.hall.people[who].role not in floor.PUBLIC}
    expected = sum(spoken.values()) - (sum(spoken[who] for who in private) if len(private) == 1 else 0)
    assert sum(t.seconds for t in told) == expected


HANDS = st.lists(st.tuples(WHO, st.sampled_from(WHATS)), max_size=12, unique=True)
SPOKEN = st.lists(st.tuples(WHO, st.integers(0, 100)), max_size=6)


@given(HANDS, SPOKEN, st.sampled_from(ORDERS))
def test_the_queue_holds_every_hand_once_the_urgent_before_the_others(
    hands: list[tuple[str, floor.What]], spoken: list[tuple[str, int]], order: floor.Order
) -> None:
    evening = opened()
    evening.come(PAZ)
    for who, seconds in spoken:
        evening.speaks(who, seconds)
    for who, what in hands:
        evening.hand(who, what, after=0)
    told = floor.queue(evening.hall, order)
    assert sorted(place.hand.id for place in told) == sorted(hand.id for hand in evening.hall.hands)
    urgency = [WHATS.index(place.hand.what) for place in told]
    assert urgency == sorted(urgency)
    points = [place for place in told if place.hand.what == "point"]
    assert [place.value for place in points if place.reason != "first"] == sorted(
        place.value for place in points if place.reason != "first"
    )
