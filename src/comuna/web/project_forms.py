"""What the forms of projects, brigades and housing have in common: words, files, decisions, acts recorded once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules.assembly import rules_of
from comuna.rules.state import State
from comuna.store import register, texts
from comuna.store.brigades import Material
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor
from comuna.web.offices import title

LONGEST: Final = 2_000
"""Letters of what somebody writes in one field."""
MOST_MATERIALS: Final = 100
MATERIAL: Final = re.compile(r"([0-9]{1,6})(?:\s*[x×]\s*|\s+)(\D.{0,118})")


def words(door: GroupDoor, name: str) -> str:
    """What was written in a field, tidied; it may be empty. Refuses words.too_long."""
    said = door.form.text(name).replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    return said


def must_say(door: GroupDoor, name: str) -> str:
    """The same, where something must be written. Refuses project.no_words, words.too_long."""
    said = words(door, name)
    if not said:
        raise Refused("project.no_words")
    return said


def state_in(door: GroupDoor, tx: Transaction) -> State:
    """The state as it holds inside a job: it may have changed since the door was opened."""
    state = door.store.state(tx.connection, door.book)
    assert state is not None
    return state


def record(
    door: KeeperDoor,
    rule: Callable[..., Act],
    *,
    done: Callable[[State], bool],
    said: Mapping[str, str] | None = None,
    files: Mapping[str, bytes | None] | None = None,
    then: Callable[[Transaction, Act], None] | None = None,
    **given: object,
) -> None:
    """Record what a rule makes of a form, in the name of who asks. `said`: fields whose words are kept beside the book
    (empty: none); `files`: the same of files; `done`: whether this form was recorded already, so that it counts once;
    `then`: what else changes in the same transaction. Refuses what the rule does."""

    def job(tx: Transaction) -> None:
        if done(state_in(door, tx)):
            return
        kept: list[Text] = []
        refs: dict[str, str | None] = {}
        for name, words_ in (said or {}).items():
            kept += [texts.new(tx, words_)] if words_ else []
            refs[name] = kept[-1].ref if words_ else None
        for name, body in (files or {}).items():
            kept += [texts.new_file(tx, body)] if body else []
            refs[name] = kept[-1].ref if body else None
        made: list[Act] = []

        def decide(s: State) -> Act:
            made.append(rule(s, by=door.member, **given, **refs))
            return made[-1]

        door.store.record(tx, door.book, decide, by=door.member, with_texts=kept)
        if then is not None:
            then(tx, made[-1])

    door.write(job)


def units(door: GroupDoor) -> list[tuple[str, str]]:
    """The units of the charter, each followed by its committees: as the book writes it, and as it is called."""
    rules = rules_of(door.state)
    found = []
    for unit in rules.entries("units"):
        found.append((unit, title(door, unit)))
        for each in rules.value(f"units.{unit}.committees", ()):
            found.append((f"{unit}/{each.id}", title(door, f"{unit}/{each.id}")))
    return found


def owner(door: KeeperDoor) -> dict[str, str | None]:
    """Who sees to a step, by the form: a unit, or a member by their number. Refuses member.unknown for a number that
    nobody on the register has."""
    unit, member = door.form.optional("unit"), door.form.optional("member")
    if member is not None and member not in door.state.members:
        with door.store.read() as connection:
            register.must(connection, door.book, member)
    return {"unit": unit, "member": member}


def materials(door: GroupDoor, name: str = "materials") -> list[Material]:
    """What is needed, by the form: a line each, its number first. Refuses brigade.material_unreadable (line),
    brigade.too_many_materials."""
    found = []
    for line in words(door, name).splitlines():
        told = " ".join(line.split())
        if not told:
            continue
        match = MATERIAL.fullmatch(told)
        if match is None:
            raise Refused("brigade.material_unreadable", line=told[:60])
        found.append(Material(match[2].strip(), int(match[1])))
    if len(found) > MOST_MATERIALS:
        raise Refused("brigade.too_many_materials", limit=MOST_MATERIALS)
    return found


def counts(door: GroupDoor, name: str, most: int) -> list[int]:
    """Whole numbers that stand several times in a form, none above `most`; what is empty or no number is nought."""
    return [
        min(int(each.strip()), most) if re.fullmatch(r"\s*[0-9]{1,6}\s*", each) else 0 for each in door.form.all(name)
    ]
