"""Thinking together: sense checks that bind nobody, moments held back until everybody shows them, groups by lot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.methods import lots
from comuna.rules import agenda, presence, thinking
from comuna.rules.discussion import EntryTakenBack
from comuna.rules.hall import FORMS, Check, Form, Hall
from tests.cast import AMARU, INES, NOOR, PAZ, ROSA
from tests.rules.holding import PAGE, Evening, opened

SEED = bytes(range(32))


def ask(evening: Evening, form: Form = "fist") -> str:
    check: str = evening.do(thinking.open_check, check=evening.id("c"), form=form, asked="Shall we go on?").check
    return check


def show(evening: Evening, who: str, check: str, value: int) -> None:
    evening.do(thinking.answer_check, author=who, by=who, check=check, value=value)


def check_of(evening: Evening) -> Check:
    assert evening.hall.check is not None
    return evening.hall.check


def draw(evening: Evening, size: int = 2) -> thinking.GroupsDrawn:
    drawn: thinking.GroupsDrawn = evening.do(
        thinking.draw_groups, draw=evening.id("d"), seed=SEED, size=size, seconds=300
    )
    return drawn


def moments(evening: Evening) -> list[str]:
    return [said.entry for _, said in evening.hall.shown().moments()]


def test_nothing_is_asked_before_the_gathering_is_open() -> None:
    for rule, asked in (
        (thinking.open_check, {"check": "c1", "form": "fist", "asked": ""}),
        (thinking.answer_check, {"by": AMARU, "check": "c1", "value": 3}),
        (thinking.open_offers, {"offers": "o1", "seconds": 60}),
        (thinking.draw_groups, {"draw": "d1", "seed": SEED, "size": 2, "seconds": 60}),
    ):
        with pytest.raises(Refused, match=r"live\.not_open"):
            rule(Hall(), **asked)


# Sense checks


def test_the_last_answer_counts_and_each_person_once() -> None:
    evening = opened()
    check = ask(evening)
    show(evening, AMARU, check, 1)
    show(evening, INES, check, 5)
    show(evening, AMARU, check, 4)
    assert check_of(evening).counts() == {0: 0, 1: 0, 2: 0, 3: 0, 4: 1, 5: 1}
    assert thinking.to_be_heard(check_of(evening)) == 0


def test_who_shows_less_than_three_fingers_must_be_heard() -> None:
    evening = opened()
    check = ask(evening)
    for who, value in ((ROSA, 3), (AMARU, 2), (INES, 0), (NOOR, 5)):
        show(evening, who, check, value)
    assert thinking.to_be_heard(check_of(evening)) == 2
    check = ask(evening, "temperature")
    show(evening, AMARU, check, 1)
    assert thinking.to_be_heard(check_of(evening)) == 0


@pytest.mark.parametrize("form", list(FORMS))
def test_each_form_has_its_own_answers(form: Form) -> None:
    evening = opened()
    check = ask(evening, form)
    for value in FORMS[form]:
        show(evening, AMARU, check, value)
    assert check_of(evening).answers == {AMARU: FORMS[form][-1]}
    for value in (min(FORMS[form]) - 1, max(FORMS[form]) + 1):
        with pytest.raises(Refused, match=r"check\.bad_answer"):
            show(evening, AMARU, check, value)


def test_a_form_that_does_not_exist_and_a_question_without_end_are_refused() -> None:
    evening = opened()
    with pytest.raises(Refused, match=r"check\.bad_form"):
        ask(evening, "dice")  # type: ignore[arg-type]
    with pytest.raises(Refused, match=r"words\.too_long"):
        thinking.open_check(evening.hall, check="c1", form="fist", asked="a" * 301)
    assert thinking.open_check(evening.hall, check="c1", form="fist", asked=" a\n  b ").asked == "a b"


def test_a_closed_check_keeps_its_counts_and_takes_no_answer() -> None:
    evening = opened()
    check = ask(evening)
    show(evening, AMARU, check, 2)
    evening.do(thinking.close_check, check=check)
    for again in (
        lambda: show(evening, INES, check, 2),
        lambda: evening.do(thinking.close_check, check=check),
    ):
        with pytest.raises(Refused, match=r"check\.over"):
            again()
    assert check_of(evening).counts()[2] == 1


def test_an_answer_to_the_check_before_is_not_one_to_this() -> None:
    evening = opened()
    before = ask(evening)
    ask(evening, "choice")
    with pytest.raises(Refused, match=r"check\.over"):
        show(evening, AMARU, before, 2)
    evening.write(thinking.CheckAnswered(check=before, value=5), AMARU)
    evening.write(thinking.CheckClosed(check=before))
    assert (check_of(evening).answers, check_of(evening).open) == ({}, True)


def test_only_those_here_are_asked() -> None:
    evening = opened()
    check = ask(evening)
    evening.leave(AMARU)
    evening.do(presence.remove, who=NOOR)
    for who, code in ((AMARU, r"live\.not_here"), (PAZ, r"live\.not_here"), (NOOR, r"live\.removed")):
        with pytest.raises(Refused, match=code):
            show(evening, who, check, 3)


# Moments shown together


def test_what_is_offered_is_seen_by_nobody_until_all_of_it_is_shown() -> None:
    evening = opened()
    before = evening.releases(AMARU)
    offers = evening.do(thinking.open_offers, offers="o1", seconds=120).offers
    held = [evening.releases(INES), evening.releases(NOOR)]
    evening.item("a1")
    assert moments(evening) == [before]
    assert evening.hall.offers is not None
    assert evening.hall.offers.held == set(held)
    with pytest.raises(Refused, match=r"offers\.open_already"):
        thinking.open_offers(evening.hall, offers="o2", seconds=60)
    evening.do(thinking.show_offers, offers=offers)
    assert moments(evening) == [before, *held]
    with pytest.raises(Refused, match=r"offers\.over"):
        thinking.show_offers(evening.hall, offers=offers)
    assert evening.releases(AMARU) in moments(evening)


def test_a_moment_taken_back_while_held_is_never_seen() -> None:
    evening = opened()
    evening.do(thinking.open_offers, offers="o1", seconds=120)
    entry = evening.releases(INES)
    evening.write(EntryTakenBack(entry=entry), INES)
    evening.do(thinking.show_offers, offers="o1")
    assert moments(evening) == []


def test_showing_what_was_offered_before_shows_nothing_of_what_is_offered_now() -> None:
    evening = opened()
    evening.do(thinking.open_offers, offers="o1", seconds=120)
    evening.do(thinking.show_offers, offers="o1")
    evening.do(thinking.open_offers, offers="o2", seconds=120)
    evening.releases(AMARU)
    with pytest.raises(Refused, match=r"offers\.over"):
        thinking.show_offers(evening.hall, offers="o1")
    evening.write(thinking.OffersShown(offers="o1"))
    assert moments(evening) == []


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_times_that_cannot_be_are_refused(seconds: int) -> None:
    evening = opened()
    with pytest.raises(Refused, match=r"item\.bad_time"):
        thinking.open_offers(evening.hall, offers="o1", seconds=seconds)
    with pytest.raises(Refused, match=r"item\.bad_time"):
        thinking.draw_groups(evening.hall, draw="d1", seed=SEED, size=2, seconds=seconds)


# Groups


def test_groups_are_drawn_from_those_here_and_can_be_drawn_again_by_anyone() -> None:
    evening = opened()
    evening.come(PAZ, "representative", phone=False, chair=True)
    evening.leave(AMARU)
    drawn = draw(evening)
    assert [list(group) for group in drawn.groups] == lots.groups(
        [INES, NOOR, PAZ, ROSA], drawn.size, bytes.fromhex(drawn.seed)
    )
    with pytest.raises(Refused, match=r"draw\.open_already"):
        draw(evening)


def test_who_leaves_keeps_their_group_and_who_comes_late_has_none() -> None:
    evening = opened()
    drawn = draw(evening)
    evening.leave(AMARU)
    evening.come(PAZ)
    evening.come(AMARU)
    assert evening.hall.draw is not None
    assert evening.hall.draw.groups == drawn.groups
    number = thinking.group_of(evening.hall.draw, AMARU)
    assert number is not None
    assert AMARU in drawn.groups[number - 1]
    assert thinking.group_of(evening.hall.draw, PAZ) is None


def test_groups_end_once_and_only_the_ones_that_were_meant() -> None:
    evening = opened()
    first = draw(evening)
    evening.do(thinking.end_groups, draw=first.draw)
    assert evening.hall.draw is None
    with pytest.raises(Refused, match=r"draw\.over"):
        thinking.end_groups(evening.hall, draw=first.draw)
    draw(evening)
    with pytest.raises(Refused, match=r"draw\.over"):
        thinking.end_groups(evening.hall, draw=first.draw)
    evening.write(thinking.GroupsEnded(draw=first.draw))
    assert evening.hall.draw is not None


def test_one_alone_cannot_be_drawn_and_sizes_have_bounds() -> None:
    evening = opened()
    for size in (1, 21):
        with pytest.raises(Refused, match=r"draw\.bad_size"):
            draw(evening, size)
    for who in (AMARU, INES, NOOR):
        evening.leave(who)
    evening.do(presence.count_room, uncounted=30)
    with pytest.raises(Refused, match=r"draw\.too_few"):
        draw(evening)


@given(st.integers(2, 60), st.integers(2, 20), st.binary(min_size=32, max_size=32))
def test_groups_part_those_present(people: int, size: int, seed: bytes) -> None:
    evening = Evening()
    evening.do(agenda.open_hall, page=PAGE, now=evening.now, seconds=60)
    for n in range(people):
        evening.come(f"p{n}", where="remote" if n % 3 else "hall")
    drawn = thinking.draw_groups(evening.hall, draw="d1", seed=seed, size=size, seconds=60)
    assert sorted(who for group in drawn.groups for who in group) == sorted(evening.hall.here())
    assert all(2 <= len(group) <= size + 1 for group in drawn.groups)


def test_when_groups_are_drawn_nobody_has_the_floor_and_hands_stay_up() -> None:
    evening = opened()
    evening.call(AMARU)
    evening.hand(INES)
    draw(evening)
    assert evening.hall.turn is None
    assert [hand.who for hand in evening.hall.hands] == [INES]
