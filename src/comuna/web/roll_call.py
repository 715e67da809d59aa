"""Calling the roll in an open vote: the chair and the desk see who may vote, is here and has not voted, one after the
other, and write down what each says. Whoever does not answer is called again at the end; that is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from comuna.kernel.refusal import Refused
from comuna.rules import vote
from comuna.rules.hall import Person
from comuna.rules.state import Vote
from comuna.store import box, register
from comuna.store import hall as halls
from comuna.store.writer import Transaction
from comuna.web import assembly_shown
from comuna.web.chair_acts import Job, Step
from comuna.web.chair_steps import chaired
from comuna.web.chair_votes import ranking
from comuna.web.live_door import LiveDoor, admit


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the list: their name and number where they are known, and what they said."""

    handle: str
    name: str
    member: str | None
    said: tuple[int, ...] = ()


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """How far a roll call is: who is still to be called, in order; what was said, by name; how many of those here
    voted in another way."""

    waiting: list[Called]
    said: list[Called]
    others: int

    @property
    def now(self) -> Called | None:
        """Who is called now."""
        return self.waiting[0] if self.waiting else None


def _found(door: LiveDoor) -> Vote:
    """The vote whose roll is called. Refuses vote.unknown, vote.closed, vote.annulled, vote.way_unknown."""
    found = vote.under_way(door.room.state, door.room.id, door.request.path_params["vote"])
    if vote.ROLL_CALL not in found.ways:
        raise Refused("vote.way_unknown", way=vote.ROLL_CALL)
    return found


async def show(door: LiveDoor) -> Response:
    """The roll call of a vote, for the chair and the desk. `after`: whoever was called last. Refuses what `_found`
    does."""
    if await chaired(door) is None:
        return door.go(f"{door.room.path}/chair/open")
    await door.live.refresh()
    try:
        found = _found(door)
    except Refused as refused:
        if refused.code not in ("vote.closed", "vote.annulled") or door.by_script:
            raise
        return door.go(f"{door.room.path}/chair")
    after = door.request.query_params.get("after", "")
    roll = await run_in_threadpool(_roll, door, found, after, door.live.hall().people)
    shown = assembly_shown.deciding(door.room, door.words)
    assert shown is not None
    b = next(each for each in shown.open_votes if each.id == found.id)
    return door.page("live/roll_call.html", room=door.room, b=b, roll=roll)


def _roll(door: LiveDoor, found: Vote, after: str, people: Mapping[str, Person]) -> Roll:
    room = door.room
    with door.store.read() as connection:
        everybody = box.roll(connection, found)
        names = register.names(connection, room.book, {v.member for v in everybody if v.member})
        unregistered = halls.names(connection, [v.handle for v in everybody if v.member is None])
    called = {v.handle: _called(door, v, names, unregistered) for v in everybody}
    ways = {v.handle: v.way for v in everybody}
    order = sorted(called, key=lambda handle: (register.key(called[handle].name, ""), called[handle].member or handle))
    place = order.index(after) + 1 if after in called else 0
    from_here = order[place:] + order[:place]
    return Roll(
        waiting=[called[each] for each in from_here if ways[each] is None and _is_here(people.get(each))],
        said=[called[each] for each in order if ways[each] == vote.ROLL_CALL],
        others=sum(way not in (None, vote.ROLL_CALL) for way in ways.values()),
    )


def _called(door: LiveDoor, v: box.Voter, names: dict[str, str], unregistered: dict[str, str]) -> Called:
    """By the name on the register; by the number where there is none; where nobody keeps a register, by the name with
    which they came."""
    if v.member is None:
        name = unregistered.get(v.handle) or door.words.text("somebody")
    else:
        name = names.get(v.member) or door.words.text("Member %(number)s", number=v.member)
    return Called(handle=v.handle, name=name, member=v.member if v.member in names else None, said=v.said)


def _is_here(person: Person | None) -> bool:
    return person is not None and person.here and not person.removed


async def heard(door: LiveDoor) -> Response:
    """What the roll calls under way came to so far, as everybody in the hall heard it: {"vote": [number, …]}, one for
    each option. Refuses live.not_here."""
    if await admit(door.live, "wall", door.request.cookies, {"code": door.code or ""}) is None:
        raise Refused("live.not_here")
    await door.live.refresh()
    here = [v for v in door.room.state.votes.values() if v.gathering == door.room.id and v.status == "open"]
    calling = [v for v in here if vote.ROLL_CALL in v.ways]

    def count() -> dict[str, tuple[int, ...]]:
        with door.store.read() as connection:
            return {each.id: box.heard(connection, each)[0] for each in calling}

    return JSONResponse(await run_in_threadpool(count))


def _answer(door: LiveDoor) -> Job:
    """Write down what somebody says, as their open ballot: once, and changed only where the charter lets them. Refuses
    what `box.cast` does."""
    of, who, ballot, written = door.form.line("vote"), door.form.line("who"), door.key, ranking(door)

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        found = vote.under_way(state, door.room.id, of)
        box.cast(tx, found, who, ballot, written, way=vote.ROLL_CALL)

    return job


CALLING: Final[dict[str, Step]] = {"roll-call": _answer}
"""The step of a roll call."""
