"""What a gathering's journal adds up to while it is held: who is here, the agenda and its time, who speaks and
who waits, what is asked and drawn. The book knows nothing of it but totals.

People are random handles here; names lie in the table of participants and are joined when a page is rendered. Times are
seconds since 1970, of the journal's own clock, which never goes back (`store/steady.py`)."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules import timing
from comuna.rules.discussion import Discussion

Role = Literal["guest", "member", "facilitator", "note_taker", "time_keeper", "representative"]
ROLES: Final[tuple[Role, ...]] = ("guest", "member", "facilitator", "note_taker", "time_keeper", "representative")
"""Roles in a gathering; "representative" speaks for an institution."""

Where = Literal["hall", "remote"]
WHERE: Final[tuple[Where, ...]] = ("hall", "remote")

What = Literal["order", "clarification", "reply", "point"]
WHATS: Final[tuple[What, ...]] = ("order", "clarification", "reply", "point")
"""Kinds of hand, the most urgent first: a point of order, a clarification, a reply to the speaker, a new point."""

Form = Literal["fist", "temperature", "choice"]
FORMS: Final[dict[Form, tuple[int, ...]]] = {
    "fist": (0, 1, 2, 3, 4, 5),
    "temperature": (1, 2, 3, 4, 5),
    "choice": (0, 1, 2),
}
"""Sense checks and their answers: fist to five, cold to hot, and yes (2), other (1), no (0)."""

Status = Literal["waiting", "open", "done", "skipped"]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at the gathering. `phone`: whether they have a device of their own. `here`: whether they are present."""

    role: Role = "guest"
    where: Where = "hall"
    phone: bool = True
    here: bool = True
    removed: bool = False
    votes: bool = False
    """Whether the desk found that they may vote here."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the agenda under way. `low` and `high` in seconds, as in `timing.Item`; `since`: when it was opened,
    if it is open; `spent`: seconds it had before that."""

    id: str
    title: str
    per_person: bool = False
    low: int | None = None
    high: int | None = None
    questions: bool = False
    """Whether the guiding questions are talked about in it."""
    status: Status = "waiting"
    since: int | None = None
    spent: int = 0


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """A raised hand. `at`: when it was raised."""

    id: str
    who: str
    what: What
    at: int


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody speaks, or spoke. `seconds`: what they were allotted; `overridden`: the chair called them out of
    order; `round`: in a go-round, by invitation."""

    id: str
    who: str
    what: What | None
    item: str | None
    at: int
    seconds: int
    ended: int | None = None
    overridden: bool = False
    round: str | None = None


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A go-round: everybody in turn. `waiting`: who has not been asked yet; `passed`: who passed, and is asked once
    more at the end (`second`); `once`: everybody who passed so far; `over`: who had their turn, or passed twice, and
    is not asked again, even if they go and come back."""

    id: str
    seconds: int
    waiting: tuple[str, ...]
    passed: tuple[str, ...] = ()
    second: bool = False
    once: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A sense check: not binding, kept in the journal only."""

    id: str
    form: Form
    asked: str
    open: bool = True
    answers: dict[str, int] = {}

    def counts(self) -> dict[int, int]:
        """How many gave each answer."""
        given = list(self.answers.values())
        return {value: given.count(value) for value in FORMS[self.form]}


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody is asked to offer moments until a set point; what they release meanwhile is held back until then."""

    id: str
    at: int
    seconds: int
    held: frozenset[str] = frozenset()


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs or small groups, drawn by lot: `methods.lots.groups` gives them again from `size` and `seed`."""

    id: str
    seed: str
    size: int
    groups: tuple[tuple[str, ...], ...]
    at: int
    seconds: int


class Hall(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering as its journal tells it. `size` and `at`: lines so far and the time of the last; `ends`: when it is
    to end; `uncounted`: people in the room beyond those known one by one; `turns`: all turns so far, the last may be
    under way; `overridden`: the last hand that the chair preferred."""

    size: int = 0
    at: int = 0
    discussion: Discussion = Discussion()
    opened: int | None = None
    ends: int | None = None
    agenda: tuple[Item, ...] = ()
    question: str | None = None
    asked_at: int = 0
    """When the guiding question was turned to."""
    expected: int = 0
    """How many the chair expected when it was opened."""
    people: dict[str, Person] = {}
    counted: int = 0
    """How many of these are here: kept, because thousands come in one by one."""
    uncounted: int = 0
    most: int = 0
    """The most who were present at once."""
    locked: bool = False
    hands: tuple[Hand, ...] = ()
    turns: tuple[Turn, ...] = ()
    round: Round | None = None
    check: Check | None = None
    offers: Offers | None = None
    draw: Draw | None = None
    steps: tuple[int, ...] = ()
    """The chair's steps that can be undone: their places in the journal."""
    last_step: str | None = None
    """The kind of the last of them."""

    @property
    def item(self) -> Item | None:
        """The item that is open."""
        return next((item for item in self.agenda if item.status == "open"), None)

    @property
    def turn(self) -> Turn | None:
        """Who speaks now."""
        last = self.turns[-1] if self.turns else None
        return last if last is not None and last.ended is None else None

    def here(self, where: Where | None = None) -> list[str]:
        """The handles of those present, here or there, in the order in which they came."""
        return [who for who, p in self.people.items() if p.here and (where is None or p.where == where)]

    @property
    def in_hall(self) -> int:
        """How many are in the room, counted one by one or together."""
        return len(self.here("hall")) + self.uncounted

    @property
    def remote(self) -> int:
        """How many take part from elsewhere."""
        return len(self.here("remote"))

    @property
    def voters(self) -> int:
        """How many of those who are here may vote, as the desk found."""
        return sum(1 for person in self.people.values() if person.votes and person.here and not person.removed)

    @property
    def present(self) -> int:
        """How many are present, here and elsewhere."""
        return self.counted + self.uncounted

    def shown(self, now: int | None = None) -> Discussion:
        """What has been said, without what is still held back (at `now`, if that is later than the last line)."""
        offers = self.offers
        if offers is None or not offers.held or (now is not None and now >= offers.at + offers.seconds):
            return self.discussion
        held, d = offers.held, self.discussion
        return msgspec.structs.replace(d, entries={id: e for id, e in d.entries.items() if id not in held})

    def spent(self, item: Item, now: int | None = None) -> int:
        """The seconds an item has had."""
        since = 0 if item.since is None else max((self.at if now is None else now) - item.since, 0)
        return item.spent + since

    def plan(self, questions: int, now: int | None = None) -> timing.Plan:
        """How the time that is left is given out. `questions`: how many the page has."""
        now = self.at if now is None else now
        rest = [item for item in self.agenda if item.status in ("waiting", "open")]
        left = 0 if self.ends is None else self.ends - now
        spans = [
            timing.Item(
                id=item.id,
                per_person=item.per_person,
                low=item.low,
                high=item.high,
                questions=questions if item.questions else 0,
                spent=self.spent(item, now),
            )
            for item in rest
        ]
        begun = any(item.status != "waiting" for item in self.agenda)
        present = self.present if begun else max(self.present, self.expected)
        return timing.plan(spans, present=present, left=left)


def held_open(h: Hall) -> Hall:
    """The hall, once it was opened. Refuses live.not_open."""
    if h.opened is None:
        raise Refused("live.not_open")
    return h


def known(h: Hall, who: str) -> Person:
    """Somebody who takes part. Refuses live.removed, live.not_here."""
    person = h.people.get(who)
    if person is None:
        raise Refused("live.not_here")
    if person.removed:
        raise Refused("live.removed")
    return person
