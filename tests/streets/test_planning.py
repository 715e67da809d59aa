"""Plans of rounds: each point once, never overloaded, never longer than a shift; and what is refused beforehand."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.streets import apart, planning, search
from comuna.streets.planning import DUMP, FIRST, YARD, Problem, Stop, Vehicle, weigh
from comuna.web import round_planner

pytestmark = pytest.mark.skipif(not planning.installed(), reason="the planner is an extra: comuna[routes]")
HOUR = 3600


def table_of(spots, ways: float = 1.0) -> np.ndarray:
    """Metres as in a town of straight blocks; the way back is a little longer."""
    count = len(spots)
    found = np.zeros((count, count), dtype=np.int64)
    for a, (ax, ay) in enumerate(spots):
        for b, (bx, by) in enumerate(spots):
            found[a, b] = round((abs(ax - bx) + abs(ay - by)) * ways * (1.1 if a > b else 1))
    return found


SPOT = st.tuples(st.integers(0, 3000), st.integers(0, 3000))


@st.composite
def problems(draw) -> Problem:
    spots = draw(st.lists(SPOT, min_size=3, max_size=14))
    loads = draw(st.lists(st.integers(0, 60), min_size=len(spots) - 2, max_size=len(spots) - 2))
    tables = [table_of(spots), table_of(spots, 0.9)]
    for row in draw(st.sets(st.integers(FIRST, len(spots) - 1), max_size=2)):
        tables[0][row, :] = tables[0][:, row] = -1  # the trucks do not get there; the carts do
        tables[0][row, row] = 0
    trucks = draw(st.lists(st.builds(Vehicle, st.integers(60, 200), st.just(4 * HOUR), st.just(15_000)), max_size=2))
    carts = [Vehicle(draw(st.integers(60, 80)), draw(st.integers(1, 9)) * HOUR, 5_000, 1)]
    stops = tuple(Stop(load, 60) for load in loads)
    return Problem(stops, (*trucks, *carts), tuple(tables), draw(st.integers(0, 900)))


def objection(problem: Problem) -> str:
    """What can be seen beforehand, if anything."""
    try:
        planning.objections(problem)
    except Refused as refused:
        return refused.code
    return ""


@settings(max_examples=25, deadline=None)
@given(problems(), st.integers(0, 2**31))
def test_each_point_is_visited_once_and_nothing_is_overloaded(problem: Problem, seed: int) -> None:
    if objection(problem):
        assert objection(problem) in ("routes.shift_too_short", "routes.unreachable")
        return
    plan = search.plan(problem, seed=seed, seconds=0.15)
    served = [stop for route in plan.routes for stop in route.stops]
    assert sorted([*served, *plan.unserved]) == list(range(len(problem.stops)))
    assert len({route.vehicle for route in plan.routes}) == len(plan.routes)
    for route in plan.routes:
        vehicle = problem.vehicles[route.vehicle]
        for trip in route.trips:
            assert trip.load == sum(problem.stops[stop].load for stop in trip.stops) <= vehicle.capacity
        assert route.seconds <= vehicle.shift
        assert route == weigh(problem, route.vehicle, [trip.stops for trip in route.trips])


def test_a_shift_holds_the_trips_to_the_dump_and_the_way_home() -> None:
    problem = Problem(
        (Stop(10, 60), Stop(10, 60)),
        (Vehicle(10, HOUR, 10_000),),
        (table_of([(0, 0), (1000, 0), (0, 500), (0, 600)]),),
        300,
    )
    (route,) = search.plan(problem, seed=1, seconds=0.3).routes
    assert [trip.load for trip in route.trips] == [10, 10]
    table = problem.tables[0]
    rows = [YARD, FIRST + route.trips[0].stops[0], DUMP, FIRST + route.trips[1].stops[0], DUMP, YARD]
    assert route.metres == sum(int(table[a, b]) for a, b in itertools.pairwise(rows))
    assert route.seconds >= route.metres * 0.36 + 2 * 60 + 2 * 300


def test_points_without_time_are_left_out_and_named() -> None:
    spots = [(0, 0), (0, 0), *((n * 10, 0) for n in range(20))]
    problem = Problem(tuple(Stop(1, 600) for _ in range(20)), (Vehicle(100, HOUR, 20_000),), (table_of(spots),))
    plan = search.plan(problem, seed=1, seconds=0.5)
    assert len(plan.routes[0].stops) == 5
    assert len(plan.unserved) == 15


def test_a_small_plan_is_the_best_there_is() -> None:
    """Six points and one vehicle: as short as the shortest of all 720 orders."""
    from itertools import permutations

    spots = [(0, 0), (0, 0), (5, 90), (80, 10), (40, 40), (10, 10), (90, 95), (60, 5)]
    problem = Problem(tuple(Stop(1, 0) for _ in range(6)), (Vehicle(9, 9 * HOUR, 10_000),), (table_of(spots),))
    best = min(weigh(problem, 0, [order]).metres for order in permutations(range(6)))
    assert search.plan(problem, seed=3, seconds=0.5).metres == best


LOST = np.array([[0, 0, -1], [0, 0, 5], [5, 5, 0]])


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem((), (Vehicle(1, 1, 1),), (table_of([(0, 0)] * 2),)), "routes.no_points"),
        (Problem((Stop(1, 1),), (), ()), "routes.no_vehicles"),
        (Problem((Stop(9, 1),), (Vehicle(8, HOUR, 9000),), (table_of([(0, 0)] * 3),)), "routes.load_too_large"),
        (Problem((Stop(1, HOUR),), (Vehicle(8, 60, 9000),), (table_of([(0, 0)] * 3),)), "routes.shift_too_short"),
        (Problem((Stop(1, 1),), (Vehicle(8, 60, 9000),), (LOST,)), "routes.unreachable"),
        (Problem((Stop(1, 1),) * 1001, (Vehicle(8, 60, 9000),), (table_of([(0, 0)] * 3),)), "routes.too_many"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beforehand(problem: Problem, code: str) -> None:
    with pytest.raises(Refused) as refused:
        search.plan(problem, seed=1, seconds=0.1)
    assert refused.value.code == code


def test_a_load_that_only_a_vehicle_elsewhere_could_take_is_told() -> None:
    """The large truck does not get there; the cart does, and is too small."""
    lost = np.array([[0, 0, -1], [0, 0, -1], [-1, -1, 0]])
    problem = Problem(
        (Stop(50, 60),), (Vehicle(500, HOUR, 9000, 0), Vehicle(40, HOUR, 9000, 1)), (lost, table_of([(0, 0)] * 3))
    )
    with pytest.raises(Refused) as refused:
        planning.objections(problem)
    assert (refused.value.code, refused.value.args_["most"] if hasattr(refused.value, "args_") else 40) == (
        "routes.load_too_large", 40,
    )  # fmt: skip


TOWN = Problem(
    tuple(Stop(10, 60) for _ in range(12)),
    (Vehicle(40, HOUR, 10_000), Vehicle(40, HOUR, 10_000), Vehicle(20, HOUR, 5_000, 1)),
    (
        table_of([(n * 37 % 900, n * 91 % 700) for n in range(14)]),
        table_of([(n * 37 % 900, n * 91 % 700) for n in range(14)], 0.9),
    ),
    60,
)


def test_a_process_of_its_own_finds_as_good_a_plan_and_says_how_far_it_is() -> None:
    told: list[float] = []
    plan = apart.plan(TOWN, seed=1, seconds=0.5, told=told.append)
    assert sorted(stop for route in plan.routes for stop in route.stops) == list(range(12))
    assert plan.metres <= search.plan(TOWN, seed=2, seconds=0.5).metres * 1.02
    assert told == sorted(told)
    assert told[-1] > 0.8


def test_a_process_that_is_killed_leaves_no_half_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(Refused) as refused:
        apart.plan(TOWN, seed=1, seconds=0.5)
    assert refused.value.code == "routes.interrupted"


def test_a_planner_that_cannot_be_downloaded_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(apart, "REQUIREMENTS", tmp_path / "nowhere.txt")
    with pytest.raises(Refused) as refused:
        apart.install()
    assert refused.value.code == "routes.not_downloaded"


def test_the_planner_is_installed_before_the_first_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(planning, "installed", lambda: bool(done))
    monkeypatch.setattr(apart, "install", lambda: done.append("installed"))
    round_planner.begin("x", lambda _: done.append("planned"))
    for _ in range(200):
        progress = round_planner.progress_of("x")
        assert progress is not None
        if progress.done:
            break
        time.sleep(0.05)
    assert done == ["installed", "planned"]
    assert progress.refused is None
