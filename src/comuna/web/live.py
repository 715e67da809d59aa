"""The gathering on a phone: coming in, what is happening, my hand and my turn, answers and moments. And the wall, which
only shows."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, cast

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.live.hub import View
from comuna.methods import lots
from comuna.rules import discussion, floor, presence, thinking
from comuna.rules.hall import Hall, Role, What, Where
from comuna.store import entering, people
from comuna.store import hall as halls
from comuna.store.writer import Transaction
from comuna.web import live_shown, render
from comuna.web.access import GUEST_COOKIE, Door, new_id
from comuna.web.live_door import CHAIR_COOKIE, CODE_COOKIE, LiveDoor, admit, chairs
from comuna.web.live_shown import COLUMNS, REGIONS, Shown

OWN_ROLES: Final[tuple[Role, ...]] = ("guest", "member", "representative", "note_taker", "time_keeper")
"""As whom people may say they are here; who facilitates holds a chair's key."""


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """What concerns one person alone. `hands`: their hands with place and reason; `up`: kinds of them; `place`: theirs
    in the go-round; `group`: the number of theirs, and who is in it too."""

    name: str | None
    role: str = ""
    role_code: Role = "guest"
    where: Where = "hall"
    removed: bool = False
    speaking: bool = False
    until: int = 0
    seconds: int = 0
    in_round: bool = False
    may_pass: bool = False
    place: int = 0
    why: str = ""
    hands: tuple[MyHand, ...] = ()
    up: frozenset[str] = frozenset()
    group: int | None = None
    with_whom: tuple[str, ...] = ()
    spoken: str = ""


class MyHand(msgspec.Struct, frozen=True, kw_only=True):
    """One of my hands."""

    id: str
    what: str
    place: int
    why: str


def mine(shown: Shown, me: str) -> Mine:
    """What concerns one person alone."""
    h = shown.hall
    person = h.people.get(me)
    if person is None:
        return Mine(name=shown.room.names.get(me))
    turn, round, draw = h.turn, h.round, h.draw
    speaking = turn is not None and turn.who == me
    asked = (*round.waiting, *round.passed) if round else ()
    places = floor.queue(h, shown.room.order)
    hands = tuple(
        MyHand(id=p.hand.id, what=shown.what(p.hand.what), place=n, why=shown.why(p.reason, p.value, own=True))
        for n, p in enumerate(places, start=1)
        if p.hand.who == me
    )
    group = thinking.group_of(draw, me) if draw else None
    spoken = floor.seconds_spoken(h).get(me, 0)
    return Mine(
        name=shown.room.names.get(me),
        role=shown.role(me),
        role_code=person.role,
        where=person.where,
        removed=person.removed,
        speaking=speaking,
        until=turn.at + turn.seconds if turn and speaking else 0,
        seconds=turn.seconds if turn and speaking else 0,
        in_round=me in asked and not speaking,
        may_pass=round is not None and me in round.waiting,
        place=asked.index(me) + 1 if me in asked else 0,
        why=shown.why("again", own=True) if round and (round.second or me in round.passed) else "",
        hands=hands,
        up=frozenset(p.hand.what for p in places if p.hand.who == me),
        group=group,
        with_whom=tuple(shown.name(who) for who in draw.groups[group - 1] if who != me) if draw and group else (),
        spoken=shown.length(spoken) if spoken else "",
    )


# Pages


async def view_page(door: LiveDoor, view: View, *, joined: bool = False, me: str | None = None) -> Response:
    """The page of a view, as it stands now; from then on it listens."""
    await door.live.refresh()
    channel, drawn = await door.live.drawn(view, door.words.code)
    shown = Shown(door.room, door.words)
    own = mine(shown, me) if me else Mine(name=None)
    if me and own.name is None:  # they gave a name, and did not come in yet
        own = Mine(name=await run_in_threadpool(_name_of, door, me))
    titles = {
        "phone": door.words.text("Gathering"),
        "chair": door.words.text("Chair"),
        "wall": door.words.text("Wall"),
    }
    return door.page(
        "live/page.html",
        **live_shown.context(shown, view=view),
        columns=COLUMNS[view],
        regions=live_shown.in_page(drawn, REGIONS[view]),
        entries=[html for _, (parent, html) in drawn.items() if parent == "entries"],
        mark=channel.name,
        now=round(door.live.now(), 2),
        code=door.code,
        me=me if joined else None,
        mine=own,
        joined=joined,
        here_before=own.name is not None and bool(own.role),
        roles=live_shown.role_choices(door.words, OWN_ROLES),
        ticket=new_id(),
        titles=titles,
    )


def _name_of(door: LiveDoor, me: str) -> str | None:
    with door.store.read() as connection:
        return halls.names(connection, [me]).get(me)


async def show(door: LiveDoor) -> Response:
    """The gathering on a phone; who does not take part and brings no code is asked for it. Refuses live.removed."""
    person = door.person
    if await admit(door.live, "phone", door.request.cookies, {"code": door.code or ""}) is None:
        if person is not None:
            raise Refused("live.removed")
        return door.go("/j")
    return await view_page(door, "phone", joined=person is not None and person.here, me=door.me)


async def wall(door: LiveDoor) -> Response:
    """The wall. Whoever takes part, chairs, facilitates or brings the code may look at it."""
    if await admit(door.live, "wall", door.request.cookies, {"code": door.code or ""}) is None:
        return door.go("/j")
    return await view_page(door, "wall")


async def my_part(door: LiveDoor) -> Response:
    """What concerns who asks, alone: a piece of their page."""
    if door.me is None:
        raise Refused("live.not_here")
    await door.live.refresh()
    shown = Shown(door.room, door.words)
    roles = live_shown.role_choices(door.words, OWN_ROLES)
    template = render.environment(door.words.code).get_template("live/me.html")
    return HTMLResponse(template.render(**live_shown.context(shown), mine=mine(shown, door.me), roles=roles))


async def draw_lots(door: LiveDoor) -> Response:
    """The draw as plain text, with all that is needed to make it again. Refuses live.not_here, draw.over."""
    if await admit(door.live, "phone", door.request.cookies, {"code": door.code or ""}) is None:
        raise Refused("live.not_here")
    await door.live.refresh()
    shown, draw = Shown(door.room, door.words), door.live.room.hall.draw
    if draw is None:
        raise Refused("draw.over")
    drawn = lots.in_drawn_order([who for group in draw.groups for who in group], bytes.fromhex(draw.seed))
    lines = [f"# seed {draw.seed}", f"# {len(draw.groups)} groups, dealt out in turn by SHA-256(seed + handle)"]
    for who in drawn:
        digest = sha256(bytes.fromhex(draw.seed) + who.encode()).hexdigest()
        lines.append(f"{digest} {who} {thinking.group_of(draw, who)} {shown.name(who)}")
    return PlainTextResponse("\n".join(lines) + "\n")


# Coming in


async def join(door: LiveDoor) -> Response:
    """Come in with a name, or change it. Whoever brings the code, is known here, or chairs. Refuses live.*,
    name.empty, name.too_long, code.unknown."""
    role, where = cast(Role, door.form.line("role") or "guest"), cast(Where, door.form.line("where") or "hall")
    chairing = await chairs(door.live, door.request.cookies.get(CHAIR_COOKIE)) if door.me else None
    if role not in OWN_ROLES and not (chairing and role == "facilitator"):
        raise Refused("live.bad_role")
    if await admit(door.live, "phone", door.request.cookies, {"code": door.code or ""}) is None:
        raise Refused("live.removed" if door.person else "code.unknown")
    me, room = door.me, door.room
    ticket = door.form.line("ticket") or new_id()
    if chairing and chairing == me and door.person:
        role = door.person.role

    def job(tx: Transaction) -> tuple[str, str | None]:
        door.open_for_words(tx)
        handle, key = (me, None) if me else people.arrive(tx, room.id, ticket)
        halls.name_of(tx, handle, door.form.text("name"), role)
        door.store.say(tx, room.id, lambda h: presence.join(h, who=handle, role=role, where=where), by=handle)
        return handle, key

    _, key = await door.write(job)
    response = door.done(f"{room.path}/live")
    if key is not None:
        await door.live.who(key)
        door.set_cookie(response, GUEST_COOKIE, key)
    if door.code is not None:
        door.set_cookie(response, CODE_COOKIE, door.code)
    return response


# What a phone can do. Each gives the line to be written.


def _hand(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    kind = cast(What, door.form.line("kind"))
    return lambda h: floor.raise_hand(h, who=me, hand=key, what=kind)


def _lower(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    hand = door.form.line("hand")
    return lambda h: floor.lower_hand(h, hand=hand, by=me)


def _done(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    turn = door.form.line("turn")
    return lambda h: floor.end_turn(h, turn=turn, by=me)


def _pass(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    round = door.form.line("round")
    return lambda h: floor.pass_on(h, round=round, who=me)


def _check(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    check, value = door.form.line("check"), door.form.number("value")
    return lambda h: thinking.answer_check(h, by=me, check=check, value=-1 if value is None else value)


def _leave(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    return lambda h: presence.leave(h, who=me)


def _answer(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    form, session = door.form, door.room.session
    name = door.room.names.get(me) if form.ticked("signed") else None
    question, text = form.line("question"), form.text("words")
    return _present(
        me,
        lambda h: discussion.answer(h.discussion, session, entry=key, question=question, text=text, author=name),
    )


def _moment(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    text = door.form.text("words")
    return _present(me, lambda h: _released(door, h, key, text, None))


def _released(door: LiveDoor, h: Hall, entry: str, text: str, author: str | None) -> Any:
    question = h.question if door.room.session.question(h.question) else None
    return discussion.release(
        h.discussion, door.room.session, entry=entry, text=text, mark=None, seconds=None, question=question,
        column=None, author=author,
    )  # fmt: skip


def _report(door: LiveDoor, me: str, key: str) -> Callable[[Hall], Any]:
    """What a group brings back, in its name: to the question at hand, else as a moment."""
    session, text, words = door.room.session, door.form.text("words"), door.words

    def decide(h: Hall) -> Any:
        group = thinking.group_of(h.draw, me) if h.draw else None
        if group is None:
            raise Refused("draw.over")
        author = words.text("Group %(n)s", n=group)
        if session.question(h.question) is None:
            return _released(door, h, key, text, author)
        return discussion.answer(h.discussion, session, entry=key, question=h.question or "", text=text, author=author)

    return _present(me, decide)


def _present(me: str, decide: Callable[[Hall], Any]) -> Callable[[Hall], Any]:
    """Only who was not removed may do it."""

    def checked(h: Hall) -> Any:
        person = h.people.get(me)
        if person is not None and person.removed:
            raise Refused("live.removed")
        return decide(h)

    return checked


STEPS: Final[dict[str, Callable[[LiveDoor, str, str], Callable[[Hall], Any]]]] = {
    "hand": _hand,
    "lower": _lower,
    "done": _done,
    "pass": _pass,
    "check": _check,
    "leave": _leave,
    "answer": _answer,
    "moment": _moment,
    "report": _report,
}
CONTRIBUTIONS: Final = ("answer", "moment", "report")


async def do(door: LiveDoor) -> Response:
    """Something a phone does. Refuses address.unknown, live.*, floor.*, round.*, check.*, words.*, gathering.closed."""
    step = door.request.path_params["do"]
    if step not in STEPS:
        raise Refused("address.unknown")
    me, key = door.me, door.key
    if me is None:
        raise Refused("live.join_first")
    if me not in door.room.names:  # they came in this very moment
        await door.live.refresh()
    decide = STEPS[step](door, me, key)
    await door.say(decide, by=me, key=key, contribution=step in CONTRIBUTIONS)
    return door.done(f"{door.room.path}/live")


# The code


def find(door: Door) -> Response:
    """Where a code is typed."""
    return door.page("live/find.html", problem=None, written="")


def enter_code(door: Door) -> Response:
    """From a code to its gathering, or to the register it opens; how often one may guess is limited."""
    written = door.form.line("code") or str(door.request.path_params.get("code", ""))
    rates, address = door.request.app.state.rates, door.request.client.host if door.request.client else ""
    try:
        if not rates.may_guess(address):
            raise Refused("rate.exceeded")
        with door.store.read() as connection:
            register = entering.door_with(connection, written)
            if register is not None:
                return door.go(f"/g/{register.book}/join/{register.code}")
            gathering = halls.gathering_of(connection, written)
            code = halls.code_of(connection, gathering)
    except Refused as refused:
        if refused.code == "code.unknown":
            rates.guessed_wrong(address)
        status, sentence = messages.refusal(door.words, refused)
        return door.page("live/find.html", status=status, problem=sentence, written=written[:12])
    return door.go(f"/s/{gathering}/live?code={code}")
