"""Casting a ballot on a phone. It is in the box, and the disk has it, before the phone says "recorded"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from comuna.kernel.refusal import Refused
from comuna.rules import gathering as rules
from comuna.rules import vote
from comuna.rules.state import Vote
from comuna.store import box
from comuna.store.book import Damaged
from comuna.store.store import Store
from comuna.store.together import Together
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


class Brought(NamedTuple):
    """A ballot that came in. `unread`: whether nobody could read it on the way."""

    book: str
    gathering: str
    vote: str
    unread: bool
    cast: box.Cast


def into_the_box(store: Store) -> Together[Brought]:
    """Where ballots go: those that come at once are put into their boxes in one job."""

    def work(tx: Transaction, brought: Sequence[Brought]) -> list[Exception | None]:
        outcomes: dict[int, Exception | None] = {}
        for where, these in _by_vote(brought).items():
            try:
                found = _open(store, tx, *where)
                outcomes |= zip(these, box.cast_all(tx, found, [brought[n].cast for n in these]), strict=True)
            except Refused as refused:
                outcomes |= {n: Refused(refused.code, **refused.arguments) for n in these}
            except Damaged as damaged:  # their book; the ballots of others go into their boxes
                outcomes |= {n: Damaged(*damaged.args) for n in these}
        return [outcomes[n] for n in range(len(brought))]

    return Together(store, work)


def _by_vote(brought: Sequence[Brought]) -> dict[tuple[str, str, str, bool], list[int]]:
    found: dict[tuple[str, str, str, bool], list[int]] = {}
    for n, (*where, _) in enumerate(brought):
        found.setdefault(tuple(where), []).append(n)
    return found


def _open(store: Store, tx: Transaction, book: str, gathering: str, wanted: str, unread: bool) -> Vote:
    """The vote, if it is open and these ballots may go into it."""
    state = store.state(tx.connection, book)
    assert state is not None
    rules.open_for_words(state, gathering)
    found = vote.under_way(state, gathering, wanted)
    if found.secret and not unread:
        raise Refused("vote.needs_https")
    return found


async def cast(door: LiveDoor) -> Response:
    """Put a ballot into the box. `ballot`: the id that the phone chose, which is its tracking code; without a script
    the server chooses one. Refuses live.join_first, live.removed, vote.*, voter.not_admitted."""
    me, room, form = door.me, door.room, door.form
    if me is None:
        raise Refused("live.join_first")
    person = door.person
    if person is not None and person.removed:
        raise Refused("live.removed")
    ballot = box.Cast(me, form.line("ballot") or new_id(), ranking(door))
    ballots: Together[Brought] = door.request.app.state.ballots
    await ballots.ask(Brought(room.book, room.id, form.line("vote"), private(door), ballot))
    if door.by_script:
        return JSONResponse({"done": True, "ballot": ballot.ballot})
    return door.page("live/recorded.html", ballot=ballot.ballot, path=f"{room.path}/live")
