"""The picture of a map, as SVG: streets, water, green and buildings, with points and routes over them. Classes name
what a style sheet may colour; attributes colour it where there is none, on paper. Routes differ by their strokes
and letters too, not by colour alone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple

import msgspec

from comuna.streets.model import Flat, Place, Street, StreetMap, flat

WIDTH: Final = 1000
TALLEST, FLATTEST = 1250, 560
MARGIN: Final = 26
COLOURS: Final = ("#a03a1c", "#1d5fbf", "#2c5c4d", "#8a5a00", "#6a3d9a", "#00707a", "#9c2767", "#444444")
DASHES: Final = ("", "14 7", "3 6", "16 6 3 6", "26 8", "9 4", "2 9", "20 5 3 5 3 5")
"""How the stroke of each route goes on, off, on …"""
PAINT: Final = {
    "water": ("#cfe0e8", "none"),
    "green": ("#dfe9d3", "none"),
    "building": ("#e3d9c8", "none"),
}
STROKES: Final = {
    "major": (15.0, 11.0),
    "middle": (11.0, 8.0),
    "minor": (8.0, 5.6),
    "path": (0.0, 1.8),
    "steps": (0.0, 2.2),
}
"""Width of a street's edge and of its face, at a scale of one unit a metre."""
ROUND: Final = (1, 2, 5)
SMALLEST: Final = 1.5
"""Units that a building has at least, if it is drawn."""


class Mark(msgspec.Struct, frozen=True):
    """Something at a place: `label` in a circle; `kind`: point, yard, dump, chosen; `route`: whose colour (None: none);
    `title`: what it is, said to whoever cannot see it or points at it."""

    place: Place
    label: str = ""
    kind: str = "point"
    route: int | None = None
    title: str = ""


class Line(msgspec.Struct, frozen=True):
    """A route's way, in metres of the map's plane; `route` counts from 0."""

    points: tuple[tuple[float, float], ...]
    route: int
    title: str = ""


class Words(msgspec.Struct, frozen=True):
    """What a picture says."""

    title: str
    credit: str
    north: str = "N"


class View:
    """Which part of a map a picture shows, and how large: the whole, or what lies `around` some places, with an `edge`
    of so many metres at the least."""

    def __init__(self, drawn: StreetMap, around: Iterable[Place] = (), *, edge: float = 80.0) -> None:
        self.plane: Flat = flat(drawn)
        corners = [self.plane.at(corner) for corner in drawn.bounds]
        near = [self.plane.at(place) for place in around]
        west, south, east, north = 0.0, 0.0, corners[1][0], corners[1][1]
        if near:
            edge = max(edge, 0.08 * max(_span(near, 0), _span(near, 1)))
            west, east = min(p[0] for p in near) - edge, max(p[0] for p in near) + edge
            south, north = min(p[1] for p in near) - edge, max(p[1] for p in near) + edge
        wide, tall = max(east - west, 60.0), max(north - south, 60.0)
        ratio = min(max(tall / wide, FLATTEST / WIDTH), TALLEST / WIDTH)
        if tall / wide < ratio:
            south, tall = south - (wide * ratio - tall) / 2, wide * ratio
        else:
            west, wide = west - (tall / ratio - wide) / 2, tall / ratio
        self.west, self.south = west, south
        self.scale = WIDTH / wide
        self.height = round(tall * self.scale)

    def at(self, place: Place) -> tuple[float, float]:
        """Where a place is in the picture."""
        return self.of(self.plane.at(place))

    def of(self, metres: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the plane is in the picture."""
        return (metres[0] - self.west) * self.scale, self.height - (metres[1] - self.south) * self.scale

    def place(self, x: float, y: float) -> Place:
        """The place at a point of the picture."""
        return self.plane.place(x / self.scale + self.west, (self.height - y) / self.scale + self.south)

    def sees(self, points: Sequence[tuple[float, float]]) -> bool:
        """Whether anything of these points, joined, can lie in the picture."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return max(xs) >= 0 and min(xs) <= WIDTH and max(ys) >= 0 and min(ys) <= self.height


def _span(points: Sequence[tuple[float, float]], axis: int) -> float:
    return max(p[axis] for p in points) - min(p[axis] for p in points)


def draw(
    drawn: StreetMap,
    words: Words,
    *,
    marks: Sequence[Mark] = (),
    lines: Sequence[Line] = (),
    view: View | None = None,
) -> str:
    """The picture, one SVG element without ids and without style attributes."""
    view = view or View(drawn)
    xy = [view.at(place) for place in drawn.places]
    body = "".join(
        (
            f'<rect class="map-ground" width="{WIDTH}" height="{view.height}" fill="#f4eee3"/>',
            _shapes(drawn, xy, view),
            _streets(drawn, xy, view),
            _lines(lines, view),
            _names(drawn, xy, view),
            _marks(marks, view),
            _frame(words, view),
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {WIDTH} {view.height}" role="img" '
        f'font-family="sans-serif"><title>{escape(words.title)}</title>{body}</svg>'
    )


def _path(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    steps = [f"{x:.1f} {y:.1f}" for x, y in points]
    kept = [step for n, step in enumerate(steps) if n == 0 or step != steps[n - 1]]
    return f"M{'L'.join(kept)}{'z' if closed else ''}"


def _shapes(drawn: StreetMap, xy: Sequence[tuple[float, float]], view: View) -> str:
    paths: dict[str, list[str]] = {"green": [], "water": [], "building": [], "river": [], "rail": []}
    for shape in drawn.shapes:
        points = [xy[n] for n in shape.nodes]
        if view.sees(points) and max(_span(points, 0), _span(points, 1)) > SMALLEST:
            closed = shape.kind in PAINT and len(points) > 2
            paths[shape.kind].append(_path(points, closed=closed))
    told = [
        f'<path class="map-{kind}" fill="{PAINT[kind][0]}" d="{"".join(paths[kind])}"/>'
        for kind in ("green", "water", "building")
        if paths[kind]
    ]
    if paths["river"]:
        told.append(
            f'<path class="map-river" fill="none" stroke="#cfe0e8" stroke-width="5" d="{"".join(paths["river"])}"/>'
        )
    if paths["rail"]:
        told.append(
            f'<path class="map-rail" fill="none" stroke="#b3a693" stroke-width="2" stroke-dasharray="7 4" '
            f'd="{"".join(paths["rail"])}"/>'
        )
    return "".join(told)


def _zoom(view: View) -> float:
    """How much wider or narrower streets are drawn than at one unit a metre."""
    return min(max(view.scale, 0.28), 1.6)


def _streets(drawn: StreetMap, xy: Sequence[tuple[float, float]], view: View) -> str:
    found: dict[str, list[str]] = {way: [] for way in ("steps", "path", "minor", "middle", "major")}
    for street in drawn.streets:
        points = [xy[n] for n in street.nodes]
        if view.sees(points):
            found[street.way].append(_path(points))
    zoom = _zoom(view)
    edges, faces = [], []
    for way, paths in found.items():
        edge, face = STROKES[way]
        if not paths:
            continue
        d = "".join(paths)
        line = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
        if edge:
            edges.append(f'<path class="map-edge" {line} stroke="#d5c8b3" stroke-width="{edge * zoom:.1f}" d="{d}"/>')
            colour = {"major": "#f6d9a8", "middle": "#fbeccb"}.get(way, "#ffffff")
            faces.append(
                f'<path class="map-street map-{way}" {line} stroke="{colour}" '
                f'stroke-width="{face * zoom:.1f}" d="{d}"/>'
            )
        else:
            dash = "1.5 4" if way == "steps" else "5 4"
            edges.append(
                f'<path class="map-{way}" {line} stroke="#a8977d" stroke-width="{max(face * zoom, 1):.1f}" '
                f'stroke-dasharray="{dash}" d="{d}"/>'
            )
    return "".join(edges + faces)


class _Named(NamedTuple):
    size: float
    length: float
    middle: tuple[float, float]
    angle: float
    name: str


def _names(drawn: StreetMap, xy: Sequence[tuple[float, float]], view: View) -> str:
    """The names of streets where there is room for them, each once, the larger streets first."""
    best: dict[str, _Named] = {}
    for street in drawn.streets:
        if not street.name or street.way in ("path", "steps"):
            continue
        size = {"major": 17.0, "middle": 16.0}.get(street.way, 14.0)
        run = _straightest(street, xy, view)
        if run is not None and run[0] > len(street.name) * size * 0.55:
            named = _Named(size, *run, street.name)
            if street.name not in best or named[:2] > best[street.name][:2]:
                best[street.name] = named
    told, taken = [], []
    for each in sorted(best.values(), reverse=True)[:60]:
        (x, y), half = each.middle, len(each.name) * each.size * 0.28
        turn = math.radians(each.angle)
        box = (abs(math.cos(turn)) * half + each.size, abs(math.sin(turn)) * half + each.size)
        if any(abs(x - ox) < box[0] + bx and abs(y - oy) < box[1] + by for ox, oy, bx, by in taken):
            continue
        taken.append((x, y, *box))
        told.append(
            f'<text class="map-name" x="{x:.1f}" y="{y:.1f}" dy="0.34em" font-size="{each.size:g}" fill="#5c5245" '
            f'text-anchor="middle" stroke="#fffdf9" stroke-width="3.5" paint-order="stroke" stroke-linejoin="round" '
            f'transform="rotate({each.angle:.1f} {x:.1f} {y:.1f})">{escape(each.name)}</text>'
        )
    return "".join(told)


def _straightest(
    street: Street, xy: Sequence[tuple[float, float]], view: View
) -> tuple[float, tuple[float, float], float] | None:
    """The longest straight run of a street inside the picture: its length, its middle, and
    at which angle words lie on it."""
    points = [xy[n] for n in street.nodes]
    inside = [MARGIN < x < WIDTH - MARGIN and MARGIN < y < view.height - MARGIN for x, y in points]
    best: tuple[float, tuple[float, float], float] | None = None
    first = 0
    while first < len(points) - 1:
        last = first
        while last + 1 < min(len(points), first + 40) and inside[first] and inside[last + 1]:
            if any(_aside(p, points[first], points[last + 1]) > 4 for p in points[first + 1 : last + 1]):
                break
            last += 1
        length = math.dist(points[first], points[last])
        if last > first and (best is None or length > best[0]):
            (ax, ay), (bx, by) = points[first], points[last]
            angle = math.degrees(math.atan2(by - ay, bx - ax))
            best = (length, ((ax + bx) / 2, (ay + by) / 2), (angle + 90) % 180 - 90)
        first = max(last, first + 1)
    return best


def _aside(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """How far a point lies from the line through two others."""
    length = math.dist(a, b)
    return abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / length if length else math.dist(p, a)


def stroke(route: int) -> tuple[str, str]:
    """The colour and the dashes of a route."""
    return COLOURS[route % len(COLOURS)], DASHES[route % len(DASHES)]


def letter(route: int) -> str:
    """The letter of a route: A, B, … Z, AA."""
    return (letter(route // 26 - 1) if route >= 26 else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[route % 26]


def _lines(lines: Sequence[Line], view: View) -> str:
    told = []
    for line in lines:
        points = [view.of(point) for point in line.points]
        if len(points) < 2:
            continue
        aside = 2.2 * (line.route - 1.5)  # so that two routes along one street are both seen
        points = [(x + aside, y + aside) for x, y in points]
        colour, dashes = stroke(line.route)
        d = _path(points)
        common = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        told.append(
            f'<g><title>{escape(line.title)}</title><path class="map-under" {common} stroke="#fffdf9" stroke-width="7" '
            f'opacity="0.75" d="{d}"/><path class="map-route map-route-{line.route % len(COLOURS)}" {common} '
            f'stroke="{colour}" stroke-width="4"{dash} d="{d}"/>{_arrows(points, line.route, colour)}</g>'
        )
    return "".join(told)


def _arrows(points: Sequence[tuple[float, float]], route: int, colour: str) -> str:
    """Which way a route goes: small heads, every hundred and fifty units."""
    heads, gone = [], 75.0
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        length = math.dist((ax, ay), (bx, by))
        gone += length
        if gone < 150 or length < 14:
            continue
        gone = 0.0
        ux, uy = (bx - ax) / length, (by - ay) / length
        x, y = (ax + bx) / 2, (ay + by) / 2
        left, right = (x - 9 * ux - 6 * uy, y - 9 * uy + 6 * ux), (x - 9 * ux + 6 * uy, y - 9 * uy - 6 * ux)
        heads.append(_path([(x + 5 * ux, y + 5 * uy), left, right], closed=True))
    if not heads:
        return ""
    return f'<path class="map-head map-head-{route % len(COLOURS)}" fill="{colour}" d="{"".join(heads)}"/>'


def _marks(marks: Sequence[Mark], view: View) -> str:
    small = len(marks) > 60
    told = []
    for mark in sorted(marks, key=lambda m: m.kind != "point"):
        x, y = view.at(mark.place)
        colour = "#231f1a" if mark.route is None else stroke(mark.route)[0]
        route = "" if mark.route is None else f" map-mark-{mark.route % len(COLOURS)}"
        title = f"<title>{escape(mark.title)}</title>" if mark.title else ""
        told.append(f'<g class="map-mark map-{mark.kind}{route}">{title}{_sign(mark, x, y, colour, small=small)}</g>')
    return "".join(told)


def _sign(mark: Mark, x: float, y: float, colour: str, *, small: bool) -> str:
    if mark.kind in ("yard", "dump", "chosen"):
        drawn = {
            "yard": "M-13 2L0 -12L13 2V13H-13z",
            "dump": "M-11 -6H11L8 13H-8z M-14 -10H14",
            "chosen": "M0 0C-16 -18 -12 -34 0 -34S16 -18 0 0z",
        }[mark.kind]
        return (
            f'<path class="map-sign" transform="translate({x:.1f} {y:.1f})" fill="#231f1a" stroke="#fffdf9" '
            f'stroke-width="2.5" stroke-linejoin="round" paint-order="stroke" d="{drawn}"/>'
        )
    size = 8.5 if small else 12.5
    wide = size + max(0, len(mark.label) - 2) * (2.6 if small else 3.6)
    text = (
        f'<text class="map-number" x="{x:.1f}" y="{y:.1f}" dy="0.35em" text-anchor="middle" fill="#ffffff" '
        f'font-size="{9 if small else 13}" font-weight="600">{escape(mark.label)}</text>'
        if mark.label
        else ""
    )
    return (
        f'<rect class="map-dot" x="{x - wide:.1f}" y="{y - size:.1f}" width="{2 * wide:.1f}" height="{2 * size:.1f}" '
        f'rx="{size}" fill="{colour}" stroke="#fffdf9" stroke-width="2"/>{text}'
    )


def _frame(words: Words, view: View) -> str:
    """The scale, north, and whose data it is."""
    wanted = WIDTH / 4 / view.scale
    power = 10 ** math.floor(math.log10(wanted))
    metres = max(step * power for step in ROUND if step * power <= wanted)
    length, y = metres * view.scale, view.height - 22
    said = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"
    plate = 'class="map-plate" fill="#fffdf9" opacity="0.85"'
    credit = len(words.credit) * 7.3 + 16
    owed = (
        f'<rect {plate} x="{WIDTH - credit - 12:.0f}" y="{y - 14}" width="{credit:.0f}" height="26" rx="6"/>'
        f'<text class="map-credit" x="{WIDTH - 20}" y="{y + 4}" text-anchor="end">{escape(words.credit)}</text>'
        if words.credit
        else ""
    )
    return (
        f'<g class="map-frame" fill="#231f1a" font-size="14"><rect {plate} x="12" y="{y - 24}" '
        f'width="{length + 28:.0f}" height="36" rx="6"/><path class="map-scale" fill="none" stroke="#231f1a" '
        f'stroke-width="2" d="M26 {y - 5}v7h{length:.1f}v-7"/><text x="{26 + length / 2:.1f}" y="{y - 6}" '
        f'text-anchor="middle">{said}</text>{owed}<g transform="translate({WIDTH - 34} 40)"><circle {plate} r="22"/>'
        f'<path class="map-north" d="M0 -14L6 6L0 2L-6 6z"/><text y="18" text-anchor="middle" font-size="12">'
        f"{escape(words.north)}</text></g></g>"
    )
