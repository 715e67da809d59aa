"""Pictures of a service with rounds: its points and routes on the map, before and after, and how its weeks went."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Final

from comuna.language import Language
from comuna.store.rounds import Plan, Point, Rounds, Route
from comuna.streets import drawing
from comuna.streets.drawing import Line, Mark, View, letter
from comuna.streets.model import StreetMap
from comuna.streets.network import Network, Turn
from comuna.web.round_planning import passing, stations

WEEKS: Final = 16
"""Weeks that the picture shows at the most."""


class Ways:
    """The ways of a plan's routes on a map, with how to say them."""

    def __init__(self, drawn: StreetMap, plan: Plan, narrow: tuple[str, ...]) -> None:
        self.plan = plan
        kept = Rounds(points=plan.points, vehicles=plan.vehicles, yard=plan.yard, dump=plan.dump, narrow=narrow)
        self.rows = {point.id: n for n, point in enumerate(plan.points, 2)}
        self.networks: dict[str, Network] = {}
        known: dict[object, Network] = {}
        for vehicle in plan.vehicles:
            where = passing(kept, vehicle)
            if where not in known:
                known[where] = Network(drawn, where, stations(kept, plan.points))
            self.networks[vehicle.id] = known[where]

    def legs(self, route: Route) -> list[tuple[int, int]]:
        """Row to row: from the yard over points and dump, home."""
        rows = [0]
        for trip in route.trips:
            rows += [*(self.rows[id] for id in trip), 1]
        rows.append(0)
        return list(itertools.pairwise(rows))

    def line(self, route: Route) -> tuple[tuple[float, float], ...]:
        """A route's way in metres."""
        network, points = self.networks[route.vehicle], []
        for start, end in self.legs(route):
            points += [network.points[node] for node, _ in network.path(start, end)]
        return tuple(points)

    def turns(self, route: Route) -> list[tuple[int, list[Turn]]]:
        """Each leg of a route: the row that it leads to (0 the yard, 1 the dump), and its turns."""
        network, told = self.networks[route.vehicle], []
        coming: int | None = None
        for start, end in self.legs(route):
            way = network.path(start, end)
            told.append((end, network.turns(way, coming)))
            coming = way[-2][0] if len(way) > 1 else coming
        return told


@lru_cache(maxsize=16)
def ways_of(drawn: StreetMap, plan: Plan, narrow: tuple[str, ...]) -> Ways:
    """The ways of a plan, kept at hand."""
    return Ways(drawn, plan, narrow)


@lru_cache(maxsize=64)
def _lines(drawn: StreetMap, plan: Plan, narrow: tuple[str, ...]) -> tuple[tuple[tuple[float, float], ...], ...]:
    ways = ways_of(drawn, plan, narrow)
    return tuple(ways.line(route) for route in plan.routes)


def _stations(words: Language, plan: Plan | Rounds) -> list[Mark]:
    marks = []
    if plan.dump:
        marks.append(Mark(plan.dump, kind="dump", title=words.text("Dump")))
    if plan.yard:
        marks.append(Mark(plan.yard, kind="yard", title=words.text("Start")))
    return marks


def points(words: Language, said: drawing.Words, drawn: StreetMap, kept: Rounds) -> str:
    """The points of a service by their numbers, with start and dump."""
    marks = [
        Mark(point.place, str(n), title=f"{n}. {point.name}" + (f" · {point.block}" if point.block else ""))
        for n, point in enumerate(kept.points, 1)
    ]
    marks += _stations(words, kept)
    return drawing.draw(drawn, said, marks=marks, view=View(drawn, [mark.place for mark in marks]))


def routes(
    words: Language, said: drawing.Words, drawn: StreetMap, plan: Plan, narrow: tuple[str, ...], only: int | None = None
) -> str:
    """A plan's routes on the map, or only one of them."""
    places = {point.id: point for point in plan.points}
    marks, lines = [], []
    for number, route in enumerate(plan.routes):
        if only is not None and number != only:
            continue
        stops = [id for trip in route.trips for id in trip]
        marks += [
            Mark(places[id].place, f"{letter(number)}{n}" if only is None else str(n), "point", number, places[id].name)
            for n, id in enumerate(stops, 1)
        ]
        lines.append(
            Line(_lines(drawn, plan, narrow)[number], number, words.text("Route %(name)s", name=letter(number)))
        )
    if only is None:
        marks += [Mark(places[id].place, "!", "point", None, places[id].name) for id in plan.unserved if id in places]
    marks += _stations(words, plan)
    view = View(drawn, [mark.place for mark in marks])
    return drawing.draw(drawn, said, marks=marks, lines=lines, view=view)


def bars(words: Language, before: Sequence[tuple[str, int, str]], after: Sequence[tuple[str, int, str]]) -> str:
    """Two bars for each measure, before and after: (its name, its value, the value in words)."""
    rows, y = [], 0
    for (name, was, said_was), (_, now, said_now) in zip(before, after, strict=True):
        most = max(was, now, 1)
        rows.append(f'<text class="bar-name" x="0" y="{y + 16}" font-weight="600">{escape(name)}</text>')
        for n, (label, value, said) in enumerate(
            ((words.text("Today"), was, said_was), (words.text("Planned"), now, said_now))
        ):
            at = y + 26 + n * 30
            rows.append(
                f'<text class="bar-name" x="0" y="{at + 16}">{escape(label)}</text><rect class="bar-{n}" x="120" '
                f'y="{at}" width="{max(360 * value / most, 2):.0f}" height="22" rx="4"/>'
                f'<text class="bar-said" x="{128 + max(360 * value / most, 2):.0f}" y="{at + 16}">{escape(said)}</text>'
            )
        y += 100
    title = "; ".join(
        f"{name}: {was[2]} → {now[2]}" for (name, *_), was, now in zip(before, before, after, strict=True)
    )
    return (
        f'<svg class="bars" viewBox="0 0 620 {y}" role="img" font-size="15"><title>{escape(title)}</title>'
        f"{''.join(rows)}</svg>"
    )


Week = tuple[int | None, int | None, int | None]
"""How a week went: served, missed, reports; None where it is kept back."""


def weeks(words: Language, found: Mapping[str, Week]) -> str:
    """How the weeks went, a column each: served, missed, and how many said "not collected"; what is kept back has no
    height."""
    shown = sorted(found)[-WEEKS:]
    high_of = {week: [count or 0 for count in found[week]] for week in shown}
    most = max([sum(each[:2]) for each in high_of.values()] + [each[2] for each in high_of.values()] + [1])
    columns = []
    for n, week in enumerate(shown):
        served, missed, reports = (words.text("not told") if each is None else each for each in found[week])
        x, high = 16 + n * 62, 150
        tall = [high * value / most for value in high_of[week]]
        said = words.text(
            "Week %(week)s: %(served)s served, %(missed)s missed, %(reports)s reports",
            week=week, served=served, missed=missed, reports=reports,
        )  # fmt: skip
        columns.append(
            f'<g><title>{escape(said)}</title><rect class="week-served" x="{x}" y="{170 - tall[0]:.1f}" width="24" '
            f'height="{tall[0]:.1f}"/><rect class="week-missed" x="{x}" y="{170 - tall[0] - tall[1]:.1f}" width="24" '
            f'height="{tall[1]:.1f}"/><rect class="week-reports" x="{x + 28}" y="{170 - tall[2]:.1f}" width="12" '
            f'height="{tall[2]:.1f}"/><text x="{x + 20}" y="188" text-anchor="middle">{week[5:]}</text>'
            f'<text x="{x + 20}" y="{max(166 - tall[0] - tall[1], 10):.1f}" text-anchor="middle">'
            f"{high_of[week][1] or ''}</text>"
            "</g>"
        )
    title = words.text("Misses, week by week")
    return (
        f'<svg class="weeks" viewBox="0 0 {32 + 62 * max(len(shown), 4)} 196" role="img" font-size="13">'
        f'<title>{escape(title)}</title><path class="week-ground" d="M8 170.5H{24 + 62 * max(len(shown), 4)}"/>'
        f"{''.join(columns)}</svg>"
    )


def block_names(points: Sequence[Point]) -> list[str]:
    """The blocks of a service, in order."""
    return sorted({point.block for point in points if point.block})
