"""How people write points, days and orders of points: in a form, a table or a pasted list."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from typing import Final

from comuna.kernel.refusal import Refused
from comuna.store.rounds import Point
from comuna.streets.planning import MOST_POINTS
from comuna.web.map import place_in, written

DAYS: Final = {
    name: day
    for names in ("lu ma mi ju vi sa do", "mo tu we th fr sa su", "l m x j v s d", "1 2 3 4 5 6 7")
    for day, name in enumerate(names.split(), 1)
}
LONGEST_NAME: Final = 80
SPLIT: Final = re.compile(r"[,;\s/]+")


def days_in(text: str) -> tuple[int, ...] | None:
    """The days of the week that somebody wrote: `mon thu`, `lun, jue`, `1 4`; None if one of them is none."""
    found = set()
    for word in filter(None, SPLIT.split(text.strip().lower())):
        day = DAYS.get(word) or (DAYS.get(_plain(word)[:2]) if len(word) > 1 and word.isalpha() else None)
        if day is None:
            return None
        found.add(day)
    return tuple(sorted(found))


def _plain(word: str) -> str:
    return word.translate(str.maketrans("áéíóú", "aeiou"))


def point_of(id: str, name: str, block: str, lat: str, lon: str, amount: str, days: Sequence[int]) -> Point:
    """A point as a form brings it. Refuses service.no_name, map.no_place,
    service.bad_amount."""
    name, block = (" ".join(each.split())[:LONGEST_NAME] for each in (name, block))
    place = place_in(lat, lon)
    if not name:
        raise Refused("service.no_name")
    if place is None:
        raise Refused("map.no_place")
    load = _amount(amount)
    if load is None:
        raise Refused("service.bad_amount")
    return Point(id=id, name=name, block=block, place=place, amount=load, days=tuple(sorted(set(days))))


def _amount(text: str) -> int | None:
    text = text.strip()
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def pasted(text: str, new_id: Callable[[], str]) -> list[Point]:
    """Points, one a line: name; block; latitude; longitude; amount; days. Between them semicolons or tabs, or commas
    where the numbers have none; a first line of titles is passed over. Refuses routes.bad_line (line, text),
    routes.too_many (limit)."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if len(lines) > MOST_POINTS + 1:
        raise Refused("routes.too_many", limit=MOST_POINTS)
    between = next((each for each in "\t;" if any(each in line for line in lines)), ",")
    found = []
    for number, cells in enumerate(csv.reader(lines, delimiter=between), 1):
        cells = [cell.strip() for cell in cells] + [""] * 6
        name, block, lat, lon, amount, days = cells[:6]
        if number == 1 and not any(character.isdigit() for character in lat + lon):
            continue
        when = days_in(days)
        load = _amount(amount)
        try:
            place = place_in(lat, lon)
        except Refused:
            place = None
        if not name or place is None or load is None or when is None:
            raise Refused("routes.bad_line", line=number, text=lines[number - 1][:80])
        found.append(
            Point(
                id=new_id(), name=name[:LONGEST_NAME], block=block[:LONGEST_NAME], place=place, amount=load, days=when
            )
        )
    return found


def table(points: Sequence[Point]) -> str:
    """The points as `pasted` reads them."""
    lines = []
    for point in points:
        lat, lon = written(point.place)
        cells = [point.name, point.block, lat, lon, str(point.amount), " ".join(map(str, point.days))]
        lines.append("; ".join(cell.replace(";", ",") for cell in cells))
    return "\n".join(lines)


def order_in(text: str, points: Sequence[Point], vehicle: str) -> tuple[tuple[str, ...], ...]:
    """A vehicle's rounds of today: `3 7 1 D 4 2`, where D is a trip to the dump. Refuses routes.bad_order (vehicle,
    text)."""
    trips: list[list[str]] = [[]]
    for word in filter(None, SPLIT.split(text.strip())):
        if word.lower() == "d":
            trips.append([])
        elif word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= len(points):
            trips[-1].append(points[int(word) - 1].id)
        else:
            raise Refused("routes.bad_order", vehicle=vehicle, text=word[:40])
    return tuple(tuple(trip) for trip in trips if trip)


def order_as_written(trips: Sequence[Sequence[str]], points: Sequence[Point]) -> str:
    """The same as people write it."""
    numbers = {point.id: str(n) for n, point in enumerate(points, 1)}
    return " D ".join(" ".join(numbers[id] for id in trip if id in numbers) for trip in trips)
