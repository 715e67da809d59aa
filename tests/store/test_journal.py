"""The journal of a session: lines in order, and words that are really gone when taken back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import discussion as d
from comuna.rules.hall import Hall
from comuna.store import journal, schema
from comuna.store.store import Store
from tests.cast import AMARU, INES, Clock, World, an_id

SECRET = "the assembly was bought with cement"


def answer(world: World, handle: str, entry: str, words: str, name: str | None = None) -> None:
    def decide(h: Hall) -> d.AnyLine:
        return d.answer(h.discussion, world.page, entry=entry, question="q1", text=words, author=name)

    world.store.write(lambda tx: world.store.say(tx, world.gathering, decide, by=handle))


def take_back(world: World, handle: str, entry: str) -> None:
    world.store.write(
        lambda tx: world.store.say(
            tx, world.gathering, lambda h: d.take_back(h.discussion, by=handle, entry=entry), by=handle
        )
    )


def told(world: World) -> d.Discussion:
    with world.store.read() as connection:
        return journal.discussion(connection, world.gathering)


def test_lines_come_back_in_the_order_in_which_they_were_written(world: World, clock: Clock) -> None:
    amaru, _ = world.join(AMARU)
    ines, _ = world.join(INES)
    answer(world, amaru, an_id(10), "the assembly", AMARU)
    clock.forward(minutes=1)
    answer(world, ines, an_id(11), "two families")
    with world.store.read() as connection:
        lines = journal.lines(connection, world.gathering)
    assert [(w.seq, w.at, w.by) for w in lines] == [
        (0, "2026-11-22T10:00:00Z", amaru),
        (1, "2026-11-22T10:01:00Z", ines),
    ]
    assert [said.words for _, said in told(world).answers("q1")] == ["the assembly", "two families"]


def test_a_refused_line_is_not_written(world: World) -> None:
    amaru, _ = world.join(AMARU)
    ines, _ = world.join(INES)
    answer(world, amaru, an_id(10), "the assembly")
    with pytest.raises(Refused, match=r"entry\.not_yours"):
        take_back(world, ines, an_id(10))
    assert told(world).size == 1
    take_back(world, amaru, an_id(10))
    assert told(world).size == 2


def test_each_session_has_a_journal_of_its_own(world: World) -> None:
    amaru, _ = world.join(AMARU)
    answer(world, amaru, an_id(10), "the assembly")
    other = world.call(an_id(2))
    with world.store.read() as connection:
        assert journal.lines(connection, other) == []


def test_many_people_speaking_at_once_all_get_their_line(world: World, address: str) -> None:
    """From two processes' stores, four people in each."""
    other = World(**{**vars(world), "store": Store(address, world.store.clock)})
    handles = [world.join()[0] for _ in range(8)]

    def speak(n: int) -> None:
        for turn in range(10):
            answer((world, other)[n % 2], handles[n], an_id(100 * (n + 1) + turn), f"turn {turn}")

    people = [threading.Thread(target=speak, args=[n]) for n in range(8)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    other.store.close()
    with world.store.read() as connection:
        lines = journal.lines(connection, world.gathering)
    assert [w.seq for w in lines] == list(range(80))
    for n, handle in enumerate(handles):
        assert [w.line.entry for w in lines if w.by == handle] == [an_id(100 * (n + 1) + turn) for turn in range(10)]


def test_words_taken_back_are_absent_from_every_row(world: World) -> None:
    amaru, _ = world.join()
    answer(world, amaru, an_id(10), "the assembly", "Amaru of the mill")
    answer(world, amaru, an_id(11), SECRET, "Amaru of the mill")
    take_back(world, amaru, an_id(11))
    with world.store.read() as connection:
        rows = connection.execute(sa.select(schema.journal.c.line).order_by(schema.journal.c.seq)).scalars().all()
    assert len(rows) == 3
    assert b"Amaru of the mill" in bytes(rows[0])
    for row in rows[1:]:
        assert SECRET.encode() not in bytes(row)
        assert b"Amaru" not in bytes(row)
    assert [said.words for _, said in told(world).answers("q1")] == ["the assembly"]


def test_a_takeaway_taken_back_loses_its_owner_too(world: World) -> None:
    amaru, _ = world.join()

    def propose(h: Hall) -> d.AnyLine:
        return d.propose(h.discussion, entry=an_id(10), text=SECRET, owner="Inés from number 4", due=None)

    world.store.write(lambda tx: world.store.say(tx, world.gathering, propose, by=amaru))
    take_back(world, amaru, an_id(10))
    with world.store.read() as connection:
        rows = connection.execute(sa.select(schema.journal.c.line)).scalars().all()
    assert not any(SECRET.encode() in bytes(row) or b"number 4" in bytes(row) for row in rows)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_words_taken_back_are_gone_from_the_file_itself(world: World, address: str) -> None:
    amaru, _ = world.join()
    answer(world, amaru, an_id(10), f"{SECRET}; " * 50)
    for n in range(30):
        answer(world, amaru, an_id(20 + n), f"something else {n}")

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in Path(address).parent.iterdir())

    assert SECRET.encode() in on_disk()
    take_back(world, amaru, an_id(10))
    world.store.close()
    assert b"something else 7" in on_disk()
    assert SECRET.encode() not in on_disk()


def test_an_erased_journal_is_gone_and_its_length_is_told(world: World) -> None:
    amaru, _ = world.join()
    other = world.call(an_id(2))
    for n in range(3):
        answer(world, amaru, an_id(10 + n), "the assembly")
    line = d.AnswerGiven(entry=an_id(30), question="q1", words="elsewhere", name=None)
    world.store.write(lambda tx: world.store.say(tx, other, lambda s: line, by=amaru))
    assert world.store.write(lambda tx: journal.erase(tx, world.gathering)) == 3
    assert told(world) == d.Discussion()
    with world.store.read() as connection:
        assert len(journal.lines(connection, other)) == 1
