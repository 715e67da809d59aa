"""Witnesses: what one cosigns, what it refuses and keeps, and what the asker makes of it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna import cosigning, rollback
from comuna.cosigning import Trouble
from comuna.kernel import identity, note
from comuna.rules import custody
from comuna.store import book_keys, checkpoints, schema, witness
from comuna.store.store import Store
from comuna.store.tiles import Tree
from comuna.store.witness import Answer, Request
from tests.cast import World, an_id

PLACE = "https://witness.example"


@pytest.fixture
def other(tmp_path: Path, clock: object) -> Iterator[Store]:
    """Another installation, which witnesses."""
    opened = Store(str(tmp_path / "other.sqlite"), clock)  # type: ignore[arg-type]
    yield opened
    opened.close()


def book_key(world: World) -> str:
    return str(custody.current_key(world.state()))


def named(world: World, other: Store) -> None:
    """The circle asks the other installation, and that watches the circle's book."""
    key = str(other.write(witness.own_key))
    world.act(lambda s: custody.name_witness(s, by=world.rosa, key=key, address=PLACE))
    other.write(lambda tx: witness.watch(tx, book_key(world)))


def request(world: World, old: int) -> Request:
    with world.store.read() as connection:
        own = checkpoints.newest(connection, world.store.shelf, world.book)
        return Request(old, tuple(Tree(connection, world.book, own.size).consistency(old)), own)


def answer(other: Store, asked: Request) -> Answer:
    return other.write(lambda tx: witness.add_checkpoint(tx, asked.text))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, other: Store) -> list[Request]:
    """The way to the witness, without a network; what went over it."""
    sent: list[Request] = []

    def post(address: str, asked: Request, patience: float) -> tuple[int, str]:
        assert address == PLACE
        sent.append(asked)
        found = answer(other, asked)
        return found.status, found.body

    monkeypatch.setattr(cosigning, "post", post)
    return sent


def seen(world: World) -> checkpoints.Watch:
    with world.store.read() as connection:
        (watch,) = checkpoints.watches(connection, world.state())
    return watch


def test_a_book_is_cosigned_and_its_checkpoint_says_so(world: World, other: Store, line: list[Request]) -> None:
    named(world, other)
    assert cosigning.ask_all(world.store) == {}
    size = world.state().size
    with world.store.read() as connection:
        newest = checkpoints.newest(connection, world.store.shelf, world.book)
    key = other.write(witness.own_key)
    assert newest.cosigned_by(key) == int(other.clock().timestamp())
    assert newest.signed_by(custody.current_key(world.state()))
    assert seen(world) == checkpoints.Watch(
        key.name, PLACE, size=size, seen=newest.cosigned_by(key) or 0, tried=newest.cosigned_by(key) or 0
    )
    world.cancel()
    assert cosigning.ask_all(world.store) == {}
    assert [asked.old for asked in line] == [0, size]
    assert seen(world).size == size + 1


def test_an_asker_that_lost_its_notes_learns_the_size_from_the_witness(
    world: World, other: Store, line: list[Request]
) -> None:
    named(world, other)
    cosigning.ask_all(world.store)
    world.cancel()
    forgetful = seen(world)
    assert cosigning.ask(world.store, world.book, checkpoints.Watch(forgetful.name, PLACE)) is None
    assert [asked.old for asked in line] == [0, 0, forgetful.size]


def test_what_a_witness_answers(world: World, other: Store) -> None:
    """Each status that C2SP tlog-witness asks for."""
    good = request(world, 0)
    assert answer(other, good).status == 404
    other.write(lambda tx: witness.watch(tx, book_key(world)))
    assert other.write(lambda tx: witness.add_checkpoint(tx, "old 1")).status == 400
    assert answer(other, Request(9, (), good.checkpoint)).status == 400
    forged = good.checkpoint._replace(size=7)
    assert answer(other, Request(0, (), forged)).status == 403
    assert answer(other, Request(0, (bytes(32),), good.checkpoint)).status == 422
    assert answer(other, good).status == 200
    again = answer(other, good)
    assert (again.status, again.body, again.media_type) == (409, f"{good.checkpoint.size}\n", "text/x.tlog.size")
    world.cancel()
    spoilt = request(world, good.checkpoint.size)
    assert answer(other, Request(spoilt.old, spoilt.path[1:], spoilt.checkpoint)).status == 422
    assert answer(other, spoilt).status == 200
    with other.read() as connection:
        (log,) = witness.logs(connection)
    assert log.size == spoilt.checkpoint.size


def rewritten(world: World, tmp_path: Path) -> World:
    """The database is set back to when the circle had only called its session, and goes another way from there."""
    copy = World(**{**vars(world), "store": Store(str(tmp_path / "back.sqlite"), world.store.clock)})
    assert copy.store.check() == 1
    return copy


def copied(world: World, tmp_path: Path) -> None:
    """A copy of the database as it is now."""
    import sqlite3

    source = sqlite3.connect(str(world.store.engine.url.database))
    target = sqlite3.connect(str(tmp_path / "back.sqlite"))
    source.backup(target)
    source.close()
    target.close()


def test_a_book_set_back_and_rewritten_is_refused_and_the_evidence_kept(
    world: World, other: Store, line: list[Request], tmp_path: Path
) -> None:
    named(world, other)
    copied(world, tmp_path)
    world.cancel()
    assert cosigning.ask_all(world.store) == {}
    held = seen(world).size
    back = rewritten(world, tmp_path)
    name = seen(world).name
    assert cosigning.ask_all(back.store) == {back.book: {name: Trouble("ahead", held)}}, (
        "the witness has seen more than is here"
    )
    back.call(an_id(8))
    assert cosigning.ask_all(back.store) == {back.book: {name: Trouble("refused", held)}}, "as long, and another past"
    back.call(an_id(9))
    assert cosigning.ask_all(back.store) == {back.book: {name: Trouble("refused", held)}}, "longer, and another past"
    with other.read() as connection:
        found = witness.disputes(connection)
        (log,) = witness.logs(connection)
    assert log.size == held, "it stays with what it saw"
    assert {(d.ours.size, d.theirs.size) for d in found} == {(held, held), (held, held + 1)}
    key = custody.current_key(world.state())
    assert all(d.ours.signed_by(key) and d.theirs.signed_by(key) for d in found), "both were signed with the book's key"
    back.store.close()


def test_a_checkpoint_of_another_past_is_told_from_an_older_one(world: World, tmp_path: Path) -> None:
    copied(world, tmp_path)
    with world.store.read() as connection:
        early = checkpoints.newest(connection, world.store.shelf, world.book)
    world.cancel()
    back = rewritten(world, tmp_path)
    back.call(an_id(8))
    with back.store.read() as connection:
        theirs = checkpoints.newest(connection, back.store.shelf, back.book)
    back.store.close()

    def how(held: note.Checkpoint) -> str:
        with world.store.read() as connection:
            return checkpoints.compare(connection, world.store.shelf, world.book, held).how

    assert how(early) == "older"
    assert how(theirs) == "disputed"
    assert how(theirs._replace(root=bytes(32))) == "unsigned"
    assert how(theirs._replace(origin="comuna/other")) == "other"
    world.reinstate()
    with world.store.read() as connection:
        newest = checkpoints.newest(connection, world.store.shelf, world.book)
    assert how(newest) == "same"


def test_a_witness_trusts_a_new_key_when_its_keeper_says_so(world: World, other: Store, line: list[Request]) -> None:
    """What it saw under the old key stays seen."""
    named(world, other)
    assert cosigning.ask_all(world.store) == {}
    before = seen(world)
    world.store.write(lambda tx: book_keys.rotate(tx, world.store.shelf, world.book, by=world.rosa))
    assert cosigning.ask_all(world.store) == {world.book: {before.name: Trouble("key", before.size)}}
    assert seen(world).size == before.size, "what it last cosigned is still told"
    other.write(lambda tx: witness.watch(tx, book_key(world)))
    assert cosigning.ask_all(world.store) == {}
    assert seen(world).size == before.size + 1
    letters = identity.key_from_letters(world.recovery)
    assert letters is not None
    world.store.write(lambda tx: book_keys.recover(tx, world.store.shelf, world.book, letters, by=world.rosa))
    other.write(lambda tx: witness.watch(tx, book_key(world)))
    assert cosigning.ask_all(world.store) == {}
    assert seen(world).size == world.state().size


def test_an_unreachable_witness_is_trouble_and_not_an_error(world: World, other: Store) -> None:
    key = str(other.write(witness.own_key))
    world.act(lambda s: custody.name_witness(s, by=world.rosa, key=key, address="http://127.0.0.1:9"))
    (troubles,) = cosigning.ask_all(world.store).values()
    assert list(troubles.values()) == [Trouble("unreachable")]
    assert seen(world).trouble == "unreachable"
    assert seen(world).size == 0


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_a_witness_that_answers_a_letter_at_a_time_is_given_up(world: World, other: Store, beginning: bytes) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip() -> None:
            line, _ = listening.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(beginning)
                while True:
                    line.sendall(b"x")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        key = str(other.write(witness.own_key))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/witness"
        world.act(lambda s: custody.name_witness(s, by=world.rosa, key=key, address=address))
        (troubles,) = cosigning.ask_all(world.store, patience=0.5).values()
    (trouble,) = troubles.values()
    assert trouble.what in ("unreachable", "failed")


def test_an_answer_that_is_no_cosignature_is_not_believed(
    world: World, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(world, other)
    for body in ("", "thank you\n", "— comuna/witness/x AAAAAAAA\n", request(world, 0).checkpoint.signatures[0].line):
        monkeypatch.setattr(cosigning, "post", lambda *_, body=body: (200, body))
        assert list(cosigning.ask_all(world.store)[world.book].values()) == [Trouble("failed")]
    assert seen(world).size == 0


def test_a_book_that_moved_away_is_asked_for_at_its_new_home_alone(
    world: World, other: Store, line: list[Request], tmp_path: Path
) -> None:
    """Or else its old home would think that somebody had put back an older copy, and not start any more."""
    named(world, other)
    copied(world, tmp_path)
    world.store.write(lambda tx: tx.execute(sa.update(schema.heads).values(moved=True)))
    new = rewritten(world, tmp_path)
    new.call(an_id(8))
    assert cosigning.ask_all(new.store) == {}
    with new.store.read() as connection:
        new.store.published.give(checkpoints.newest(connection, new.store.shelf, new.book))
    world.store.published.folder = new.store.published.folder
    assert rollback.found(world.store) == []
    new.store.close()


def test_a_witness_whose_database_was_set_back_still_knows_what_it_saw(world: World, other: Store) -> None:
    """It remembers beside the database, too."""
    other.write(lambda tx: witness.watch(tx, book_key(world)))
    assert answer(other, request(world, 0)).status == 200
    world.grow(8)
    seen_last = request(world, 3)
    assert answer(other, seen_last).status == 200
    early = {"size": 3, "checkpoint": note.checkpoint(seen_last.checkpoint.text)._replace(size=3).text}
    other.write(lambda tx: tx.execute(sa.update(schema.logs).values(**early)))
    asked = request(world, 3)
    refused = other.write(lambda tx: witness.add_checkpoint(tx, asked.text, seen_last.checkpoint))
    assert (refused.status, refused.body) == (409, "8\n")
