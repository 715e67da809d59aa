"""Who is here: coming and going, one by one and counted together, a locked door, somebody removed."""

from __future__ import annotations

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import floor, presence
from comuna.rules.hall import Hall, Person
from tests.cast import AMARU, INES, NOOR, PAZ, ROSA
from tests.rules.holding import opened


def test_who_is_early_may_come_in_and_the_room_is_counted_once_it_is_open() -> None:
    assert presence.join(Hall(), who=AMARU, role="member", where="hall").who == AMARU
    for rule, asked in (
        (presence.count_room, {"uncounted": 3}),
        (presence.lock, {"locked": True}),
    ):
        with pytest.raises(Refused, match=r"live\.not_open"):
            rule(Hall(), **asked)


def test_present_are_those_in_the_hall_one_by_one_or_counted_and_those_elsewhere() -> None:
    evening = opened()
    evening.come(PAZ, "representative", where="remote")
    evening.do(presence.count_room, uncounted=7)
    h = evening.hall
    assert (h.in_hall, h.remote, h.present) == (4 + 7, 1, 12)
    assert h.here("hall") == [ROSA, AMARU, INES, NOOR]
    evening.leave(PAZ)
    evening.do(presence.count_room, uncounted=2)
    assert (evening.hall.in_hall, evening.hall.remote, evening.hall.present) == (6, 0, 6)


def test_the_most_who_were_present_at_once_are_remembered() -> None:
    evening = opened()
    evening.do(presence.count_room, uncounted=3)
    evening.leave(AMARU)
    evening.leave(INES)
    evening.come(AMARU)
    assert (evening.hall.present, evening.hall.most) == (6, 7)
    evening.come(INES)
    evening.come(PAZ)
    assert (evening.hall.present, evening.hall.most) == (8, 8)


@pytest.mark.parametrize("uncounted", [-1, presence.MOST_UNCOUNTED + 1])
def test_a_count_that_cannot_be_is_refused(uncounted: int) -> None:
    with pytest.raises(Refused, match=r"gathering\.count_impossible"):
        presence.count_room(opened().hall, uncounted=uncounted)


def test_who_joins_twice_is_here_once_with_what_they_said_last() -> None:
    evening = opened()
    evening.hand(AMARU)
    evening.come(AMARU, "note_taker", where="remote")
    assert evening.hall.people[AMARU] == Person(role="note_taker", where="remote")
    assert (evening.hall.present, evening.hall.most, evening.queue) == (4, 4, [AMARU])


@pytest.mark.parametrize(("role", "where"), [("king", "hall"), ("member", "moon")])
def test_roles_and_places_that_do_not_exist_are_refused(role: str, where: str) -> None:
    evening = opened()
    for rule, who in ((presence.join, PAZ), (presence.join, AMARU), (presence.change, AMARU)):
        with pytest.raises(Refused, match=r"live\.bad_role"):
            rule(evening.hall, who=who, role=role, where=where)


def test_a_role_changes_without_the_place_and_a_place_without_the_role() -> None:
    evening = opened()
    evening.do(presence.change, who=AMARU, role="time_keeper")
    evening.do(presence.change, who=AMARU, where="remote")
    assert evening.hall.people[AMARU] == Person(role="time_keeper", where="remote")
    with pytest.raises(Refused, match=r"live\.not_here"):
        presence.change(evening.hall, who=PAZ, role="guest")


def test_a_person_without_a_phone_is_added_by_the_chair_and_speaks_like_everybody() -> None:
    evening = opened()
    evening.do(presence.lock, locked=True)
    evening.come(PAZ, "representative", phone=False, chair=True)
    assert not evening.hall.people[PAZ].phone
    evening.do(floor.raise_hand, who=PAZ, hand="h1", what="point")
    evening.next()
    assert evening.turn.who == PAZ
    evening.next(after=40)
    assert floor.seconds_spoken(evening.hall) == {PAZ: 40}


def test_who_leaves_is_not_present_and_their_hands_are_down() -> None:
    evening = opened()
    evening.hand(AMARU)
    evening.hand(AMARU, "reply")
    evening.hand(INES)
    evening.leave(AMARU)
    assert evening.queue == [INES]
    with pytest.raises(Refused, match=r"live\.not_here"):
        presence.leave(evening.hall, who=AMARU)
    with pytest.raises(Refused, match=r"live\.not_here"):
        evening.hand(AMARU)
    evening.come(AMARU)
    assert evening.queue == [INES]


def test_who_leaves_while_they_speak_has_ended() -> None:
    evening = opened()
    turn = evening.call(AMARU)
    evening.now += 30
    evening.leave(AMARU)
    assert evening.hall.turn is None
    assert floor.seconds_spoken(evening.hall) == {AMARU: 31}
    with pytest.raises(Refused, match=r"floor\.moved_on"):
        floor.end_turn(evening.hall, turn=turn.id, by=None)


def test_somebody_removed_is_silent_and_out_even_in_the_middle_of_their_turn() -> None:
    evening = opened()
    evening.call(NOOR)
    evening.hand(NOOR, "reply")
    evening.do(presence.remove, who=NOOR)
    assert evening.hall.turn is None
    assert evening.queue == []
    assert NOOR not in evening.hall.here()
    for rule, asked in (
        (presence.join, {"who": NOOR, "role": "guest", "where": "hall"}),
        (presence.join, {"who": NOOR, "role": "guest", "where": "hall", "chair": True}),
        (presence.leave, {"who": NOOR}),
        (presence.change, {"who": NOOR, "role": "member"}),
        (floor.raise_hand, {"who": NOOR, "hand": "h9", "what": "point"}),
        (floor.call, {"ends": None, "turn": "t9", "hand": None, "who": NOOR, "seconds": 60, "order": "plain"}),
    ):
        with pytest.raises(Refused, match=r"live\.removed"):
            rule(evening.hall, **asked)


def test_removing_another_leaves_the_speaker_in_peace() -> None:
    evening = opened()
    evening.call(AMARU)
    evening.do(presence.remove, who=NOOR)
    assert evening.turn.who == AMARU


def test_who_was_let_in_again_may_come_though_the_door_is_locked() -> None:
    evening = opened()
    evening.do(presence.remove, who=NOOR)
    evening.do(presence.lock, locked=True)
    evening.do(presence.remove, who=NOOR, back=True)
    assert NOOR not in evening.hall.here()
    evening.come(NOOR, "guest")
    assert NOOR in evening.hall.here()


def test_letting_in_somebody_who_was_never_out_does_not_put_them_out() -> None:
    """Two chairs press at once, and she is back before the second is heard."""
    evening = opened()
    evening.call(NOOR)
    evening.do(presence.remove, who=NOOR, back=True)
    assert NOOR in evening.hall.here()
    assert evening.turn.who == NOOR


def test_nobody_unknown_can_be_removed() -> None:
    with pytest.raises(Refused, match=r"live\.not_here"):
        presence.remove(opened().hall, who=PAZ)


def test_a_locked_door_keeps_out_who_was_not_in() -> None:
    evening = opened()
    evening.leave(AMARU)
    evening.do(presence.lock, locked=True)
    evening.come(AMARU)
    with pytest.raises(Refused, match=r"live\.locked"):
        evening.come(PAZ)
    evening.do(presence.lock, locked=False)
    evening.come(PAZ)
    assert PAZ in evening.hall.here()


def test_a_full_gathering_still_lets_in_who_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = opened()
    evening.leave(AMARU)
    monkeypatch.setattr(presence, "MOST_PEOPLE", 4)
    with pytest.raises(Refused, match=r"live\.full"):
        evening.come(PAZ)
    evening.come(AMARU)
    assert evening.hall.present == 4


def test_lines_about_nobody_known_change_nothing() -> None:
    evening = opened()
    before = evening.hall.people
    for line in (
        presence.Left(who=PAZ),
        presence.Removed(who=PAZ),
        presence.Removed(who=PAZ, back=True),
        presence.Changed(who=PAZ, role="guest", where="hall"),
    ):
        evening.write(line)
    assert evening.hall.people == before
