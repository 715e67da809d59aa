"""Rounds of vehicles that collect, carry to a dump and come home: what is to be planned, what a plan is and how long,
and what can be seen to be impossible before anything is planned."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from comuna.kernel.refusal import Refused

YARD, DUMP, FIRST = 0, 1, 2
"""Rows of a table of distances: where vehicles stand, where they unload, and the first point."""
MOST_POINTS: Final = 1_000
FEWEST_SECONDS, MOST_SECONDS = 2.0, 27.0


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
        seconds += driven(way, kind)
    seconds += sum(problem.stops[stop].seconds for trip in trips for stop in trip) + problem.unload * len(trips)
    told = tuple(Trip(tuple(trip), sum(problem.stops[stop].load for stop in trip)) for trip in trips)
    return Route(vehicle, told, metres, seconds)


def driven(metres: int, vehicle: Vehicle) -> int:
    """Seconds that a vehicle drives so many metres."""
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
        near = [n for n in range(len(problem.vehicles)) if reaches(problem, n, stop)]
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


def reaches(problem: Problem, vehicle: int, stop: int) -> bool:
    """Whether a vehicle gets from the yard to a point, from there to the dump, and home."""
    table = problem.tables[problem.vehicles[vehicle].table]
    row = FIRST + stop
    return bool(table[YARD, row] >= 0 and table[row, DUMP] >= 0 and table[DUMP, YARD] >= 0)
