"""Services with rounds: garbage routes, rounds of visits. The book holds counts and digests; where the points are, and
which of them a round is for, is kept outside it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, Literal

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import suppression
from comuna.rules.state import State
from comuna.rules.state_service import RoundPlan, Rounds, Service, Week

TYPES: Final = ("garbage", "visits", "other")
WEEK: Final = re.compile(r"\d{4}-W\d{2}")


@act("map.imported", v=1)
class MapImported(Act, frozen=True):
    """A map of the territory was imported. `file_digest`: SHA-256 of the file that was brought; `streets`: how many it
    has; `source`: where it comes from and under which licence."""

    file_digest: str
    streets: int
    source: TextRef


@act("service.founded", v=1)
class ServiceFounded(Act, frozen=True):
    """A service begins. `type`: garbage, visits or other."""

    service: str
    type: str
    name: TextRef


@act("service.planned", v=1)
class ServicePlanned(Act, frozen=True):
    """The rounds of a service go by a new plan. `digest`: SHA-256 of the plan's JSON, kept outside the book;
    `before_…`: of the rounds as they were, by the same map (null: nobody wrote them down); `unserved`: points for which
    there was no time."""

    service: str
    digest: str
    points: int
    vehicles: int
    trips: int
    metres: int
    minutes: int
    before_metres: int | None
    before_minutes: int | None
    unserved: int


@act("round.done", v=1)
class RoundDone(Act, frozen=True):
    """A week's rounds of a service are over: points `served` and `missed`, `reports` of "not collected". Of rounds of
    visits small counts are kept back (null), and those from which they could be reckoned."""

    service: str
    week: str
    served: int | None
    missed: int | None
    reports: int | None


def import_map(s: State, *, by: str, file_digest: str, streets: int, source: TextRef) -> MapImported:
    """Import a map. Refuses map.same, if it is the one that is there."""
    if s.rounds.map_digest == file_digest:
        raise Refused("map.same")
    return MapImported(file_digest=file_digest, streets=streets, source=source)


def apply_imported(s: State, a: MapImported, at: str) -> State:
    """It is the group's map now."""
    return _with(s, msgspec.structs.replace(s.rounds, map_digest=a.file_digest))


def found(s: State, *, by: str, service: str, type: str, name: TextRef) -> ServiceFounded:
    """Begin a service. Refuses service.bad_id, service.unknown_type."""
    if not ID.fullmatch(service) or service in s.rounds.services:
        raise Refused("service.bad_id")
    if type not in TYPES:
        raise Refused("service.unknown_type")
    return ServiceFounded(service=service, type=type, name=name)


def apply_founded(s: State, a: ServiceFounded, at: str) -> State:
    """It is there."""
    kind: Literal["garbage", "visits", "other"] = "garbage" if a.type == "garbage" else "other"
    return _kept(s, Service(id=a.service, type="visits" if a.type == "visits" else kind, name=a.name))


def of(s: State, service: str) -> Service:
    """A service. Refuses service.unknown."""
    known = s.rounds.services.get(service)
    if known is None:
        raise Refused("service.unknown")
    return known


def adopt(
    s: State,
    *,
    by: str,
    service: str,
    digest: str,
    points: int,
    vehicles: int,
    trips: int,
    metres: int,
    minutes: int,
    before_metres: int | None,
    before_minutes: int | None,
    unserved: int,
) -> ServicePlanned:
    """Let a plan hold. Refuses service.unknown, service.planned_already (the same plan), routes.no_points."""
    now = of(s, service).plan
    if now is not None and now.digest == digest:
        raise Refused("service.planned_already")
    if points < 1:
        raise Refused("routes.no_points")
    return ServicePlanned(
        service=service,
        digest=digest,
        points=points,
        vehicles=vehicles,
        trips=trips,
        metres=metres,
        minutes=minutes,
        before_metres=before_metres,
        before_minutes=before_minutes,
        unserved=unserved,
    )


def apply_planned(s: State, a: ServicePlanned, at: str) -> State:
    """The plan holds."""
    plan = RoundPlan(
        digest=a.digest,
        points=a.points,
        vehicles=a.vehicles,
        trips=a.trips,
        metres=a.metres,
        minutes=a.minutes,
        before_metres=a.before_metres,
        before_minutes=a.before_minutes,
        day=at[:10],
    )
    return _changed(s, a.service, plan=plan)


def week_of(day: str) -> str:
    """The ISO week of a day: `2026-W48`."""
    year, week, _ = dt.date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


def monday(week: str) -> str:
    """The first day of an ISO week. Refuses service.no_week."""
    if not WEEK.fullmatch(week):
        raise Refused("service.no_week")
    try:
        return dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1).isoformat()
    except ValueError as error:
        raise Refused("service.no_week") from error


def finish_round(
    s: State,
    *,
    by: str,
    service: str,
    week: str,
    served: int,
    missed: int,
    reports: int,
    today: str,
    most: int | None = None,
) -> RoundDone:
    """Write down how a week went. Refuses service.unknown, service.no_week, service.week_ahead, service.week_done,
    service.nothing_served (neither served nor missed), service.more_than_there_is (more than `most`, the stops of a
    week: each point on each of its days)."""
    known = of(s, service)
    if monday(week) > today:
        raise Refused("service.week_ahead")
    if week in known.weeks:
        raise Refused("service.week_done")
    if served + missed < 1:
        raise Refused("service.nothing_served")
    if most is not None and served + missed > most:
        raise Refused("service.more_than_there_is", most=most)
    if known.type != "visits":
        return RoundDone(service=service, week=week, served=served, missed=missed, reports=reports)
    rest = 0 if most is None else most - served - missed
    served_told, missed_told, _ = suppression.row((served, missed, rest))
    reports_told = None if suppression.small(reports) else reports
    return RoundDone(service=service, week=week, served=served_told, missed=missed_told, reports=reports_told)


def apply_done(s: State, a: RoundDone, at: str) -> State:
    """The week is over."""
    weeks = s.rounds.services[a.service].weeks.set(a.week, Week(a.served, a.missed, a.reports))
    return _changed(s, a.service, weeks=weeks)


def _with(s: State, rounds: Rounds) -> State:
    return msgspec.structs.replace(s, rounds=rounds)


def _kept(s: State, service: Service) -> State:
    return _with(s, msgspec.structs.replace(s.rounds, services=s.rounds.services.set(service.id, service)))


def _changed(s: State, service: str, **changes: object) -> State:
    return _kept(s, msgspec.structs.replace(s.rounds.services[service], **changes))
