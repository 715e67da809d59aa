"""Writing acts and reading them back."""

from __future__ import annotations

import threading
from base64 import b64decode
from hashlib import sha256

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comuna.kernel import identity
from comuna.kernel.act import Act, act_in, check
from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import gathering as g
from comuna.rules.fold import fold
from comuna.rules.state import State
from comuna.store import book, schema, texts
from comuna.store.store import Store
from comuna.store.writer import HeadMoved, Transaction
from tests.cast import CIRCLE, Clock, World, an_id


def kinds(world: World) -> list[str]:
    with world.store.read() as connection:
        return [e.kind for e in book.envelopes(connection, world.book)]


def test_what_was_recorded_is_read_back_word_for_word(world: World) -> None:
    assert kinds(world) == ["group.founded/1", "member.admitted/1", "gathering.called/1"]
    with world.store.read() as connection:
        leaves = list(book.leaves(connection, world.book))
        assert [check(leaf).seq for leaf in leaves] == [0, 1, 2]
        name = world.state().name
        assert name is not None
        assert texts.read(connection, name) == CIRCLE
        assert fold(book.envelopes(connection, world.book)) == world.state()


def test_a_store_opened_again_tells_the_same_story(world: World, address: str) -> None:
    world.cancel()
    again = Store(address)
    with again.read() as connection:
        assert again.state(connection, world.book) == world.state()
    assert again.check() == 1
    again.close()


def test_a_refused_act_leaves_nothing_behind(world: World) -> None:
    reason = text("a leak", bytes(32))
    with pytest.raises(Refused, match=r"gathering\.not_cancelled"):
        world.reinstate()
    with pytest.raises(Refused, match=r"gathering\.unknown"):
        world.act(lambda s: g.cancel(s, by=world.rosa, gathering="nowhere", reason=reason.ref), reason)
    assert len(kinds(world)) == 3
    with world.store.read() as connection:
        assert texts.read(connection, reason.ref) is None
    world.cancel(reason)
    with world.store.read() as connection:
        assert texts.read(connection, reason.ref) == "a leak"


def test_several_acts_of_one_decision_stand_or_fall_together(world: World) -> None:
    def cancel_and_reinstate_too_early(s: State) -> list[Act]:
        return [
            g.cancel(s, by=world.rosa, gathering=world.gathering, reason=None),
            g.reinstate(s, by=world.rosa, gathering=world.gathering),
        ]

    with pytest.raises(Refused):
        world.act(cancel_and_reinstate_too_early)
    assert len(kinds(world)) == 3

    def cancel_and_reinstate(s: State) -> list[Act]:
        return [
            g.cancel(s, by=world.rosa, gathering=world.gathering, reason=None),
            g.GatheringReinstated(gathering=world.gathering),
        ]

    world.act(cancel_and_reinstate)
    assert kinds(world)[3:] == ["gathering.cancelled/1", "gathering.reinstated/1"]
    assert world.store.check() == 1


def test_a_decision_to_do_nothing_is_a_mistake_and_stores_nothing(world: World) -> None:
    stray = text("named by no act", bytes(32))
    with pytest.raises(AssertionError):
        world.act(lambda s: [], stray)
    with world.store.read() as connection:
        assert texts.read(connection, stray.ref) is None


def test_a_refused_job_leaves_the_others_of_its_batch_untouched(world: World) -> None:
    def hold(tx: Transaction) -> None:
        started.set()
        go.wait(10)

    started, go = threading.Event(), threading.Event()
    writer = world.store._writer
    first = writer.submit(hold)
    started.wait(10)

    def call(tx: Transaction, n: int) -> None:
        page = text(f"evening {n}", bytes([n]) * 32)
        world.store.record(
            tx,
            world.book,
            lambda s: g.call(
                s, by=world.rosa, gathering=an_id(n), date="2027-03-02", start="17:00", end=None, zone="UTC",
                page=page.ref,
            ),
            by=world.rosa,
            with_texts=[page],
        )  # fmt: skip
        if n == 12:
            raise Refused("words.empty")
        if n == 13:
            tx.execute(sa.insert(schema.heads).values(book=world.book, size=1, root=b""))  # there is one already
        if n == 14:
            tx.execute(sa.text("SELECT no_such_function()"))

    queued = [writer.submit(lambda tx, n=n: call(tx, n)) for n in range(10, 18)]
    go.set()
    first.result(10)
    failed = [n for n, future in zip(range(10, 18), queued, strict=True) if future.exception(10) is not None]
    assert failed == [12, 13, 14]
    assert set(world.state().gatherings) == {world.gathering} | {an_id(n) for n in (10, 11, 15, 16, 17)}
    with world.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.gatherings)).scalar_one() == 6
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.texts)).scalar_one() == 7
    assert world.store.check() == 1


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)  # SQLite lets nobody in between
def test_when_another_writer_moved_the_head_the_act_is_decided_again(world: World, address: str) -> None:
    """Another process slips in between our decision and our write, without asking for the writers' lock."""
    other = Store(address)
    decided: list[int] = []

    def slip_in() -> None:
        with other.engine.connect() as connection, connection.begin():
            tx = Transaction(connection, other.clock())
            book.record(
                tx,
                other.shelf,
                world.book,
                lambda s: g.cancel(s, by=world.rosa, gathering=world.gathering, reason=None),
                by=world.rosa,
            )

    def decide(s: State) -> Act:
        decided.append(s.size)
        if len(decided) == 1:
            slip_in()
        return g.TakeawayAgreed(gathering=world.gathering, takeaway=an_id(9), what="0" * 64, owner=None, due=None)

    world.act(decide)
    assert decided == [3, 4]
    assert kinds(world)[3:] == ["gathering.cancelled/1", "takeaway.agreed/1"]
    assert world.store.check() == 1
    other.close()


def test_nobody_appends_to_a_head_that_has_moved_on(world: World) -> None:
    stale = world.store.shelf._heads[world.book]
    world.cancel()

    def job(tx: Transaction) -> None:
        tx.pending[world.book] = stale
        with pytest.raises(HeadMoved):
            world.store.record(
                tx,
                world.book,
                lambda s: g.cancel(s, by=world.rosa, gathering=world.gathering, reason=None),
                by=world.rosa,
            )
        del tx.pending[world.book]

    world.store.write(job)
    assert world.state().size == 4
    assert world.store.check() == 1


def test_a_head_that_moved_keeps_what_earlier_jobs_of_the_batch_did(world: World) -> None:
    tries = 0

    def job(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise HeadMoved
        assert world.book in tx.pending, "the batch's own earlier act was forgotten"

    started, go = threading.Event(), threading.Event()
    writer = world.store._writer
    first = writer.submit(lambda tx: (started.set(), go.wait(10)))
    started.wait(10)
    mine = writer.submit(
        lambda tx: world.store.record(
            tx,
            world.book,
            lambda s: g.cancel(s, by=world.rosa, gathering=world.gathering, reason=None),
            by=world.rosa,
        )
    )
    moved = writer.submit(job)
    go.set()
    first.result(10)
    mine.result(10)
    moved.result(10)
    assert tries == 2
    assert world.store.check() == 1


def test_a_clock_that_jumps_back_never_orders_acts_backwards(world: World, clock: Clock) -> None:
    clock.back(hours=5)
    world.cancel()
    clock.forward(hours=6)
    world.reinstate()
    with world.store.read() as connection:
        times = [e.at for e in book.envelopes(connection, world.book)]
    assert times[2:] == ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z"]


def test_what_a_job_saw_of_its_own_unfinished_writing_is_not_believed_later(world: World) -> None:
    def job(tx: Transaction) -> None:
        world.store.record(
            tx,
            world.book,
            lambda s: g.cancel(s, by=world.rosa, gathering=world.gathering, reason=None),
            by=world.rosa,
        )
        seen = world.store.state(tx.connection, world.book)
        assert seen is not None
        assert seen.size == 4
        raise Refused("words.empty")

    with pytest.raises(Refused):
        world.store.write(job)
    head = world.store.shelf._heads[world.book]
    assert head.size == 3
    assert world.state().gatherings[world.gathering].status == "called"


def test_a_text_can_be_erased_and_the_book_still_verifies(world: World) -> None:
    reason = text("Mr. Soto is ill", bytes(32))
    world.cancel(reason)
    world.store.write(lambda tx: tx.execute(sa.delete(schema.texts).where(schema.texts.c.ref == reason.ref)).rowcount)
    with world.store.read() as connection:
        assert texts.read(connection, reason.ref) is None
    assert world.store.check() == 1
    assert world.state().gatherings[world.gathering].status == "cancelled"


def test_the_same_text_given_twice_is_kept_once(world: World) -> None:
    page = text("the new page", bytes(32))
    world.act(
        lambda s: g.revise(s, by=world.rosa, gathering=world.gathering, changed=["title"], page=page.ref), page, page
    )
    with world.store.read() as connection:
        assert texts.kept(connection, page.ref) == page


def test_an_act_too_long_for_the_book_is_refused_and_nothing_is_stored(world: World) -> None:
    too_many = [f"{n:06}" for n in range(20_000)]
    with pytest.raises(Refused, match=r"act\.too_long"):
        world.act(lambda s: g.GatheringRevised(gathering=world.gathering, changed=too_many, page="0" * 64))
    assert len(kinds(world)) == 3
    assert world.store.check() == 1


def test_a_circle_is_founded_with_the_key_its_name_comes_from(world: World) -> None:
    with world.store.read() as connection:
        genesis = act_in(book.envelopes(connection, world.book)[0])
        kept = connection.execute(sa.select(schema.book_keys.c.private_key)).scalar_one()
    public = b64decode(genesis.public_key)  # type: ignore[attr-defined]
    assert identity.book_id(public) == world.book
    assert Ed25519PrivateKey.from_private_bytes(bytes(kept)).public_key().public_bytes_raw() == public
    recovery = identity.key_from_letters(world.recovery)
    assert recovery is not None
    recovery_public = Ed25519PrivateKey.from_private_bytes(recovery).public_key().public_bytes_raw()
    assert sha256(recovery_public).hexdigest() == genesis.recovery_digest  # type: ignore[attr-defined]


def test_two_equal_acts_differ(world: World) -> None:
    for _ in range(2):
        world.cancel()
        world.reinstate()
    with world.store.read() as connection:
        acts = [e for e in book.envelopes(connection, world.book) if e.kind == "gathering.cancelled/1"]
    assert acts[0].data == acts[1].data
    assert acts[0].salt != acts[1].salt
    assert len({e.salt for e in acts}) == 2
