"""What was erased is really gone from the files of the database, once it was tidied."""

from __future__ import annotations

from pathlib import Path

from comuna.rules import discussion as d
from comuna.store import journal
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


def files(address: str) -> bytes:
    """Everything SQLite keeps on the disk."""
    folder = Path(address).parent
    return b"".join(file.read_bytes() for file in sorted(folder.glob(Path(address).name + "*")))
