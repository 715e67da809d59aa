"""How the time of an evening is given out: the founding session's own arithmetic, and what must hold for any agenda."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comuna.rules.timing import Item, Offer, plan

MINUTE = 60
FOUNDING = [
    Item(id="intros", per_person=True, high=2 * MINUTE),
    Item(id="history", low=5 * MINUTE, high=10 * MINUTE),
    Item(id="questions", questions=6),
]


def minutes(present: int, left: int = 90) -> dict[str, float]:
    """The founding session's allotments in minutes."""
    return {id: s / MINUTE for id, s in plan(FOUNDING, present=present, left=left * MINUTE).allotments.items()}


def test_twenty_people_leave_forty_minutes_for_the_questions() -> None:
    assert minutes(20) == {"intros": 40, "history": 10, "questions": 40}
    assert plan(FOUNDING, present=20, left=90 * MINUTE).fits


def test_thirty_people_do_not_fit_and_it_says_what_would() -> None:
    told = plan(FOUNDING, present=30, left=90 * MINUTE)
    assert not told.fits
    assert told.missing == (60 + 5 + 30 - 90) * MINUTE
    assert told.gives == ("intros",)
    assert told.offers == (
        Offer(kind="turns", item="intros", seconds=105),
        Offer(kind="pairs", item="intros", seconds=4 * MINUTE),
        Offer(kind="later", seconds=5 * MINUTE),
    )
    shorter = [Item(id="intros", per_person=True, high=105), *FOUNDING[1:]]
    paired = [Item(id="intros", low=4 * MINUTE, high=4 * MINUTE), *FOUNDING[1:]]
    assert plan(shorter, present=30, left=90 * MINUTE).fits
    assert plan(paired, present=30, left=90 * MINUTE).fits
    assert plan(FOUNDING, present=30, left=95 * MINUTE).fits


def test_an_item_that_runs_over_takes_from_those_after_it() -> None:
    under_way = [Item(id="history", low=5 * MINUTE, high=10 * MINUTE, spent=9 * MINUTE), FOUNDING[2]]
    assert plan(under_way, present=20, left=41 * MINUTE).allotments == {"history": MINUTE, "questions": 40 * MINUTE}
    over = [Item(id="history", low=5 * MINUTE, high=10 * MINUTE, spent=14 * MINUTE), FOUNDING[2]]
    told = plan(over, present=20, left=26 * MINUTE)
    assert told.allotments == {"history": 0, "questions": 26 * MINUTE}
    assert told.gives == ("questions",)


def test_the_end_of_an_item_stands_still_while_it_keeps_to_its_range() -> None:
    """Looking again later gives the same moment, however often people look."""
    for spent in range(0, 10 * MINUTE, 37):
        item = Item(id="history", low=5 * MINUTE, high=10 * MINUTE, spent=spent)
        told = plan([item, FOUNDING[2]], present=20, left=50 * MINUTE - spent)
        assert spent + told.allotments["history"] == 10 * MINUTE


def test_with_no_time_left_nothing_is_given() -> None:
    assert set(plan(FOUNDING, present=20, left=-5).allotments.values()) == {0}
    assert plan([], present=3, left=100).allotments == {}


seconds = st.integers(0, 7200)


@st.composite
def an_item(draw: st.DrawFn, id: str) -> Item:
    low, high = draw(st.one_of(st.none(), seconds)), draw(st.one_of(st.none(), seconds))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Item(
        id=id,
        per_person=draw(st.booleans()),
        low=low,
        high=high,
        questions=draw(st.integers(0, 8)),
        spent=draw(st.one_of(st.just(0), seconds)),
    )


agendas = st.integers(0, 7).flatmap(lambda n: st.tuples(*(an_item(f"a{i}") for i in range(n))))
people, time_left = st.integers(0, 500), st.integers(-100, 30_000)


@given(agendas, people, time_left)
def test_allotments_never_exceed_the_time_left(items: tuple[Item, ...], present: int, left: int) -> None:
    told = plan(items, present=present, left=left)
    assert sum(told.allotments.values()) <= max(left, 0)
    assert all(seconds >= 0 for seconds in told.allotments.values())


@given(agendas, people, time_left)
def test_a_range_is_left_only_when_nothing_else_fits(items: tuple[Item, ...], present: int, left: int) -> None:
    told = plan(items, present=present, left=left)
    assert all(told.allotments[i.id] <= most for i in items if (most := i.most(present)) is not None)  # never above
    if sum(i.least(present) for i in items) <= max(left, 0):
        assert all(told.allotments[i.id] >= i.least(present) for i in items)


@given(agendas, people, time_left)
def test_an_extra_person_never_lengthens_anothers_item(items: tuple[Item, ...], present: int, left: int) -> None:
    before = plan(items, present=present, left=left).allotments
    after = plan(items, present=present + 1, left=left).allotments
    assert all(after[i.id] <= before[i.id] for i in items if not i.per_person)


@given(agendas, people, time_left)
def test_all_the_time_is_given_out_while_something_can_take_it(
    items: tuple[Item, ...], present: int, left: int
) -> None:
    told = plan(items, present=present, left=left)
    if any(i.most(present) is None for i in items) and sum(i.least(present) for i in items) <= max(left, 0):
        assert sum(told.allotments.values()) == max(left, 0)


@given(agendas, people, time_left)
def test_what_is_offered_makes_it_fit(items: tuple[Item, ...], present: int, left: int) -> None:
    for offer in plan(items, present=present, left=left).offers:
        if offer.kind == "later":
            assert plan(items, present=present, left=max(left, 0) + offer.seconds).fits
            continue
        taken = tuple(
            Item(id=i.id, per_person=offer.kind == "turns", low=None, high=offer.seconds) if i.id == offer.item else i
            for i in items
        )
        assert plan(taken, present=present, left=left).fits
