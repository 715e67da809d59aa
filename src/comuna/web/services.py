"""Services with rounds: what there is, its points, its vehicles. What is typed here lies beside the book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import service as rules
from comuna.rules.state_service import Service
from comuna.store import rounds, texts
from comuna.store.rounds import Rounds, Vehicle
from comuna.store.writer import Transaction
from comuna.streets.planning import MOST_POINTS
from comuna.web import round_pictures as pictures
from comuna.web import round_points as typed
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor, new_id
from comuna.web.forms import Form
from comuna.web.map import credit, map_of, must_be_near, must_map, pick_form, place_in, words_of, written

LONGEST_NAME: Final = 80
LARGEST_CAPACITY: Final = 10_000_000


class ServiceDoor(ReaderDoor):
    """Somebody who reads the book, at a service. Refuses service.unknown."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        _open(self)


class ServiceKeeperDoor(KeeperDoor):
    """A facilitator, at a service. Refuses service.unknown."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        _open(self)


class ServiceGuestDoor(GroupDoor):
    """Anyone, at a service that collects: what is told without a card. Rounds of visits are nobody's business. Refuses
    service.unknown."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        _open(self)
        if self.service.type == "visits":  # type: ignore[attr-defined]
            raise Refused("service.unknown")


AnyDoor = ServiceDoor | ServiceKeeperDoor | ServiceGuestDoor


def _open(door: AnyDoor) -> None:
    door.service: Service = rules.of(door.state, door.request.path_params["service"])  # type: ignore[misc, union-attr]
    with door.store.read() as connection:
        door.kept: Rounds = rounds.read(connection, door.book, door.service.id)  # type: ignore[misc, union-attr]
        name = texts.read(connection, door.service.name)
    door.name: str = name or door.words.text("A service whose name was erased")  # type: ignore[misc, union-attr]
    door.path: str = f"/g/{door.book}/services/{door.service.id}"  # type: ignore[misc, union-attr]


def change(door: ServiceKeeperDoor, made: Callable[[Rounds], Rounds]) -> None:
    """Make something else of the service beside its book; a plan that was not adopted goes."""
    door.write(
        lambda tx: rounds.change(
            tx, door.book, door.service.id, lambda kept: msgspec.structs.replace(made(kept), draft=None)
        )
    )
    if door.service.type == "visits":
        door.store.tidy_soon()


class Listed(msgspec.Struct, frozen=True):
    """A service in the list."""

    service: Service
    name: str | None
    points: int


def index(door: ReaderDoor) -> Response:
    """The group's services with rounds."""
    with door.store.read() as connection:
        found = [
            Listed(each, texts.read(connection, each.name), len(rounds.read(connection, door.book, each.id).points))
            for each in door.state.rounds.services.values()
        ]
        has_map = rounds.map_digest(connection, door.book) is not None
    found.sort(key=lambda each: (each.name or "").casefold())
    return door.page("services/index.html", found=found, has_map=has_map, service=new_id(), types=types(door))


def types(door: GroupDoor) -> dict[str, str]:
    """What kinds of service there are."""
    words = door.words
    return {
        "garbage": words.text("Collects garbage"),
        "visits": words.text("Makes visits (health, care)"),
        "other": words.text("Does something else on a round"),
    }


def begin(door: KeeperDoor) -> Response:
    """Begin a service; sent twice, once. Refuses service.no_name and what `rules.found` does."""
    id, name = door.form.line("service"), door.form.line("name")[:LONGEST_NAME]
    if not name:
        raise Refused("service.no_name")
    if not ID.fullmatch(id):
        raise Refused("service.bad_id")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and id in s.rounds.services:
            return
        text = texts.new(tx, name)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.found(s, by=door.member, service=id, type=door.form.line("type"), name=text.ref),
            by=door.member,
            with_texts=[text],
        )
        kind = door.form.line("type")
        start = Rounds(
            unit=door.words.text("visits") if kind == "visits" else "kg", minutes=20 if kind == "visits" else 2
        )
        rounds.change(tx, door.book, id, lambda _: start)

    door.write(job)
    return door.go(f"/g/{door.book}/services/{id}" + ("/points" if door.state.rounds.map_digest else ""))


# Points


def points(door: ServiceKeeperDoor) -> Response:
    """The points, one to add, many to paste. Refuses map.missing."""
    with door.store.read() as connection:
        drawn = must_map(connection, door.book)
    title = door.words.text("Points of %(name)s", name=door.name)
    picture = pictures.points(door.words, words_of(door, title), drawn, door.kept) if door.kept.points else None
    return door.page(
        "services/points.html",
        picture=picture and Markup(picture),  # noqa: S704  `draw` escapes what it is given
        credit=credit(door),
        picking=pick_form(door, drawn),
        table=typed.table(door.kept.points),
        written=written,
        blocks=pictures.block_names(door.kept.points),
        weekdays=weekdays(door),
        point=new_id(),
    )


def weekdays(door: GroupDoor) -> dict[int, str]:
    """The days of the week, from Monday."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", context="stand-alone", locale=door.words.locale)
    return {n + 1: str(names[n]) for n in range(7)}


def add_point(door: ServiceKeeperDoor) -> Response:
    """Add a point; sent twice, once. Refuses what `point_of` does, map.too_far, routes.too_many."""
    form, id = door.form, door.form.line("point")
    if not ID.fullmatch(id):
        raise Refused("service.bad_id")
    days = [int(day) for day in form.all("days") if day in "1234567" and len(day) == 1]
    made = typed.point_of(
        id, form.line("name"), form.line("block"), form.line("lat"), form.line("lon"), form.line("amount"), days
    )
    with door.store.read() as connection:
        must_be_near(must_map(connection, door.book), made.place, made.name)

    def added(kept: Rounds) -> Rounds:
        if len(kept.points) >= MOST_POINTS:
            raise Refused("routes.too_many", limit=MOST_POINTS)
        others = tuple(point for point in kept.points if point.id != id)
        return msgspec.structs.replace(kept, points=(*others, made))

    change(door, added)
    return door.go(door.path + "/points#points")


def paste_points(door: ServiceKeeperDoor) -> Response:
    """Take the points of a list in the place of those that are there; a point with the same name and block stays the
    same one. Refuses what `pasted` does, map.too_far."""
    content = door.form.files.get("table")
    text = content.decode("utf-8-sig", errors="replace") if content else door.form.text("points")
    found = typed.pasted(text, new_id)
    if len(found) > MOST_POINTS:
        raise Refused("routes.too_many", limit=MOST_POINTS)
    with door.store.read() as connection:
        drawn = must_map(connection, door.book)
    from comuna.streets.network import too_far

    for n, metres in too_far(drawn, [point.place for point in found])[:1]:
        raise Refused("map.too_far", name=found[n].name, metres=metres)

    def taken(kept: Rounds) -> Rounds:
        known = {(point.name, point.block): point.id for point in kept.points}
        made = []
        for point in found:
            same = known.pop((point.name, point.block), None)
            made.append(msgspec.structs.replace(point, id=same) if same else point)
        return msgspec.structs.replace(kept, points=tuple(made))

    change(door, taken)
    return door.go(door.path + "/points#points")


def remove_point(door: ServiceKeeperDoor) -> Response:
    """Take a point away."""
    gone = door.form.line("point")
    change(door, lambda kept: msgspec.structs.replace(kept, points=tuple(p for p in kept.points if p.id != gone)))
    return door.go(door.path + "/points#points")


# Vehicles, start and dump


def vehicles(door: ServiceKeeperDoor) -> Response:
    """Vehicles and crews, where they start and unload, today's rounds. Refuses map.missing."""
    with door.store.read() as connection:
        drawn = must_map(connection, door.book)
    which = door.request.query_params.get("which", "yard")
    return door.page(
        "services/vehicles.html",
        picking=pick_form(door, drawn),
        which=which if which in ("yard", "dump") else "yard",
        written=written,
        drives=drives(door),
        order=lambda vehicle: typed.order_as_written(vehicle.today, door.kept.points),
        vehicle=new_id(),
    )


def drives(door: GroupDoor) -> dict[str, str]:
    """How a vehicle gets about."""
    words = door.words
    return {
        "truck": words.text("Truck: roads and one-way signs"),
        "cart": words.text("Cart: also paths, no steps"),
        "foot": words.text("On foot: every path"),
    }


def keep_vehicle(door: ServiceKeeperDoor) -> Response:
    """Add a vehicle, or change one. Refuses service.bad_vehicle, routes.bad_order."""
    form, id = door.form, door.form.line("vehicle")
    name = form.line("name")[:LONGEST_NAME]
    capacity, shift, speed, width = (form.number(each) for each in ("capacity", "shift", "speed", "width"))
    kind = form.line("drives")
    good = capacity is not None and shift is not None and speed is not None and ID.fullmatch(id) and name
    if not good or kind not in ("truck", "cart", "foot") or (form.line("width") and width is None):
        raise Refused("service.bad_vehicle")
    assert capacity is not None
    assert shift is not None
    assert speed is not None
    if not (0 < capacity <= LARGEST_CAPACITY and 0 < shift <= 1440 and 0 < speed <= 90):
        raise Refused("service.bad_vehicle")

    def changed(kept: Rounds) -> Rounds:
        today = typed.order_in(form.text("today"), kept.points, name)
        made = Vehicle(
            id=id,
            name=name,
            drives="truck" if kind == "truck" else "cart" if kind == "cart" else "foot",
            capacity=capacity,
            shift=shift,
            speed=speed,
            width=width or None,
            today=today,
        )
        if any(each.id == id for each in kept.vehicles):
            its = tuple(made if each.id == id else each for each in kept.vehicles)
        else:
            its = (*kept.vehicles, made)
        return msgspec.structs.replace(kept, vehicles=its[:50])

    change(door, changed)
    return door.go(door.path + "/vehicles")


def remove_vehicle(door: ServiceKeeperDoor) -> Response:
    """Take a vehicle away."""
    gone = door.form.line("vehicle")
    change(door, lambda kept: msgspec.structs.replace(kept, vehicles=tuple(v for v in kept.vehicles if v.id != gone)))
    return door.go(door.path + "/vehicles")


def keep_station(door: ServiceKeeperDoor) -> Response:
    """Say where vehicles start, or where they unload; an empty dump: at the start. Refuses map.no_place,
    map.too_far."""
    form, which = door.form, door.form.line("which")
    place = place_in(form.line("lat"), form.line("lon"))
    if place is None and which != "dump":
        raise Refused("map.no_place")
    with door.store.read() as connection:
        drawn = map_of(connection, door.book)
    if place is not None and drawn is not None:
        name = door.words.text("Dump") if which == "dump" else door.words.text("Start")
        must_be_near(drawn, place, name)
    field = "dump" if which == "dump" else "yard"
    change(door, lambda kept: msgspec.structs.replace(kept, **{field: place}))
    return door.go(door.path + "/vehicles")


def keep_settings(door: ServiceKeeperDoor) -> Response:
    """How long a point takes, how long unloading, the unit of amounts, when a shift begins, narrow streets."""
    form = door.form
    narrow = [" ".join(line.split())[:120] for line in form.text("narrow").splitlines()]
    begins = form.line("begins")
    hour, _, minute = begins.partition(":")
    good = len(begins) == 5 and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60

    def changed(kept: Rounds) -> Rounds:
        return msgspec.structs.replace(
            kept,
            minutes=min(form.number("minutes") or 0, 600),
            unload=min(form.number("unload") or 0, 600),
            unit=form.line("unit")[:20] or kept.unit,
            begins=begins if good else kept.begins,
            narrow=tuple(line for line in narrow if line)[:200],
        )

    change(door, changed)
    return door.go(door.path + "/vehicles")
