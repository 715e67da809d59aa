"""The agenda under way: items opened, closed and given time, and a plan that follows the room and the clock."""

from __future__ import annotations

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import agenda, floor, presence
from comuna.rules.announcement import AgendaItem
from comuna.rules.hall import Hall
from comuna.rules.timing import Offer
from tests.cast import AMARU, INES, PAZ, ROSA, session
from tests.rules.holding import PAGE, START, Evening, opened

MINUTE = 60


def statuses(evening: Evening) -> list[str]:
    return [item.status for item in evening.hall.agenda]


def test_opening_brings_the_agenda_of_the_page_and_the_time_to_end() -> None:
    h = opened().hall
    assert [(i.id, i.title, i.per_person, i.low, i.high, i.questions) for i in h.agenda] == [
        ("a1", "Arriving", True, None, 120, False),
        ("a2", "The film", False, None, None, True),
    ]
    assert (h.opened, h.ends) == (START, START + 90 * MINUTE)
    with pytest.raises(Refused, match=r"live\.open_already"):
        agenda.open_hall(h, PAGE, now=START + 5, seconds=60)


def test_without_an_agenda_the_whole_gathering_is_one_item() -> None:
    (only,) = agenda.items_of(session(agenda=()))
    assert (only.title, only.high, only.questions) == ("How a neighbourhood keeps its water", None, True)


@pytest.mark.parametrize(
    ("titles", "asked"),
    [
        (["Arriving", "Preguntas guía", "Despedida"], 1),
        (["Arriving", "Discussion", "Closing"], 1),
        (["Arriving", "The film", "Closing"], 2),
    ],
)
def test_the_questions_are_talked_about_where_a_title_says_so_or_last(titles: list[str], asked: int) -> None:
    page = session(agenda=tuple(AgendaItem(title=title) for title in titles))
    assert [item.questions for item in agenda.items_of(page)] == [place == asked for place in range(3)]


def test_nothing_of_the_agenda_happens_before_it_is_open() -> None:
    for rule, asked in (
        (agenda.open_item, {"item": "a1"}),
        (agenda.close_item, {"item": "a1"}),
        (agenda.set_turns, {"item": "a1", "seconds": 60}),
        (agenda.move_end, {"by": 60}),
        (agenda.open_question, {"page": PAGE, "question": "q1"}),
        (agenda.note_time, {"size": 0}),
    ):
        with pytest.raises(Refused, match=r"live\.not_open"):
            rule(Hall(), **asked)


def test_opening_an_item_ends_the_one_before_it_and_who_was_not_heard_waits_on() -> None:
    evening = opened()
    evening.item("a1")
    evening.call(AMARU)
    evening.hand(INES)
    evening.hand(ROSA, "reply")
    evening.item("a2", after=100)
    h = evening.hall
    assert statuses(evening) == ["done", "open"]
    assert (h.turn, [hand.who for hand in h.hands]) == (None, [INES]), "the reply was meant for who spoke"
    assert h.agenda[0].spent == 103
    assert floor.seconds_spoken(h) == {AMARU: 102}
    with pytest.raises(Refused, match=r"item\.open_already"):
        agenda.open_item(h, item="a2")


def test_an_item_is_closed_once_or_skipped_and_can_be_opened_again_with_the_time_it_had() -> None:
    evening = opened()
    evening.item("a1")
    evening.do(agenda.close_item, item="a1", after=30)
    evening.do(agenda.close_item, item="a2")
    assert statuses(evening) == ["done", "skipped"]
    for item in ("a1", "a2"):
        with pytest.raises(Refused, match=r"item\.over"):
            agenda.close_item(evening.hall, item=item)
    evening.item("a1")
    evening.now += 12
    assert evening.hall.spent(evening.hall.agenda[0], evening.now) == 42
    with pytest.raises(Refused, match=r"item\.unknown"):
        evening.item("a9")


def test_closing_an_item_that_waits_leaves_the_speaker_in_peace() -> None:
    evening = opened()
    evening.item("a1")
    evening.call(AMARU)
    evening.do(agenda.close_item, item="a2")
    assert evening.turn.who == AMARU


def test_a_guiding_question_stands_until_another_or_an_item_without_questions() -> None:
    evening = opened()
    evening.item("a2")
    evening.do(agenda.open_question, page=PAGE, question="q2")
    assert evening.hall.question == "q2"
    with pytest.raises(Refused, match=r"question\.unknown"):
        agenda.open_question(evening.hall, PAGE, question="q9")
    evening.item("a1")
    assert evening.hall.question is None
    evening.do(agenda.open_question, page=PAGE, question="q1")
    evening.do(agenda.open_question, page=PAGE, question=None)
    assert evening.hall.question is None


def test_the_time_is_given_out_anew_when_people_arrive_and_when_an_item_runs_over() -> None:
    evening = opened(minutes=60)
    evening.now = START
    assert evening.hall.plan(3, START).allotments == {"a1": 8 * MINUTE, "a2": 52 * MINUTE}
    evening.do(presence.count_room, after=0, uncounted=6)
    assert evening.hall.plan(3, START).allotments == {"a1": 20 * MINUTE, "a2": 40 * MINUTE}
    evening.item("a1", after=0)
    evening.do(agenda.note_time, after=25 * MINUTE, size=evening.hall.size)
    with pytest.raises(Refused, match=r"floor\.moved_on"):
        agenda.note_time(evening.hall, size=evening.hall.size - 1)
    assert evening.hall.plan(3).allotments == {"a1": 0, "a2": 35 * MINUTE}
    evening.item("a2")
    assert evening.hall.plan(3).allotments == {"a2": 35 * MINUTE - 1}


def test_an_item_is_given_more_than_it_would_have() -> None:
    evening = opened(minutes=60)
    evening.item("a1")
    before = evening.hall.plan(3).allotments["a1"]
    evening.do(agenda.extend_item, item="a1", by=300, questions=3)
    assert evening.hall.plan(3).allotments["a1"] == before - 1 + 300
    evening.do(agenda.extend_item, item="a1", by=-9999, questions=3)
    assert evening.hall.plan(3).allotments["a1"] == 0
    for by in (agenda.LONGEST + 1,):
        with pytest.raises(Refused, match=r"item\.bad_time"):
            agenda.extend_item(evening.hall, item="a1", by=by, questions=3)
    evening.do(agenda.close_item, item="a1")
    with pytest.raises(Refused, match=r"item\.over"):
        agenda.extend_item(evening.hall, item="a1", by=60, questions=3)


def test_an_item_that_ran_over_gets_its_minutes_from_now() -> None:
    evening = opened(minutes=60)
    evening.item("a1")
    evening.do(agenda.extend_item, after=20 * MINUTE, item="a1", by=300, questions=3)
    assert evening.hall.plan(3).allotments["a1"] == 300


def test_an_undone_extension_can_be_given_again() -> None:
    evening = opened(minutes=60)
    evening.item("a1")
    evening.do(agenda.extend_item, item="a1", by=300, questions=3)
    once = evening.hall.agenda
    evening.undo()
    assert evening.hall.agenda[0].per_person
    evening.now -= 2
    evening.do(agenda.extend_item, item="a1", by=300, questions=3)
    assert evening.hall.agenda == once


def test_shorter_turns_hold_for_the_go_round_under_way() -> None:
    evening = opened()
    evening.item("a1")
    evening.round(seconds=120)
    evening.next()
    evening.do(agenda.set_turns, item="a1", seconds=45)
    assert evening.turn.seconds == 120
    evening.next()
    assert evening.turn.seconds == 45
    for seconds in (0, 29, agenda.LONGEST + 1):
        with pytest.raises(Refused, match=r"item\.bad_time"):
            agenda.set_turns(evening.hall, item="a1", seconds=seconds)


def test_the_end_moves_but_not_into_the_past() -> None:
    evening = opened(minutes=60)
    evening.do(agenda.move_end, by=-30 * MINUTE)
    assert evening.hall.ends == START + 30 * MINUTE
    for by in (-31 * MINUTE, agenda.LONGEST):
        with pytest.raises(Refused, match=r"item\.bad_time"):
            agenda.move_end(evening.hall, by=by)


def test_when_the_time_is_over_five_minutes_more_are_five_minutes_from_now() -> None:
    evening = opened(minutes=60)
    evening.do(agenda.move_end, after=80 * MINUTE, by=5 * MINUTE)
    assert evening.hall.ends == evening.now + 5 * MINUTE
    evening.now += 10 * MINUTE
    with pytest.raises(Refused, match=r"item\.bad_time"):
        evening.do(agenda.move_end, by=-MINUTE)


@pytest.mark.parametrize("minutes", [15, 0])
def test_whatever_a_plan_offers_can_be_taken_and_makes_it_fit(minutes: int) -> None:
    evening = opened(minutes=minutes)
    for who in range(20):
        evening.come(f"{PAZ} {who}")
    evening.now += 5 * MINUTE
    told = evening.asked.plan(0, evening.now)
    assert not told.fits
    assert "later" in [offer.kind for offer in told.offers]
    for offer in told.offers:
        again = opened(minutes=minutes)
        for who in range(20):
            again.come(f"{PAZ} {who}")
        again.now = evening.now
        again.do(agenda.take_offer, after=0, offer=offer)
        assert again.hall.plan(0).fits, offer


def test_an_offer_for_an_item_that_is_not_there_is_refused() -> None:
    for kind in ("turns", "pairs"):
        with pytest.raises(Refused, match=r"item\.unknown"):
            agenda.take_offer(opened().hall, Offer(kind=kind, item="a9", seconds=60))


def test_lines_about_items_that_are_not_there_change_nothing() -> None:
    evening = opened()
    before = evening.hall.agenda
    evening.write(agenda.ItemOpened(item="a9"))
    evening.write(agenda.ItemClosed(item="a9"))
    evening.write(agenda.ItemAdjusted(item="a9", per_person=False, low=1, high=1))
    assert evening.hall.agenda == before
