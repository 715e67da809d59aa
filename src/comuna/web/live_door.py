"""The door of a gathering that is held. It opens from memory: thousands of phones ask and speak without a look into
the database, but for the write itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.language import Language, language
from comuna.live.hub import Hub, Live, View
from comuna.live.room import Room
from comuna.rules import discussion
from comuna.rules import gathering as rules
from comuna.rules.hall import Hall, Person
from comuna.rules.journal import AnyLine
from comuna.settings import Settings
from comuna.store import hall as halls
from comuna.store import people
from comuna.store.store import Store
from comuna.store.writer import Transaction
from comuna.web import render
from comuna.web.access import GUEST_COOKIE, ORGANISER_COOKIE, YEAR, chosen_language, new_id
from comuna.web.forms import Form
from comuna.web.rates import Rates

CHAIR_COOKIE: Final = "chair"
CODE_COOKIE: Final = "code"
"""The code that somebody came in with before the gathering was opened."""

CHAIRS_LINES: Final = 1_000
"""Lines that a full journal still takes from the chair, so that phones cannot write it full before the end."""

Decide = Callable[[Hall], AnyLine]


class LiveDoor:
    """Somebody at a gathering that is held. `me`: their handle here, if their browser has been here before."""

    def __init__(self, request: Request, form: Form, live: Live, me: str | None) -> None:
        self.request = request
        self.form = form
        self.live = live
        self.me = me
        self.store: Store = request.app.state.store
        self.settings: Settings = request.app.state.settings
        self.words: Language = language(chosen_language(request))

    @property
    def room(self) -> Room:
        """The gathering, as the last change that was told left it."""
        return self.live.room

    @property
    def person(self) -> Person | None:
        """Who asks, as the journal knows them."""
        return self.live.hall().people.get(self.me) if self.me else None

    @property
    def brought(self) -> str:
        """The code that the request brings, right or wrong."""
        return halls.tidy_code(self.form.line("code") or self.request.query_params.get("code", ""))

    @property
    def code(self) -> str | None:
        """The code that the request brings, if it is the gathering's."""
        return self.brought if self.brought and self.brought == self.room.code else None

    @property
    def key(self) -> str:
        """The id under which a form was sent: sent again, it is done once."""
        brought = self.form.line("key")
        return brought if ID.fullmatch(brought) else new_id()

    async def say(
        self, decide: Decide, *, by: str, key: str | None, contribution: bool = False, chair: bool = False
    ) -> None:
        """Write a line of the journal in the name of `by`; returns when the disk has it. Refuses gathering.closed,
        discussion.full and what `decide` does."""
        live, room = self.live, self.room

        def job(tx: Transaction) -> None:
            self.open_for_words(tx)
            hall = self.store.journals.now_in(tx, room.id)
            if hall.size >= discussion.MOST_LINES + (CHAIRS_LINES if chair else 0):
                raise Refused("discussion.full", limit=discussion.MOST_LINES)
            if contribution and not (key and self.store.journals.was_sent(tx, room.id, key, by)):
                if key in hall.discussion.entries:  # said elsewhere under this id: it would be written over
                    raise Refused("form.not_yours")
                discussion.room_for(hall.discussion, by)
            self.store.say(tx, room.id, decide, by=by, key=key)

        await self.store.submit_here(job)
        live.used = max(live.used, asyncio.get_running_loop().time())

    def open_for_words(self, tx: Transaction) -> None:
        """Refuses, inside a job, gathering.closed, gathering.cancelled and journal.expired."""
        state = self.store.state(tx.connection, self.room.book)
        assert state is not None
        rules.open_for_words(state, self.room.id)

    async def write(self, job: Callable[[Transaction], Any]) -> Any:
        """Do a job in the store; returns when it is durable."""
        return await self.store.submit_here(job)

    @property
    def by_script(self) -> bool:
        """Whether the page's script asks, which wants no page."""
        return "application/json" in self.request.headers.get("accept", "")

    def done(self, then: str) -> Response:
        """What was asked for was done: said to a script, else the browser is sent on."""
        return JSONResponse({"done": True}) if self.by_script else self.go(then)

    def go(self, path: str) -> Response:
        """Send the browser on to a path."""
        return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)

    def set_cookie(self, response: Response, name: str, key: str) -> None:
        """Give the browser a key for this gathering."""
        response.set_cookie(
            name, key, max_age=YEAR, path=self.room.path, httponly=True, samesite="lax", secure=self.settings.secure
        )

    def page(self, template: str, *, status: int = 200, **given: Any) -> Response:
        """A rendered page."""
        return render.page(self, template, status=status, **given)

    @property
    def account(self) -> str | None:
        """An organiser's account opens nothing here."""
        return None


async def open_door(request: Request, form: Form) -> LiveDoor:
    """Open the door. Refuses gathering.unknown, rate.exceeded."""
    gathering = request.path_params["gathering"]
    if not ID.fullmatch(gathering):
        raise Refused("gathering.unknown")
    hub: Hub = request.app.state.hub
    live = await hub.live(gathering)
    key = request.cookies.get(GUEST_COOKIE)
    door = LiveDoor(request, form, live, await live.who(key))
    rates: Rates = request.app.state.rates
    address = request.client.host if request.client else ""
    rates.look_at(door.brought, door.room.code, address)
    if request.method == "POST":
        if door.me:
            allowed = rates.allow_person(key)
        else:  # a whole hall may come in from one address, but only with the code
            allowed = rates.allow_arrival(address) if door.code else rates.allow_newcomer(address)
        if not allowed:
            raise Refused("rate.exceeded")
    return door


async def chairs(live: Live, key: str | None) -> str | None:
    """The handle as whom the browser with this key chairs; None if it does not, or was removed."""
    if not key:
        return None
    who = await run_in_threadpool(_chair, live.hub.store, live.room.id, key)
    person = live.hall().people.get(who) if who else None
    return None if person is not None and person.removed else who


def _chair(store: Store, gathering: str, key: str) -> str | None:
    with store.read() as connection:
        return halls.chair(connection, gathering, key)


def _facilitates(store: Store, room: Room, key: str) -> bool:
    with store.read() as connection:
        account = people.account_of(connection, key)
        member = people.member_of(connection, room.book, account) if account else None
    return member is not None and "facilitator" in room.state.members.get(member, ())


async def admit_to_stream(
    rates: Rates, live: Live, view: View, cookies: dict[str, str], asked: dict[str, str], address: str
) -> str | None:
    """`admit` for a connection that wants to listen. Refuses rate.exceeded."""
    rates.look_at(halls.tidy_code(asked.get("code", "")), live.room.code, address)
    return await admit(live, view, cookies, asked)


async def admit(live: Live, view: View, cookies: dict[str, str], asked: dict[str, str]) -> str | None:
    """Whether somebody may see a view: the chair's with a chair's key; the others whoever takes part, chairs,
    facilitates, or brings the code. Having been on the session's page is not taking part. Gives the handle of who is
    let in, empty for who has none; None for who is not."""
    if view == "chair":
        return await chairs(live, cookies.get(CHAIR_COOKIE))
    me = await live.who(cookies.get(GUEST_COOKIE))
    person = live.hall().people.get(me) if me else None
    if person is not None and person.removed:
        return None
    brought = halls.tidy_code(asked.get("code") or cookies.get(CODE_COOKIE, ""))
    if person is not None or (brought and brought == live.room.code):
        return me or ""
    if (chair := await chairs(live, cookies.get(CHAIR_COOKIE))) is not None:
        return chair
    organiser = cookies.get(ORGANISER_COOKIE)
    if organiser and await run_in_threadpool(_facilitates, live.hub.store, live.room, organiser):
        return me or ""
    return None
