"""Campaign days and rounds of visits: when slots begin, how turns divide the day, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import health as h
from comuna.rules.state import State
from tests.cast import an_id

DAY, ROUND, AT = an_id(1), an_id(2), "2026-11-28T10:00:00Z"
ASKED: dict[str, Any] = {
    "by": "1234", "campaign": DAY, "what": "0" * 64, "place": "1" * 64, "date": "2026-12-12", "start": "08:00",
    "slots": 9, "minutes": 20, "places": 4, "turns": 2, "least": 2, "most": 4, "today": "2026-11-28",
}  # fmt: skip


def called(**changes: object) -> State:
    return h.apply_called(State(), h.call(State(), **{**ASKED, **changes}), AT)


def test_a_day_from_its_call_to_its_totals() -> None:
    s = called()
    c = s.health.campaigns[DAY]
    assert [h.at(c, n) for n in (0, 3, 8)] == ["08:00", "09:00", "10:40"]
    assert [h.turn_of(c, n) for n in range(2)] == [(0, 4), (4, 9)]
    over = {"by": "1234", "campaign": DAY, "used": 30, "volunteers": 5, "needed": 10, "there": 9}
    with pytest.raises(Refused, match="not_yet"):
        h.close(s, **over, today="2026-12-11")
    s = h.apply_closed(s, h.close(s, **over, today="2026-12-12"), AT)
    with pytest.raises(Refused, match=r"health\.closed"):
        h.close(s, **over, today="2026-12-12")
    with pytest.raises(Refused, match=r"health\.unknown"):
        h.to_come(s, an_id(9))


@given(st.integers(1, 96), st.integers(1, 6))
def test_turns_divide_the_day_and_leave_no_slot_out(slots: int, turns: int) -> None:
    turns = min(turns, slots)
    c = called(start="00:00", slots=slots, minutes=5, turns=turns).health.campaigns[DAY]
    parts = [h.turn_of(c, n) for n in range(turns)]
    assert [n for first, after in parts for n in range(first, after)] == list(range(slots))
    lengths = [after - first for first, after in parts]
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"campaign": "x"}, "motion.bad_id"),
        ({"date": "2026-11-27"}, "health.bad_day"),
        ({"date": "soon"}, "health.bad_day"),
        ({"start": "8"}, "health.bad_day"),
        ({"places": 0}, "health.bad_slots"),
        ({"start": "22:00"}, "health.bad_slots"),
        ({"turns": 10}, "health.bad_turns"),
        ({"least": 5}, "health.bad_turns"),
    ],
)
def test_what_cannot_be_called(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        called(**changes)


def test_a_round_from_its_beginning_to_its_totals() -> None:
    begun = {"by": "1234", "round": ROUND, "what": "0" * 64}
    for dwellings, code in ((0, "no_dwellings"), (h.MOST_DWELLINGS + 1, "too_many")):
        with pytest.raises(Refused, match=code):
            h.open_round(State(), **begun, dwellings=dwellings)
    s = h.apply_round(State(), h.open_round(State(), **begun, dwellings=120), AT)
    with pytest.raises(Refused, match="bad_id"):
        h.open_round(s, **begun, dwellings=120)
    s = h.apply_round_closed(s, h.close_round(s, by="1234", round=ROUND, due=22, done=98), AT)
    assert (s.health.rounds[ROUND].status, s.health.rounds[ROUND].done) == ("closed", 98)
    with pytest.raises(Refused, match=r"health\.closed"):
        h.close_round(s, by="1234", round=ROUND, due=0, done=120)


@pytest.mark.parametrize("n", range(1, 5))
def test_a_handful_never_enters_the_book(n: int) -> None:
    over = {"by": "1234", "campaign": DAY, "needed": 10, "there": 3, "today": "2026-12-12"}
    day = h.close(called(), **over, used=n, volunteers=n)
    assert (day.places, day.used, day.volunteers, day.there) == (36, None, None, 3), "supplies are things"
    begun = {"by": "1234", "round": ROUND, "what": "0" * 64}
    s = h.apply_round(State(), h.open_round(State(), **begun, dwellings=12), AT)
    for due, done in ((n, 12 - n), (12 - n, n)):
        ended = h.close_round(s, by="1234", round=ROUND, due=due, done=done)
        assert (ended.due, ended.done) == (None, None), "twelve are known: one would tell the other"
        kept = h.apply_round_closed(s, ended, AT).health.rounds[ROUND]
        assert (kept.dwellings, kept.due, kept.done) == (12, None, None)
