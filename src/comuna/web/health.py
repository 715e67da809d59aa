"""Campaign days and rounds of visits: what is on, a place taken with one's card, a turn to help, the desk. Nothing here
asks about anybody's health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna import messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import health as rules
from comuna.rules.register import tidy
from comuna.rules.state_health import Campaign, Round
from comuna.rules.suppression import Cell
from comuna.store import health, register, texts
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor, new_id

LONGEST: Final = 200
"""Letters of what a day is for, and of its place."""


class Slot(msgspec.Struct, frozen=True):
    """A slot of the day: when, how many places are taken of how many, and whether one's own is among them."""

    number: int
    start: str
    taken: int
    places: int
    own: bool

    @property
    def dots(self) -> list[tuple[int, int, bool]]:
        """A dot for each place: x, y, whether it is taken."""
        return [(n % 8 * 10 + 5, n // 8 * 10 + 5, n < self.taken) for n in range(self.places)]

    @property
    def full(self) -> bool:
        """Whether no place is left."""
        return self.taken >= self.places


class Turn(msgspec.Struct, frozen=True):
    """A turn of volunteers: from when to when, how many help, how many it wants and takes."""

    number: int
    start: str
    end: str
    helping: int
    least: int
    most: int
    own: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign day as pages show it; words are None where they were erased."""

    c: Campaign
    what: str | None
    place: str | None
    taken: Cell
    """Places taken, or used once it is over; None where that is not told."""

    @property
    def all(self) -> int:
        """All its places."""
        return self.c.slots * self.c.places


class Went(msgspec.Struct, frozen=True):
    """A round of visits as pages show it: how far it has come (None: not told)."""

    r: Round
    what: str | None
    done: Cell
    all: int


def _shown(connection: sa.Connection, c: Campaign, *, whole: bool) -> Shown:
    """`whole`: for those who keep the desk; to others small counts are not told."""
    now = sum(health.taken(connection, c))
    taken = c.used if c.status == "closed" else now if whole else rules.told(now)
    return Shown(c=c, what=texts.read(connection, c.what), place=texts.read(connection, c.place), taken=taken)


def _went(connection: sa.Connection, r: Round, *, whole: bool) -> Went:
    if r.status == "closed":
        return Went(r, texts.read(connection, r.what), r.done, r.dwellings)
    visits = [each for _, each in health.dwellings(connection, r.id)]
    done = sum(visits)
    told = done if whole else rules.visits(len(visits) - done, done)[1]
    return Went(r, texts.read(connection, r.what), told, len(visits))


def index(door: ReaderDoor) -> Response:
    """The campaign days to come and those that were; rounds of visits. Refuses book.members_only."""
    days = sorted(door.state.health.campaigns.values(), key=lambda c: (c.date, c.start))
    with door.store.read() as connection:
        shown = [_shown(connection, c, whole=door.facilitates) for c in days]
        rounds = [_went(connection, r, whole=door.facilitates) for r in door.state.health.rounds.values()]
    return door.page(
        "health/index.html",
        coming=[each for each in shown if each.c.status == "called"],
        past=[each for each in shown if each.c.status == "closed"][::-1],
        rounds=sorted(rounds, key=lambda each: (each.r.status, each.r.id)),
    )


def campaign_of(door: GroupDoor) -> Campaign:
    """The campaign day of the path. Refuses health.unknown."""
    found = door.state.health.campaigns.get(door.request.path_params["campaign"])
    if found is None:
        raise Refused("health.unknown")
    return found


def show(door: ReaderDoor) -> Response:
    """A campaign day: its slots, its turns, what it needs. Refuses health.unknown."""
    return _page(door)


def _page(door: ReaderDoor, refused: Refused | None = None) -> Response:
    c, me = campaign_of(door), door.row.member if door.row else ""
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    with door.store.read() as connection:
        taken = health.taken(connection, c)
        booked = health.bookings(connection, c.id)
        helping = health.volunteers(connection, c.id)
        own = next((b.slot for b in booked if b.who == f"m{me}"), None)
        names = register.names(connection, door.book, {b.who[1:] for b in booked} | {m for _, m in helping})
        context = {"one": _shown(connection, c, whole=door.facilitates), "supplies": health.supplies(connection, c.id)}
    turns = []
    for number in range(c.turns):
        first, after = rules.turn_of(c, number)
        those = [member for turn, member in helping if turn == number]
        turns.append(Turn(number, rules.at(c, first), rules.at(c, after), len(those), c.least, c.most, me in those))
    slots = [Slot(n, rules.at(c, n), taken[n], c.places, n == own) for n in range(c.slots)]
    return door.page(
        "health/campaign.html",
        status=status,
        problem=problem,
        slots=slots,
        turns=turns,
        own=own,
        booked=[(b, rules.at(c, b.slot), names.get(b.who[1:], b.who[1:])) for b in booked] if door.facilitates else [],
        helpers=[(turn, names.get(m, m)) for turn, m in helping] if door.facilitates else [],
        brought=door.form.text("who") if refused else "",
        fields={name: values[-1] for name, values in door.form.fields.items() if values} if refused else {},
        item=new_id(),
        done=door.request.query_params.get("done", ""),
        today=door.now.date().isoformat(),
        **context,
    )


def then(door: ReaderDoor, job: Callable[[Transaction], None], said: str) -> Response:
    c = campaign_of(door)
    try:
        door.write(job)
    except Refused as refused:
        return _page(door, refused)
    return door.go(f"/g/{door.book}/health/{c.id}?done={said}")


def book(door: ReaderDoor) -> Response:
    """Take a place with my card. Refuses member.card_needed, and what `health.book` does."""
    c, who, slot = campaign_of(door), f"m{door.own.member}", door.form.number("slot")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        health.book(tx, s, door.book, c.id, slot, who)

    return then(door, job, "booked")


def give_back(door: ReaderDoor) -> Response:
    """Give my place back. Refuses member.card_needed."""
    c, who = campaign_of(door), f"m{door.own.member}"
    return then(door, lambda tx: health.give_back(tx, c.id, who), "back")


def help_out(door: ReaderDoor) -> Response:
    """Take a turn. Refuses member.card_needed, and what `health.help_at` does."""
    c, member, turn = campaign_of(door), door.own.member, door.form.number("turn")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        health.help_at(tx, s, door.book, c.id, turn, member)

    return then(door, job, "helping")


def stay_away(door: ReaderDoor) -> Response:
    """Give a turn back. Refuses member.card_needed."""
    c, member, turn = campaign_of(door), door.own.member, door.form.number("turn")
    return then(door, lambda tx: health.stay_away(tx, c.id, turn, member), "back")


# Calling a day


def begin(door: KeeperDoor) -> Response:
    """The form to call a campaign day."""
    start = {"start": "08:00", "slots": "8", "minutes": "30", "places": "5", "turns": "2", "least": "2", "most": "4"}
    return _form(door, {"campaign": new_id(), **start})


def _form(door: KeeperDoor, fields: dict[str, str], refused: Refused | None = None) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    return door.page("health/new.html", status=status, problem=problem, fields=fields)


def words_of(door: GroupDoor, name: str) -> str:
    """Words of a form, on one line. Refuses health.no_words, words.too_long."""
    said = tidy(door.form.line(name))
    if not said:
        raise Refused("health.no_words")
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    return said


def call(door: KeeperDoor) -> Response:
    """Call a day; the same form sent twice calls one. Refuses what `rules.call` does."""
    form, id = door.form, door.form.line("campaign")
    today = door.now.date().isoformat()
    counts = {name: form.number(name) or 0 for name in ("slots", "minutes", "places", "turns", "least", "most")}

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and id in s.health.campaigns:
            return
        what, place = texts.new(tx, words_of(door, "what")), texts.new(tx, words_of(door, "place"))
        door.store.record(
            tx,
            door.book,
            lambda s: rules.call(
                s,
                by=door.member,
                campaign=id,
                what=what.ref,
                place=place.ref,
                date=form.line("date"),
                start=form.line("start")[:5],
                today=today,
                **counts,
            ),
            by=door.member,
            with_texts=[what, place],
        )

    try:
        if not ID.fullmatch(id):
            raise Refused("motion.bad_id")
        door.write(job)
    except Refused as refused:
        return _form(door, {name: values[-1] for name, values in form.fields.items() if values}, refused)
    return door.go(f"/g/{door.book}/health/{id}?done=called")
