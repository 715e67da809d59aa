"""A session's public page, who comes, and what people take away from it: calendar file and poster."""

from __future__ import annotations

import datetime as dt
import math

import msgspec
from starlette.responses import Response

from comuna.announce import calendar as calendars
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.language import LANGUAGES, Language, language
from comuna.paper import poster as posters
from comuna.rules import gathering as rules
from comuna.store import erasure, people
from comuna.store.writer import Transaction
from comuna.web import group, listing, sentences
from comuna.web.access import FacilitatorDoor, GatheringDoor
from comuna.web.assembly_call import call_of


def show(door: GatheringDoor) -> Response:
    """Everything the announcement held, who comes, and what has changed since."""
    return door.page(
        "session/show.html",
        starts=listing.starts(door.gathering),
        ends=listing.ends(door.gathering),
        seats=seats(door.coming),
        way_in=door.way_in(),
        has_join=_has_join(door),
        changes=sentences.of_gathering(door),
        length=_length(door),
        call=call_of(door),
    )


def _has_join(door: GatheringDoor) -> bool:
    with door.store.read() as connection:
        return bool(people.way_in(connection, door.id))


def _length(door: GatheringDoor) -> int | None:
    ended = listing.ends(door.gathering)
    if ended is None:
        return None
    return int((ended - listing.starts(door.gathering)) / dt.timedelta(minutes=1))


def seats(coming: int) -> list[tuple[float, float, bool]]:
    """The ring of seats: (x, y, taken) in a box of 200 by 200. There is always room for more."""
    total = max(12, min(coming + max(4, coming // 4), 96))
    found = []
    for place in range(total):
        angle = 2 * math.pi * place / total - math.pi / 2
        found.append((round(100 + 84 * math.cos(angle), 1), round(100 + 84 * math.sin(angle), 1), place < coming))
    return found


def come(door: GatheringDoor) -> Response:
    """Somebody says they will come, with a name only. Saying it again changes the name. Refuses name.empty,
    name.too_long, and what `rules.open_for_guests` does."""

    def job(tx: Transaction) -> str | None:
        state = door.store.state(tx.connection, door.book)
        assert state is not None
        rules.open_for_guests(state, door.id)
        handle, key = door.handle(tx)
        people.come(tx, handle, door.form.text("name"))
        return key

    return door.remember(door.write(job), door.go(door.path + "#coming"))


def stay_away(door: GatheringDoor) -> Response:
    """Somebody takes it back; their name is erased."""
    if door.me is not None:
        handle = door.me.handle
        door.write(lambda tx: people.stay_away(tx, handle))
        door.store.tidy_soon()
    return door.go(door.path + "#coming")


def calendar(door: GatheringDoor) -> Response:
    """This session for a calendar: with zone, alarm, and how to join for those who may see it."""
    with door.store.read() as connection:
        session = listing.listed(door, connection, door.book, door.gathering)
    event = listing.event(door, session, door.way_in())
    return group.calendar_file(calendars.calendar([event], name=door.group_name), "session")


def poster(door: GatheringDoor) -> Response:
    """A poster to print, with a code that leads here. It says that one can join online, but never where."""
    with door.store.read() as connection:
        kept = people.way_in(connection, door.id)
    announcement = msgspec.structs.replace(door.session.announcement, join=kept.link or kept.details)
    words = _language_of(door)
    call = call_of(door, words)
    pdf = posters.poster(
        words,
        announcement,
        url=door.url(door.path),
        decides=[title for title, _ in call.matters] if call else (),
        again=call.told(words) if call else None,
    )
    headers = {"Content-Disposition": 'inline; filename="poster.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _language_of(door: GatheringDoor) -> Language:
    """A poster speaks its session's language; the reader's where the session has none."""
    own = door.session.announcement.language
    return language(own) if own in LANGUAGES else door.words


def people_coming(door: FacilitatorDoor) -> Response:
    """Who said they would come: for the hosts, who let them in where the session wants that."""
    with door.store.read() as connection:
        coming = people.coming(connection, door.id)
    return door.page("session/people.html", people=coming)


def erase(door: FacilitatorDoor) -> Response:
    """Erase somebody from this gathering, because they ask for it: see `erasure.erase_person`. Refuses
    participant.unknown."""
    handle = door.request.path_params["handle"]

    def job(tx: Transaction) -> None:
        if people.gathering_of(tx.connection, handle) != door.id:
            raise Refused("participant.unknown")
        erasure.erase_person(tx, handle)

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"{door.path}/people")


def admit(door: FacilitatorDoor) -> Response:
    """Let somebody in: they see the join link. Refuses participant.unknown."""
    handle = door.request.path_params["handle"]
    if not ID.fullmatch(handle):
        raise Refused("participant.unknown")
    door.write(lambda tx: people.admit(tx, door.id, handle))
    return door.go(door.path + "/people")
