"""A service with rounds: its page, what was not collected, and how the weeks went."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.paper import qr
from comuna.rules import service as rules
from comuna.rules import suppression
from comuna.store import rounds
from comuna.store.rounds import Rounds
from comuna.store.writer import Transaction
from comuna.web import round_pictures as pictures
from comuna.web.access import new_id
from comuna.web.map import credit, map_of, words_of
from comuna.web.offices import today
from comuna.web.round_plan import shown
from comuna.web.services import AnyDoor, ServiceDoor, ServiceGuestDoor, ServiceKeeperDoor

TOLD_WEEKS: Final = 8
"""Weeks back that a round can be written down."""
_SENT: OrderedDict[str, None] = OrderedDict()
"""Forms of reports that were counted, so that the same form sent twice counts once."""
REMEMBERED: Final = 5_000


def show(door: ServiceDoor) -> Response:
    """A service: its routes, what they cost against before, how its weeks went. Where visits are made, only who
    facilitates sees the points."""
    kept, service = door.kept, door.service
    open_points = service.type != "visits" or door.facilitates
    context: dict[str, Any] = {"plan": None, "picture": None}
    if kept.plan is not None and open_points and service.plan is not None:
        context = shown(door, kept.plan)
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


def _weeks(door: AnyDoor, reports: dict[str, dict[str, int]]) -> dict[str, pictures.Week]:
    """Week → served, missed, reports (None: kept back): as the book has it, and of weeks that are not over, what was
    sent in so far."""
    found: dict[str, pictures.Week] = {week: (w.served, w.missed, w.reports) for week, w in door.service.weeks.items()}
    for week, points in reports.items():
        if week not in found:
            sent = sum(points.values())
            found[week] = (0, 0, None if door.service.type == "visits" and suppression.small(sent) else sent)
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
        if known and all(told in (None, said) for told, said in ((known.served, served), (known.missed, missed))):
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
