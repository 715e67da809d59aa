"""From a service and a map to a plan of its rounds: tables of distances for each kind of vehicle, a plan for each set
of points that are served on the same days, and the rounds of today weighed with the same tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from comuna.kernel.refusal import Refused
from comuna.store.rounds import Place, Plan, Point, Rounds, Route, Vehicle
from comuna.streets import apart, planning
from comuna.streets.model import StreetMap
from comuna.streets.network import Network, Passing
from comuna.streets.planning import DUMP, FIRST, YARD, Problem

LONGEST = 27.0
"""Seconds that the tables and all plans of a service together may take, as long as the tables leave time to plan."""
LEAST = 5.0
"""Seconds of planning in any case."""


def passing(kept: Rounds, vehicle: Vehicle) -> Passing:
    """Where a vehicle of this service fits."""
    narrow = frozenset(name.lower() for name in kept.narrow) if vehicle.drives == "truck" else frozenset()
    return Passing(vehicle.drives, vehicle.width, narrow)


def stations(kept: Rounds, points: Sequence[Point]) -> list[Place]:
    """The rows of the tables: yard, dump, points. Refuses routes.no_yard."""
    if kept.yard is None:
        raise Refused("routes.no_yard")
    return [kept.yard, kept.dump or kept.yard, *(point.place for point in points)]


def problem_of(drawn: StreetMap, kept: Rounds) -> Problem:
    """What is to be planned, over all points. Refuses routes.no_yard, routes.yard_unreachable."""
    places = stations(kept, kept.points)
    kinds: dict[Passing, int] = {}
    tables: list[np.ndarray] = []
    vehicles = []
    for each in kept.vehicles:
        where = passing(kept, each)
        if where not in kinds:
            kinds[where] = len(tables)
            tables.append(Network(drawn, where, places).table())
        vehicles.append(planning.Vehicle(each.capacity, each.shift * 60, each.speed * 1000, kinds[where]))
    if tables and not any(t[YARD, DUMP] >= 0 and t[DUMP, YARD] >= 0 for t in tables):
        raise Refused("routes.yard_unreachable")
    stops = tuple(planning.Stop(point.amount, kept.minutes * 60) for point in kept.points)
    unload = kept.unload * 60 if kept.dump else 0
    return Problem(stops, tuple(vehicles), tuple(tables), unload)


def by_days(points: Sequence[Point]) -> list[tuple[tuple[int, ...], list[int]]]:
    """Days of the week, and which points are served on each of them; points without days on all. Days with the same
    points stand together."""
    days = sorted({day for point in points for day in point.days})
    if not days:
        return [((), list(range(len(points))))]
    found: dict[tuple[int, ...], list[int]] = {}
    for day in days:
        served = tuple(n for n, point in enumerate(points) if not point.days or day in point.days)
        found.setdefault(served, []).append(day)
    return [(tuple(its), list(served)) for served, its in found.items()]


def made(
    drawn: StreetMap, map_digest: str, kept: Rounds, *, seed: int, told: Callable[[float], None] | None = None
) -> Plan:
    """A plan. Refuses what `problem_of` and `apart.plan` do."""
    began = time.monotonic()
    whole = problem_of(drawn, kept)
    planning.objections(whole)
    groups = by_days(kept.points)
    left = max(LONGEST - (time.monotonic() - began), LEAST) / len(groups)
    routes: list[Route] = []
    before: list[Route] = []
    unserved: list[str] = []
    for number, (days, points) in enumerate(groups):
        part = _part(whole, points)

        def said(share: float, number: int = number) -> None:
            if told is not None:
                told((number + share) / len(groups))

        seconds = min(planning.patience(len(points)), left)
        found = apart.plan(part, seed=seed, seconds=seconds, told=said)
        ids = [kept.points[n].id for n in points]
        routes += [_kept(kept, ids, route, days) for route in found.routes]
        unserved += [ids[n] for n in found.unserved if ids[n] not in unserved]
        before += [_kept(kept, ids, route, days) for route in _today(part, kept, ids)]
    return Plan(
        map_digest=map_digest,
        seed=seed,
        points=kept.points,
        vehicles=kept.vehicles,
        yard=stations(kept, ())[0],
        dump=kept.dump,
        routes=tuple(routes),
        unserved=tuple(unserved),
        before=tuple(before),
    )


def _part(whole: Problem, points: Sequence[int]) -> Problem:
    rows = [YARD, DUMP, *(FIRST + n for n in points)]
    tables = tuple(table[np.ix_(rows, rows)] for table in whole.tables)
    return Problem(tuple(whole.stops[n] for n in points), whole.vehicles, tables, whole.unload)


def _kept(kept: Rounds, ids: Sequence[str], route: planning.Route, days: tuple[int, ...]) -> Route:
    return Route(
        vehicle=kept.vehicles[route.vehicle].id,
        days=days,
        trips=tuple(tuple(ids[n] for n in trip.stops) for trip in route.trips),
        loads=tuple(trip.load for trip in route.trips),
        metres=route.metres,
        seconds=route.seconds,
    )


def _today(part: Problem, kept: Rounds, ids: Sequence[str]) -> Iterable[planning.Route]:
    """The rounds of today, weighed; none if one of them cannot be driven by this map."""
    rows = {id: n for n, id in enumerate(ids)}
    found = []
    for number, vehicle in enumerate(kept.vehicles):
        trips = [[rows[id] for id in trip if id in rows] for trip in vehicle.today]
        trips = [trip for trip in trips if trip]
        if not trips:
            continue
        try:
            found.append(planning.weigh(part, number, trips))
        except Refused:
            return []
    return found


# In the background


class Progress(msgspec.Struct):
    """How far a plan is: its share of the time, from 0 to 1; whether the planner is being installed first; what was
    refused."""

    share: float = 0.0
    preparing: bool = False
    refused: Refused | None = None
    done: bool = False


_UNDER_WAY: dict[str, Progress] = {}
_TURN = threading.Lock()


def begin(service: str, work: Callable[[Callable[[float], None]], None]) -> None:
    """Plan in a thread of its own; the first time, the planner is installed before. Refuses routes.busy while this
    service is being planned."""
    with _TURN:
        now = _UNDER_WAY.get(service)
        if now is not None and not now.done:
            raise Refused("routes.busy")
        progress = _UNDER_WAY[service] = Progress()

    def told(share: float) -> None:
        progress.share = share

    def run() -> None:
        try:
            if not planning.installed():
                progress.preparing = True
                apart.install()
                progress.preparing = False
            work(told)
        except Refused as refused:
            progress.refused = refused
        except Exception:
            progress.refused = Refused("store.failed")
            raise
        finally:
            progress.done = True

    threading.Thread(target=run, name="planning", daemon=True).start()


def progress_of(service: str) -> Progress | None:
    """How far a service's plan is; None if none was asked for since the site was started."""
    return _UNDER_WAY.get(service)


def heard(service: str) -> None:
    """What was refused has been read."""
    with _TURN:
        now = _UNDER_WAY.get(service)
        if now is not None and now.done:
            del _UNDER_WAY[service]
