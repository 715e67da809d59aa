"""Needs, raised by anyone on a phone: the list of them by committee, a page for each, and support by one tap. Nothing
here says who raised one, or who supports it."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from comuna import messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import need as rules
from comuna.rules.discussion import visible
from comuna.store import offering, supports, texts
from comuna.store.offering import Asked
from comuna.store.writer import Transaction
from comuna.web import needs_shown, uploads
from comuna.web.access import GroupDoor, new_id
from comuna.web.files import SEALED
from comuna.web.forms import Form
from comuna.web.map import map_of, must_be_near, place_in
from comuna.web.needs_shown import Shown
from comuna.web.thumbnails import thumbnail

LONGEST_WORDS: Final = 200
LONGEST_PLACE: Final = 120
FIRST, OF_EACH = 100, 10
"""A list of more needs than `FIRST` shows so many of each committee, until one is chosen."""
SHOWN: Final = ("open", "met", "declined")
"""Which needs a list can show."""


class NeedsDoor(GroupDoor):
    """Anyone, at a group's needs."""

    @property
    def by(self) -> str | None:
        """In the name of which role a need of theirs stands at once; None where it waits for the desk."""
        return rules.BY_DESK if self.facilitates else rules.BY_MEMBER if self.row is not None else None


class SeesNeedsDoor(NeedsDoor):
    """Somebody who may see the needs of a group. Refuses need.members_only."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if not self.reads:
            raise Refused("need.members_only")


def standing(door: GroupDoor, connection: sa.Connection) -> list[Shown]:
    """The open needs of a group, those with the most support first: for proposals, the map and the overview."""
    return [each for each in needs_shown.every(door, connection) if each.need.status == "open"]


def index(door: NeedsDoor) -> Response:
    """The needs by committee, those with the most support first; others get the form to raise one."""
    if not door.reads:
        return form(door)
    query = door.request.query_params
    show = query.get("show") if query.get("show") in SHOWN else "open"
    with door.store.read() as connection:
        found = needs_shown.every(door, connection)
        own = supports.of_member(connection, door.book, door.row.member) if door.row is not None else set()
        waiting = len(offering.waiting(connection, door.book)) if door.facilitates else 0
    listed = [each for each in found if each.need.status == show]
    groups = needs_shown.grouped(door, listed)
    unit = query.get("unit")
    chosen = [each for each in groups if each.unit == ("" if unit == "none" else unit)]
    return door.page(
        "needs/list.html",
        groups=chosen or groups,
        committees=groups,
        chosen=chosen[0] if chosen else None,
        show=show,
        counts={each: sum(n.need.status == each for n in found) for each in SHOWN},
        most=max((each.told.together for each in listed), default=0),
        first=len(listed) if chosen or len(listed) <= FIRST else OF_EACH,
        own=own,
        waiting=waiting,
        phase=rules.phase(door.state),
        latest=rules.latest(door.state),
        bar=needs_shown.bar,
        dots=needs_shown.dots,
        done=query.get("done", ""),
    )


# Raising one


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form."""

    need: str
    words: str = ""
    place: str = ""
    unit: str = ""
    lat: str = ""
    lon: str = ""


def form(door: NeedsDoor) -> Response:
    """The form to raise a need; `?lat=` and `?lon=` are a point that was picked on a map."""
    query = door.request.query_params
    fields = Fields(
        need=new_id(), lat=query.get("lat", "")[:20], lon=query.get("lon", "")[:20], unit=query.get("unit", "")[:81]
    )
    return _form(door, fields)


def _form(door: NeedsDoor, fields: Fields, problem: Refused | None = None) -> Response:
    status, sentence = messages.refusal(door.words, problem) if problem else (200, None)
    return door.page(
        "needs/new.html", status=status, fields=fields, problem=sentence, choices=needs_shown.choices(door)
    )  # fmt: skip


def asked_for(form: Form) -> Asked:
    """The need in a form. Refuses: need.no_words, words.too_long, need.half_a_point, need.bad_point,
    need.no_such_point, need.point_unset, upload.no_picture, upload.too_many_pixels."""
    return Asked(
        words=line(form.line("words"), LONGEST_WORDS, "need.no_words"),
        place=line(form.line("place"), LONGEST_PLACE) or None,
        point=rules.point(form.line("lat"), form.line("lon")),
        unit=form.optional("unit"),
        photo=uploads.picture(form),
    )


def line(written: str, most: int, empty: str | None = None) -> str:
    """Words on one line, without what cannot be seen. Refuses words.too_long, and `empty` where nothing is left."""
    tidy = " ".join(visible(written).split())
    if not tidy and empty is not None:
        raise Refused(empty)
    if len(tidy) > most:
        raise Refused("words.too_long", limit=most, length=len(tidy))
    return tidy


def raise_one(door: NeedsDoor) -> Response:
    """Raise a need: a member's and the desk's stand at once, another's waits for the desk. The same form sent twice
    raises one. Refuses rate.exceeded; what else is wrong is said above the form, which keeps what was written."""
    form, need = door.form, door.form.line("need")
    rates, address = door.request.app.state.rates, door.request.client.host if door.request.client else ""
    if door.by is None and not rates.allow_newcomer(address):
        raise Refused("rate.exceeded")
    try:
        if not ID.fullmatch(need):
            raise Refused("need.bad_id")
        asked = asked_for(form)
        on_the_map(door, asked)
        if door.by is None:
            check_unit(door, asked)
            door.write(lambda tx: None if _stands(door, tx, need) else offering.offer(tx, door.book, need, asked))
            return door.go(f"/g/{door.book}/needs/sent/{need}")
        by = door.by
        door.write(lambda tx: record(door, tx, need, asked, by))
    except Refused as refused:
        written = {name: form.text(name)[:400] for name in ("words", "place", "unit", "lat", "lon")}
        return _form(door, Fields(need=need if ID.fullmatch(need) else new_id(), **written), refused)
    return door.go(f"/g/{door.book}/needs/{need}?done=raised")


def on_the_map(door: GroupDoor, asked: Asked) -> None:
    """Refuses map.too_far: where the group has a map, a need lies on it."""
    if asked.point is None:
        return
    with door.store.read() as connection:
        drawn = map_of(connection, door.book)
    if drawn is not None:
        latitude, _, longitude = asked.point.partition(",")
        place = place_in(latitude, longitude)
        if place is not None:
            must_be_near(drawn, place, asked.words)


def check_unit(door: GroupDoor, asked: Asked) -> None:
    """Refuses unit.unknown."""
    if asked.unit is not None and all(
        asked.unit != value for each in needs_shown.choices(door) for value, _ in each.its
    ):
        raise Refused("unit.unknown")


def _stands(door: GroupDoor, tx: Transaction, need: str) -> bool:
    s = door.store.state(tx.connection, door.book)
    return s is not None and need in s.needs.every


def record(door: GroupDoor, tx: Transaction, need: str, asked: Asked, by: str) -> None:
    """Write a need down, in the name of a role; what was written down already stands once. Refuses what
    `rules.raise_need` does."""
    if _stands(door, tx, need):
        return
    words = texts.new(tx, asked.words)
    place = texts.new(tx, asked.place) if asked.place else None
    point = texts.new(tx, asked.point) if asked.point else None
    photo = texts.new_file(tx, asked.photo) if asked.photo else None
    refs = {"place": place.ref if place else None, "point": point.ref if point else None}
    door.store.record(
        tx,
        door.book,
        lambda s: rules.raise_need(
            s, by=by, need=need, unit=asked.unit, words=words.ref, photo=photo.ref if photo else None, **refs
        ),
        by=by,
        with_texts=[each for each in (words, place, point, photo) if each is not None],
    )


def sent(door: NeedsDoor) -> Response:
    """What became of a need that was sent to the desk: for whoever holds its address. Refuses need.unknown."""
    need = door.request.path_params["need"]
    with door.store.read() as connection:
        found = offering.of(connection, door.book, need)
    stands = need in door.state.needs.every
    if found is None and not stands:
        raise Refused("need.unknown")
    return door.page("needs/sent.html", found=found, stands=stands, need=need)


# One need


def _need(door: GroupDoor) -> str:
    """The need of the path. Refuses need.unknown."""
    need: str = door.request.path_params["need"]
    rules.must(door.state, need)
    return need


def show(door: SeesNeedsDoor) -> Response:
    """One need: its picture, its place, its support, its history; and for the desk what can be done about it. Refuses
    need.unknown."""
    id = _need(door)
    merged = {each.id for each in rules.merged_into(door.state, id)}
    stands = rules.standing_for(door.state, id)
    with door.store.read() as connection:
        every = needs_shown.every(door, connection, None if door.facilitates else {id, stands, *merged})
        most = max((each.together for each in supports.told(connection, door.state).values()), default=0)
        own = door.row is not None and supports.is_theirs(connection, id, door.row.member)
        story = needs_shown.history(door, connection, id)
        hands = supports.counted(connection, door.book).get(id, (0, 0))[1] if door.facilitates else 0
    found = next(each for each in every if each.id == id)
    others = [each for each in every if each.need.status == "open" and each.id != id and each.need.presented is None]
    return door.page(
        "needs/show.html",
        n=found,
        own=own,
        history=story,
        hands=hands,
        merged=[each for each in every if each.id in merged],
        into=next((each for each in every if each.id == stands), None),
        others=sorted(others, key=lambda each: (each.need.unit != found.need.unit, each.need.number)),
        choices=needs_shown.choices(door),
        decisions=sorted(door.state.decisions.values(), key=lambda each: -each.number),
        most=most,
        bar=needs_shown.bar,
        done=door.request.query_params.get("done", ""),
    )


def diagnosis(door: SeesNeedsDoor) -> Response:
    """A diagnosis with its counts, as they were handed to the assembly. Refuses diagnosis.unknown."""
    found = door.state.needs.diagnoses.get(door.request.path_params["diagnosis"])
    if found is None:
        raise Refused("diagnosis.unknown")
    with door.store.read() as connection:
        every = {each.id: each for each in needs_shown.every(door, connection)}
    needs = sorted(((every[id], told) for id, told in found.needs), key=lambda n: (-n[1].together, n[0].need.number))
    most = max(told.together for _, told in needs)
    return door.page("needs/diagnosis.html", d=found, needs=needs, most=most, bar=needs_shown.bar)


def photo(door: SeesNeedsDoor) -> Response:
    """The picture of a need, small with `?size=small`. Refuses need.unknown, file.unknown."""
    found = rules.must(door.state, _need(door)).photo
    with door.store.read() as connection:
        body = texts.read_file(connection, door.book, found) if found else None
    return picture(door, body)


def picture(door: GroupDoor, body: bytes | None) -> Response:
    """A picture, as it is or small. Refuses file.unknown."""
    if body is None:
        raise Refused("file.unknown")
    if door.request.query_params.get("size") == "small":
        body = thumbnail(body)
    headers = {"Content-Security-Policy": SEALED, "Cache-Control": "private, max-age=600"}
    return Response(body, media_type=uploads.JPEG, headers=headers)


def support(door: NeedsDoor) -> Response:
    """Support a need; sent twice, once. Refuses member.card_needed, and what `rules.may_support` does."""
    own, need = door.own, _need(door)

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.book)
        assert state is not None
        supports.support(tx, state, need, own.member)

    door.write(job)
    return _back(door, need)


def take_back(door: NeedsDoor) -> Response:
    """Support it no more. Refuses member.card_needed, need.unknown."""
    own, need = door.own, _need(door)
    door.write(lambda tx: supports.take_back(tx, need, own.member))
    door.store.tidy_soon()
    return _back(door, need)


def _back(door: GroupDoor, need: str) -> Response:
    """To where the button was: the list, as it was filtered, or the need's page."""
    number = door.state.needs.every[need].number
    if door.form.line("back") != "list":
        return door.go(f"/g/{door.book}/needs/{need}")
    unit = door.form.line("in")
    known = unit == "none" or any(unit == value for each in needs_shown.choices(door) for value, _ in each.its)
    return door.go(f"/g/{door.book}/needs{f'?unit={unit}' if known else ''}#need-{number}")
