"""The notebook: kept once, as it was last written, and nobody else's."""

from __future__ import annotations

import itertools
import random

import msgspec
import pytest
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules.discussion import LONGEST_FILM, LONGEST_WORDS
from comuna.store import notebook, schema
from comuna.store.notebook import Clock as FilmClock
from comuna.store.notebook import Note
from tests.cast import AMARU, INES, Clock, World, an_id

FIRST = Note(note=an_id(50), words="the pump", mark="surprised", seconds=760, question="q1", column="g1", edit=1)


def keep(world: World, handle: str, note: Note) -> bool:
    return world.store.write(lambda tx: notebook.keep(tx, handle, note))


def kept(world: World, handle: str) -> list[Note]:
    with world.store.read() as connection:
        return notebook.notes(connection, handle)


def edited(note: Note, edit: int, words: str) -> Note:
    return msgspec.structs.replace(note, edit=edit, words=words)


def test_a_note_sent_twice_is_kept_once(world: World) -> None:
    amaru, _ = world.join(AMARU)
    assert keep(world, amaru, FIRST) is True
    assert keep(world, amaru, FIRST) is False
    assert kept(world, amaru) == [FIRST]


def test_a_late_copy_of_an_earlier_edit_changes_nothing(world: World) -> None:
    amaru, _ = world.join(AMARU)
    assert keep(world, amaru, FIRST)
    assert keep(world, amaru, edited(FIRST, 3, "the pump stopped"))
    assert not keep(world, amaru, edited(FIRST, 2, "the pump st"))
    assert [n.words for n in kept(world, amaru)] == ["the pump stopped"]


def test_in_whatever_order_and_however_often_edits_arrive_the_last_one_stays(world: World) -> None:
    amaru, _ = world.join(AMARU)
    chance = random.Random(3)
    for n in range(10):
        edits = [edited(msgspec.structs.replace(FIRST, note=an_id(60 + n)), e, f"edit {e}") for e in range(1, 6)]
        arriving = edits + chance.choices(edits, k=4)
        chance.shuffle(arriving)
        for note in arriving:
            keep(world, amaru, note)
    assert {n.words for n in kept(world, amaru)} == {"edit 5"}
    assert len(kept(world, amaru)) == 10


def test_an_erased_note_stays_erased_when_a_copy_arrives_late(world: World) -> None:
    amaru, _ = world.join(AMARU)
    keep(world, amaru, FIRST)
    world.store.write(lambda tx: notebook.erase(tx, amaru, FIRST.note))
    assert keep(world, amaru, edited(FIRST, 9, "the pump again")) is False
    assert kept(world, amaru) == []
    with world.store.read() as connection:
        row = connection.execute(sa.select(schema.notes)).one()
        with pytest.raises(Refused, match=r"note\.unknown"):
            notebook.note(connection, amaru, FIRST.note)
    assert (row.words, row.mark, row.seconds, row.question, row.column) == ("", None, None, None, None)


def test_nobody_reaches_anybody_elses_note(world: World) -> None:
    amaru, _ = world.join(AMARU)
    ines, _ = world.join(INES)
    keep(world, amaru, FIRST)
    with pytest.raises(Refused, match=r"note\.not_yours"):
        keep(world, ines, edited(FIRST, 5, "mine now"))
    with pytest.raises(Refused, match=r"note\.unknown"):
        world.store.write(lambda tx: notebook.erase(tx, ines, FIRST.note))
    with world.store.read() as connection:
        with pytest.raises(Refused, match=r"note\.unknown"):
            notebook.note(connection, ines, FIRST.note)
        assert notebook.note(connection, amaru, FIRST.note) == FIRST
    assert kept(world, ines) == []
    assert kept(world, amaru) == [FIRST]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("note.unknown", {"note": "../../etc"}),
        ("note.unknown", {"note": an_id(50).upper()}),
        ("note.unknown", {"edit": 0}),
        ("note.unknown", {"edit": 2**63}),
        ("words.too_long", {"words": "x" * (LONGEST_WORDS + 1)}),
        ("note.bad_time", {"seconds": -1}),
        ("note.bad_time", {"seconds": LONGEST_FILM + 1}),
        ("note.bad_mark", {"mark": "angry"}),
        ("question.unknown", {"question": "q" * 13}),
        ("column.unknown", {"column": "g\x00"}),
    ],
)
def test_a_note_that_cannot_be_is_refused_and_the_same_without_the_fault_is_kept(
    world: World, code: str, changes: dict[str, object]
) -> None:
    amaru, _ = world.join(AMARU)
    with pytest.raises(Refused) as refused:
        keep(world, amaru, msgspec.structs.replace(FIRST, **changes))
    assert refused.value.code == code
    assert kept(world, amaru) == []
    assert keep(world, amaru, FIRST)


def test_what_no_database_can_hold_does_not_lose_the_note(world: World) -> None:
    amaru, _ = world.join(AMARU)
    keep(world, amaru, edited(FIRST, 1, "the \x00pump \ud83d stopped ✊🏽"))
    assert [n.words for n in kept(world, amaru)] == ["the pump ? stopped ✊🏽"]


def test_a_notebook_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "MOST_NOTES", 3)
    amaru, _ = world.join(AMARU)
    for n in range(3):
        keep(world, amaru, msgspec.structs.replace(FIRST, note=an_id(50 + n)))
    with pytest.raises(Refused, match=r"note\.too_many"):
        keep(world, amaru, msgspec.structs.replace(FIRST, note=an_id(53)))
    assert keep(world, amaru, edited(FIRST, 2, "an old one can still be changed"))


def test_notes_stand_in_the_order_of_the_film(world: World) -> None:
    amaru, _ = world.join(AMARU)
    for n, seconds in enumerate((None, 300, 20)):
        keep(world, amaru, msgspec.structs.replace(FIRST, note=an_id(50 + n), seconds=seconds))
    assert [n.seconds for n in kept(world, amaru)] == [20, 300, None]


def test_a_released_note_remembers_as_what_and_is_private_again_when_taken_back(world: World) -> None:
    amaru, _ = world.join(AMARU)
    ines, _ = world.join(INES)
    keep(world, amaru, FIRST)
    world.store.write(lambda tx: notebook.released(tx, FIRST.note, an_id(70)))
    assert [n.entry for n in kept(world, amaru)] == [an_id(70)]
    world.store.write(lambda tx: notebook.taken_back(tx, ines, an_id(70)))
    assert [n.entry for n in kept(world, amaru)] == [an_id(70)]
    world.store.write(lambda tx: notebook.taken_back(tx, amaru, an_id(70)))
    assert [n.entry for n in kept(world, amaru)] == [None]


def test_the_film_clock_starts_runs_pauses_and_seeks(world: World, clock: Clock) -> None:
    amaru, _ = world.join(AMARU)

    def shows() -> int:
        with world.store.read() as connection:
            return notebook.clock(connection, amaru).reads(clock.now)

    def touch(seconds: int | None = None, runs: bool | None = None) -> FilmClock:
        return world.store.write(lambda tx: notebook.set_clock(tx, amaru, seconds=seconds, runs=runs))

    assert shows() == 0
    touch(runs=True)
    clock.forward(seconds=95)
    assert shows() == 95
    touch(runs=False)
    clock.forward(hours=3)
    assert shows() == 95
    touch(seconds=760)
    assert shows() == 760
    touch(runs=True)
    clock.forward(seconds=10)
    touch(seconds=60)
    clock.forward(seconds=5)
    assert shows() == 65
    clock.forward(days=40)
    assert shows() == LONGEST_FILM
    clock.back(days=80)
    assert shows() == 0
    for wrong in (-1, LONGEST_FILM + 1):
        with pytest.raises(Refused, match=r"note\.bad_time"):
            touch(seconds=wrong)


def test_each_person_has_a_clock_of_their_own(world: World, clock: Clock) -> None:
    handles = [world.join()[0] for _ in range(3)]
    for n, handle in enumerate(handles):
        world.store.write(lambda tx, handle=handle, n=n: notebook.set_clock(tx, handle, seconds=n * 100, runs=n == 1))
    clock.forward(seconds=7)
    with world.store.read() as connection:
        assert [notebook.clock(connection, h).reads(clock.now) for h in handles] == [0, 107, 200]


def test_touching_the_clock_again_and_again_keeps_one_clock(world: World) -> None:
    amaru, _ = world.join(AMARU)
    for runs, seconds in itertools.product((True, False, None), (None, 5)):
        world.store.write(lambda tx, r=runs, s=seconds: notebook.set_clock(tx, amaru, seconds=s, runs=r))
    with world.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.watches)).scalar_one() == 1
