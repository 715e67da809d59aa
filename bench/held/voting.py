"""An assembly under way with a vote open, in which everybody may vote by phone."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bench.held.gathering import Held, hold
from comuna.kernel import identity
from comuna.rules import assembly, charter, motion, presence, vote
from comuna.store import book, box, deciding, schema, texts
from comuna.store.store import Store
from comuna.store.writer import Transaction

SOURCE = 'source = "a benchmark"\nvalid_from = "2026-11-28"\n'
RULES = f"""kind = "hall"
version = 1
title = {{ en = "Hall", es = "Sala" }}
[gatherings.assembly]
title = {{ en = "Assembly", es = "Asamblea" }}
[gatherings.assembly.quorum]
value = [{{ of = "roll", share = "3/10" }}]
{SOURCE}[decisions.ordinary]
title = {{ en = "Decision", es = "Decisión" }}
[decisions.ordinary.majority]
value = {{ of = "cast", share = "1/2" }}
{SOURCE}"""


@dataclass(frozen=True)
class Voting:
    """A vote that is open, and the people who may vote in it."""

    held: Held
    database: Path
    book: str
    vote: str


def open_vote(folder: Path, size: int, *, secret: bool) -> Voting:
    """Hold a gathering, convene it, let everybody vote, open the assembly and a vote by phone."""
    held = hold(folder, size)
    database = folder / "comuna.db"
    store = Store(str(database))
    try:
        return _open_vote(store, database, held, secret=secret)
    finally:
        store.close()


def _open_vote(store: Store, database: Path, held: Held, *, secret: bool) -> Voting:
    with store.read() as connection:
        of = str(connection.execute(sa.select(schema.gatherings.c.book)).scalar_one())
        handles = list(store.hall(connection, held.gathering).people)
    admitted: list[Future[None]] = [store.submit(_admitted(store, held.gathering, who)) for who in handles]
    for each in admitted:
        each.result()

    def job(tx: Transaction) -> str:
        def state() -> book.State:
            found = store.state(tx.connection, of) if of not in tx.pending else tx.pending[of].state
            assert found is not None
            return found

        def record(done: book.Act, by: str = "chair", *kept: book.Text) -> None:
            store.record(tx, of, lambda _: done, by=by, with_texts=kept)

        member = next(iter(state().members))
        new = assembly.CharterAmended(
            decision=identity.id_of(tx.random(16)), charter=RULES, charter_digest=charter.digest(RULES)
        )
        record(new)
        date, start = state().gatherings[held.gathering].date, state().gatherings[held.gathering].start
        today, now = dt.datetime.now(dt.UTC).date().isoformat(), f"{date}T{start}"
        record(
            assembly.convene(
                state(), by=member, gathering=held.gathering, form="assembly", matters={"a3": "ordinary"}, today=today
            ),
            member,
        )
        roll = len(handles)
        record(assembly.open_assembly(state(), by="chair", gathering=held.gathering, present=roll, roll=roll, now=now))
        put, asked = identity.id_of(tx.random(16)), identity.id_of(tx.random(16))
        words = texts.new(tx, "We repair the pump.")
        record(
            motion.move(
                state(), by="chair", gathering=held.gathering, motion=put, item="a3", decision="ordinary",
                text=words.ref,
            ),
            "chair",
            words,
        )  # fmt: skip
        record(motion.read_back(state(), by="chair", gathering=held.gathering, motion=put))
        ask = vote.Ask(subject="motion", of=put, ways=("phones",), secret=secret)
        record(vote.open_vote(state(), by="chair", gathering=held.gathering, vote=asked, roll=roll, ask=ask))
        return asked

    return Voting(held, database, of, store.write(job))


def _admitted(store: Store, gathering: str, who: str):
    def job(tx: Transaction) -> None:
        box.admit(tx, gathering, who)
        store.say(tx, gathering, lambda h: presence.admit_voter(h, who=who), by=who)

    return job


def in_box(voting: Voting) -> int:
    """How many ballots lie in the box."""
    store = Store(str(voting.database))
    try:
        with store.read() as connection:
            return box.cast_so_far(connection, voting.vote)
    finally:
        store.close()


def close(voting: Voting) -> tuple[float, int]:
    """Close the vote: seconds until the verdict is on the disk, and how many ballots it counted."""
    import time

    store = Store(str(voting.database))
    try:
        with store.read() as connection:
            store.state(connection, voting.book)
        began = time.perf_counter()
        closed = store.write(
            lambda tx: deciding.close_vote(
                tx, store.shelf, voting.book, by="chair", gathering=voting.held.gathering, vote=voting.vote
            )
        )
        return time.perf_counter() - began, closed.ballots
    finally:
        store.close()


def cast_bare(voting: Voting, size: int) -> float:
    """The bare writer: as many ballots, handed to it by one thread with nothing between; seconds until the disk has
    all."""
    import time

    store = Store(str(voting.database))
    try:
        with store.read() as connection:
            state = store.state(connection, voting.book)
            handles = list(store.hall(connection, voting.held.gathering).people)[:size]
        assert state is not None
        found = state.votes[voting.vote]
        began = time.perf_counter()
        cast = [
            store.submit(lambda tx, who=who: box.cast(tx, found, who, identity.id_of(tx.random(16)), ["0"]))  # type: ignore[misc]
            for who in handles
        ]
        for each in cast:
            each.result()
        return time.perf_counter() - began
    finally:
        store.close()
