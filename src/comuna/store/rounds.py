"""What lies beside the book of a group's map and of its services with rounds: points, vehicles, plans, reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from typing import Final, Literal

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import act_in, opened
from comuna.kernel.refusal import Refused
from comuna.rules.service import ServiceFounded
from comuna.store import schema
from comuna.store.schema import works
from comuna.store.writer import Transaction

Place = tuple[int, int]
"""Latitude and longitude in ten-millionths of a degree."""
MOST_REPORTS: Final = 10_000
"""Reports on a point in a week that are counted; more say nothing more."""

_M: Final = works.maps
_R: Final = works.rounds
_T: Final = works.round_reports
FOUNDED: Final = b"service.founded/1"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A point to serve. `amount`: how much is to be loaded there (kg, bags: the group's own unit); `days`: of the week,
    1 Monday to 7 Sunday."""

    id: str
    name: str
    block: str = ""
    place: Place
    amount: int = 0
    days: tuple[int, ...] = ()


class Vehicle(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle or a crew on foot. `capacity` in the points' unit; `shift` in minutes; `speed` in km/h; `width` in
    centimetres, where it matters."""

    id: str
    name: str
    drives: Literal["truck", "cart", "foot"] = "truck"
    capacity: int = 1
    shift: int = 480
    speed: int = 20
    width: int | None = None
    today: tuple[tuple[str, ...], ...] = ()
    """Its rounds of today, if somebody wrote them down: points by their ids, trip by trip."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle's route in a plan: points by their ids, trip by trip, and what each trip loads. `days` of the week on
    which it is driven; empty: in every round."""

    vehicle: str
    days: tuple[int, ...] = ()
    trips: tuple[tuple[str, ...], ...]
    loads: tuple[int, ...]
    metres: int
    seconds: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it is kept: which points, vehicles and places it is of is in it, so that its digest says all. `secret`:
    hex, of this plan alone; without it nobody can try which points a digest in the book is of once they are erased."""

    secret: str = ""
    map_digest: str
    seed: int
    points: tuple[Point, ...]
    vehicles: tuple[Vehicle, ...]
    yard: Place
    dump: Place | None
    routes: tuple[Route, ...]
    unserved: tuple[str, ...] = ()
    before: tuple[Route, ...] = ()

    @property
    def metres(self) -> int:
        """The length of its routes together."""
        return sum(route.metres for route in self.routes)

    @property
    def seconds(self) -> int:
        """The time of its routes together."""
        return sum(route.seconds for route in self.routes)


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """A service beside its book. `minutes`: at each point; `unload`: minutes at the dump; `narrow`: names of streets
    that trucks do not fit into; `begins`: HH:MM at which a shift begins; `draft`: the plan that was made last, `plan`:
    the one that holds."""

    points: tuple[Point, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    yard: Place | None = None
    dump: Place | None = None
    minutes: int = 2
    unload: int = 15
    unit: str = "kg"
    begins: str = "07:00"
    narrow: tuple[str, ...] = ()
    draft: Plan | None = None
    plan: Plan | None = None

    def point(self, id: str) -> Point:
        """A point. Refuses service.unknown_point."""
        for each in self.points:
            if each.id == id:
                return each
        raise Refused("service.unknown_point")


def digest(plan: Plan) -> str:
    """The SHA-256 of a plan's JSON, its secret with it."""
    return sha256(msgspec.json.encode(plan)).hexdigest()


def read(connection: sa.Connection, book: str, service: str) -> Rounds:
    """A service of this group beside its book; empty if nothing was kept yet, or it was erased."""
    asked = sa.select(_R.c.body).where(_R.c.service == service, _R.c.book == book)
    body = connection.execute(asked).scalar()
    return Rounds() if body is None else msgspec.json.decode(bytes(body), type=Rounds)


def change(tx: Transaction, book: str, service: str, made: Callable[[Rounds], Rounds]) -> Rounds:
    """Make something else of a service beside its book."""
    kept = made(read(tx.connection, book, service))
    body = msgspec.json.encode(kept)
    if tx.execute(sa.select(_R.c.service).where(_R.c.service == service)).first() is None:
        tx.execute(sa.insert(_R).values(service=service, book=book, body=body))
    else:
        tx.execute(sa.update(_R).where(_R.c.service == service, _R.c.book == book).values(body=body))
    return kept


def keep_map(tx: Transaction, book: str, file_digest: str, source: str, body: bytes) -> None:
    """Keep a group's map, in the place of the one before."""
    tx.execute(sa.delete(_M).where(_M.c.book == book))
    tx.execute(sa.insert(_M).values(book=book, digest=file_digest, source=source, body=body))


class KeptMap(msgspec.Struct, frozen=True):
    """A map as it is kept."""

    digest: str
    source: str
    body: bytes


def kept_map(connection: sa.Connection, book: str) -> KeptMap | None:
    """A group's map; None if it has none."""
    row = connection.execute(sa.select(_M.c.digest, _M.c.source, _M.c.body).where(_M.c.book == book)).first()
    return None if row is None else KeptMap(row.digest, row.source, bytes(row.body))


def map_source(connection: sa.Connection, book: str) -> str:
    """Where a group's map comes from; nothing if it has none."""
    return connection.execute(sa.select(_M.c.source).where(_M.c.book == book)).scalar() or ""


def map_digest(connection: sa.Connection, book: str) -> str | None:
    """Which map a group has."""
    found: str | None = connection.execute(sa.select(_M.c.digest).where(_M.c.book == book)).scalar()
    return found


def report(tx: Transaction, book: str, service: str, point: str, week: str) -> None:
    """Count one report that a point was not collected."""
    this = sa.and_(_T.c.service == service, _T.c.point == point, _T.c.week == week)
    count = tx.execute(sa.select(_T.c.count).where(this)).scalar()
    if count is None:
        tx.execute(sa.insert(_T).values(service=service, point=point, week=week, book=book, count=1))
    elif count < MOST_REPORTS:
        tx.execute(sa.update(_T).where(this).values(count=count + 1))


def reports(connection: sa.Connection, book: str, service: str) -> dict[str, dict[str, int]]:
    """Week → point → how many said that it was not collected."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(sa.select(_T).where(_T.c.service == service, _T.c.book == book)):
        found[row.week][row.point] = int(row.count)
    return dict(found)


def forget_points(tx: Transaction, book: str, service: str) -> None:
    """Erase a service's points, plans and reports: after a round of visits nothing tells who was visited."""
    change(tx, book, service, _emptied)
    tx.execute(sa.delete(_T).where(_T.c.service == service, _T.c.book == book))


def forget_visits(tx: Transaction, book: str) -> None:
    """Erase the points, plans and reports of every service of a group that makes visits."""
    for service in of_visits(tx.connection, book):
        forget_points(tx, book, service)


def without_points(body: bytes) -> bytes:
    """A row of a service as it is, without its points and its plans."""
    return msgspec.json.encode(_emptied(msgspec.json.decode(body, type=Rounds)))


def _emptied(kept: Rounds) -> Rounds:
    vehicles = tuple(msgspec.structs.replace(each, today=()) for each in kept.vehicles)
    return msgspec.structs.replace(kept, points=(), vehicles=vehicles, draft=None, plan=None)


def of_visits(connection: sa.Connection, book: str | None = None) -> set[str]:
    """The services that make visits, of one group or of all, of those that have something beside their book; what they
    are, the act says that founded them."""
    books = sa.select(_R.c.book) if book is None else sa.select(_R.c.book).where(_R.c.book == book)
    leaves = connection.execute(sa.select(schema.acts.c.leaf).where(schema.acts.c.book.in_(books)))
    founded = (bytes(leaf) for leaf in leaves.scalars() if FOUNDED in bytes(leaf))
    data = [opened(leaf) for leaf in founded]
    found = [act_in(each) for each in data if each.kind == "service.founded/1"]
    return {each.service for each in found if isinstance(each, ServiceFounded) and each.type == "visits"}
