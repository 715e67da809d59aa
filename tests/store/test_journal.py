"""The journal of a session: lines in order, each sent once, on a clock that never goes back; what is kept in memory is
what stands in the database; and words that are really gone when taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import agenda, floor, presence
from comuna.rules import discussion as d
from comuna.rules import journal as rules
from comuna.rules.hall import Hall
from comuna.rules.journal import AnyLine
from comuna.store import journal, schema
from comuna.store.store import Store
from tests.cast import AMARU, INES, ROSA, Clock, World, an_id, session

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


# An evening


class Evening:
    """The session, held: Rosa chairs, Amaru and Inés are in the hall. Any store may be asked, and be told."""

    def __init__(self, world: World) -> None:
        self.world, self.gathering = world, world.gathering
        self.rosa, self.amaru, self.ines = (world.join(name)[0] for name in (ROSA, AMARU, INES))
        now = int(world.store.clock().timestamp())
        self.do(agenda.open_hall, page=session(), now=now, seconds=5400)
        for who in (self.rosa, self.amaru, self.ines):
            self.do(presence.join, who=who, role="member", where="hall")

    def do(
        self, rule: Callable[..., Any], *, key: str | None = None, store: Store | None = None, **asked: Any
    ) -> AnyLine | None:
        """Rosa does what a rule allows."""
        asked_store = store or self.world.store
        return asked_store.write(
            lambda tx: asked_store.say(tx, self.gathering, lambda h: rule(h, **asked), by=self.rosa, key=key)
        )

    def hand(self, who: str, hand: str, *, key: str | None = None, store: Store | None = None) -> AnyLine | None:
        """Somebody raises a hand."""
        return self.do(floor.raise_hand, key=key, store=store, who=who, hand=hand, what="point")

    def next(
        self, ends: str | None, turn: str, *, key: str | None = None, store: Store | None = None
    ) -> AnyLine | None:
        """Rosa presses "next"."""
        return self.do(floor.next_turn, key=key, store=store, ends=ends, turn=turn, seconds=120, order="plain")

    def hall(self, store: Store | None = None) -> Hall:
        """What a store says of it, which is what stands in the database."""
        store = store or self.world.store
        with store.read() as connection:
            told = store.hall(connection, self.gathering)
            assert told == rules.fold(journal.lines(connection, self.gathering))
        return told


@pytest.fixture
def evening(world: World) -> Evening:
    """The session, held."""
    return Evening(world)


@pytest.fixture
def second(evening: Evening, address: str) -> Iterator[Store]:
    """Another process's store, on a clock of its own."""
    opened = Store(address, Clock())
    yield opened
    opened.close()


def test_what_is_sent_twice_under_one_key_is_done_once(evening: Evening) -> None:
    assert evening.hand(evening.amaru, "h1", key="k1") is not None
    size = evening.hall().size
    assert evening.hand(evening.amaru, "h2", key="k1") is None
    assert evening.next(None, "t1", key="k2") is not None
    assert evening.next(None, "t1", key="k2") is None  # which by now would be refused
    assert evening.hall().size == size + 1
    assert evening.hall().hands == ()


def test_a_refused_key_is_not_used_up(evening: Evening) -> None:
    with pytest.raises(Refused, match=r"floor\.nobody"):
        evening.next(None, "t1", key="k1")
    evening.hand(evening.amaru, "h1")
    assert evening.next(None, "t1", key="k1") is not None


def test_a_key_is_of_one_gathering(evening: Evening) -> None:
    evening.hand(evening.amaru, "h1", key="k1")
    other = evening.world.call(an_id(2))
    line = d.AnswerGiven(entry=an_id(30), question="q1", words="elsewhere", name=None)
    store = evening.world.store
    assert store.write(lambda tx: store.say(tx, other, lambda h: line, by=evening.amaru, key="k1")) == line


def test_one_key_pressed_in_many_places_at_once_is_one_line(evening: Evening, second: Store) -> None:
    evening.hand(evening.amaru, "h1")
    evening.hand(evening.ines, "h2")
    size = evening.hall().size
    done: list[AnyLine | None] = []
    presses = [
        threading.Thread(
            target=lambda n=n: done.append(
                evening.next(None, f"t{n}", key="k1", store=(evening.world.store, second)[n % 2])
            )
        )
        for n in range(10)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    assert len(done) == 10
    assert sum(line is not None for line in done) == 1
    assert evening.hall().size == size + 1
    assert len(evening.hall().hands) == 1


def test_two_chairs_in_two_processes_end_one_turn(evening: Evening, second: Store) -> None:
    evening.hand(evening.amaru, "h1")
    evening.hand(evening.ines, "h2")
    evening.next(None, "t1")
    assert evening.hall(second).turn == evening.hall().turn
    evening.next("t1", "t2")
    with pytest.raises(Refused, match=r"floor\.moved_on"):
        evening.next("t1", "t3", store=second)
    assert [turn.id for turn in evening.hall(second).turns] == ["t1", "t2"]


def test_what_another_process_wrote_is_known_at_once(evening: Evening, second: Store) -> None:
    for n, store in enumerate([second, evening.world.store, second, second]):
        who = (evening.amaru, evening.ines)[n % 2]
        evening.do(floor.raise_hand, store=store, who=who, hand=f"h{n}", what=("point", "order")[n // 2])
        assert evening.hall() == evening.hall(second)
    assert [hand.id for hand in evening.hall().hands] == ["h0", "h1", "h2", "h3"]


def test_a_step_undone_by_another_process_is_undone_here(evening: Evening, second: Store) -> None:
    evening.hand(evening.amaru, "h1")
    evening.next(None, "t1")
    step = evening.hall().steps[-1]
    evening.hand(evening.amaru, "h2")
    evening.do(rules.undo, store=second, step=step)
    assert evening.hall() == evening.hall(second)
    assert (evening.hall().turn, [hand.id for hand in evening.hall().hands]) == (None, ["h2"])
    with pytest.raises(Refused, match=r"step\.not_last"):
        evening.do(rules.undo, step=step)
    evening.hand(evening.ines, "h3")
    assert [hand.id for hand in evening.hall(second).hands] == ["h2", "h3"]


def test_a_step_can_be_made_and_undone_in_one_transaction(evening: Evening) -> None:
    evening.hand(evening.amaru, "h1")
    store = evening.world.store

    def job(tx: Any) -> None:
        def say(decide: journal.Decide) -> None:
            store.say(tx, evening.gathering, decide, by=evening.rosa)

        say(lambda h: floor.next_turn(h, ends=None, turn="t1", seconds=60, order="plain"))
        say(lambda h: rules.undo(h, step=h.steps[-1]))
        say(lambda h: floor.next_turn(h, ends=None, turn="t2", seconds=60, order="plain"))

    store.write(job)
    assert [turn.id for turn in evening.hall().turns] == ["t2"]


def test_a_job_that_fails_leaves_nothing_in_memory(evening: Evening) -> None:
    store, before = evening.world.store, evening.hall()

    def job(tx: Any) -> None:
        store.say(tx, evening.gathering, lambda h: presence.lock(h, locked=True), by=evening.rosa)
        store.hall(tx.connection, evening.gathering)
        raise Refused("reason.empty")

    with pytest.raises(Refused, match=r"reason\.empty"):
        store.write(job)
    assert evening.hall() == before


def test_after_a_restart_timer_and_queue_are_where_they_were(evening: Evening, address: str, clock: Clock) -> None:
    evening.do(agenda.open_item, item="a1")
    evening.hand(evening.amaru, "h1")
    evening.hand(evening.ines, "h2")
    evening.next(None, "t1")
    before = evening.hall()
    clock.forward(seconds=40)
    again = Store(address, clock)  # the first was never closed, as if it had been killed
    after = evening.hall(again)
    with again.read():
        now = int(again.journals.now(evening.gathering, after).timestamp())
    again.close()
    assert after == before
    assert after.turn is not None
    assert now - after.turn.at == 40
    assert after.item is not None
    assert after.spent(after.item, now) == 40


def test_a_clock_set_back_during_a_restart_moves_no_timer(evening: Evening, address: str, clock: Clock) -> None:
    evening.hand(evening.amaru, "h1")
    clock.forward(seconds=10)
    evening.next(None, "t1")
    clock.back(hours=3)
    again = Store(address, clock)
    hall = evening.hall(again)
    assert again.journals.now(evening.gathering, hall).timestamp() == hall.at
    clock.forward(seconds=25)
    assert again.journals.now(evening.gathering, hall).timestamp() == hall.at + 25
    evening.do(floor.end_turn, store=again, turn="t1", by=None)
    (turn,) = evening.hall(again).turns
    again.close()
    assert turn.ended == turn.at + 25


def test_a_process_whose_clock_is_behind_goes_on_from_what_the_other_wrote(
    evening: Evening, second: Store, clock: Clock
) -> None:
    before = evening.hall()
    evening.world.store.journals.now(evening.gathering, before)
    assert isinstance(second.clock, Clock)
    second.clock.forward(minutes=2)
    evening.do(floor.call, store=second, ends=None, turn="t1", hand=None, who=evening.ines, seconds=60, order="plain")
    hall = evening.hall()
    assert hall.at == before.at + 120
    assert evening.world.store.journals.now(evening.gathering, hall).timestamp() == hall.at
    clock.forward(seconds=30)
    evening.do(floor.end_turn, turn="t1", by=None)
    assert floor.seconds_spoken(evening.hall(second)) == {evening.ines: 30}


def test_a_gathering_read_again_later_is_the_same_and_its_time_does_not_go_back(
    evening: Evening, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_HALLS", 1)
    journals, before = evening.world.store.journals, evening.hall()
    clock.back(minutes=5)
    journals.now(evening.gathering, before)
    clock.forward(minutes=1)
    now = journals.now(evening.gathering, before)
    other = evening.world.call(an_id(2))
    line = d.AnswerGiven(entry=an_id(30), question="q1", words="elsewhere", name=None)
    store = evening.world.store
    store.write(lambda tx: store.say(tx, other, lambda h: line, by=evening.amaru))
    assert evening.hall() == before
    assert journals.now(evening.gathering, before) == now


def test_of_an_erased_journal_nothing_stays_in_memory(evening: Evening) -> None:
    world = evening.world
    answer(world, evening.amaru, an_id(10), SECRET)
    assert SECRET in repr(vars(world.store.journals))
    world.store.write(lambda tx: journal.erase(tx, world.gathering))
    assert SECRET not in repr(vars(world.store.journals))
    assert evening.hall() == Hall()
    answer(world, evening.amaru, an_id(11), "again")
    assert evening.hall().size == 1


def test_what_was_taken_back_is_gone_from_memory_too(evening: Evening, second: Store) -> None:
    world = evening.world
    answer(world, evening.amaru, an_id(10), SECRET, "Amaru of the mill")
    answer(world, evening.ines, an_id(11), "the assembly")
    evening.hall(second)
    take_back(world, evening.amaru, an_id(10))
    for store in (world.store, second):
        assert "Amaru of the mill" not in repr(evening.hall(store))
        assert SECRET not in repr(vars(store.journals))
