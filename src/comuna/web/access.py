"""The one door: who is asking, which group or gathering it is, and what they may see. Nothing else opens a group."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from comuna.kernel import identity
from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import LANGUAGES, Language, language
from comuna.rules import discussion
from comuna.rules import gathering as rules
from comuna.rules.announcement import Announcement
from comuna.rules.assembly import rules_of
from comuna.rules.discussion import AnyLine, Discussion
from comuna.rules.page import Page
from comuna.rules.register import Row
from comuna.rules.state import Gathering, State
from comuna.settings import Settings
from comuna.store import book as books
from comuna.store import cards, entering, people, register, schema, texts
from comuna.store.store import Store
from comuna.store.writer import Transaction
from comuna.web import render
from comuna.web.forms import Form

T = TypeVar("T")

ORGANISER_COOKIE = "organiser"
GUEST_COOKIE = "guest"
MEMBER_COOKIE = "member"
"""A member's own, with the paths of the group's pages and of its book: one per group, and sent nowhere else."""
MEMBER_PATHS = ("/g/{}", "/b/{}")
YEAR = 365 * 24 * 3600
ERASING = re.compile(r"/(erase|erase-me|forget|withdraw|take-back)$")
"""Paths at which people erase what is theirs: also where their group has moved away."""


class Door:
    """Anyone, anywhere on the site. Views take a door and give a response."""

    def __init__(self, request: Request, form: Form) -> None:
        self.request = request
        self.form = form
        self.store: Store = request.app.state.store
        self.settings: Settings = request.app.state.settings
        self.words: Language = language(chosen_language(request))
        key = request.cookies.get(ORGANISER_COOKIE)
        self.account: str | None = None
        if key:
            with self.store.read() as connection:
                self.account = people.account_of(connection, key)

    @property
    def now(self) -> dt.datetime:
        """The time."""
        return self.store.clock()

    def url(self, path: str) -> str:
        """The full address of a path, as people outside this machine reach it."""
        return self.settings.url + path

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A rendered page."""
        return render.page(self, template, status=status, **context)

    def go(self, path: str) -> Response:
        """Send the browser on to a path after something was done."""
        return RedirectResponse(path, status_code=303)

    def set_cookie(self, response: Response, name: str, key: str, path: str = "/") -> None:
        """Give the browser a key to hold."""
        response.set_cookie(
            name, key, max_age=YEAR, path=path, httponly=True, samesite="lax", secure=self.settings.secure
        )

    def open_as_member(self, response: Response, book: str, key: str) -> None:
        """Let the browser be a member's, at their group's addresses."""
        for path in MEMBER_PATHS:
            self.set_cookie(response, MEMBER_COOKIE, key, path=path.format(book))

    def write(self, job: Callable[[Transaction], T]) -> T:
        """Do a job in the store; returns when it is durable."""
        return self.store.write(job)

    def read_text(self, ref: str | None) -> str | None:
        """A text that an act names; None if it was erased or there is none."""
        if ref is None:
            return None
        with self.store.read() as connection:
            return texts.read(connection, ref)


def chosen_language(request: Request) -> str:
    """The language a reader chose, or else the first of theirs that we speak."""
    cookie = request.cookies.get("language")
    if cookie in LANGUAGES:
        return cookie
    wishes = []
    for wish in request.headers.get("accept-language", "").split(","):
        code, _, quality = wish.partition(";q=")
        code = code.strip()[:2].lower()
        if code in LANGUAGES:
            with contextlib.suppress(ValueError):
                wishes.append((float(quality or 1), code))
    return max(wishes, key=lambda wish: wish[0], default=(0, "en"))[1]


class OrganiserDoor(Door):
    """An organiser of this installation. Refuses organiser.unknown."""

    account: str

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if self.account is None:
            raise Refused("organiser.unknown")


class GroupDoor(Door):
    """Anyone, at a group's page. Refuses group.unknown; for whoever would change something, book.moved_away."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.book: str = request.path_params["book"]
        if not identity.ID.fullmatch(self.book):
            raise Refused("group.unknown")
        with self.store.read() as connection:
            state = self.store.state(connection, self.book)
            if state is None:
                raise Refused("group.unknown")
            self.state: State = state
            if request.method == "POST" and not ERASING.search(request.url.path) and books.moved(connection, self.book):
                raise Refused("book.moved_away")
            self.member = people.member_of(connection, self.book, self.account) if self.account else None
            self.group_name = (texts.read(connection, state.name) if state.name else None) or self.book

    @property
    def facilitates(self) -> bool:
        """Whether who asks is a facilitator of this group."""
        return self.member is not None and "facilitator" in self.state.members.get(self.member, ())

    @cached_property
    def works(self) -> bool:
        """Whether this group has units that carry out what it decides: those who only meet need no works."""
        return self.state.charter is not None and bool(rules_of(self.state).entries("units"))

    def must_facilitate(self) -> None:
        """Refuses organiser.unknown, member.not_facilitator."""
        if self.account is None:
            raise Refused("organiser.unknown")
        if not self.facilitates:
            raise Refused("member.not_facilitator")

    @cached_property
    def row(self) -> Row | None:
        """The register's row of who asks: known by the browser that their card opened, or by their key as an
        organiser."""
        key = self.request.cookies.get(MEMBER_COOKIE)
        with self.store.read() as connection:
            row = cards.by_browser(connection, self.book, key) if key else None
            if row is None and self.member is not None:
                row = register.row(connection, self.book, self.member)
        return row

    @property
    def own(self) -> Row:
        """The row of who asks. Refuses member.card_needed."""
        if self.row is None:
            raise Refused("member.card_needed")
        return self.row

    @property
    def reads(self) -> bool:
        """Whether who asks may read the group's book: its members may, and anyone once it is public."""
        return self.state.public or self.member is not None or self.row is not None


class ReaderDoor(GroupDoor):
    """Somebody who may read the group's book: a member, or anyone once it is public. Refuses book.members_only."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if not self.reads:
            raise Refused("book.members_only")


class KeeperDoor(GroupDoor):
    """A facilitator, at the group's book. Refuses organiser.unknown, member.not_facilitator."""

    member: str

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.must_facilitate()

    def record(self, decide: Callable[[State], Act], *, with_texts: Iterable[Text] = ()) -> None:
        """Write an act in the name of who asks."""
        self.write(lambda tx: self.store.record(tx, self.book, decide, by=self.member, with_texts=with_texts))


class MemberDoor(GroupDoor):
    """Somebody on the group's register, known by the browser that their card opened, or who organises; or a newcomer
    who waits for the desk. Refuses member.card_needed."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.key: str | None = request.cookies.get(MEMBER_COOKIE)
        self.waits: entering.Request | None = None
        if self.key and self.row is None:
            with self.store.read() as connection:
                self.waits = entering.of_browser(connection, self.book, self.key)
        if self.row is None and self.waits is None:
            raise Refused("member.card_needed")


class GatheringDoor(GroupDoor):
    """Anyone, at a gathering. Refuses gathering.unknown."""

    def __init__(self, request: Request, form: Form) -> None:
        self.id: str = request.path_params["gathering"]
        if not identity.ID.fullmatch(self.id):
            raise Refused("gathering.unknown")
        store: Store = request.app.state.store
        with store.read() as connection:
            row = connection.execute(
                sa.select(schema.gatherings.c.book).where(schema.gatherings.c.gathering == self.id)
            ).first()
        if row is None:
            raise Refused("gathering.unknown")
        request.path_params["book"] = row.book
        super().__init__(request, form)
        self.gathering: Gathering = self.state.gatherings[self.id]
        key = request.cookies.get(GUEST_COOKIE)
        with self.store.read() as connection:
            body = texts.read(connection, self.gathering.page)
            self.session = msgspec.json.decode(body, type=Page) if body else _erased(self.gathering)
            self.me = people.participant(connection, self.id, key) if key else None
            self.coming = people.count_coming(connection, self.id)
        if request.method == "POST" and self.me is None and self.account is None:
            address = request.client.host if request.client else ""
            if not request.app.state.rates.allow_newcomer(address):
                raise Refused("rate.exceeded")

    @property
    def path(self) -> str:
        """The session's own path."""
        return f"/s/{self.id}"

    @property
    def open(self) -> bool:
        """Whether people can still speak in it."""
        return self.gathering.status != "closed" and not self.gathering.journal_expired

    @cached_property
    def under_way(self) -> bool:
        """Whether the gathering has been opened and is held here now."""
        if not self.called:
            return False
        with self.store.read() as connection:
            return self.store.hall(connection, self.id).opened is not None

    @property
    def called(self) -> bool:
        """Whether it is still to come or under way, and can be changed."""
        return self.gathering.status == "called" and not self.gathering.journal_expired

    def discussion(self) -> Discussion:
        """What has been said so far."""
        with self.store.read() as connection:
            hall = self.store.hall(connection, self.id)
        return hall.shown(int(self.store.journals.now(self.id, hall).timestamp()))

    def may_see_join_link(self) -> bool:
        """Facilitators; those who come; or, where a host lets people in, those whom one let in."""
        if self.facilitates:
            return True
        if self.me is None or not self.me.coming:
            return False
        return self.session.admission == "coming" or self.me.admitted

    def way_in(self) -> people.WayIn:
        """How to join on the net, for those who may see it; empty for others."""
        if not self.may_see_join_link():
            return people.WayIn()
        with self.store.read() as connection:
            return people.way_in(connection, self.id)

    def page_in(self, tx: Transaction) -> Page:
        """The session's page as it holds inside a job: it may have changed since the door was opened."""
        state = self.store.state(tx.connection, self.book)
        body = state and texts.read(tx.connection, state.gatherings[self.id].page)
        return msgspec.json.decode(body, type=Page) if body else self.session

    def record(self, decide: Callable[[State], Act | list[Act]], with_texts: tuple[Text, ...] = ()) -> None:
        """Write acts in the name of the facilitator who asks. Refuses member.not_facilitator and what `decide` does."""
        member = self.member
        if member is None:
            raise Refused("member.not_facilitator")
        self.write(lambda tx: self.store.record(tx, self.book, decide, by=member, with_texts=with_texts))

    def may_speak(self, tx: Transaction) -> None:
        """Refuses, inside a job, gathering.closed, gathering.cancelled and journal.expired."""
        state = self.store.state(tx.connection, self.book)
        assert state is not None
        rules.open_for_words(state, self.id)

    def handle(self, tx: Transaction) -> tuple[str, str | None]:
        """Who asks, in this gathering; a newcomer gets a handle and a key for their browser: (handle, new key).
        Refuses journal.expired."""
        state = self.store.state(tx.connection, self.book)
        if state is None or state.gatherings[self.id].journal_expired:  # it may have expired since the door was opened
            raise Refused("journal.expired")
        if self.me is not None:
            return self.me.handle, None
        return people.new_participant(tx, self.id)

    def say(self, decide: Callable[[Discussion, str], AnyLine], *, entry: str | None, then: str) -> Response:
        """Write a line of the journal in the name of who asks, then send them on to `then`. A contribution sent twice
        (the same `entry`) is written once. Refuses gathering.closed and what `decide` does."""

        def job(tx: Transaction) -> str | None:
            self.may_speak(tx)
            handle, key = self.handle(tx)
            hall = self.store.hall(tx.connection, self.id)
            said = hall.discussion
            if hall.size >= discussion.MOST_LINES:
                raise Refused("discussion.full", limit=discussion.MOST_TOGETHER)
            if entry is None or entry not in said.entries:
                if entry is not None:
                    discussion.room_for(said, handle)
                self.store.say(tx, self.id, lambda h: decide(h.discussion, handle), by=handle)
            return key

        return self.remember(self.write(job), self.go(then))

    def remember(self, key: str | None, response: Response) -> Response:
        """Give a newcomer's browser its key to this gathering."""
        if key is not None:
            self.set_cookie(response, GUEST_COOKIE, key, path=self.path)
        return response


def _erased(gathering: Gathering) -> Page:
    return Page(
        announcement=Announcement(date=gathering.date, start=gathering.start, end=gathering.end, zone=gathering.zone)
    )


class FacilitatorDoor(GatheringDoor):
    """A facilitator, at a gathering of their group. Refuses organiser.unknown, member.not_facilitator."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.must_facilitate()


def new_id() -> str:
    """A fresh id for something a form is about to bring: sent twice, it counts once."""
    return identity.id_of(secrets.token_bytes(16))
