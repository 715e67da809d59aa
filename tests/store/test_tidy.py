"""What was erased is really gone from the files of the database, once it was tidied."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna.rules import discussion as d
from comuna.store import journal
from comuna.store.store import Store
from tests.cast import AMARU, World, an_id

WORDS = "a sentence that nobody else would ever write"


def test_words_taken_back_are_nowhere_in_the_files(world: World, address: str) -> None:
    handle, _ = world.join(AMARU)

    def say(tx: journal.Transaction) -> None:
        line = d.AnswerGiven(entry=an_id(7), question="q1", words=WORDS, name=None)
        world.store.say(tx, world.gathering, lambda _: line, by=handle)

    world.store.write(say)
    if "://" not in address:
        assert WORDS.encode() in files(address)
    world.store.write(
        lambda tx: world.store.say(
            tx, world.gathering, lambda h: d.take_back(h.discussion, by=handle, entry=an_id(7)), by=handle
        )
    )
    world.store.tidy()
    if "://" not in address:
        assert WORDS.encode() not in files(address)
    assert world.store.check() == 1


def test_while_somebody_reads_an_older_moment_tidying_waits_and_comes_again(world: World, monkeypatch) -> None:
    if world.store.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite's log waits for its readers")
    monkeypatch.setattr("comuna.store.store.TIDY_AFTER", 0.05)
    with world.store.read() as reading:
        world.state()
        reading.execute(sa.text("SELECT count(*) FROM journal")).scalar_one()
        handle, _ = world.join(AMARU)
        line = d.AnswerGiven(entry=an_id(7), question="q1", words=WORDS, name=None)
        world.store.write(lambda tx: world.store.say(tx, world.gathering, lambda _: line, by=handle))
        assert not world.store.tidy()
    assert world.store.tidy()


def test_writers_wait_for_the_tidying_and_do_not_fail(tmp_path: Path, monkeypatch) -> None:
    """However slow the disk is: here a database that waits for nobody else stands for a disk that takes very long."""
    monkeypatch.setattr("comuna.store.database.BUSY_TIMEOUT", 1)
    monkeypatch.setattr("comuna.store.store.BUSY_TIMEOUT", 1)
    store = Store(str(tmp_path / "c.sqlite"))
    over = threading.Event()

    def tidy() -> None:
        while not over.is_set():
            store.tidy()

    tidying = threading.Thread(target=tidy)
    tidying.start()
    try:
        for n in range(300):
            store.write(lambda tx, n=n: tx.execute(sa.text(f"CREATE TABLE t{n} (a)")))
    finally:
        over.set()
        tidying.join()
        store.close()


def files(address: str) -> bytes:
    """Everything SQLite keeps on the disk."""
    folder = Path(address).parent
    return b"".join(file.read_bytes() for file in sorted(folder.glob(Path(address).name + "*")))
