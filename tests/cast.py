"""The cast that all tests share, and how their story begins.

A study circle founded by Rosa, who facilitates. Amaru and Inés come to its sessions, Noor is a guest, and Delegate
Paz represents the state. Tests ask for `world`, or build it themselves with `begin(store)`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from comuna.kernel import identity
from comuna.kernel.act import Act
from comuna.kernel.text import Text, text
from comuna.rules import gathering as g
from comuna.rules import page as pages
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film
from comuna.rules.page import Page
from comuna.rules.state import State
from comuna.store import calling, people
from comuna.store.book import Decide
from comuna.store.store import Store
from comuna.store.writer import Transaction

ROSA = "Rosa"
"""Facilitates the circle."""
AMARU = "Amaru"
INES = "Inés"
"""Members who come."""
NOOR = "Noor"
"""A guest."""
PAZ = "Delegate Paz"
"""Represents the state."""

CHARTER = (Path(__file__).parent.parent / "charters" / "study-circle.toml").read_text(encoding="utf-8")
CIRCLE = "Circle of the Water Tower"

ANNOUNCEMENT = Announcement(
    title="How a neighbourhood keeps its water",
    group=CIRCLE,
    date="2027-02-23",
    start="17:00",
    end="18:30",
    zone="America/Caracas",
    join="https://meet.example.org/water",
    film=Film(title="The Pipe and the People", year=2010),
    agenda=(AgendaItem(title="Arriving", per_person=True, max_minutes=2), AgendaItem(title="The film")),
    questions=("Who decides?", "Who pays?", "What is repaired, and by whom?"),
    featured=(Featured(name="El Panal", parts=(Featured(name="The bakery"),)), Featured(name="Ataroa")),
    language="en",
)


class Clock:
    """A clock that stands still until it is told to move; it can be told to jump back, as real ones do."""

    def __init__(self, start: str = "2026-11-22T10:00:00Z") -> None:
        self.now = dt.datetime.fromisoformat(start)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move on: `forward(hours=2)`."""
        self.now += dt.timedelta(**by)

    def until(self, moment: str) -> None:
        """Move on to a moment: `until("2027-02-23T21:30:00Z")`."""
        self.now = max(self.now, dt.datetime.fromisoformat(moment))

    def back(self, **by: float) -> None:
        """Jump back."""
        self.now -= dt.timedelta(**by)


IN_TIME: Final = "2027-02-23T21:30:00Z"
"""A moment at which the session is held."""


def session(**changes: object) -> Page:
    """The session's page; `changes` replace fields of the announcement."""
    return pages.page(msgspec.structs.replace(ANNOUNCEMENT, **changes))


@dataclass
class World:
    """The circle and its session, called and not yet held."""

    store: Store
    book: str
    gathering: str
    rosa: str
    """Rosa's member number."""
    account: str
    """Rosa's account as an organiser."""
    page: Page
    recovery: str

    def state(self) -> State:
        """What the book adds up to now."""
        with self.store.read() as connection:
            found = self.store.state(connection, self.book)
        assert found is not None
        return found

    def act(self, decide: Decide, *texts: Text) -> None:
        """Rosa acts."""
        self.store.write(lambda tx: self.store.record(tx, self.book, decide, by=self.rosa, with_texts=texts))

    def cancel(self, why: Text | None = None) -> None:
        """Rosa calls the session off."""

        def decide(s: State) -> Act:
            return g.cancel(s, by=self.rosa, gathering=self.gathering, reason=why.ref if why else None)

        self.act(decide, *([why] if why else []))

    def reinstate(self) -> None:
        """It takes place after all."""
        self.act(lambda s: g.reinstate(s, by=self.rosa, gathering=self.gathering))

    def grow(self, to: int) -> None:
        """The session is called off and takes place after all, until the book has that many acts."""

        def decide(s: State) -> Act:
            if s.gatherings[self.gathering].status == "cancelled":
                return g.reinstate(s, by=self.rosa, gathering=self.gathering)
            return g.cancel(s, by=self.rosa, gathering=self.gathering, reason=None)

        def job(tx: Transaction) -> None:
            for _ in range(to - self.state().size):
                self.store.record(tx, self.book, decide, by=self.rosa)

        self.store.write(job)

    def call(self, gathering: str, date: str = "2027-03-02") -> str:
        """Rosa calls another session of the circle."""
        page = text("another evening", bytes(32))

        def decide(s: State) -> Act:
            return g.call(
                s, by=self.rosa, gathering=gathering, date=date, start="17:00", end=None, zone="UTC", page=page.ref
            )

        self.act(decide)
        return gathering

    def join(self, name: str | None = None, gathering: str | None = None) -> tuple[str, str]:
        """Somebody opens the session's page, and says they come if they give a name: (handle, key)."""

        def job(tx: Transaction) -> tuple[str, str]:
            handle, key = people.new_participant(tx, gathering or self.gathering)
            if name is not None:
                people.come(tx, handle, name)
            return handle, key

        return self.store.write(job)


def an_id(n: int) -> str:
    """An id of our own choosing, for tests that need to know it."""
    return identity.id_of(n.to_bytes(16))


def begin(store: Store) -> World:
    """Rosa founds the circle and calls its session."""
    page = session()
    gathering = an_id(1)

    def job(tx: Transaction) -> World:
        account = people.new_account(tx)
        recovery = calling.call(
            tx, store.shelf, account=account, gathering=gathering, session=page, join=ANNOUNCEMENT.join, charter=CHARTER
        )
        assert recovery is not None
        (circle,) = people.books_of(tx.connection, account)
        rosa = people.member_of(tx.connection, circle, account)
        assert rosa is not None
        return World(store, circle, gathering, rosa, account, page, recovery)

    return store.write(job)
