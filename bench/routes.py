"""Planning rounds: 300 points, 4 trucks, a dump; by us in the time that we give it, and by PyVRP given a minute in the
same run. The streets are a grid of one-way and two-way streets, and West Oakland of OpenStreetMap where it is there."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from bench.run import Unable
from comuna.store.rounds import Point, Rounds, Vehicle
from comuna.streets import osm, planning, search
from comuna.streets.model import Place, Street, StreetMap
from comuna.streets.network import Network, Passing
from comuna.web.round_planner import made, problem_of

POINTS, TRUCKS, SEED, MINUTE = 300, 4, 2027, 60.0
MOST_SECONDS, MOST_WORSE = 30.0, 2.0
REAL = Path(__file__).parents[2] / "shared" / "streets" / "West-Oakland.osm.bz2"
STEP = 9_000
"""Ten-millionths of a degree between two streets of the grid: about 100 m."""

Figure = tuple[str, float, str, float | None]


def figures() -> Iterator[Figure]:
    """Seconds from points to plan, its length, and by how many percent PyVRP does better in a minute."""
    if not planning.installed():
        raise Unable("the planner is not installed: ./comuna up --with routes")
    yield from _one("a grid of 30 × 30 streets", _grid(30))
    if REAL.exists():
        yield from _one("West Oakland", osm.read(REAL.read_bytes()))


def _one(name: str, drawn: StreetMap) -> Iterator[Figure]:
    kept = _service(drawn)
    began = time.perf_counter()
    problem = problem_of(drawn, kept)
    tables = time.perf_counter() - began
    began, worked = time.perf_counter(), time.process_time()
    plan = made(drawn, "", kept, seed=SEED)
    taken, worked = time.perf_counter() - began, time.process_time() - worked
    yield f"{name}: {len(kept.points)} points, {TRUCKS} trucks: the plan", taken, "s", MOST_SECONDS
    yield f"{name}: the processor worked for it", worked, "s", None
    yield f"{name}: the tables of distances alone", tables, "s", None
    yield f"{name}: length of the plan", plan.metres / 1000, "km", None
    yield f"{name}: points without time", len(plan.unserved), "points", None
    metres = _minute(problem)
    yield f"{name}: PyVRP as it comes, given a minute", metres / 1000, "km", None
    yield f"{name}: longer than that by", 100 * (plan.metres / metres - 1), "%", MOST_WORSE
    longer = search.plan(problem, seed=SEED + 1, seconds=MINUTE)
    yield f"{name}: our search given a minute", longer.metres / 1000, "km", None


def _minute(problem: planning.Problem) -> int:
    """Metres of what PyVRP finds in a minute with its own settings."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    data = search._data(pyvrp, problem, whole=True)
    return int(pyvrp.solve(data, MaxRuntime(MINUTE), seed=SEED, collect_stats=False).cost())


def _grid(size: int) -> StreetMap:
    """Streets to the east and north; every third of each is one-way, in turns."""
    places: list[Place] = [
        (100_000_000 + row * STEP, -660_000_000 + column * STEP) for row in range(size) for column in range(size)
    ]
    streets = []
    for n in range(size):
        one_way = 0 if n % 3 else (1 if n % 2 else -1)
        streets.append(Street(tuple(n * size + c for c in range(size)), f"Calle {n}", "minor", one_way))  # type: ignore[arg-type]
        streets.append(Street(tuple(r * size + n for r in range(size)), f"Avenida {n}", "middle", one_way))  # type: ignore[arg-type]
    return StreetMap((places[0], places[-1]), tuple(places), tuple(streets), ())


def _service(drawn: StreetMap) -> Rounds:
    """Points anywhere along the streets that a truck can reach and leave; every one of them 20 to 60 kg."""
    chance = random.Random(SEED)
    (south, west), (north, east) = drawn.bounds
    tried = [(chance.randint(south, north), chance.randint(west, east)) for _ in range(2 * POINTS)]
    table = Network(drawn, Passing("truck"), tried).table()
    both = (table >= 0) & (table.T >= 0)
    yard = int(both.sum(axis=1).argmax())
    good = [n for n in range(len(tried)) if both[yard, n]][: POINTS + 2]
    dump, *rest = [n for n in good if n != yard]
    points = tuple(Point(id=str(n), name=str(n), place=tried[n], amount=chance.randint(20, 60)) for n in rest[:POINTS])
    trucks = tuple(Vehicle(id=str(n), name=str(n), capacity=1_500, shift=480, speed=15) for n in range(TRUCKS))
    return Rounds(points=points, vehicles=trucks, yard=tried[yard], dump=tried[dump])
