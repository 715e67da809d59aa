"""The rounds of a service: planning them, comparing them with those of today, printing them; the calendar of a block;
what was not collected, and how the weeks went."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import OrderedDict
from typing import Any, Final

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from comuna import messages
from comuna.announce import calendar as calendars
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.paper import qr
from comuna.paper.round_sheet import sheet as round_sheet
from comuna.rules import service as rules
from comuna.store import rounds
from comuna.store.rounds import Plan, Rounds, Route
from comuna.store.writer import Transaction
from comuna.streets import planning
from comuna.streets.drawing import letter
from comuna.web import round_pictures as pictures
from comuna.web import round_planning
from comuna.web.access import new_id
from comuna.web.group import calendar_file
from comuna.web.map import credit, map_of, must_map, words_of
from comuna.web.offices import today
from comuna.web.services import AnyDoor, ServiceDoor, ServiceGuestDoor, ServiceKeeperDoor, weekdays

AHEAD: Final = 12
"""Weeks that a block's calendar file holds."""
TOLD_WEEKS: Final = 8
"""Weeks back that a round can be written down."""
_SENT: OrderedDict[str, None] = OrderedDict()
"""Forms of reports that were counted, so that the same form sent twice counts once."""
REMEMBERED: Final = 5_000


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A route as the page lists it."""

    number: int
    letter: str
    vehicle: str
    days: str
    points: int
    trips: int
    load: int
    km: str
    time: str


def _time(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def _km(door: AnyDoor, metres: int) -> str:
    from babel.numbers import format_decimal

    return f"{format_decimal(round(metres / 1000, 1), locale=door.words.locale)} km"


def days_said(door: AnyDoor, days: tuple[int, ...]) -> str:
    """Days of the week, or that it is every round."""
    names = weekdays(door)
    return ", ".join(names[day] for day in days) if days else door.words.text("every round")


def rows(door: AnyDoor, plan: Plan) -> list[Row]:
    """The routes of a plan."""
    names = {vehicle.id: vehicle.name for vehicle in plan.vehicles}
    return [
        Row(
            number=n,
            letter=letter(n),
            vehicle=names.get(route.vehicle, ""),
            days=days_said(door, route.days),
            points=sum(len(trip) for trip in route.trips),
            trips=len(route.trips),
            load=sum(route.loads),
            km=_km(door, route.metres),
            time=_time(route.seconds),
        )
        for n, route in enumerate(plan.routes)
    ]


def _compared(door: AnyDoor, plan: Plan) -> Markup | None:
    """The picture of before and after; None where nobody wrote down today's rounds."""
    if not plan.before:
        return None
    words = door.words
    was = sum(route.metres for route in plan.before), sum(route.seconds for route in plan.before)
    length, time = words.text("Length"), words.text("Time of all crews")
    return Markup(  # noqa: S704  `bars` escapes what it is given
        pictures.bars(
            words,
            [(length, was[0], _km(door, was[0])), (time, was[1], f"{_time(was[1])} h")],
            [(length, plan.metres, _km(door, plan.metres)), (time, plan.seconds, f"{_time(plan.seconds)} h")],
        )
    )


def _left_out(plan: Plan) -> list[str]:
    """Points of today's rounds' plan that today's rounds do not serve: a shorter way that serves fewer is no better."""
    served = {id for route in plan.before for trip in route.trips for id in trip}
    return [point.name for point in plan.points if point.id not in served] if plan.before else []


def _overloaded(plan: Plan) -> bool:
    """Whether today's rounds overload a vehicle, or take longer than its shift."""
    kinds = {vehicle.id: vehicle for vehicle in plan.vehicles}
    return any(
        max(route.loads, default=0) > kinds[route.vehicle].capacity or route.seconds > kinds[route.vehicle].shift * 60
        for route in plan.before
    )


def _shown(door: AnyDoor, plan: Plan) -> dict[str, Any]:
    with door.store.read() as connection:
        drawn = map_of(connection, door.book)
        same = rounds.map_digest(connection, door.book) == plan.map_digest
    picture = None
    if drawn is not None and same:
        title = door.words.text("Routes of %(name)s", name=door.name)
        svg = pictures.routes(door.words, words_of(door, title), drawn, plan, door.kept.narrow)
        picture = Markup(svg)  # noqa: S704  `draw` escapes what it is given
    names = {point.id: point.name for point in plan.points}
    return {
        "credit": credit(door),
        "plan": plan,
        "digest": rounds.digest(plan),
        "picture": picture,
        "rows": rows(door, plan),
        "compared": _compared(door, plan),
        "left_out": _left_out(plan),
        "overloaded": _overloaded(plan),
        "unserved": [names.get(id, "") for id in plan.unserved],
        "km": _km(door, plan.metres),
        "time": _time(plan.seconds),
    }


def show(door: ServiceDoor) -> Response:
    """A service: its routes, what they cost against before, how its weeks went. Where visits are made, only who
    facilitates sees the points."""
    kept, service = door.kept, door.service
    open_points = service.type != "visits" or door.facilitates
    context: dict[str, Any] = {"plan": None, "picture": None}
    if kept.plan is not None and open_points and service.plan is not None:
        context = _shown(door, kept.plan)
    elif kept.points and open_points:
        with door.store.read() as connection:
            drawn = map_of(connection, door.book)
        if drawn is not None:
            title = door.words.text("Points of %(name)s", name=door.name)
            svg = pictures.points(door.words, words_of(door, title), drawn, kept)
            context["picture"] = Markup(svg)  # noqa: S704  `draw` escapes what it is given
            context["credit"] = credit(door)
    with door.store.read() as connection:
        reports = rounds.reports(connection, door.book, service.id)
    found = _weeks(door, reports)
    address = door.url(door.path + "/not-collected")
    code = qr.svg(address, title=door.words.text("QR code to say what was not collected"))
    worst = _worst(kept, reports) if open_points else []
    return door.page(
        "services/show.html",
        **context,
        open_points=open_points,
        weeks=Markup(pictures.weeks(door.words, found)) if found else None,  # noqa: S704  escaped there
        told=sorted(found.items(), reverse=True),
        address=address,
        code=Markup(code),  # noqa: S704  `qr.svg` escapes what it is given
        worst=worst,
        blocks=pictures.block_names(kept.points),
        open_weeks=_open_weeks(door, reports),
    )


def _weeks(door: AnyDoor, reports: dict[str, dict[str, int]]) -> dict[str, tuple[int, int, int]]:
    """Week → served, missed, reports: as the book has it, and of weeks that are not over, what was sent in so far."""
    found = {week: (w.served, w.missed, w.reports) for week, w in door.service.weeks.items()}
    for week, points in reports.items():
        if week not in found:
            found[week] = (0, 0, sum(points.values()))
    return found


def _worst(kept: Rounds, reports: dict[str, dict[str, int]]) -> list[tuple[str, int]]:
    """The points that were said most often not to be collected."""
    names = {point.id: point.name for point in kept.points}
    together: dict[str, int] = {}
    for points in reports.values():
        for id, count in points.items():
            together[id] = together.get(id, 0) + count
    found = sorted(((names[id], n) for id, n in together.items() if id in names), key=lambda each: -each[1])
    return found[:5]


def _open_weeks(door: AnyDoor, reports: dict[str, dict[str, int]]) -> list[tuple[str, str, int]]:
    """Weeks whose rounds can be written down: the week, its Monday, and how many points were said to be missed."""
    day = dt.date.fromisoformat(today(door))
    found = []
    for back in range(TOLD_WEEKS):
        week = rules.week_of((day - dt.timedelta(weeks=back)).isoformat())
        if week not in door.service.weeks:
            found.append((week, rules.monday(week), len(reports.get(week, {}))))
    return found


# Planning


def plan(door: ServiceKeeperDoor) -> Response:
    """Where planning stands: how far it is, what was refused, what it came to."""
    progress = round_planning.progress_of(door.service.id)
    problem = None
    if progress is not None and progress.done:
        round_planning.heard(door.service.id)
        if progress.refused is not None:
            problem = messages.refusal(door.words, progress.refused)[1]
        progress = None
    draft = door.kept.draft
    ready = {
        "map": _has_map(door),
        "points": bool(door.kept.points),
        "vehicles": bool(door.kept.vehicles),
        "yard": door.kept.yard is not None,
    }
    context = _shown(door, draft) if draft is not None and progress is None else {"plan": None}
    adopted = draft is not None and door.service.plan is not None and door.service.plan.digest == rounds.digest(draft)
    return door.page(
        "services/plan.html",
        **context,
        progress=progress,
        problem=problem,
        ready=ready,
        installed=planning.installed(),
        adopted=adopted,
        seconds=round(planning.patience(len(door.kept.points))),
    )


def _has_map(door: AnyDoor) -> bool:
    with door.store.read() as connection:
        return rounds.map_digest(connection, door.book) is not None


def begin(door: ServiceKeeperDoor) -> Response:
    """Plan in the background. Refuses routes.no_points, routes.no_vehicles, routes.no_yard,
    map.missing, routes.busy; what else is refused stands on the page afterwards."""
    kept = door.kept
    if not kept.points:
        raise Refused("routes.no_points")
    if not kept.vehicles:
        raise Refused("routes.no_vehicles")
    if kept.yard is None:
        raise Refused("routes.no_yard")
    with door.store.read() as connection:
        drawn, digest = must_map(connection, door.book), rounds.map_digest(connection, door.book) or ""
    store, book, service, seed = door.store, door.book, door.service.id, secrets.randbelow(2**31)

    def work(told: Any) -> None:
        made = round_planning.made(drawn, digest, kept, seed=seed, told=told)

        def keep(tx: Transaction) -> None:
            now = rounds.read(tx.connection, book, service)
            if (now.points, now.vehicles, now.yard, now.dump) != (kept.points, kept.vehicles, kept.yard, kept.dump):
                raise Refused("routes.not_planned")
            sealed = msgspec.structs.replace(made, secret=tx.random(32).hex())
            rounds.change(tx, book, service, lambda k: msgspec.structs.replace(k, draft=sealed))

        store.write(keep)

    round_planning.begin(service, work)
    return door.go(door.path + "/plan")


def adopt(door: ServiceKeeperDoor) -> Response:
    """Let the plan that was made last hold; sent twice, once. Refuses routes.not_planned."""
    wanted = door.form.line("digest")

    def job(tx: Transaction) -> None:
        kept = rounds.read(tx.connection, door.book, door.service.id)
        draft = kept.draft
        s = door.store.state(tx.connection, door.book)
        known = s and s.rounds.services[door.service.id].plan
        if known and known.digest == wanted:
            return
        if draft is None or rounds.digest(draft) != wanted:
            raise Refused("routes.not_planned")
        before = draft.before
        door.store.record(
            tx,
            door.book,
            lambda s: rules.adopt(
                s,
                by=door.member,
                service=door.service.id,
                digest=wanted,
                points=len(draft.points) - len(draft.unserved),
                vehicles=len({route.vehicle for route in draft.routes}),
                trips=sum(len(route.trips) for route in draft.routes),
                metres=draft.metres,
                minutes=round(draft.seconds / 60),
                before_metres=sum(route.metres for route in before) if before else None,
                before_minutes=round(sum(route.seconds for route in before) / 60) if before else None,
                unserved=len(draft.unserved),
            ),
            by=door.member,
        )
        rounds.change(tx, door.book, door.service.id, lambda k: msgspec.structs.replace(k, plan=draft))

    door.write(job)
    return door.go(door.path)


# Paper


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
        figures=f"{_km(door, route.metres)} · {_time(route.seconds)} h",
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


# A block's calendar


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


# What was not collected


def not_collected(door: ServiceGuestDoor) -> Response:
    """The page on which anybody says, without an account, what was not collected."""
    if not door.kept.points:
        raise Refused("routes.no_points")
    query = door.request.query_params
    points = sorted(door.kept.points, key=lambda point: (point.block.casefold(), point.name.casefold()))
    return door.page(
        "services/not_collected.html",
        points=points,
        chosen=query.get("point", ""),
        done=query.get("done", "") == "1",
        entry=new_id(),
    )


def report(door: ServiceGuestDoor) -> Response:
    """Count that a point was not collected this week; the same form sent twice counts once. Refuses rate.exceeded,
    service.unknown_point, service.bad_id."""
    address = door.request.client.host if door.request.client else ""
    point, entry = door.form.line("point"), door.form.line("entry")
    door.kept.point(point)
    if not ID.fullmatch(entry):
        raise Refused("service.bad_id")
    if entry not in _SENT:
        if not door.request.app.state.rates.allow_report(address):
            raise Refused("rate.exceeded")
        week = rules.week_of(today(door))
        door.write(lambda tx: rounds.report(tx, door.book, door.service.id, point, week))
        _SENT[entry] = None
        while len(_SENT) > REMEMBERED:
            _SENT.popitem(last=False)
    return door.go(door.path + "/not-collected?done=1")


# How a week went


def finish(door: ServiceKeeperDoor) -> Response:
    """Write down how a week went. After a round of visits its points are erased. Sent twice, once. Refuses what
    `rules.finish_round` does."""
    form, service = door.form, door.service.id
    week, served, missed = form.line("week"), form.number("served") or 0, form.number("missed") or 0

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        known = s and s.rounds.services[service].weeks.get(week)
        if known and (known.served, known.missed) == (served, missed):
            return
        reports = sum(rounds.reports(tx.connection, door.book, service).get(week, {}).values())
        there = rounds.read(tx.connection, door.book, service).points
        counts = {"served": served, "missed": missed, "reports": reports}
        counts["most"] = sum(len(each.days) or 7 for each in there)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.finish_round(s, by=door.member, service=service, week=week, today=today(door), **counts),
            by=door.member,
        )
        if door.service.type == "visits":
            rounds.forget_points(tx, door.book, service)

    door.write(job)
    if door.service.type == "visits":
        door.store.tidy_soon()
    return door.go(door.path + "#weeks")
