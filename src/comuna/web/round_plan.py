"""The plan of a service's rounds, as people read it and compare it with the rounds of today; planning in the
background, and letting a plan hold."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from babel.numbers import format_decimal
from markupsafe import Markup
from starlette.responses import Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.rules import service as rules
from comuna.store import rounds
from comuna.store.rounds import Plan
from comuna.store.writer import Transaction
from comuna.streets import planning
from comuna.streets.drawing import letter
from comuna.web import round_pictures as pictures
from comuna.web import round_planner as planner
from comuna.web.map import credit, map_of, must_map, words_of
from comuna.web.services import AnyDoor, ServiceKeeperDoor, weekdays


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


def hours(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def km(door: AnyDoor, metres: int) -> str:
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
            km=km(door, route.metres),
            time=hours(route.seconds),
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
            [(length, was[0], km(door, was[0])), (time, was[1], f"{hours(was[1])} h")],
            [(length, plan.metres, km(door, plan.metres)), (time, plan.seconds, f"{hours(plan.seconds)} h")],
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


def shown(door: AnyDoor, plan: Plan) -> dict[str, Any]:
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
        "km": km(door, plan.metres),
        "time": hours(plan.seconds),
    }


# Planning


def plan(door: ServiceKeeperDoor) -> Response:
    """Where planning stands: how far it is, what was refused, what it came to."""
    progress = planner.progress_of(door.service.id)
    problem = None
    if progress is not None and progress.done:
        planner.heard(door.service.id)
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
    context = shown(door, draft) if draft is not None and progress is None else {"plan": None}
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
        made = planner.made(drawn, digest, kept, seed=seed, told=told)

        def keep(tx: Transaction) -> None:
            now = rounds.read(tx.connection, book, service)
            if (now.points, now.vehicles, now.yard, now.dump) != (kept.points, kept.vehicles, kept.yard, kept.dump):
                raise Refused("routes.not_planned")
            sealed = msgspec.structs.replace(made, secret=tx.random(32).hex())
            rounds.change(tx, book, service, lambda k: msgspec.structs.replace(k, draft=sealed))

        store.write(keep)

    planner.begin(service, work)
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
