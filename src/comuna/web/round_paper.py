"""What people carry away of a service's rounds: a crew's sheet, and the days of each block, to be printed or as a
calendar file."""

from __future__ import annotations

import datetime as dt
from typing import Final

from starlette.responses import Response

from comuna.announce import calendar as calendars
from comuna.kernel.refusal import Refused
from comuna.paper.round_sheet import sheet as round_sheet
from comuna.store import rounds
from comuna.store.rounds import Plan, Route
from comuna.streets.drawing import letter
from comuna.web import round_pictures as pictures
from comuna.web.group import calendar_file
from comuna.web.map import must_map, words_of
from comuna.web.offices import today
from comuna.web.round_plan import days_said, hours, km
from comuna.web.services import AnyDoor, ServiceGuestDoor, ServiceKeeperDoor, weekdays

AHEAD: Final = 12
"""Weeks that a block's calendar file holds."""


# A crew's sheet


def sheet(door: ServiceKeeperDoor) -> Response:
    """A crew's sheet: the map with its route, its turns and points in order, as PDF. Refuses routes.not_planned,
    map.missing."""
    number, plan = int(door.request.path_params["number"]), door.kept.plan or door.kept.draft
    with door.store.read() as connection:
        drawn = must_map(connection, door.book)
        same = rounds.map_digest(connection, door.book) == (plan and plan.map_digest)
    if plan is None or not same or not 0 <= number < len(plan.routes):
        raise Refused("routes.not_planned")
    route, words = plan.routes[number], door.words
    ways = pictures.ways_of(drawn, plan, door.kept.narrow)
    vehicle = next((each.name for each in plan.vehicles if each.id == route.vehicle), "")
    title = words.text("Route %(name)s", name=letter(number))
    pdf = round_sheet(
        words,
        title=f"{title} · {vehicle}",
        group=door.group_name,
        service=door.name,
        when=f"{days_said(door, route.days)}, {door.kept.begins}",
        figures=f"{km(door, route.metres)} · {hours(route.seconds)} h",
        picture=pictures.routes(words, words_of(door, title), drawn, plan, door.kept.narrow, only=number),
        lines=_sheet_lines(door, plan, route, ways),
    )
    name = f"route-{letter(number)}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _sheet_lines(door: AnyDoor, plan: Plan, route: Route, ways: pictures.Ways) -> list[dict[str, str]]:
    """What a crew reads: turns on the way to each point, and the point."""
    words, unit = door.words, door.kept.unit
    points = dict(enumerate(plan.points, 2))
    turns = {
        "start": words.text("Begin on"),
        "left": words.text("Left into"),
        "right": words.text("Right into"),
        "straight": words.text("Straight on"),
        "back": words.text("Turn round"),
    }
    told, count = [], 0
    for row, steps in ways.turns(route):
        way = [
            f"{turns[step.turn]} {step.street or words.text('a street without a name')} ({step.metres} m)"
            for step in steps
            if step.metres > 0
        ]
        place = points.get(row)
        if place is not None:
            count += 1
            load = f"{place.amount} {unit}" if place.amount else ""
            name = f"{place.name} · {place.block}" if place.block else place.name
            told.append({"number": str(count), "name": name, "load": load, "way": " → ".join(way)})
        else:
            name = words.text("Unload at the dump") if row == 1 and plan.dump else words.text("Back at the start")
            if row == 1 and not plan.dump:
                name = words.text("Unload at the start")
            if row == 0 and not plan.dump:
                continue
            told.append({"number": "", "name": name, "load": "", "way": " → ".join(way)})
    return told


# A block's days


def _block(door: AnyDoor) -> tuple[str, tuple[int, ...]]:
    """The block `?block=`, and the days on which it is served. Refuses service.unknown_block."""
    block = door.request.query_params.get("block", "")
    its = [point for point in door.kept.points if point.block == block]
    if not its or not block:
        raise Refused("service.unknown_block")
    return block, tuple(sorted({day for point in its for day in point.days}))


def blocks(door: ServiceGuestDoor) -> Response:
    """On which days each block is served, to be read and printed."""
    found = []
    for block in pictures.block_names(door.kept.points):
        its = [point for point in door.kept.points if point.block == block]
        found.append((block, {day for point in its for day in point.days}, [point.name for point in its]))
    return door.page("services/blocks.html", found=found, weekdays=weekdays(door))


def block_calendar(door: ServiceGuestDoor) -> Response:
    """The days of a block, twelve weeks ahead, as a calendar file. Refuses service.unknown_block."""
    block, days = _block(door)
    first = dt.date.fromisoformat(today(door))
    hour, minute = (int(part) for part in door.kept.begins.split(":"))
    events = [
        calendars.Event(
            uid=f"{door.service.id}-{day.isoformat()}-{block.encode().hex()[:24]}@comuna",
            sequence=0,
            start=dt.datetime(day.year, day.month, day.day, hour, minute),  # noqa: DTZ001  the wall clock there
            end=None,
            zone=None,
            title=f"{door.name}: {block}",
            changed=dt.datetime.fromisoformat(door.state.at or "1970-01-01T00:00:00Z"),
            url=door.url(door.path + "/not-collected"),
            alarm_minutes=12 * 60,
        )
        for day in (first + dt.timedelta(days=n) for n in range(AHEAD * 7))
        if day.isoweekday() in days
    ]
    return calendar_file(calendars.calendar(events, name=f"{door.name}: {block}"), "block")
