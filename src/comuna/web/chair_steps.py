"""What a chair does while the gathering is held: the agenda, who speaks, sense checks, groups, the door, undo.

Two chairs may press at once: each step names what it ends or changes, so that pressed twice it is done once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, Final, cast

from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.methods import lots
from comuna.rules import agenda, floor, journal, presence, thinking
from comuna.rules.hall import ROLES, Form, Hall, Role
from comuna.rules.timing import Offer
from comuna.store import hall as halls
from comuna.store import people
from comuna.store.writer import Transaction
from comuna.web.live_door import CHAIR_COOKIE, LiveDoor, chairs

WHOLE: Final = re.compile(r"[0-9]{1,9}")
"""A whole number as a form or an address brings it."""


def offered(written: str) -> Offer | None:
    kind, _, rest = written.partition(" ")
    seconds, _, item = rest.partition(" ")
    if kind not in ("turns", "pairs", "later") or not WHOLE.fullmatch(seconds):
        return None
    return Offer(kind=kind, seconds=int(seconds), item=item or None)


async def chaired(door: LiveDoor) -> str | None:
    """As whom somebody chairs."""
    return await chairs(door.live, door.request.cookies.get(CHAIR_COOKIE))


async def do(door: LiveDoor) -> Response:
    """A step of the chair. Refuses live.no_chair, address.unknown, and what the step's rule does. A floor that has
    moved on meanwhile is what whoever pressed twice wanted."""
    step = door.request.path_params["do"]
    if step not in STEPS:
        raise Refused("address.unknown")
    by = await chaired(door)
    if by is None:
        raise Refused("live.no_chair")
    if step == "remove" and door.form.line("who") == by:
        raise Refused("live.yourself")
    key = door.key
    decide = STEPS[step](door, key)
    try:
        await door.say(decide, by=by, key=key, chair=True)
    except Refused as refused:
        if refused.code not in ("floor.moved_on", "step.not_last") or not door.by_script:
            raise
    return door.done(f"{door.room.path}/chair")


def _open_item(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    item = door.form.line("item")
    return lambda h: agenda.open_item(h, item=item)


def _close_item(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    item = door.form.line("item")
    return lambda h: agenda.close_item(h, item=item)


def _extend(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    item, by, questions = door.form.line("item"), _signed(door, "by"), len(door.room.session.questions)
    return lambda h: agenda.extend_item(h, item=item, by=by, questions=questions)


def _end(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    by = _signed(door, "by")
    return lambda h: agenda.move_end(h, by=by)


def _take_offer(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    offer = offered(" ".join(door.form.line(name) for name in ("kind", "seconds", "item")))
    if offer is None:
        raise Refused("item.bad_time")
    return lambda h: agenda.take_offer(h, offer)


def _question(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    question, session = door.form.optional("question"), door.room.session
    return lambda h: agenda.open_question(h, session, question=question)


def _next(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    ends, order = door.form.optional("ends"), door.room.order
    return lambda h: floor.next_turn(h, ends=ends, turn=key, seconds=floor.turn_seconds(h), order=order)


def _call(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    form, order = door.form, door.room.order
    ends, hand, who = form.optional("ends"), form.optional("hand"), form.optional("who")
    return lambda h: floor.call(h, ends=ends, turn=key, hand=hand, who=who, seconds=floor.turn_seconds(h), order=order)


def _end_turn(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    turn = door.form.line("turn")
    return lambda h: floor.end_turn(h, turn=turn, by=None)


def _more_time(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    turn, by = door.form.line("turn"), _signed(door, "by")
    return lambda h: floor.extend_turn(h, turn=turn, seconds=by)


def _lower(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    hand = door.form.line("hand")
    return lambda h: floor.lower_hand(h, hand=hand, by=None)


def _hand(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    who = door.form.line("who")
    return lambda h: floor.raise_hand(h, who=who, hand=key, what="point")


def _round(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    seconds, by_lot, seed = door.form.number("seconds"), door.form.line("order") == "lot", secrets.token_bytes(16)

    def decide(h: Hall) -> Any:
        order = [*h.here("hall"), *h.here("remote")]
        drawn = lots.in_drawn_order(order, seed) if by_lot else order
        return floor.open_round(h, round=key, order=drawn, seconds=seconds or floor.turn_seconds(h))

    return decide


def _end_round(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    round = door.form.line("round")
    return lambda h: floor.close_round(h, round=round)


def _pass(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    round, who = door.form.line("round"), door.form.line("who")
    return lambda h: floor.pass_on(h, round=round, who=who)


def _check(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    form, asked = cast(Form, door.form.line("form")), door.form.line("asked")
    return lambda h: thinking.open_check(h, check=key, form=form, asked=asked)


def _close_check(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    check = door.form.line("check")
    return lambda h: thinking.close_check(h, check=check)


def _put_away(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    check = door.form.line("check")
    return lambda h: thinking.put_check_away(h, check=check)


def _offers(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    minutes = door.form.number("minutes") or 0
    return lambda h: thinking.open_offers(h, offers=key, seconds=minutes * 60)


def _show_offers(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    offers = door.form.line("offers")
    return lambda h: thinking.show_offers(h, offers=offers)


def _groups(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    size, minutes, seed = door.form.number("size") or 0, door.form.number("minutes") or 0, secrets.token_bytes(16)
    return lambda h: thinking.draw_groups(h, draw=key, seed=seed, size=size, seconds=minutes * 60)


def _end_groups(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    draw = door.form.line("draw")
    return lambda h: thinking.end_groups(h, draw=draw)


def _count(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    uncounted = door.form.number("uncounted")
    return lambda h: presence.count_room(h, uncounted=-1 if uncounted is None else uncounted)


def _lock(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    locked = door.form.ticked("locked")
    return lambda h: presence.lock(h, locked=locked)


def _remove(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    who, back = door.form.line("who"), door.form.ticked("back")
    return lambda h: presence.remove(h, who=who, back=back)


def _gone(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    who = door.form.line("who")
    return lambda h: presence.leave(h, who=who)


def _undo(door: LiveDoor, key: str) -> Callable[[Hall], Any]:
    step = door.form.number("step")
    return lambda h: journal.undo(h, step=-1 if step is None else step)


def _signed(door: LiveDoor, name: str) -> int:
    """A whole number that may be below zero. Refuses item.bad_time."""
    written = door.form.line(name)
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 7):
        raise Refused("item.bad_time")
    return int(written)


STEPS: Final[dict[str, Callable[[LiveDoor, str], Callable[[Hall], Any]]]] = {
    "open": _open_item,
    "close": _close_item,
    "extend": _extend,
    "end": _end,
    "offer": _take_offer,
    "question": _question,
    "next": _next,
    "call": _call,
    "end-turn": _end_turn,
    "more-time": _more_time,
    "lower": _lower,
    "hand": _hand,
    "round": _round,
    "end-round": _end_round,
    "pass": _pass,
    "check": _check,
    "close-check": _close_check,
    "put-away": _put_away,
    "offers": _offers,
    "show-offers": _show_offers,
    "groups": _groups,
    "end-groups": _end_groups,
    "count": _count,
    "lock": _lock,
    "remove": _remove,
    "gone": _gone,
    "undo": _undo,
}
"""Every step of the chair that is one line of the journal."""


async def add(door: LiveDoor) -> Response:
    """Add somebody who has no phone. Sent twice, they are added once. Refuses live.no_chair, live.*, name.*."""
    by = await chaired(door)
    if by is None:
        raise Refused("live.no_chair")
    role = cast(Role, door.form.line("role") or "guest")
    if role not in ROLES:
        raise Refused("live.bad_role")
    room, key = door.room, door.key

    def job(tx: Transaction) -> None:
        if door.store.journals.was_sent(tx, room.id, key, by):
            return
        door.open_for_words(tx)
        handle = people.new_person(tx, room.id)
        halls.name_of(tx, handle, door.form.text("name"), role)
        door.store.say(
            tx,
            room.id,
            lambda h: presence.join(h, who=handle, role=role, where="hall", phone=False, chair=True),
            by=by,
            key=key,
        )

    await door.write(job)
    return door.done(f"{room.path}/chair")
