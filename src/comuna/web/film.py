"""The film's picture: its timeline with the moments on it, and every moment in a table."""

from __future__ import annotations

from collections import Counter

from starlette.responses import Response

from comuna.language import Language
from comuna.rules.discussion import Discussion
from comuna.rules.minutes import film_seconds
from comuna.rules.page import Page
from comuna.rules.record import numbered
from comuna.web import discussion_shown
from comuna.web.access import GatheringDoor
from comuna.web.film_drawing import Dot, Picture, pictured


def show(door: GatheringDoor) -> Response:
    """The film's picture with every moment in a table."""
    if door.gathering.journal_expired:
        return discussion_shown.expired(door)
    d = door.discussion()
    room = discussion_shown.room(door, d)
    context = discussion_shown.context(door, "discussion")
    return door.page(
        "discussion/film.html", **context, picture=picture(door.words, door.session, d), moments=room.numbered
    )


def picture(words: Language, session: Page, d: Discussion) -> Picture:
    """The picture of a session's film as it stands."""
    moments = numbered(d)
    dots = [Dot(number, said.mark, said.seconds) for number, _, said in moments if said.seconds is not None]
    return pictured(
        words,
        dots,
        film_seconds(session, (dot.seconds for dot in dots)),
        counts=Counter(said.mark for _, _, said in moments),
        untimed=len(moments) - len(dots),
    )
