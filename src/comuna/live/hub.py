"""The fan-out: each change of a gathering is rendered once per view and language, and the same bytes go to all.

A view is a handful of regions: elements of the page, each with an id of its own. `Draw` renders them all; only those
that became others are sent. The id of an event says how long the book and the journal were, so a phone that comes back
with the last id it has gets exactly the regions that changed since. After a restart nobody knows what changed when: who
has the present mark needs nothing, everybody else gets all regions, and nobody a blank.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal, Protocol

from comuna.kernel.refusal import Refused
from comuna.live import room as rooms
from comuna.live.channel import Channel, Drawn, Listener, to_all
from comuna.live.room import Room
from comuna.rules import agenda, thinking
from comuna.rules.hall import Hall
from comuna.store import hall as halls
from comuna.store.people import key_digest
from comuna.store.store import Store
from comuna.store.writer import Transaction

log = logging.getLogger("comuna.live")

View = Literal["phone", "chair", "wall"]
VIEWS: Final[tuple[View, ...]] = ("phone", "chair", "wall")

REST: Final = 0.05
"""Seconds between two frames at least, so that what happens at once is told at once."""
SHARE: Final = 2.0
"""After a frame the hub rests this many times as long as it took to send, so that those who speak are heard."""
BEAT: Final = 5.0
"""Seconds between two heartbeats."""
LOOK: Final = 1.0
"""Seconds between two looks at clocks, and at what other processes wrote."""
NOTED_AGAIN: Final = 60
"""Seconds after which it is noted again that an item runs over."""
FORGOTTEN_AFTER: Final = 600.0
FORGOTTEN_SOON_AFTER: Final = 60.0
"""Seconds after which a gathering that nobody watches is no longer kept in memory; the latter where it is not held."""

SYSTEM: Final = "system"


class Draw(Protocol):
    """Renders a view of a gathering in a language. `version` names what it is rendered by: another version, other
    pages. The same mark must give the same regions."""

    version: str

    def __call__(self, room: Room, view: View, language: str) -> Drawn: ...


class Live:
    """One gathering that somebody watches: its room, whom its keys belong to, and its channels."""

    def __init__(self, hub: Hub, room: Room, browsers: dict[str, str]) -> None:
        self.hub = hub
        self.room = room
        self.browsers = browsers
        self.channels: dict[tuple[View, str], Channel] = {}
        self.chairs: frozenset[str] = frozenset()
        self.stirred = asyncio.Event()
        self.used = time.monotonic()
        self.teller = asyncio.get_running_loop().create_task(self._tell_for_ever())

    @property
    def listening(self) -> int:
        """How many connections are told."""
        return sum(len(channel.listeners) for channel in self.channels.values())

    def now(self) -> float:
        """The time in the gathering, in seconds since 1970."""
        return self.hub.store.journals.now(self.room.id, self.room.hall).timestamp()

    def hall(self) -> Hall:
        """The hall as the last commit left it."""
        return self.hub.store.journals.known(self.room.id) or self.room.hall

    async def who(self, key: str | None) -> str | None:
        """The handle of the person whose browser has this key."""
        if not key:
            return None
        digest = key_digest(key)
        if digest not in self.browsers:  # they came in by another process, or just now
            found = await self.hub.in_thread(_handle_of, self.hub.store, self.room.id, digest)
            if found is None:
                return None
            self.browsers[digest] = found
        return self.browsers[digest]

    async def listen(self, listener: Listener, view: View, language: str, last: str | None) -> None:
        """Tell a listener what it missed, and from now on all that happens."""
        channel = await self._channel(view, language)
        if view == "chair":
            await self.see_chairs()
        listener.tell(channel.event(channel.missed(last), self.now()))
        channel.listeners[listener] = None
        self.used = time.monotonic()

    async def drawn(self, view: View, language: str) -> tuple[Channel, Drawn]:
        """What a page of this view shows before it listens."""
        channel = await self._channel(view, language)
        return channel, channel.drawn

    async def _channel(self, view: View, language: str) -> Channel:
        """The channel, brought up to the room's mark."""
        self.used = time.monotonic()
        channel = self.channels.setdefault((view, language), Channel(self.hub.draw.version))
        if not channel.drawn or channel.mark != self.room.mark:
            await self._render(channel, view, language)
        return channel

    async def _render(self, channel: Channel, view: View, language: str) -> None:
        """Render the room as it is now, and tell what became another."""
        async with channel.lock:
            room = self.room
            if channel.drawn and channel.mark >= room.mark:
                return
            drawn = await self.hub.in_thread(self.hub.draw, room, view, language)
            told = channel.take(drawn, room.mark)
            if told is not None:
                await to_all(channel.listeners, channel.event(told, self.now()))

    def leave(self, listener: Listener) -> None:
        """Tell it no more."""
        for channel in self.channels.values():
            channel.listeners.pop(listener, None)

    @property
    def chaired(self) -> bool:
        """Whether somebody has the chair's page open."""
        return any(channel.listeners for (view, _), channel in self.channels.items() if view == "chair")

    async def see_chairs(self) -> None:
        """End the chair's connections if somebody lost the chair: who still has it comes back by themselves."""
        chairs = await self.hub.in_thread(_chairs, self.hub.store, self.room.id)
        if not self.chairs <= chairs:
            self.drop("chair")
        self.chairs = chairs

    def drop(self, view: View) -> None:
        """End every connection to a view: who may still see it comes back by itself."""
        for (of, _), channel in self.channels.items():
            if of == view:
                for listener in list(channel.listeners):
                    listener.end()

    async def _tell_for_ever(self) -> None:
        while True:
            await self.stirred.wait()
            self.stirred.clear()
            began = time.monotonic()
            try:
                await self._tell()
            except Exception:  # the next change is told; whoever keeps the server reads why this one was not
                log.exception("a change of %s was not told", self.room.id)
            await asyncio.sleep(max(REST, SHARE * (time.monotonic() - began)))

    async def refresh(self) -> None:
        """Take in what was written."""
        room = await self.hub.in_thread(rooms.read, self.hub.store, self.room.id, self.room)
        before = self.room
        if room is not before and room.mark >= before.mark:  # another look may have come back before this one
            self.room = room
            self.hub.announce(room)
            if room.gathering.journal_expired:  # everybody's keys are gone, and whose they were
                self.browsers.clear()
            if room.hall.people is not before.hall.people:
                self._end_removed(before.hall, room.hall)

    def _end_removed(self, before: Hall, now: Hall) -> None:
        """End the connections of those whom the chair removed since."""
        known = before.people
        removed = {who for who, p in now.people.items() if p.removed and not ((b := known.get(who)) and b.removed)}
        if removed:
            for channel in self.channels.values():
                for listener in [listener for listener in channel.listeners if listener.who in removed]:
                    listener.end()

    async def _tell(self) -> None:
        await self.refresh()
        for view in ("wall", "chair", "phone"):  # few first
            for (of, language), channel in list(self.channels.items()):
                if of == view and channel.listeners:
                    try:
                        await self._render(channel, view, language)
                    except Exception:  # the others are told all the same
                        log.exception("%s was not told to the %s in %s", self.room.id, view, language)

    async def beat(self) -> None:
        """Tell everybody that the connection stands."""
        event = b"event: beat\ndata: " + str(round(self.now(), 2)).encode() + b"\n\n"
        for channel in list(self.channels.values()):
            await to_all(channel.listeners, event)

    def stop(self) -> None:
        """Let go of everybody."""
        self.teller.cancel()
        for channel in self.channels.values():
            for listener in list(channel.listeners):
                listener.end()


class Hub:
    """All gatherings that are watched, in this process's event loop. `opened` is told a room when its gathering is seen
    open for the first time."""

    def __init__(self, store: Store, draw: Draw, opened: Callable[[Room], None] | None = None) -> None:
        self.store = store
        self.draw = draw
        self.opened = opened
        self.lives: dict[str, Live] = {}
        self._coming: dict[str, asyncio.Task[Live]] = {}
        self._seen: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub")
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to hear of commits, and read what is being held: a hall full of phones may be waiting for a server that
        was killed. To be called in the event loop."""
        self._loop = asyncio.get_running_loop()
        self.store.watch(self._committed)
        self._tasks = [self._loop.create_task(self._beat_for_ever()), self._loop.create_task(self._look_for_ever())]
        for gathering in await self.in_thread(_held_now, self.store):
            try:
                await self.live(gathering)
            except Exception:  # whoever comes to it is told; the others are served
                log.exception("%s could not be read", gathering)

    async def stop(self) -> None:
        """Let go of everybody."""
        self._loop = None
        for task in self._tasks:
            task.cancel()
        for live in self.lives.values():
            live.stop()
        self.lives.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do what reads the database or renders, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    async def live(self, gathering: str) -> Live:
        """A gathering to be watched; read when it is first asked for. Refuses gathering.unknown."""
        found = self.lives.get(gathering)
        if found is not None:
            found.used = time.monotonic()
            return found
        coming = self._coming.get(gathering)
        if coming is None:
            coming = self._coming[gathering] = asyncio.get_running_loop().create_task(self._bring(gathering))
            coming.add_done_callback(lambda _: self._coming.pop(gathering, None))
        return await asyncio.shield(coming)

    async def _bring(self, gathering: str) -> Live:
        room, browsers = await self.in_thread(_read_all, self.store, gathering)
        live = self.lives[gathering] = Live(self, room, browsers)
        live.stirred.set()  # what was written meanwhile
        self.announce(room)
        return live

    def announce(self, room: Room) -> None:
        """Tell whoever wants to know of a gathering that was opened."""
        if room.under_way and room.id not in self._seen:
            self._seen.add(room.id)
            if self.opened is not None:
                self.opened(room)

    def _committed(self, ids: Iterable[str]) -> None:
        """Called in the writer's thread."""
        loop = self._loop
        if loop is not None and self.lives:
            with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
                loop.call_soon_threadsafe(self._stir, list(ids))

    def _stir(self, ids: list[str]) -> None:
        for live in self.lives.values():
            if live.room.id in ids or live.room.book in ids:
                live.stirred.set()

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            for live in list(self.lives.values()):
                await live.beat()

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for live in list(self.lives.values()):
                try:
                    await self._look(live)
                except Exception:  # a database that cannot be reached now; the next look may find it
                    log.debug("%s could not be looked at", live.room.id, exc_info=True)

    async def _look(self, live: Live) -> None:
        if live.listening:
            live.used = time.monotonic()
        elif time.monotonic() - live.used > (FORGOTTEN_AFTER if live.room.under_way else FORGOTTEN_SOON_AFTER):
            live.stop()
            del self.lives[live.room.id]
            return
        if not (live.listening or live.room.under_way):  # whoever only looked makes no work
            return
        before = live.room
        await live.refresh()
        if live.room is not before:
            live.stirred.set()
        if live.chaired:
            await live.see_chairs()
        if live.room.under_way:
            self._keep_time(live)

    def _keep_time(self, live: Live) -> None:
        """Write what the clock brings about: moments held back until now, an item that runs over."""
        hall, now = live.room.hall, int(live.now())
        if hall.offers is not None and now >= hall.offers.at + hall.offers.seconds:
            offers = hall.offers.id
            self._note(live.room.id, lambda h: thinking.show_offers(h, offers=offers))
        elif live.listening and runs_over(hall, len(live.room.session.questions), now):
            size = hall.size
            self._note(live.room.id, lambda h: agenda.note_time(h, size=size))

    def _note(self, gathering: str, decide: Callable[[Hall], Any]) -> None:
        def job(tx: Transaction) -> None:
            with contextlib.suppress(Refused):  # somebody did it, or said something meanwhile
                self.store.say(tx, gathering, decide, by=SYSTEM)

        self.store.submit(job)


def runs_over(hall: Hall, questions: int, now: int) -> bool:
    """Whether the open item has used up what it was given when something last happened, and that is to be noted."""
    item = hall.item
    if item is None:
        return False
    left = hall.plan(questions).allotments.get(item.id, 0)
    return now - hall.at >= (left or NOTED_AGAIN)


def _held_now(store: Store) -> list[str]:
    with store.read() as connection:
        return halls.held_about(connection, store.clock().date())


def _read_all(store: Store, gathering: str) -> tuple[Room, dict[str, str]]:
    room = rooms.read(store, gathering)
    with store.read() as connection:
        return room, halls.browsers(connection, gathering)


def _chairs(store: Store, gathering: str) -> frozenset[str]:
    with store.read() as connection:
        return frozenset(halls.chair_digests(connection, gathering))


def _handle_of(store: Store, gathering: str, digest: str) -> str | None:
    with store.read() as connection:
        return halls.handle_of(connection, gathering, digest)
