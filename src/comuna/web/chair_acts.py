"""How a step of the chair of an assembly becomes an act: what its form says, and in whose name it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import clock_there
from comuna.rules import discussion
from comuna.rules.state import State
from comuna.store import texts
from comuna.store.writer import Transaction
from comuna.web.chair_steps import WHOLE
from comuna.web.live_door import LiveDoor

CHAIR: Final = "chair"
"""In whose name the acts of an assembly are recorded: the chair's key stands for no member."""

Job = Callable[[Transaction], None]
Step = Callable[[LiveDoor], Job]


def acts(door: LiveDoor, decide: Callable[[State, Transaction], tuple[Act, list[Text]]]) -> Job:
    """A job that records an act with the texts it names."""

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        done, kept = decide(state, tx)
        door.store.record(tx, door.room.book, lambda _: done, by=CHAIR, with_texts=kept)

    return job


def plain(door: LiveDoor, decide: Callable[[State], Act]) -> Job:
    return lambda tx: door.store.record(tx, door.room.book, decide, by=CHAIR) and None


def words(door: LiveDoor, tx: Transaction, field: str) -> Text:
    """What was written in a field, as a text. Refuses words.empty, words.too_long."""
    return texts.new(tx, discussion.words(door.form.text(field)))


def number(door: LiveDoor, field: str) -> int:
    """A whole number. Refuses gathering.count_impossible."""
    written = door.form.line(field)
    if not WHOLE.fullmatch(written):
        raise Refused("gathering.count_impossible")
    return int(written)


def when(door: LiveDoor) -> tuple[str, str] | None:
    date, start = door.form.line("date"), door.form.line("start")
    return (date, start) if date and start else None


def now(door: LiveDoor, tx: Transaction) -> str:
    """What the clock says where the gathering is held."""
    return clock_there(door.room.gathering.zone, tx.now)
