"""Sessions in lists: on the first page, on a group's page, in its calendar and its feed."""

from __future__ import annotations

import datetime as dt
import operator

import msgspec
import sqlalchemy as sa

from comuna.announce import calendar
from comuna.language import zone_of
from comuna.rules.page import Page
from comuna.rules.state import Gathering
from comuna.store import people, schema, texts
from comuna.web.access import Door


class Listed(msgspec.Struct, frozen=True):
    """A session in a list. `page` is None where its text was erased; `starts` is aware, in the session's zone."""

    book: str
    group: str
    gathering: Gathering
    page: Page | None
    starts: dt.datetime
    ends: dt.datetime | None
    coming: int
    again: bool = False
    """Whether `starts` is when an assembly is called again, or goes on."""

    @property
    def title(self) -> str:
        """The session's title; empty where its text was erased."""
        return (self.page.announcement.title if self.page else None) or ""

    @property
    def path(self) -> str:
        """The session's own path."""
        return f"/s/{self.gathering.id}"


def starts(gathering: Gathering) -> dt.datetime:
    """When a gathering starts, in its zone."""
    return _moment((gathering.date, gathering.start), gathering.zone)


def _moment(when: tuple[str, str], zone: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{when[0]}T{when[1]}").replace(tzinfo=zone_of(zone) or dt.UTC)


def ends(gathering: Gathering) -> dt.datetime | None:
    """When a gathering ends, in its zone; on the next day where the end is before the start. None if not said."""
    if gathering.end is None:
        return None
    began = starts(gathering)
    hour, minute = map(int, gathering.end.split(":"))
    ended = began.replace(hour=hour, minute=minute)
    return ended if ended > began else ended + dt.timedelta(days=1)


def listed(door: Door, connection: sa.Connection, book: str, gathering: Gathering) -> Listed:
    """A session with what lists show of it."""
    state = door.store.state(connection, book)
    assert state is not None
    body = texts.read(connection, gathering.page)
    found = state.assemblies.get(gathering.id)
    again = found.second if found is not None and found.status in ("without_quorum", "adjourned") else None
    return Listed(
        book=book,
        group=(texts.read(connection, state.name) if state.name else None) or book,
        gathering=gathering,
        page=msgspec.json.decode(body, type=Page) if body else None,
        starts=_moment(again, gathering.zone) if again else starts(gathering),
        ends=None if again else ends(gathering),
        again=again is not None,
        coming=people.count_coming(connection, gathering.id),
    )


def sessions(
    door: Door, connection: sa.Connection, book: str | None = None, most: int = 60
) -> tuple[list[Listed], list[Listed]]:
    """Sessions to come, soonest first, and past ones, latest first: of one group, or of all."""
    table = schema.gatherings
    wanted = sa.select(table.c.gathering, table.c.book).order_by(table.c.date.desc()).limit(most)
    if book is not None:
        wanted = wanted.where(table.c.book == book)
    found = []
    for row in connection.execute(wanted).all():
        state = door.store.state(connection, row.book)
        if state is not None and row.gathering in state.gatherings:
            found.append(listed(door, connection, row.book, state.gatherings[row.gathering]))
    found.sort(key=operator.attrgetter("starts"))
    coming = [s for s in found if not _over(s, door.now)]
    past = [s for s in reversed(found) if _over(s, door.now)]
    return coming, past


def _over(session: Listed, now: dt.datetime) -> bool:
    if session.gathering.status == "closed":
        return True
    return (session.ends or session.starts) + dt.timedelta(hours=12) < now


def event(door: Door, session: Listed, way_in: people.WayIn | None = None) -> calendar.Event:
    """A session as a calendar holds it. `way_in` only for those who may see it."""
    way_in = way_in if way_in and session.gathering.status != "cancelled" else people.WayIn()
    a = session.page.announcement if session.page else None
    film = f"{a.film.title} ({a.film.year})" if a and a.film and a.film.year else a.film.title if a and a.film else ""
    return calendar.Event(
        uid=f"{session.gathering.id}@comuna",
        sequence=session.gathering.sequence + session.again,
        cancelled=session.gathering.status == "cancelled",
        start=session.starts.replace(tzinfo=None),
        end=session.ends.replace(tzinfo=None) if session.ends else None,
        zone=session.gathering.zone,
        title=session.title,
        place=a.place if a else None,
        description="\n\n".join(part for part in (session.group, film, way_in.details) if part),
        url=door.url(session.path),
        join=way_in.link,
        changed=dt.datetime.fromisoformat(session.gathering.changed_at),
    )
