"""What example groups are told with: a clock set by days ago, and acts dated as if they had happened then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final

from comuna.kernel import identity
from comuna.kernel.text import Text
from comuna.rules.announcement import AgendaItem, Announcement
from comuna.rules.state import State
from comuna.store import texts
from comuna.store.store import Store

CHAIR: Final = "chair"


class Clock:
    """A clock that shows what it is set to; `end` is now."""

    def __init__(self, end: dt.datetime) -> None:
        self.end = self.now = end

    def __call__(self) -> dt.datetime:
        return self.now

    def set(self, days_ago: int, hour: int) -> None:
        """Set it to an hour (UTC) of a day before `end`."""
        self.now = (self.end - dt.timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0)


class Telling:
    """A group whose story is told. What is in `meanwhile` (days ago, what happened) happens on its day, before
    whatever the story goes on with later."""

    def __init__(self, store: Store, clock: Clock, account: str, story: dict[str, Any]) -> None:
        self.store, self.clock, self.account, self.story = store, clock, account, story
        self.book, self.member = "", ""
        self.decided: dict[str, str] = {}
        """The story's name of a decision → its id."""
        self.meanwhile: list[tuple[int, Callable[[], None]]] = []

    def to(self, days_ago: int, hour: int = 14) -> str:
        """Go on to a day, with all that happens until then; that day, in ISO form."""
        while self.book and self.meanwhile and self.meanwhile[0][0] > days_ago:
            ago, happened = self.meanwhile.pop(0)
            self.clock.set(ago, 13)
            happened()
        self.clock.set(days_ago, hour)
        return self.today

    @property
    def today(self) -> str:
        """The day that the clock shows, in ISO form."""
        return self.clock.now.date().isoformat()

    def state(self) -> State:
        """What the book adds up to."""
        with self.store.read() as connection:
            found = self.store.state(connection, self.book)
        assert found is not None
        return found

    def record(self, decide: Any, by: str = CHAIR, kept: Sequence[Text] = ()) -> None:
        """Write an act, with the texts it names."""
        self.store.write(lambda tx: self.store.record(tx, self.book, decide, by=by, with_texts=kept))

    def text(self, words: str) -> Text:
        """A text that an act can name."""
        return self.store.write(lambda tx: texts.new(tx, words))

    def id(self) -> str:
        """A fresh id."""
        return self.store.write(lambda tx: identity.id_of(tx.random(16)))


def announced(story: dict[str, Any], told: dict[str, Any], day: str) -> Announcement:
    """What the announcement of an assembly of the story says."""
    return Announcement(
        title=told["title"],
        group=story["name"],
        date=day,
        start="17:00",
        end="19:30",
        zone="America/Caracas",
        place=story["place"],
        agenda=tuple(AgendaItem(title=item["title"], max_minutes=item["minutes"]) for item in told["agenda"]),
        language="es",
    )


def marked(unit: str, n: int, candidates: int, seats: int, *, ranked: bool) -> list[int]:
    """A ballot of the example: which candidates it names, or in which order of preference it has some of them; always
    the same for the same number."""
    order = sorted(range(candidates), key=lambda c: sha256(f"{unit} {n} {c}".encode()).digest()[0] + 12 * c)
    return order[: 3 + n % 4] if ranked else sorted(order[:seats])
