"""Rounds of vehicles that collect, carry to a dump and come home: planned with PyVRP, weighed with the same tables of
distances as the rounds of today. PyVRP is an extra (`comuna[routes]`); its results are checked here again."""

from __future__ import annotations

import importlib.util
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from comuna.kernel.refusal import Refused

YARD, DUMP, FIRST = 0, 1, 2
"""Rows of a table of distances: where vehicles stand, where they unload, and the first point."""
NEVER: Final = 10**8
"""Metres and seconds of a way that there is not."""
MOST_POINTS: Final = 1_000
NOTHING: Final = 2**60
"""What PyVRP says that a plan costs which keeps to no limit."""
GIVES_UP: Final = 0.4
"""Share of the time after which it is no longer tried to serve every point."""
FEWEST_SECONDS, MOST_SECONDS = 2.0, 27.0
NEIGHBOURS, HISTORY = 30, 60
"""How many points near each are tried, and after how many steps a worse plan is no longer followed. PyVRP's own 50 and
300 need three times as long for plans as short as these: measured with 300 points (docs/performance.md)."""


class Stop(msgspec.Struct, frozen=True):
    """A point to serve: how much there is to load, and how many seconds it takes."""

    load: int
    seconds: int


class Vehicle(msgspec.Struct, frozen=True):
    """A vehicle: how much it can load, seconds of its shift, metres in an hour; `table`: which table of distances holds
    for it."""

    capacity: int
    shift: int
    speed: int
    table: int = 0


class Problem(msgspec.Struct, frozen=True):
    """What is to be planned. `tables`: metres from each place to each other, -1 where there is no way; row 0 is the
    yard, 1 the dump (again the yard, where there is none), the rest the points in order. `unload`: seconds at the
    dump."""

    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    tables: tuple[Any, ...]
    unload: int = 0


class Trip(msgspec.Struct, frozen=True):
    """A way out until the vehicle is emptied: points in order, by their numbers from 0, and the load."""

    stops: tuple[int, ...]
    load: int


class Route(msgspec.Struct, frozen=True):
    """A vehicle's shift: from the yard, trip by trip over the dump, and home. `vehicle` counts from 0."""

    vehicle: int
    trips: tuple[Trip, ...]
    metres: int
    seconds: int

    @property
    def stops(self) -> list[int]:
        """Its points, in order."""
        return [stop for trip in self.trips for stop in trip.stops]


class Plan(msgspec.Struct, frozen=True):
    """Routes, and points for which there was no time."""

    routes: tuple[Route, ...]
    unserved: tuple[int, ...] = ()

    @property
    def metres(self) -> int:
        """The length of all routes."""
        return sum(route.metres for route in self.routes)

    @property
    def seconds(self) -> int:
        """The time of all routes."""
        return sum(route.seconds for route in self.routes)


def installed() -> bool:
    """Whether PyVRP is there."""
    return importlib.util.find_spec("pyvrp") is not None


def patience(points: int) -> float:
    """Seconds that are given to so many points."""
    return min(max(FEWEST_SECONDS, points / 11), MOST_SECONDS)


def weigh(problem: Problem, vehicle: int, trips: Sequence[Sequence[int]]) -> Route:
    """The length and time of a route. Refuses routes.no_way where the vehicle cannot get from one to the next."""
    kind = problem.vehicles[vehicle]
    table = problem.tables[kind.table]
    rows = [YARD]
    for trip in trips:
        rows += [*(FIRST + stop for stop in trip), DUMP]
    rows.append(YARD)
    if not trips:
        rows = []
    metres = 0
    seconds = 0
    for here, there in itertools.pairwise(rows):
        way = int(table[here, there])
        if way < 0:
            raise Refused("routes.no_way", vehicle=vehicle + 1, point=max(here, there) - FIRST + 1)
        metres += way
        seconds += _seconds(way, kind)
    seconds += sum(problem.stops[stop].seconds for trip in trips for stop in trip) + problem.unload * len(trips)
    told = tuple(Trip(tuple(trip), sum(problem.stops[stop].load for stop in trip)) for trip in trips)
    return Route(vehicle, told, metres, seconds)


def _seconds(metres: int, vehicle: Vehicle) -> int:
    return -(-metres * 3600 // vehicle.speed)


def fits(problem: Problem, route: Route) -> bool:
    """Whether a route keeps to its vehicle's shift and never overloads it."""
    vehicle = problem.vehicles[route.vehicle]
    return route.seconds <= vehicle.shift and all(trip.load <= vehicle.capacity for trip in route.trips)


def objections(problem: Problem) -> None:
    """What can be seen before planning. Refuses routes.no_points, routes.no_vehicles, routes.too_many (limit),
    routes.load_too_large (point, load, most), routes.unreachable (count, points), routes.shift_too_short (point)."""
    if not problem.stops:
        raise Refused("routes.no_points")
    if not problem.vehicles:
        raise Refused("routes.no_vehicles")
    if len(problem.stops) > MOST_POINTS:
        raise Refused("routes.too_many", limit=MOST_POINTS)
    most = max(vehicle.capacity for vehicle in problem.vehicles)
    lost, late = [], []
    for stop, what in enumerate(problem.stops):
        if what.load > most:
            raise Refused("routes.load_too_large", point=stop + 1, load=what.load, most=most)
        near = [n for n in range(len(problem.vehicles)) if _reaches(problem, n, stop)]
        if not near:
            lost.append(stop + 1)
            continue
        able = [n for n in near if what.load <= problem.vehicles[n].capacity]
        if not able:
            largest = max(problem.vehicles[n].capacity for n in near)
            raise Refused("routes.load_too_large", point=stop + 1, load=what.load, most=largest)
        if not any(fits(problem, weigh(problem, n, [[stop]])) for n in able):
            late.append(stop + 1)
    if lost:
        raise Refused("routes.unreachable", count=len(lost), points=_some(lost))
    if late:
        raise Refused("routes.shift_too_short", points=_some(late))


def _some(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:12])) + (" …" if len(numbers) > 12 else "")


def _reaches(problem: Problem, vehicle: int, stop: int) -> bool:
    table = problem.tables[problem.vehicles[vehicle].table]
    row = FIRST + stop
    return bool(table[YARD, row] >= 0 and table[row, DUMP] >= 0 and table[DUMP, YARD] >= 0)


def plan(
    problem: Problem, *, seed: int, seconds: float | None = None, told: Callable[[float], None] | None = None
) -> Plan:
    """The shortest rounds that PyVRP finds in so many `seconds`, the same for the same seed and the same number of
    steps; `told` hears how much of the time has passed (0 to 1). Each point is in one route or among those without
    time. Refuses routes.not_installed, and what `objections` does."""
    objections(problem)
    if not installed():
        raise Refused("routes.not_installed")
    import pyvrp

    clock = _Clock(patience(len(problem.stops)) if seconds is None else seconds, told)
    how: dict[str, Any] = {"seed": seed, "collect_stats": False, "display": False, "params": _search(pyvrp)}
    found = pyvrp.solve(_data(pyvrp, problem, whole=True), clock.whole, **how)
    if not found.is_feasible():  # there may be no time for all
        found = pyvrp.solve(_data(pyvrp, problem, whole=False), clock, **how)
    best = found.best
    made, served = [], set()
    for driven in best.routes():
        trips: list[list[int]] = [[]]
        for activity in driven:
            if activity.is_client():
                trips[-1].append(activity.idx)
            elif trips[-1]:
                trips.append([])
        route = weigh(problem, int(driven.vehicle_type()), [trip for trip in trips if trip])
        if fits(problem, route):
            made.append(route)
            served.update(route.stops)
    made.sort(key=lambda route: route.vehicle)
    left = tuple(n for n in range(len(problem.stops)) if n not in served)
    return Plan(tuple(made), left)


def _search(pyvrp: Any) -> Any:
    from pyvrp.search import NeighbourhoodParams

    near = NeighbourhoodParams(num_neighbours=NEIGHBOURS)
    return pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(history_length=HISTORY), neighbourhood=near)


def _data(pyvrp: Any, problem: Problem, *, whole: bool) -> Any:
    """The problem as PyVRP takes it: the `whole` of it is to be served, or as much as there is time for. A vehicle ends
    at the dump; its way home is fixed, and taken from its shift."""
    pairs = sorted({(vehicle.table, vehicle.speed) for vehicle in problem.vehicles})
    metres, times = [], []
    for number, speed in pairs:
        table = np.array(problem.tables[number], dtype=np.int64)
        nowhere = table < 0
        took = -(-table * 3600 // speed)
        table[nowhere] = took[nowhere] = NEVER
        np.fill_diagonal(table, 0)
        np.fill_diagonal(took, 0)
        metres.append(table)
        times.append(took)
    vehicles = []
    for each in problem.vehicles:
        home = int(problem.tables[each.table][DUMP, YARD])
        vehicles.append(
            pyvrp.VehicleType(
                1,
                [each.capacity],
                start_depot=YARD,
                end_depot=DUMP,
                fixed_cost=max(home, 0),
                shift_duration=max(each.shift - problem.unload - _seconds(max(home, 0), each), 0),
                profile=pairs.index((each.table, each.speed)),
                reload_depots=[DUMP],
            )
        )
    prize = _prize(problem)
    places = [pyvrp.Location(0, 0)] * (FIRST + len(problem.stops))
    clients = [
        pyvrp.Client(
            FIRST + n, pickup=[stop.load], service_duration=stop.seconds, prize=0 if whole else prize, required=whole
        )
        for n, stop in enumerate(problem.stops)
    ]
    depots = [pyvrp.Depot(YARD), pyvrp.Depot(DUMP, service_duration=problem.unload)]
    return pyvrp.ProblemData(places, clients, depots, vehicles, metres, times)


def _prize(problem: Problem) -> int:
    """Metres that a plan may be longer for serving one more point: more than a trip for that point alone."""
    most = 0
    for table in problem.tables:
        far = table[YARD, FIRST:] + table[FIRST:, DUMP] + max(int(table[DUMP, YARD]), 0)
        most = max(most, int(far.max(initial=0)))
    return 2 * most + 1_000


class _Clock:
    """Stops the search when its time is over."""

    def __init__(self, seconds: float, told: Callable[[float], None] | None) -> None:
        self.began, self.seconds, self.told = time.monotonic(), seconds, told

    def __call__(self, _best_cost: int) -> bool:
        passed = (time.monotonic() - self.began) / max(self.seconds, 0.001)
        if self.told is not None:
            self.told(min(passed, 1.0))
        return passed >= 1

    def whole(self, best_cost: int) -> bool:
        """The same for a search that must serve everything: it gives up early where nothing is found."""
        over = self(best_cost)
        return over or (best_cost > NOTHING and time.monotonic() - self.began > GIVES_UP * self.seconds)
