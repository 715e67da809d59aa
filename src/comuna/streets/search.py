"""The search for short rounds, with PyVRP: an extra (`comuna[routes]`), and nothing else imports it. What it finds is
weighed and checked here again."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from comuna.kernel.refusal import Refused
from comuna.streets import planning
from comuna.streets.planning import DUMP, FIRST, YARD, Plan, Problem, Route, Vehicle, driven, fits, reaches, weigh

NEVER: Final = 10**8
"""Metres and seconds of a way that there is not."""
NOTHING: Final = 2**60
"""What PyVRP says that a plan costs which keeps to no limit."""
GIVES_UP: Final = 0.4
"""Share of the time after which it is no longer tried to serve every point."""
BY_TRIPS: Final = 0.8
"""Share of the time for trips alone, before they are shared out to vehicles."""
STEPS: Final = 4_000
"""Steps without a better plan after which a search begins anew, with another seed."""

Shifts = dict[int, list[list[int]]]
"""Vehicle → its trips, each of them points in order."""


def plan(
    problem: Problem, *, seed: int, seconds: float | None = None, told: Callable[[float], None] | None = None
) -> Plan:
    """The shortest rounds that are found in so many `seconds`; `told` hears how much of the time has passed (0 to 1).
    Each point is in one route or among those without time. Refuses routes.not_installed, and what
    `planning.objections` does.

    Trips are sought first, as if each had a vehicle of its own, and then shared out; from there on the search knows
    shifts. On whole days at once PyVRP's plans differ by a tenth from seed to seed (docs/performance.md)."""
    planning.objections(problem)
    if not planning.installed():
        raise Refused("routes.not_installed")
    import pyvrp

    clock = _Clock(planning.patience(len(problem.stops)) if seconds is None else seconds, told)
    data = _data(pyvrp, problem, whole=True)
    shifts = _by_trips(pyvrp, problem, seed, clock)
    found = _solve(pyvrp, data, clock.whole(), seed, _solution(pyvrp, data, shifts) if shifts else None)
    if not found.is_feasible():  # there may be no time for all
        found = _solve(pyvrp, _data(pyvrp, problem, whole=False), clock.until(1), seed)
    made = [weigh(problem, vehicle, trips) for vehicle, trips in sorted(_shifts(found.best).items())]
    kept = [route for route in made if fits(problem, route)]
    served = {stop for route in kept for stop in route.stops}
    return Plan(tuple(kept), tuple(n for n in range(len(problem.stops)) if n not in served))


def _solve(pyvrp: Any, data: Any, stop: Callable[[int], bool], seed: int, start: Any = None) -> Any:
    return pyvrp.solve(data, stop, seed=seed, collect_stats=False, display=False, initial_solution=start)


def _shifts(solution: Any) -> Shifts:
    """Which vehicle drives which trips; several routes of one type of vehicle count as its trips."""
    found: Shifts = defaultdict(list)
    for route in solution.routes():
        trips: list[list[int]] = [[]]
        for activity in route:
            if activity.is_client():
                trips[-1].append(activity.idx)
            elif trips[-1]:
                trips.append([])
        found[int(route.vehicle_type())] += [trip for trip in trips if trip]
    return found


# Trips first


def _by_trips(pyvrp: Any, problem: Problem, seed: int, clock: _Clock) -> Shifts | None:
    """The shortest trips that are found, shared out to as few vehicles as have time for them; None if nothing is."""
    order = sorted(range(len(problem.vehicles)), key=lambda n: -_strength(problem.vehicles[n]))
    count = _fewest(problem, order)
    best: list[Route] = []
    last: Shifts | None = None
    for more in itertools.count():
        if clock.passed() >= BY_TRIPS:
            break
        used = order[:count]
        data, firsts = _trips_data(pyvrp, problem, used)
        found = _solve(pyvrp, data, clock.until(BY_TRIPS, STEPS), seed + more)
        if found.is_feasible():
            last = _shared_out(problem, used, firsts, _shifts(found.best))
            routes = [weigh(problem, vehicle, trips) for vehicle, trips in last.items()]
            if all(fits(problem, route) for route in routes):
                if not best or sum(r.metres for r in routes) < sum(r.metres for r in best):
                    best = routes
                continue
        if best or count == len(order):
            break
        count += 1
    if not best:
        return last
    return {route.vehicle: [list(trip.stops) for trip in route.trips] for route in best}


def _strength(vehicle: Vehicle) -> int:
    return vehicle.capacity * vehicle.shift


def _fewest(problem: Problem, order: Sequence[int]) -> int:
    """How many vehicles it takes at least, the strongest first: for each point one that gets there, and time for all
    of them, without the ways."""
    load = sum(stop.load for stop in problem.stops)
    for count in range(1, len(order)):
        used = order[:count]
        able = all(
            any(reaches(problem, n, stop) and what.load <= problem.vehicles[n].capacity for n in used)
            for stop, what in enumerate(problem.stops)
        )
        trips = -(-load // max(problem.vehicles[n].capacity for n in used))
        needed = sum(stop.seconds for stop in problem.stops) + trips * problem.unload
        if able and needed <= sum(problem.vehicles[n].shift for n in used):
            return count
    return len(order)


def _trips_data(pyvrp: Any, problem: Problem, used: Sequence[int]) -> tuple[Any, dict[int, list[int]]]:
    """Trips, each a vehicle's for PyVRP: as many from the yard as vehicles are used, any number from the dump. Also:
    which type stands for the first trips of which vehicles.

    A trip from the dump costs more than what it saves to leave one from the yard out, so that each vehicle leaves."""
    profiles = _profiles(problem)
    kinds: dict[Vehicle, list[int]] = {}
    for number in used:
        kinds.setdefault(problem.vehicles[number], []).append(number)
    load = sum(stop.load for stop in problem.stops)
    types, firsts = [], {}
    for kind, numbers in kinds.items():
        table = problem.tables[kind.table]
        home = max(int(table[DUMP, YARD]), 0)
        left = kind.shift - problem.unload
        how: dict[str, Any] = {"capacity": [kind.capacity], "end_depot": DUMP, "profile": profiles[0].index(_of(kind))}
        firsts[len(types)] = numbers
        shift = max(left - driven(home, kind), 0)
        types.append(pyvrp.VehicleType(len(numbers), start_depot=YARD, fixed_cost=home, shift_duration=shift, **how))
        further = max(int((table[YARD, FIRST:] - table[DUMP, FIRST:]).max(initial=0)), 0)
        most = min(2 * load // kind.capacity + 2, len(problem.stops))
        types.append(
            pyvrp.VehicleType(most, start_depot=DUMP, fixed_cost=home + further + 1, shift_duration=max(left, 0), **how)
        )
    return _problem_data(pyvrp, problem, types, profiles), firsts


def _shared_out(problem: Problem, used: Sequence[int], firsts: dict[int, list[int]], found: Shifts) -> Shifts:
    """Trips for each vehicle: its first, and then the longest of the others to whoever is done first."""
    shifts: Shifts = {}
    others: list[tuple[int, list[int]]] = []
    for type_, trips in found.items():
        if type_ in firsts:
            shifts.update({vehicle: [trip] for vehicle, trip in zip(firsts[type_], trips, strict=False)})
        else:
            others += [(firsts[type_ - 1][0], trip) for trip in trips]
    others.sort(key=lambda each: -weigh(problem, each[0], [each[1]]).seconds)
    for model, trip in others:
        same = [n for n in used if problem.vehicles[n] == problem.vehicles[model]]
        soonest = min(same, key=lambda n: weigh(problem, n, [*shifts.get(n, []), trip]).seconds)
        shifts.setdefault(soonest, []).append(trip)
    return shifts


# As PyVRP takes it


def _of(vehicle: Vehicle) -> tuple[int, int]:
    return vehicle.table, vehicle.speed


Profiles = tuple[list[tuple[int, int]], list[np.ndarray], list[np.ndarray]]
"""Table and speed of each kind of vehicle; metres and seconds from place to place for each."""


def _profiles(problem: Problem) -> Profiles:
    pairs = sorted({_of(vehicle) for vehicle in problem.vehicles})
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
    return pairs, metres, times


def _data(pyvrp: Any, problem: Problem, *, whole: bool) -> Any:
    """Shifts as PyVRP takes them: the `whole` is to be served, or as much as there is time for. A vehicle ends at the
    dump; its way home is fixed, and taken from its shift."""
    profiles = _profiles(problem)
    vehicles = []
    for each in problem.vehicles:
        home = max(int(problem.tables[each.table][DUMP, YARD]), 0)
        vehicles.append(
            pyvrp.VehicleType(
                1,
                [each.capacity],
                start_depot=YARD,
                end_depot=DUMP,
                fixed_cost=home,
                shift_duration=max(each.shift - problem.unload - driven(home, each), 0),
                profile=profiles[0].index(_of(each)),
                reload_depots=[DUMP],
            )
        )
    return _problem_data(pyvrp, problem, vehicles, profiles, prize=0 if whole else _prize(problem))


def _problem_data(pyvrp: Any, problem: Problem, vehicles: Sequence[Any], profiles: Profiles, prize: int = 0) -> Any:
    places = [pyvrp.Location(0, 0)] * (FIRST + len(problem.stops))
    clients = [
        pyvrp.Client(FIRST + n, pickup=[stop.load], service_duration=stop.seconds, prize=prize, required=not prize)
        for n, stop in enumerate(problem.stops)
    ]
    depots = [pyvrp.Depot(YARD), pyvrp.Depot(DUMP, service_duration=problem.unload)]
    return pyvrp.ProblemData(places, clients, depots, vehicles, *profiles[1:])


def _solution(pyvrp: Any, data: Any, shifts: Shifts) -> Any:
    """Shifts as a solution from which the search goes on."""
    client, depot = pyvrp.ActivityType.CLIENT, pyvrp.ActivityType.DEPOT
    routes = []
    for vehicle, trips in shifts.items():
        stops: list[Any] = []
        for trip in trips:
            stops += [*([pyvrp.Activity(depot, DUMP)] if stops else []), *(pyvrp.Activity(client, n) for n in trip)]
        routes.append(pyvrp.Route(data, stops, vehicle))
    return pyvrp.Solution(data, routes)


def _prize(problem: Problem) -> int:
    """Metres that a plan may be longer for serving one more point: more than a trip for that point alone."""
    most = 0
    for table in problem.tables:
        far = table[YARD, FIRST:] + table[FIRST:, DUMP] + max(int(table[DUMP, YARD]), 0)
        most = max(most, int(far.max(initial=0)))
    return 2 * most + 1_000


class _Clock:
    """The time of a search, and when parts of it are over."""

    def __init__(self, seconds: float, told: Callable[[float], None] | None) -> None:
        self.began, self.seconds, self.told = time.monotonic(), max(seconds, 0.001), told

    def passed(self) -> float:
        """The share of the time that has passed."""
        share = (time.monotonic() - self.began) / self.seconds
        if self.told is not None:
            self.told(min(share, 1.0))
        return share

    def until(self, share: float, steps: int | None = None) -> Callable[[int], bool]:
        """Stops a search when a share of the time is over, or after so many steps without a better plan."""
        best, since = None, 0

        def over(best_cost: int) -> bool:
            nonlocal best, since
            best, since = (best_cost, 0) if best is None or best_cost < best else (best, since + 1)
            return self.passed() >= share or (steps is not None and since >= steps)

        return over

    def whole(self) -> Callable[[int], bool]:
        """Stops a search that must serve everything: early, where nothing is found."""
        began = self.passed()

        def over(best_cost: int) -> bool:
            passed = self.passed()
            return passed >= 1 or (best_cost > NOTHING and passed - began > GIVES_UP * (1 - began))

        return over
