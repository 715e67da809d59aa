"""The chair: opening the gathering, taking the chair, handing it on. What a chair then does stands in `chair_steps.py`.

A chair's powers come from a key, held in the cookie `chair`; a facilitator's account makes the first one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.live.room import Room
from comuna.paper import join as join_paper
from comuna.rules import agenda, presence, timing
from comuna.rules import gathering as rules
from comuna.rules.hall import Hall
from comuna.store import hall as halls
from comuna.store.writer import Transaction
from comuna.web.access import FacilitatorDoor, GatheringDoor
from comuna.web.chair_steps import WHOLE, chaired, offered
from comuna.web.live import view_page
from comuna.web.live_door import CHAIR_COOKIE, LiveDoor
from comuna.web.live_shown import Shown, code_drawn

MINUTES: Final = 90
"""How long a gathering takes whose page gives no end."""


# Opening


def opening(door: FacilitatorDoor) -> Response:
    """Before it begins: the time of the evening, what does not fit, and what would help. Once it is open, the way to
    take the chair."""
    _can_be_held(door)
    with door.store.read() as connection:
        hall = door.store.hall(connection, door.id)
    if hall.opened is not None:
        title = door.session.announcement.title or door.group_name
        name = door.me.name if door.me else None
        return door.page("live/take.html", action=f"{door.path}/chair/take", title=title, name=name)
    return _opening(door)


def _can_be_held(door: GatheringDoor) -> None:
    rules.open_for_words(door.state, door.id)
    if not door.called:
        raise Refused("gathering.cancelled")


def _opening(door: FacilitatorDoor, problem: str | None = None, status: int = 200) -> Response:
    present, minutes = _asked(door)
    items = agenda.items_of(door.session)
    plan = _planned(door, items, present, minutes)
    shown = Shown(_imagined(door, items, minutes), door.words)
    return door.page(
        "live/opening.html",
        status=status,
        problem=problem,
        present=present,
        minutes=minutes,
        items=items,
        plan=plan,
        s=shown,
    )


def _asked(door: FacilitatorDoor) -> tuple[int, int]:
    """How many are expected, and how many minutes it takes."""

    def number(name: str, otherwise: int, most: int) -> int:
        written = door.form.line(name) or door.request.query_params.get(name, "")
        return min(int(written), most) if WHOLE.fullmatch(written) and int(written) else otherwise

    return number("present", max(door.coming, 8), presence.MOST_UNCOUNTED), number("minutes", _length(door), 1440)


def _length(door: GatheringDoor) -> int:
    a = door.session.announcement
    if not (a.start and a.end):
        return MINUTES
    start, end = (int(time[:2]) * 60 + int(time[3:5]) for time in (a.start, a.end))
    return (end - start) % 1440 or MINUTES


def _planned(door: GatheringDoor, items: tuple[Any, ...], present: int, minutes: int) -> timing.Plan:
    questions = len(door.session.questions)
    spans = [
        timing.Item(
            id=item.id, per_person=item.per_person, low=item.low, high=item.high,
            questions=questions if item.questions else 0,
        )
        for item in items
    ]  # fmt: skip
    return timing.plan(spans, present=present, left=minutes * 60)


def _imagined(door: GatheringDoor, items: tuple[Any, ...], minutes: int) -> Room:
    """The gathering as if it were opened now: to say when it would end."""
    now = int(door.now.timestamp())
    return Room(
        id=door.id, book=door.book, state=door.state, gathering=door.gathering, session=door.session,
        group_name=door.group_name, hall=Hall(agenda=items, at=now, ends=now + minutes * 60), names={}, code=None,
        order="plain",
    )  # fmt: skip


def begin(door: FacilitatorDoor) -> Response:
    """Open the gathering, and take its chair. Refuses live.open_already, name.empty, name.too_long,
    gathering.cancelled, journal.expired."""
    _can_be_held(door)
    present, minutes = _asked(door)
    offer = offered(door.form.line("offer"))

    def job(tx: Transaction) -> tuple[str | None, str]:
        door.may_speak(tx)
        handle, key = door.handle(tx)
        halls.name_of(tx, handle, door.form.text("name"), "facilitator")
        session = door.page_in(tx)
        opened = door.store.journals.now_in(tx, door.id).opened is not None
        if not opened:
            door.store.say(
                tx,
                door.id,
                lambda h: agenda.open_hall(h, session, now=h.at, seconds=minutes * 60, expected=present),
                by=handle,
            )
            if offer is not None:
                door.store.say(tx, door.id, lambda h: agenda.take_offer(h, offer), by=handle)
        _come_as_chair(door, tx, handle, back=True)
        halls.code(tx, door.id)
        return key, halls.take_chair(tx, door.id, halls.new_chair_key(tx, door.id), handle)

    key, own = door.write(job)
    response = door.remember(key, door.go(f"{door.path}/chair"))
    door.set_cookie(response, CHAIR_COOKIE, own, path=door.path)
    return response


def _come_as_chair(door: GatheringDoor, tx: Transaction, handle: str, *, back: bool) -> None:
    """Be there as the chair. Who facilitates the group comes `back` even if another chair removed them."""
    person = door.store.journals.now_in(tx, door.id).people.get(handle)
    if back and person is not None and person.removed:
        door.store.say(tx, door.id, lambda h: presence.remove(h, who=handle, back=True), by=handle)
    door.store.say(
        tx,
        door.id,
        lambda h: presence.join(h, who=handle, role="facilitator", where="hall", chair=True),
        by=handle,
    )


def take(door: FacilitatorDoor) -> Response:
    """A facilitator takes the chair of a gathering that is open. Refuses live.not_open, name.*."""
    return _take(door, lambda tx: halls.new_chair_key(tx, door.id))


def take_form(door: GatheringDoor) -> Response:
    """Where a shown or printed chair's key is traded for this browser's own. Refuses key.unknown."""
    key = door.request.path_params["key"]
    with door.store.read() as connection:
        if not halls.chair_key_stands(connection, door.id, key):
            raise Refused("key.unknown")
    title = door.session.announcement.title or door.group_name
    name = door.me.name if door.me else None
    return door.page("live/take.html", action=f"{door.path}/chair/key/{key}", title=title, name=name)


def take_by_key(door: GatheringDoor) -> Response:
    """Take the chair with a key. Refuses key.unknown, live.*, name.*."""
    return _take(door, lambda _: door.request.path_params["key"])


def _take(door: GatheringDoor, key_in: Callable[[Transaction], str]) -> Response:
    def job(tx: Transaction) -> tuple[str | None, str]:
        door.may_speak(tx)
        handle, key = door.handle(tx)
        own = halls.take_chair(tx, door.id, key_in(tx), handle)
        halls.name_of(tx, handle, door.form.text("name"), "facilitator")
        _come_as_chair(door, tx, handle, back=door.facilitates)
        return key, own

    key, own = door.write(job)
    response = door.remember(key, door.go(f"{door.path}/chair"))
    door.set_cookie(response, CHAIR_COOKIE, own, path=door.path)
    return response


def paper(door: GatheringDoor) -> Response:
    """The code and its QR code as a page to hang up. Facilitators and chairs. Refuses organiser.unknown."""
    key = door.request.cookies.get(CHAIR_COOKIE)
    with door.store.read() as connection:
        chairing = key is not None and halls.chair(connection, door.id, key) is not None
    if not (door.facilitates or chairing):
        raise Refused("organiser.unknown")
    code = door.write(lambda tx: halls.code(tx, door.id))
    a = door.session.announcement
    content = join_paper.pdf(
        door.words, title=a.title or door.group_name, group=door.group_name, code=code, url=door.url(f"/j/{code}"),
        find=door.url("/j"),
    )  # fmt: skip
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": "inline"})


def early_wall(door: FacilitatorDoor) -> Response:
    """The wall with the code, before the gathering is open."""
    _can_be_held(door)
    code = door.write(lambda tx: halls.code(tx, door.id))
    return door.go(f"{door.path}/wall?code={code}")


# The chair's page


async def show(door: LiveDoor) -> Response:
    """The chair's page; before the gathering is open, or without a key, the way to it."""
    await door.live.refresh()
    if door.room.over:
        return door.go(f"{door.room.path}/record" if door.room.gathering.record else door.room.path)
    if await chaired(door) is None or door.live.hall().opened is None:
        return door.go(f"{door.room.path}/chair/open")
    return await view_page(door, "chair")


# Sharing


async def share(door: LiveDoor) -> Response:
    """The code for everybody, the wall, and keys for other chairs."""
    return await _share(door)


async def make_key(door: LiveDoor) -> Response:
    """Make a key for another chair, shown this once."""
    if await chaired(door) is None:
        raise Refused("live.no_chair")
    key = await door.write(lambda tx: halls.new_chair_key(tx, door.room.id))
    return await _share(door, f"{door.settings.url}{door.room.path}/chair/key/{key}")


async def _share(door: LiveDoor, chair_url: str | None = None) -> Response:
    if await chaired(door) is None:
        return door.go(f"{door.room.path}/chair/open")
    room, url = door.room, door.settings.url
    handles = await run_in_threadpool(_chairing, door)
    return door.page(
        "live/share.html",
        room=room,
        qr=code_drawn,
        join_url=f"{url}/j/{room.code}",
        wall_url=f"{url}{room.path}/wall?code={room.code}",
        chair_url=chair_url,
        chairs=[room.names.get(handle) or door.words.text("somebody") for handle in handles],
    )


def _chairing(door: LiveDoor) -> list[str]:
    with door.store.read() as connection:
        return list(halls.chairs(connection, door.room.id))


async def end_others(door: LiveDoor) -> Response:
    """Make every other chair's key worthless, also those not used yet."""
    key = door.request.cookies.get(CHAIR_COOKIE, "")
    if await chaired(door) is None:
        raise Refused("live.no_chair")
    await door.write(lambda tx: halls.end_chairs(tx, door.room.id, but=key))
    door.live.drop("chair")
    return door.go(f"{door.room.path}/chair/share")


async def stand_down(door: LiveDoor) -> Response:
    """Give this browser's chair up. Others stay; a facilitator can take it again."""
    key = door.request.cookies.get(CHAIR_COOKIE, "")
    await door.write(lambda tx: halls.leave_chair(tx, door.room.id, key))
    door.live.drop("chair")  # who still chairs is back at once
    response = door.go(f"{door.room.path}/live")
    response.delete_cookie(CHAIR_COOKIE, path=door.room.path)
    return response
