"""Points, days and orders as people write them."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.store.rounds import Point
from comuna.web import round_points as typed


def ids():
    numbers = count(1)
    return lambda: f"{next(numbers):026}"


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("lun, mié y", None),
        ("lun mié vie", (1, 3, 5)),
        ("Tuesday/sat", (2, 6)),
        ("L X V", (1, 3, 5)),
        ("1,4", (1, 4)),
        ("domingo", (7,)),
        ("", ()),
        ("8", None),
    ],
)
def test_days_are_read_in_both_languages(written: str, days: tuple[int, ...] | None) -> None:
    assert typed.days_in(written) == days


@pytest.mark.parametrize("between", [";", "\t"])
def test_a_list_may_have_titles_and_decimal_commas(between: str) -> None:
    rows = [["Nombre", "Sector", "Latitud", "Longitud"], ["Panadería", "A", "10,4806", "-66,9036", "40", "lu ju"]]
    (point,) = typed.pasted("\n".join(between.join(row) for row in rows), ids())
    assert (point.name, point.block, point.place, point.amount, point.days) == (
        "Panadería", "A", (104806000, -669036000), 40, (1, 4),
    )  # fmt: skip


@pytest.mark.parametrize("line", ["A; B; 95; 0; 1", "A; B; 10; 0; -5", "; B; 10; 0", "A; B; 10; 0; 5; never"])
def test_a_line_that_is_wrong_is_named(line: str) -> None:
    with pytest.raises(Refused) as refused:
        typed.pasted(f"A; B; 10; 0\n{line}", ids())
    assert (refused.value.code, refused.value.arguments["line"]) == ("routes.bad_line", 2)


def test_an_order_is_read_and_written() -> None:
    points = [Point(id=f"{n:026}", name=str(n), place=(0, 0)) for n in range(1, 6)]
    trips = typed.order_in("3, 1 D 2 d 5", points, "Truck")
    assert [[int(id) for id in trip] for trip in trips] == [[3, 1], [2], [5]]
    assert typed.order_as_written(trips, points) == "3 1 D 2 D 5"
    for wrong in ("6", "0", "x", "1 2 dump"):
        with pytest.raises(Refused, match=r"routes\.bad_order"):
            typed.order_in(wrong, points, "Truck")


NAME = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
DAYS = st.sets(st.integers(1, 7)).map(sorted).map(tuple)
PLACE = st.tuples(st.integers(-89 * 10**6, 89 * 10**6), st.integers(-179 * 10**6, 179 * 10**6))
POINT = st.builds(
    Point,
    id=st.just("x"),
    name=NAME,
    block=NAME,
    amount=st.integers(0, 999),
    days=DAYS,
    place=PLACE.map(lambda p: (p[0] * 10, p[1] * 10)),
)


@given(st.lists(POINT, min_size=1, max_size=5))
def test_points_are_read_back_as_they_were_written(points: list[Point]) -> None:
    assert typed.pasted(typed.table(points), lambda: "x") == points


@given(st.text(max_size=60))
def test_anything_pasted_is_read_or_refused(text: str) -> None:
    try:
        typed.pasted(text, ids())
    except Refused as refused:
        assert refused.code.startswith("routes.")  # noqa: PT017  refused or not, both are right
