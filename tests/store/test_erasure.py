"""Erasing texts and people: what is gone is gone from the files, what was recorded still adds up, and a database that
comes back from before forgets it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text, text
from comuna.rules import custody
from comuna.rules import discussion as d
from comuna.rules import gathering as g
from comuna.store import book, erased, erasure, expiry, hall, journal, moving, notebook, people, schema, texts
from comuna.store.erased import Erasure
from comuna.store.writer import Transaction
from tests.cast import AMARU, CHARTER, INES, Clock, World, an_id

WORDS = "a sentence that nobody else would ever write"


def files(world: World, address: str) -> bytes:
    """Everything that lies on the disk beside SQLite's file, or PostgreSQL in the files of this database's tables."""
    if "://" not in address:
        folder = Path(address).parent
        return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
    with world.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        paths = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i', 'm')"
        found = [p for p in connection.exec_driver_sql(paths).scalars() if p]
        read = sa.text("SELECT pg_read_binary_file(:path)")
        return b"".join(bytes(connection.execute(read, {"path": path}).scalar_one()) for path in found)


def kept(world: World) -> str:
    """Every row of every table, as PostgreSQL or SQLite hands them out."""
    with world.store.read() as connection:
        return "".join(str(connection.execute(sa.select(t)).all()) for t in schema.metadata.sorted_tables)


def assert_gone(world: World, address: str, *words: str) -> None:
    """Those words are in no row and nowhere in the files."""
    assert world.store.tidy()
    everything, raw = kept(world), files(world, address)
    for each in words:
        assert each not in everything
        assert each.encode() not in raw


def remembered(world: World) -> set[tuple[str, str]]:
    with world.store.read() as connection:
        return {(e.kind, e.what) for e in erased.known(connection)}


def acts(world: World) -> list[str]:
    with world.store.read() as connection:
        return [e.kind for e in book.envelopes(connection, world.book)]


@pytest.fixture
def reason(world: World) -> Text:
    """Why Rosa called the session off; act 3 names it."""
    why = text(f"because {WORDS}", b"s" * 32)
    world.cancel(why)
    return why


def erase(world: World, ref: str, *, act: int = 3, why: str | None = None, ground: str = "asked") -> None:
    def job(tx: Transaction) -> None:
        erasure.erase_text(
            tx, world.store.shelf, world.book, by=world.rosa, act=act, text=ref, ground=ground, reason=why
        )

    world.store.write(job)


def test_an_erased_text_is_nowhere_and_the_book_says_so(world: World, address: str, reason: Text) -> None:
    assert WORDS.encode() in files(world, address)
    erase(world, reason.ref, why="Amaru asked")
    assert_gone(world, address, WORDS)
    assert acts(world)[-1] == "text.erased/1"
    assert dict(world.state().erased) == {reason.ref: "asked"}
    assert ("text", reason.ref) in remembered(world)
    assert world.store.check() == 1


def test_the_reason_for_erasing_can_be_erased_too(world: World, address: str, reason: Text) -> None:
    erase(world, reason.ref, why=f"it said {WORDS}")
    with world.store.read() as connection:
        (last,) = book.leaves(connection, world.book, 4)
        own = act_in(book.opened(last)).reason
        assert texts.read(connection, own) == f"it said {WORDS}"
    erase(world, own, act=4, ground="mistake")
    assert_gone(world, address, WORDS)
    assert set(world.state().erased) == {reason.ref, own}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"act": 2}, "text.unknown"),
        ({"act": 99}, "text.unknown"),
        ({"act": -1}, "text.unknown"),
        ({"ground": "whim"}, "text.unknown_ground"),
        ({"why": "x" * 5000}, "words.too_long"),
    ],
)
def test_what_cannot_be_erased_stays(world: World, reason: Text, changed: dict, code: str) -> None:
    with pytest.raises(Refused, match=code):
        erase(world, reason.ref, **changed)
    with world.store.read() as connection:
        assert texts.read(connection, reason.ref) == f"because {WORDS}"
    assert remembered(world) == set()
    assert acts(world)[-1] == "gathering.cancelled/1"


def test_the_page_of_a_session_to_come_is_needed(world: World) -> None:
    with pytest.raises(Refused, match=r"text\.in_use"):
        erase(world, world.state().gatherings[world.gathering].page, act=2)


@pytest.fixture
def neighbours(world: World) -> tuple[str, str]:
    """Another group of the installation, with an organiser of its own: its book, and their member number."""

    def job(tx: Transaction) -> tuple[str, str]:
        account = people.new_account(tx)
        other = book.found(tx, world.store.shelf, name="The neighbours", charter_text=CHARTER)
        return other.book, people.facilitate(tx, world.store.shelf, other.book, account)

    return world.store.write(job)


def test_a_group_cannot_have_another_groups_text_forgotten(world: World, reason: Text, neighbours) -> None:
    """A restored backup would forget whatever stands on the list: only what lies with the group itself gets there."""
    other, organiser = neighbours
    named = note.Verifier(reason.ref, note.public_key(b"w" * 32), note.COSIGNATURE)

    def decide(s: book.State) -> book.Act:
        return custody.name_witness(s, by=organiser, key=str(named), address="https://w.example.org")

    world.store.write(lambda tx: world.store.record(tx, other, decide, by=organiser))
    with world.store.read() as connection:
        last = world.store.shelf.head(connection, other).size - 1
    with pytest.raises(Refused, match=r"text\.unknown"):
        world.store.write(
            lambda tx: erasure.erase_text(
                tx, world.store.shelf, other, by=organiser, act=last, text=reason.ref, ground="harm", reason=None
            )
        )
    assert remembered(world) == set()


def test_a_group_that_moved_away_still_forgets_where_it_was(world: World, address: str, reason: Text, tmp_path) -> None:
    moving.send(world.store, world.book, tmp_path / "circle.age", "the tower holds water", move=True)
    before = acts(world)
    erase(world, reason.ref)
    assert_gone(world, address, WORDS)
    assert acts(world) == before, "the copy that stayed takes no acts"
    assert ("text", reason.ref) in remembered(world)


def test_the_journals_of_others_expire_beside_a_group_that_moved_away(
    world: World, clock: Clock, neighbours, tmp_path
) -> None:
    other, organiser = neighbours
    page = text("another evening", bytes(32))

    def decide(s: book.State) -> book.Act:
        return g.call(
            s, by=organiser, gathering=an_id(9), date="2027-03-02", start="17:00", end=None, zone="UTC", page=page.ref
        )

    world.store.write(lambda tx: world.store.record(tx, other, decide, by=organiser))
    handle, _ = world.join(AMARU)
    moving.send(world.store, world.book, tmp_path / "circle.age", "the tower holds water", move=True)
    clock.forward(days=4000)
    assert expiry.expire_due(world.store, clock().date()) == 2
    with world.store.read() as connection:
        assert world.store.state(connection, other).gatherings[an_id(9)].journal_expired
        assert handle not in connection.execute(sa.select(schema.participants.c.handle)).scalars().all()


def test_an_organiser_who_is_erased_leaves_their_groups(world: World, address: str) -> None:
    key = world.store.write(lambda tx: people.key_for_account(tx, world.account, "card"))
    world.store.write(lambda tx: tx.execute(sa.update(schema.accounts).values(name=WORDS)))
    world.store.write(lambda tx: erasure.erase_account(tx, world.store.shelf, world.account))
    assert_gone(world, address, WORDS)
    assert acts(world)[-1] == "member.left/1"
    assert len(world.state().members) == 0
    with world.store.read() as connection:
        assert people.books_of(connection, world.account) == []
        assert people.first_account(connection) is None
        numbers = connection.execute(sa.select(schema.register.c.member, schema.register.c.account)).all()
    assert numbers == [(world.rosa, None)], "the number stays taken, and stands for nobody"
    with pytest.raises(Refused, match=r"key\.unknown"):
        world.store.write(lambda tx: people.enter(tx, key))
    assert ("account", world.account) in remembered(world)
    with pytest.raises(Refused, match=r"member\.unknown"):
        world.store.write(lambda tx: erasure.erase_account(tx, world.store.shelf, world.account))


def test_an_organiser_of_a_group_that_moved_is_erased_without_an_act(world: World) -> None:
    world.store.write(lambda tx: tx.execute(sa.update(schema.heads).values(moved=True)))
    before = acts(world)
    world.store.write(lambda tx: erasure.erase_account(tx, world.store.shelf, world.account))
    assert acts(world) == before
    with world.store.read() as connection:
        assert people.first_account(connection) is None


@pytest.fixture
def amaru(world: World) -> str:
    """Amaru said and noted things, and had a moment hidden; Inés answered too."""
    handle, _ = world.join(f"{AMARU} {WORDS}")
    other, _ = world.join(INES)
    say: Callable[..., object] = lambda line, by: world.store.write(  # noqa: E731
        lambda tx: world.store.say(tx, world.gathering, lambda _: line, by=by)
    )
    say(d.AnswerGiven(entry=an_id(7), question="q1", words=f"{WORDS} one", name=f"{AMARU} {WORDS}"), handle)
    say(d.AnswerGiven(entry=an_id(8), question="q1", words="What Inés said", name=None), other)
    say(d.TakeawayProposed(entry=an_id(9), words=f"{WORDS} two", owner=f"{AMARU} {WORDS}", due=None), handle)
    say(d.EntryHidden(entry=an_id(9), reason=f"it names {WORDS}"), other)

    def job(tx: Transaction) -> None:
        notebook.keep(tx, handle, notebook.Note(note=an_id(10), words=f"{WORDS} three"))
        notebook.set_clock(tx, handle, seconds=5)
        hall.take_chair(tx, world.gathering, hall.new_chair_key(tx, world.gathering), handle)
        people.private_link(tx, handle)

    world.store.write(job)
    return handle


def test_somebody_erased_leaves_the_lines_and_the_count(world: World, address: str, amaru: str) -> None:
    with world.store.read() as connection:
        before = [(w.seq, w.at, w.by) for w in journal.lines(connection, world.gathering)]
        assert len(world.store.hall(connection, world.gathering).discussion.answers("q1")) == 2
    world.store.write(lambda tx: erasure.erase_person(tx, amaru))
    assert_gone(world, address, WORDS)
    with world.store.read() as connection:
        assert [(w.seq, w.at, w.by) for w in journal.lines(connection, world.gathering)] == before
        assert world.store.hall(connection, world.gathering) == journal.fold(
            journal.lines(connection, world.gathering)
        ), "what the process remembers is forgotten too"
        (left,) = world.store.hall(connection, world.gathering).discussion.answers("q1")
        assert left[1].words == "What Inés said"
        for table in (schema.keys, schema.notes, schema.watches, schema.chairs, schema.participants):
            assert connection.execute(sa.select(table).where(table.c.handle == amaru)).first() is None
    assert ("person", amaru) in remembered(world)
    with pytest.raises(Refused, match=r"participant\.unknown"):
        world.store.write(lambda tx: erasure.erase_person(tx, amaru))


def test_words_go_on_after_somebody_was_erased_in_the_same_batch(world: World, amaru: str) -> None:
    other, _ = world.join(INES)

    def job(tx: Transaction) -> None:
        erasure.erase_person(tx, amaru)
        line = d.AnswerGiven(entry=an_id(11), question="q1", words="And then", name=None)
        world.store.say(tx, world.gathering, lambda _: line, by=other)

    world.store.write(job)
    with world.store.read() as connection:
        held = world.store.hall(connection, world.gathering)
        assert held == journal.fold(journal.lines(connection, world.gathering))
        assert held.discussion.entries[an_id(7)].taken_back
        assert held.size == 5


def test_every_erasure_that_there_was_is_remembered(world: World, amaru: str) -> None:
    _, key = world.join(INES)

    def job(tx: Transaction) -> None:
        notebook.erase(tx, amaru, an_id(10))
        people.leave(tx, key)

    world.store.write(job)
    world.store.write(
        lambda tx: world.store.say(
            tx, world.gathering, lambda h: d.take_back(h.discussion, by=amaru, entry=an_id(7)), by=amaru
        )
    )
    assert remembered(world) == {("note", an_id(10)), ("key", people.key_digest(key)), ("entry", an_id(7))}


def test_a_database_from_before_forgets_again_without_an_act(world: World, address: str, amaru: str) -> None:
    handle, key = world.join(INES)
    why = text(f"because {WORDS}", b"s" * 32)
    world.cancel(why)
    line = d.AnswerGiven(entry=an_id(12), question="q1", words=f"{WORDS} five", name=None)
    note = notebook.Note(note=an_id(13), words=f"{WORDS} six")

    def say(tx: Transaction) -> None:
        world.store.say(tx, world.gathering, lambda _: line, by=handle)
        notebook.keep(tx, handle, note)
        notebook.released(tx, note.note, line.entry)

    world.store.write(say)
    at = "2026-11-23T00:00:00Z"
    whats = {"text": why.ref, "account": world.account, "person": amaru, "entry": an_id(12), "note": an_id(13)}
    erasures = [Erasure(kind, what, at) for kind, what in {**whats, "key": people.key_digest(key)}.items()]
    before = acts(world)
    for _ in range(2):
        world.store.write(lambda tx: erasure.replay(tx, erasures))
        assert_gone(world, address, WORDS)
    assert acts(world) == before
    with world.store.read() as connection:
        assert erased.known(connection) == set(erasures)
        assert notebook.notes(connection, handle) == []
        assert people.participant(connection, world.gathering, key) is None
        assert journal.discussion(connection, world.gathering).entries[an_id(12)].taken_back
        assert people.first_account(connection) is None


def test_a_key_that_was_ended_is_remembered_as_ended(world: World) -> None:
    keys = [world.store.write(lambda tx: people.key_for_account(tx, world.account, "browser")) for _ in range(3)]
    world.store.write(lambda tx: people.revoke_keys(tx, world.account, keys[0]))
    assert remembered(world) == {("key", people.key_digest(key)) for key in keys[1:]}


def test_erasing_the_reason_of_a_cancelled_session_leaves_the_session(world: World, reason: Text) -> None:
    erase(world, reason.ref)
    world.act(lambda s: g.reinstate(s, by=world.rosa, gathering=world.gathering))
    assert world.state().gatherings[world.gathering].status == "called"


@pytest.mark.parametrize("line", ["text", "text xyz 2026-11-23T00:00:00Z", f"text {an_id(1)} today", "a b c d"])
def test_a_list_of_erasures_that_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(Refused, match=r"erasures\.unreadable\(line=2\)"):
        erased.listed(Erasure("note", an_id(1), "2026-11-23T00:00:00Z").line + line)
