"""A group's own page, its calendar, its feed, and its book for those it belongs to."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from comuna.announce import calendar as calendars
from comuna.announce import feed as feeds
from comuna.web import listing, sentences
from comuna.web.access import GroupDoor


def show(door: GroupDoor) -> Response:
    """The group's sessions, and how to follow them."""
    with door.store.read() as connection:
        coming, past = listing.sessions(door, connection, door.book)
    return door.page("group/show.html", coming=coming, past=past)


def calendar(door: GroupDoor) -> Response:
    """The group's calendar, to subscribe to. Never with join links: whoever has its address can read it."""
    with door.store.read() as connection:
        coming, past = listing.sessions(door, connection, door.book)
    events = [listing.event(door, s) for s in reversed(past + coming)]
    return calendar_file(calendars.calendar(events, name=door.group_name), "calendar")


def calendar_file(content: bytes, name: str) -> Response:
    """A calendar as browsers hand it to the calendar program."""
    headers = {"Content-Disposition": f'inline; filename="{name}.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def feed(door: GroupDoor) -> Response:
    """The group's sessions as an Atom feed, newest announcement first."""
    with door.store.read() as connection:
        coming, past = listing.sessions(door, connection, door.book)
    sessions = sorted(coming + past, key=lambda s: s.gathering.called_at, reverse=True)
    entries = [
        feeds.Entry(
            id=f"urn:comuna:{s.gathering.id}",
            title=s.title,
            url=door.url(s.path),
            updated=dt.datetime.fromisoformat(s.gathering.changed_at),
            published=dt.datetime.fromisoformat(s.gathering.called_at),
            summary=sentences.summary(door.words, s),
        )
        for s in sessions
    ]
    updated = max((e.updated for e in entries), default=dt.datetime.fromisoformat(door.state.at or "1970-01-01"))
    path = f"/g/{door.book}"
    content = feeds.feed(
        door.group_name, url=door.url(path), self_url=door.url(path + "/feed.atom"), updated=updated, entries=entries
    )
    return Response(content, media_type="application/atom+xml")
