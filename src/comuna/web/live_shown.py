"""What phones, the chair and the wall show of a gathering that is held. All of it follows from the room alone, so that
the same room gives everybody the same bytes; what is personal stands in `web/live.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from markupsafe import Markup

from comuna import assembly_messages, messages
from comuna.language import Language, language, zone_of
from comuna.live.channel import Drawn
from comuna.live.hub import View
from comuna.live.room import Room
from comuna.paper import qr
from comuna.rules import floor, thinking
from comuna.rules.discussion import AnswerGiven, CellEntered, Entry, MomentReleased
from comuna.rules.hall import FORMS, ROLES, Check, Item, Role, Turn
from comuna.rules.journal import seconds
from comuna.rules.minutes import column_name, length
from comuna.rules.page import Question
from comuna.rules.timing import Offer
from comuna.web import film, render
from comuna.web.assembly_shown import Deciding, deciding
from comuna.web.film_drawing import Picture, icon, mark_name

MOST_WAITING: Final = 40
"""Places of the queue that everybody is shown; who stands behind them asks for theirs."""
MOST_ENTRIES: Final = 80
"""Contributions on a phone, the newest; the discussion's own page has them all."""
ON_THE_WALL: Final = 9
"""Contributions on the wall, the newest; it shows as many of them as it has room for whole."""
SHORT_AGENDA: Final = 5
"""Items of an agenda that the wall always shows whole."""

COLUMNS: Final[dict[View, tuple[tuple[str, ...], ...]]] = {
    "phone": (("told", "over", "now", "assembly", "check", "offers", "groups", "question", "floor"),),
    "wall": (("told", "now", "floor", "assembly", "middle", "aside"),),
    "chair": (
        ("told", "over", "floor", "rounds", "check"),
        ("assembly", "now", "agenda", "question"),
        ("people", "offers", "groups"),
    ),
}
"""The regions of each view, column by column: macros of its template, each an element with that id."""
REGIONS: Final[dict[View, tuple[str, ...]]] = {view: sum(columns, ()) for view, columns in COLUMNS.items()}


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits for the floor: their name, what their hand is for (None in a go-round), and why they stand
    here."""

    who: str
    name: str
    why: str
    hand: str | None = None
    what: str | None = None


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the agenda with its time. `seconds`: what it is given in all, or took; `until`: when the open one
    should be done; `gives`: whether it gets less than it should have."""

    item: Item
    seconds: int
    until: int | None = None
    gives: bool = False


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A moment, an answer or an entry of the comparison, as it appears while people talk."""

    id: str
    kind: str
    words: str
    name: str | None
    mark: str | None = None
    seconds: int | None = None
    group: str | None = None
    hidden: bool = False


class Shown:
    """A room in a language: everything its templates ask for."""

    def __init__(self, room: Room, words: Language) -> None:
        self.room = room
        self.hall = room.hall
        self.words = words
        self.a = room.session.announcement

    def name(self, who: str) -> str:
        """What somebody is called."""
        return self.room.names.get(who) or self.words.text("somebody")

    def role(self, who: str) -> str:
        """What somebody is here as."""
        person = self.hall.people.get(who)
        return self.words.text(messages.ROLE_NAMES[person.role if person else "guest"])

    def office(self, who: str) -> str:
        """What somebody is here as, where that is more than being here."""
        person = self.hall.people.get(who)
        return "" if person is None or person.role in ("guest", "member") else self.role(who)

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The session's time zone."""
        return zone_of(self.a.zone or "UTC") or dt.UTC

    def clock(self, seconds: int | None) -> str:
        """A time of day in the session's zone."""
        return "" if seconds is None else self.words.time(dt.datetime.fromtimestamp(seconds, self.zone))

    def length(self, seconds: int) -> str:
        """A length of time: 0:45, 12:30, 1:05:00."""
        return length(seconds)

    @cached_property
    def plan(self) -> Any:
        """How the time that is left is given out."""
        return self.hall.plan(len(self.room.session.questions))

    @cached_property
    def agenda(self) -> list[Planned]:
        """The agenda with its times."""
        found = []
        for item in self.hall.agenda:
            left = self.plan.allotments.get(item.id)
            spent = self.hall.spent(item)
            found.append(
                Planned(
                    item=item,
                    seconds=spent + (left or 0),
                    until=self.hall.at + (left or 0) if item.status == "open" else None,
                    gives=item.id in self.plan.gives,
                )
            )
        return found

    @cached_property
    def item(self) -> Planned | None:
        """The item that is open."""
        return next((planned for planned in self.agenda if planned.item.status == "open"), None)

    @cached_property
    def next_item(self) -> Planned | None:
        """The item that comes next."""
        return next((planned for planned in self.agenda if planned.item.status == "waiting"), None)

    @cached_property
    def agenda_ahead(self) -> list[Planned]:
        """The agenda for the wall: all of a short one, of a long one the last item that is done and what follows."""
        ahead = next((n for n, p in enumerate(self.agenda) if p.item.status in ("open", "waiting")), 0)
        return self.agenda[max(ahead - 1, 0) if len(self.agenda) > SHORT_AGENDA else 0 :]

    def way(self, way: str) -> str:
        """What a way of voting is called."""
        return self.words.text(assembly_messages.WAYS[way])

    @cached_property
    def assembly(self) -> Deciding | None:
        """What the assembly decides; None where the gathering was not convened to decide."""
        return deciding(self.room, self.words)

    @property
    def turn(self) -> Turn | None:
        """Who speaks now."""
        return self.hall.turn

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Those who wait for the floor, in order."""
        round = self.hall.round
        if round is not None:
            asked = [(who, "again" if round.second else "round") for who in round.waiting]
            asked += [(who, "again") for who in round.passed]
            return [Waiting(who=who, name=self.name(who), why=self.why(reason)) for who, reason in asked]
        return [
            Waiting(
                who=place.hand.who,
                name=self.name(place.hand.who),
                why=self.why(place.reason, place.value),
                hand=place.hand.id,
                what=self.words.text(messages.HAND_NAMES[place.hand.what]),
            )
            for place in floor.queue(self.hall, self.room.order)
        ]

    def why(self, reason: str, value: int = 0, *, own: bool = False) -> str:
        """Why somebody stands at their place; `own`: said to themselves."""
        args: dict[str, object] = {"time": self.length(value), "value": value}
        return self.words.code_text(reason, messages.OWN_REASONS if own else messages.PLACE_REASONS, args)

    def what(self, kind: str) -> str:
        """What a hand is for."""
        return self.words.text(messages.HAND_NAMES[kind])

    @cached_property
    def question(self) -> tuple[int, Question] | None:
        """The guiding question that is talked about, with its number."""
        asked = enumerate(self.room.session.questions, start=1)
        return next(((n, q) for n, q in asked if q.id == self.hall.question), None)

    @cached_property
    def entries(self) -> list[tuple[Entry, Said]]:
        """What was said on the question at hand, with moments that belong to none but came since it was asked; while
        none is asked, all that was said. The oldest first."""
        question = self.question[1].id if self.question else None
        found = []
        for id, entry in self.hall.shown().entries.items():
            said = entry.said
            if entry.taken_back or not isinstance(said, (MomentReleased, AnswerGiven, CellEntered)):
                continue
            free = isinstance(said, MomentReleased) and said.question is None
            if question is None or said.question == question or (free and seconds(entry.at) >= self.hall.asked_at):
                found.append((entry, self._said(id, entry)))
        return found

    def _said(self, id: str, entry: Entry) -> Said:
        said = entry.said
        kinds = {MomentReleased: "moment", AnswerGiven: "answer", CellEntered: "cell"}
        return Said(
            id=id,
            kind=kinds.get(type(said), "answer"),
            words=said.words or "",
            name=getattr(said, "name", None),
            mark=getattr(said, "mark", None),
            seconds=getattr(said, "seconds", None),
            group=column_name(self.room.session, getattr(said, "column", None), self.room.group_name),
            hidden=entry.hidden is not None,
        )

    @cached_property
    def latest(self) -> list[Said]:
        """The newest contributions, for the wall."""
        return [said for _, said in self.entries if not said.hidden][-ON_THE_WALL:][::-1]

    @cached_property
    def picture(self) -> Picture:
        """The film's picture as it has grown so far."""
        return film.picture(self.words, self.room.session, self.hall.shown())

    @property
    def check(self) -> Check | None:
        """The last sense check."""
        return self.hall.check

    def answers(self, check: Check) -> list[tuple[int, str, int]]:
        """A sense check's answers: (value, what it means, how many gave it)."""
        counts = check.counts()
        values = FORMS[check.form] if check.form == "fist" else FORMS[check.form][::-1]
        return [(value, self.words.text(messages.CHECK_ANSWERS[check.form, value]), counts[value]) for value in values]

    def check_name(self, form: str) -> str:
        """What a kind of sense check is called."""
        return self.words.text(messages.CHECK_NAMES[form])

    def to_be_heard(self, check: Check) -> int:
        """How many must be heard after a fist to five."""
        return thinking.to_be_heard(check)

    @property
    def last_step(self) -> str:
        """The chair's last step, in words."""
        return self.words.text(messages.STEP_NAMES[self.hall.last_step]) if self.hall.last_step else ""

    @cached_property
    def groups(self) -> list[tuple[int, list[str]]]:
        """The groups drawn, by number, with names."""
        draw = self.hall.draw
        if draw is None:
            return []
        return [(n, [self.name(who) for who in group]) for n, group in enumerate(draw.groups, start=1)]

    @cached_property
    def talk(self) -> list[tuple[str, str, int, str]]:
        """Talk time by kind of participant: (name, time, percent, people in turns)."""
        spoken = floor.talk(self.hall)
        whole = sum(t.seconds for t in spoken) or 1
        return [
            (
                self.words.text(messages.ROLES_TOGETHER[t.role]),
                self.length(t.seconds),
                round(100 * t.seconds / whole),
                self.words.plural("%(n)s turn", "%(n)s turns", t.turns),
            )
            for t in spoken
        ]

    def offer(self, offer: Offer) -> str:
        """What would make the rest fit, in words."""
        item = next((i.title for i in self.hall.agenda if i.id == offer.item), "")
        if offer.kind == "later":
            ends = self.clock((self.hall.ends or 0) + offer.seconds)
            return self.words.text("End at %(time)s", time=ends)
        texts = {
            "turns": self.words.text("%(item)s: turns of %(time)s", item=item, time=self.length(offer.seconds)),
            "pairs": self.words.text("%(item)s: in pairs, %(time)s in all", item=item, time=self.length(offer.seconds)),
        }
        return texts[offer.kind]

    @property
    def turn_seconds(self) -> int:
        """How long a turn is now."""
        return floor.turn_seconds(self.hall)

    @cached_property
    def people(self) -> list[tuple[str, str, Any]]:
        """Those who take part, by name: (handle, name, person)."""
        listed = [(who, self.name(who), person) for who, person in self.hall.people.items()]
        return sorted(listed, key=lambda each: (each[2].removed, not each[2].here, each[1].casefold()))

    @cached_property
    def told(self) -> str:
        """What a screen reader is told when it changes."""
        words = self.words
        if self.room.over:
            return words.text("The gathering is over.")
        if self.hall.opened is None:
            return words.text("The gathering has not begun yet.")
        item = self.item.item.title if self.item else None
        parts = [words.text("No item is open.") if item is None else words.text("Now: %(item)s.", item=item)]
        if self.question:
            parts.append(words.text("Question %(n)s: %(question)s", n=self.question[0], question=self.question[1].text))
        if self.turn:
            parts.append(words.text("%(name)s speaks.", name=self.name(self.turn.who)))
        if self.waiting:
            parts.append(words.text("Next: %(name)s.", name=self.waiting[0].name))
        if self.check and self.check.open:
            parts.append(words.text("A sense check is open."))
        if self.hall.draw:
            parts.append(words.text("Everybody is in groups now."))
        return " ".join(parts)


def context(shown: Shown, **more: Any) -> dict[str, Any]:
    """What the templates of these views are given."""
    return {
        "s": shown,
        "room": shown.room,
        "hall": shown.hall,
        "a": shown.a,
        "icon": icon,
        "mark_name": mark_name,
        "most_waiting": MOST_WAITING,
        **more,
    }


def role_choices(words: Language, roles: Sequence[Role]) -> list[tuple[Role, str]]:
    """Roles with what they are called, for a form."""
    return [(role, words.text(messages.ROLE_NAMES[role])) for role in roles]


@lru_cache(maxsize=64)
def code_drawn(address: str, title: str) -> Markup:
    """A QR code for a page."""
    return Markup(qr.svg(address, title=title))  # noqa: S704  its title is escaped


class Drawing:
    """Renders the views: the macros of `live/<view>.html`, one for each region, and one for each contribution. `url`:
    where people reach the site."""

    def __init__(self, url: str) -> None:
        self.url = url
        here = Path(__file__).parent
        sources = [here / "live_shown.py", *sorted((here / "templates" / "live").glob("*.html"))]
        parts = [url.encode(), *(file.read_bytes() for file in sources)]
        self.version = sha256(b"".join(parts)).hexdigest()[:8]

    def __call__(self, room: Room, view: View, language_code: str) -> Drawn:
        """The regions of a view."""
        shown = Shown(room, language(language_code))
        given = context(shown, view=view, roles=role_choices(shown.words, ROLES), qr=code_drawn)
        given |= {
            "join_url": f"{self.url}/j/{room.code}",
            "join_address": f"{self.url}/j".partition("://")[2],
            "record_url": f"{self.url}{room.path}/record",
        }
        module: Any = render.environment(shown.words.code).get_template(f"live/{view}.html").make_module(given)
        drawn: Drawn = {name: ("view", str(getattr(module, name)()).strip()) for name in REGIONS[view]}
        if view == "phone":
            for _, said in shown.entries[-MOST_ENTRIES:]:
                drawn[f"e-{said.id}"] = ("entries", str(module.entry(said)).strip())
        return drawn


def in_page(drawn: Drawn, names: Sequence[str]) -> dict[str, str]:
    """The regions of a page, by name."""
    return {name: drawn[name][1] for name in names if name in drawn}
