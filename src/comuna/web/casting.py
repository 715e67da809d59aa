"""Casting a ballot on a phone. It is in the box, and the disk has it, before the phone says "recorded"."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from comuna.kernel.refusal import Refused
from comuna.rules import vote
from comuna.store import box
from comuna.store.writer import Transaction
from comuna.web import voters
from comuna.web.access import new_id
from comuna.web.chair_votes import private, ranking
from comuna.web.live_door import LiveDoor, admit


async def check_in(door: LiveDoor) -> Response:
    """Show one's card to one's own phone: from then on it may vote. Refuses live.join_first, card.unknown,
    card.replaced, voter.no_right, voter.here_already."""
    me, room, card = door.me, door.room, door.form.line("card")
    if me is None:
        raise Refused("live.join_first")

    def job(tx: Transaction) -> None:
        door.open_for_words(tx)
        try:
            voters.by_own_card(door.store, tx, room.book, room.id, me, card)
        except Refused as refused:
            if refused.code != voters.ADMITTED:
                raise

    await door.write(job)
    return door.done(f"{room.path}/live")


async def in_box(door: LiveDoor) -> Response:
    """How many ballots lie in the box of each vote that is open: {"vote": number}. Never whose. Refuses
    live.not_here."""
    if await admit(door.live, "wall", door.request.cookies, {"code": door.code or ""}) is None:
        raise Refused("live.not_here")
    await door.live.refresh()
    open_ = [v.id for v in door.room.state.votes.values() if v.gathering == door.room.id and v.status == "open"]

    def count() -> dict[str, int]:
        with door.store.read() as connection:
            return {each: box.cast_so_far(connection, each) for each in open_}

    return JSONResponse(await run_in_threadpool(count))


async def cast(door: LiveDoor) -> Response:
    """Put a ballot into the box. `ballot`: the id that the phone chose, which is its tracking code; without a script
    the server chooses one. Refuses live.join_first, live.removed, vote.*, voter.not_admitted."""
    me, room, form = door.me, door.room, door.form
    if me is None:
        raise Refused("live.join_first")
    person = door.person
    if person is not None and person.removed:
        raise Refused("live.removed")
    wanted, ballot, written = form.line("vote"), form.line("ballot") or new_id(), ranking(door)

    def job(tx: Transaction) -> None:
        door.open_for_words(tx)
        state = door.store.state(tx.connection, room.book)
        assert state is not None
        found = vote.under_way(state, room.id, wanted)
        if found.secret and not private(door):
            raise Refused("vote.needs_https")
        box.cast(tx, found, me, ballot, written)

    await door.write(job)
    if door.by_script:
        return JSONResponse({"done": True, "ballot": ballot})
    return door.page("live/recorded.html", ballot=ballot, path=f"{room.path}/live")
