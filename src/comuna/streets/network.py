"""Streets as a network for one kind of vehicle: where it can drive, shortest ways, and how to say them."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Final, Literal

import msgspec
import numpy as np

from comuna.streets.model import Place, Street, StreetMap, flat

Drives = Literal["truck", "cart", "foot"]
FAR: Final = 250.0
"""Metres from any street beyond which a point is taken for a mistake."""
REACH: Final = 120.0
"""Metres that a crew walks from its truck to a point."""
BEND: Final = 40.0
"""Degrees from which a way turns."""
NO_WAY: Final = -1
"""In a table of distances: there is no way."""


class Passing(msgspec.Struct, frozen=True):
    """Where a vehicle fits: `width` in centimetres (None: it fits where its kind does); `narrow`: names of streets that
    are too narrow for it, in lower case. Trucks keep to roads and one-way signs; carts and people on foot take every
    path, both ways, and carts no steps."""

    drives: Drives
    width: int | None = None
    narrow: frozenset[str] = frozenset()

    def through(self, street: Street) -> bool:
        """Whether it can use a street at all."""
        if street.name and street.name.lower() in self.narrow:
            return False
        if self.width is not None and street.width is not None and street.width < self.width:
            return False
        if self.drives == "truck":
            return street.way not in ("path", "steps") and not street.closed
        return self.drives == "foot" or street.way != "steps"

    def directions(self, street: Street) -> tuple[bool, bool]:
        """Whether it may go along a street, and against it."""
        if self.drives != "truck":
            return True, True
        return street.one_way >= 0, street.one_way <= 0


ANYBODY: Final = Passing("foot")


class Turn(msgspec.Struct, frozen=True):
    """A step on the way: `turn` into a `street` (empty: it has no name), then so many metres."""

    turn: Literal["start", "left", "right", "straight", "back"]
    street: str
    metres: int


class _Nearest:
    """Finds the nearest of many straight parts."""

    def __init__(self, parts: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> None:
        ends = np.array(parts)
        self.start, self.along = ends[:, 0], ends[:, 1] - ends[:, 0]
        self.length = np.maximum((self.along**2).sum(axis=1), 1e-9)

    def to(self, place: tuple[float, float]) -> tuple[int, float, tuple[float, float], float]:
        """Which part is nearest to a place, how far along it, where, and how far away."""
        spot = np.array(place)
        share = np.clip(((spot - self.start) * self.along).sum(axis=1) / self.length, 0, 1)
        near = self.start + self.along * share[:, None]
        gap = ((near - spot) ** 2).sum(axis=1)
        best = int(gap.argmin())
        return best, float(share[best]), (float(near[best][0]), float(near[best][1])), math.sqrt(float(gap[best]))


class Network:
    """A map's streets for one way of `passing`, with `places` put into it: each lies where the nearest street that can
    be used is, if that is at most `reach` metres away."""

    def __init__(
        self, drawn: StreetMap, passing: Passing, places: Sequence[Place] = (), *, reach: float = REACH
    ) -> None:
        plane = flat(drawn)
        self.points: list[tuple[float, float]] = [plane.at(place) for place in drawn.places]
        self.plane = plane
        self.names = [street.name for street in drawn.streets]
        self.ways: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
        """Node → nodes that follow it, with metres and the number of the street."""
        parts = [
            (a, b, n, *passing.directions(street))
            for n, street in enumerate(drawn.streets)
            if passing.through(street)
            for a, b in zip(street.nodes, street.nodes[1:], strict=False)
            if a != b
        ]
        self.away: list[float | None] = []
        """Metres of each place from its street; None where there is none near."""
        cuts = self._cut(parts, [plane.at(place) for place in places], reach)
        for number, (a, b, street, along, against) in enumerate(parts):
            chain = [a, *(node for _, node in sorted(cuts.get(number, ()))), b]
            for one, other in itertools.pairwise(chain):
                metres = math.dist(self.points[one], self.points[other])
                if along:
                    self.ways[one].append((other, metres, street))
                if against:
                    self.ways[other].append((one, metres, street))
        self.short = _contracted(self.ways, {node for node in self.nodes if node is not None})

    def _cut(
        self, parts: Sequence[tuple[int, int, int, bool, bool]], places: Sequence[tuple[float, float]], reach: float
    ) -> dict[int, list[tuple[float, int]]]:
        """Give each place a node on its nearest part of a street: part → how far along, and the node."""
        self.nodes: list[int | None] = []
        cuts: dict[int, list[tuple[float, int]]] = defaultdict(list)
        if not parts:
            self.nodes, self.away = [None] * len(places), [None] * len(places)
            return cuts
        near = _Nearest([(self.points[a], self.points[b]) for a, b, *_ in parts])
        for place in places:
            best, share, spot, away = near.to(place)
            if away > reach:
                self.nodes.append(None)
                self.away.append(None)
                continue
            node = len(self.points)
            self.points.append(spot)
            cuts[best].append((share, node))
            self.nodes.append(node)
            self.away.append(away)
        return cuts

    def table(self) -> np.ndarray:
        """Metres from each place to each other, rounded; `NO_WAY` where there is none."""
        count = len(self.nodes)
        found = np.full((count, count), NO_WAY, dtype=np.int64)
        names = sorted({*self.short, *(other for links in self.short.values() for other, *_ in links)})
        index = {node: n for n, node in enumerate(names)}
        onward = [[(index[other], metres) for other, metres, _ in self.short.get(node, ())] for node in names]
        columns = [(column, index[node]) for column, node in enumerate(self.nodes) if node in index]
        wanted = {node for _, node in columns}
        for row, start in columns:
            metres = _metres(onward, start, wanted)
            for column, node in columns:
                if metres[node] < math.inf:
                    found[row, column] = round(metres[node])
        for row, node in enumerate(self.nodes):
            if node is not None:
                found[row, row] = 0
        return found

    def path(self, start: int, end: int) -> list[tuple[int, int]]:
        """The shortest way from one place to another: nodes, each with the street that led to it (-1 for the first).
        Empty if there is none."""
        first, last = self.nodes[start], self.nodes[end]
        if first is None or last is None:
            return []
        best, before, heap = {first: 0.0}, {first: (-1, -1)}, [(0.0, first)]
        done: set[int] = set()
        while heap:
            so_far, node = heappop(heap)
            if node == last:
                break
            if node in done:
                continue
            done.add(node)
            for other, metres, street in self.ways.get(node, ()):
                there = so_far + metres
                if there < best.get(other, math.inf):
                    best[other], before[other] = there, (node, street)
                    heappush(heap, (there, other))
        if last not in before:
            return []
        way, node = [], last
        while node != -1:
            earlier, street = before[node]
            way.append((node, street))
            node = earlier
        return way[::-1]

    def turns(self, way: Sequence[tuple[int, int]], coming: int | None = None) -> list[Turn]:
        """How to say a way: where it turns, and into which street. `coming`: the node that one comes from, if one did
        not stand there."""
        told: list[Turn] = []
        for n in range(1, len(way)):
            node, street = way[n]
            metres = math.dist(self.points[way[n - 1][0]], self.points[node])
            name = self.names[street]
            before = way[n - 2][0] if n > 1 else coming
            turn = "start" if before is None else self._turn(before, way[n - 1][0], node)
            same = bool(told) and told[-1].street == name
            corner = turn in ("left", "right", "back") and len({o for o, *_ in self.ways[way[n - 1][0]]}) > 2
            if told and same and not corner:
                told[-1] = msgspec.structs.replace(told[-1], metres=told[-1].metres + round(metres))
            else:
                told.append(Turn(turn, name, round(metres)))
        return told

    def _turn(self, before: int, here: int, after: int) -> Literal["left", "right", "straight", "back"]:
        (ax, ay), (bx, by), (cx, cy) = self.points[before], self.points[here], self.points[after]
        bend = math.degrees(math.atan2(cy - by, cx - bx) - math.atan2(by - ay, bx - ax))
        bend = (bend + 180) % 360 - 180
        if abs(bend) > 150:
            return "back"
        return "straight" if abs(bend) < BEND else "left" if bend > 0 else "right"


def _metres(onward: list[list[tuple[int, float]]], start: int, wanted: set[int]) -> list[float]:
    """Metres from a node to each that is wanted (Dijkstra 1959, with a heap)."""
    best = [math.inf] * len(onward)
    best[start] = 0.0
    heap, done, left = [(0.0, start)], bytearray(len(onward)), len(wanted)
    while heap:
        so_far, node = heappop(heap)
        if done[node]:
            continue
        done[node] = 1
        if node in wanted:
            left -= 1
            if not left:
                break
        for other, metres in onward[node]:
            there = so_far + metres
            if there < best[other]:
                best[other] = there
                heappush(heap, (there, other))
    return best


Links = dict[int, list[tuple[int, float, int]]]


def _contracted(ways: Links, kept: set[int]) -> Links:
    """The same network without nodes at which nothing joins: between its junctions and the `kept` nodes."""
    into: dict[int, set[int]] = defaultdict(set)
    for node, following in ways.items():
        for other, *_ in following:
            into[other].add(node)

    def inner(node: int) -> bool:
        out = {other for other, *_ in ways.get(node, ())}
        if node in kept or len(out) != len(ways.get(node, ())):
            return False
        both = out == into[node] and len(out) == 2
        return both or (len(out) == 1 and len(into[node]) == 1 and out != into[node])

    ends = {node for node in set(ways) | set(into) if not inner(node)}
    short: Links = {}
    for node in ends:
        found: dict[int, tuple[float, int]] = {}
        for other, metres, street in ways.get(node, ()):
            before, here, length = node, other, metres
            while here not in ends:
                onward = [(o, m) for o, m, _ in ways[here] if o != before]
                if not onward:
                    break
                before, (here, more) = here, onward[0]
                length += more
            if here in ends and (here not in found or length < found[here][0]):
                found[here] = (length, street)
        short[node] = [(other, metres, street) for other, (metres, street) in found.items()]
    return short


def away(drawn: StreetMap, places: Iterable[Place]) -> list[float]:
    """Metres from each place to the nearest street of any kind."""
    plane = flat(drawn)
    points = [plane.at(place) for place in drawn.places]
    parts = [
        (points[a], points[b])
        for street in drawn.streets
        for a, b in zip(street.nodes, street.nodes[1:], strict=False)
        if a != b
    ]
    near = _Nearest(parts) if parts else None
    return [near.to(plane.at(place))[3] if near else math.inf for place in places]


class Parts(msgspec.Struct, frozen=True):
    """How a map hangs together: how many parts no street joins, and how many percent of its places lie outside the
    largest."""

    count: int
    outside: int


def parts_of(drawn: StreetMap, passing: Passing = ANYBODY) -> Parts:
    """How the streets of a map hang together, one-way signs aside."""
    above: dict[int, int] = {}

    def top(node: int) -> int:
        while above.setdefault(node, node) != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for street in filter(passing.through, drawn.streets):
        for a, b in zip(street.nodes, street.nodes[1:], strict=False):
            above[top(a)] = top(b)
    sizes: dict[int, int] = defaultdict(int)
    for node in list(above):
        sizes[top(node)] += 1
    if not sizes:
        return Parts(0, 0)
    return Parts(len(sizes), round(100 * (1 - max(sizes.values()) / sum(sizes.values()))))


def too_far(drawn: StreetMap, places: Iterable[Place]) -> list[tuple[int, int]]:
    """Which of these places are too far from any street, and how many metres."""
    found = [(n, metres) for n, metres in enumerate(away(drawn, places)) if metres > FAR]
    return [(n, round(min(metres, 10**9))) for n, metres in found]
