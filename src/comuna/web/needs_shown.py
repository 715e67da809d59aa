"""Needs as pages and papers show them: with their words, whose they are, and how many support them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec
import sqlalchemy as sa
from markupsafe import Markup

from comuna import messages
from comuna.kernel.act import Envelope, act_in
from comuna.kernel.text import digest
from comuna.rules import minutes, need, record
from comuna.rules.assembly import rules_of
from comuna.rules.state import State
from comuna.rules.state_need import Need, Told
from comuna.store import book, schema, supports, texts
from comuna.web.access import GroupDoor
from comuna.web.offices import title

AT_ONCE: Final = 400
"""Texts asked for in one question."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A need as a page shows it. `words` and `place` are None where they were erased; `point`: latitude and longitude;
    `title`: of its unit or committee; `told`: how many support it, 0 for fewer than five."""

    need: Need
    words: str | None
    place: str | None
    point: tuple[str, str] | None
    title: str | None
    pictured: bool
    told: Told
    merged: int = 0
    """How many others were merged into it."""

    @property
    def id(self) -> str:
        """The need's id."""
        return self.need.id


class Choice(msgspec.Struct, frozen=True):
    """A unit of the charter with its committees, to choose from: (value, name)."""

    name: str
    its: tuple[tuple[str, str], ...]


class Group(msgspec.Struct, frozen=True):
    """The needs of one unit or committee, the biggest first. `unit`: empty where nobody has said whose they are."""

    unit: str
    title: str
    needs: tuple[Shown, ...]


def every(door: GroupDoor, connection: sa.Connection, only: Collection[str] | None = None) -> list[Shown]:
    """The needs of a group, or some of them: those with the most support first, as far as it is told, then in the order
    in which they were raised."""
    s = door.store.state(connection, door.book) or door.state
    told = supports.told(connection, s)
    asked = (each for id, each in s.needs.every.items() if only is None or id in only)
    needs = sorted(asked, key=lambda each: (-told[each.id].together, each.number))
    named = (ref for each in needs for ref in (each.words, each.place, each.point) if ref is not None)
    words = _bodies(connection, named)
    pictures = _there(connection, (each.photo for each in needs if each.photo is not None))
    titles = {unit: title(door, unit) for unit in {each.unit for each in needs if each.unit is not None}}
    merged = _merged(s)
    return [
        Shown(
            need=each,
            words=words.get(each.words),
            place=words.get(each.place or ""),
            point=_point(words.get(each.point or "")),
            title=titles.get(each.unit or ""),
            pictured=each.photo in pictures,
            told=told[each.id],
            merged=merged.get(each.id, 0),
        )
        for each in needs
    ]


def _merged(s: State) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in s.needs.every.values():
        if each.into is not None:
            stands = need.standing_for(s, each.id)
            found[stands] = found.get(stands, 0) + 1
    return found


def _point(written: str | None) -> tuple[str, str] | None:
    if not written:
        return None
    north, _, east = written.partition(",")
    return north, east


def _bodies(connection: sa.Connection, refs: Iterable[str]) -> dict[str, str]:
    """The texts behind these digests that were not erased. Raises ValueError if one was changed."""
    table, found = schema.texts, {}
    for part in _parts(refs):
        asked = sa.select(table.c.ref, table.c.body, table.c.secret).where(table.c.ref.in_(part))
        for row in connection.execute(asked):
            if digest(bytes(row.body), bytes(row.secret)) != row.ref:
                raise ValueError(f"the text {row.ref} was changed")
            found[row.ref] = bytes(row.body).decode()
    return found


def _there(connection: sa.Connection, refs: Iterable[str]) -> set[str | None]:
    table, found = schema.texts, set[str | None]()
    for part in _parts(refs):
        found |= set(connection.execute(sa.select(table.c.ref).where(table.c.ref.in_(part))).scalars())
    return found


def _parts(refs: Iterable[str]) -> Iterator[list[str]]:
    every_ref = sorted(set(refs))
    for start in range(0, len(every_ref), AT_ONCE):
        yield every_ref[start : start + AT_ONCE]


def grouped(door: GroupDoor, needs: Iterable[Shown]) -> list[Group]:
    """Needs by their unit or committee, in the charter's order; those of nobody first, since they wait for somebody."""
    found: dict[str, list[Shown]] = {}
    for each in needs:
        found.setdefault(each.need.unit or "", []).append(each)
    order = {value: n for n, value in enumerate(value for choice in choices(door) for value, _ in choice.its)}
    names = {"": door.words.text("Not yet given to anybody"), **{u: title(door, u) for u in found if u}}
    units = sorted(found, key=lambda unit: (unit != "", order.get(unit, len(order)), unit))
    return [Group(unit, names[unit], tuple(found[unit])) for unit in units]


def choices(door: GroupDoor) -> list[Choice]:
    """To whom a need can belong: each unit of the charter, and its committees."""
    if door.state.charter is None:
        return []
    rules = rules_of(door.state)
    found = []
    for unit in rules.entries("units"):
        committees = [f"{unit}/{each.id}" for each in rules.value(f"units.{unit}.committees", ())]
        name = title(door, unit)
        its = [(each, title(door, each)) for each in committees]
        found.append(Choice(name, (*its, (unit, name))))
    return found


def bar(count: int, most: int) -> Markup:
    """How many support a need, as a bar beside the biggest. What is told as "fewer than 5" has a bar of no length."""
    width = round(100 * count / most, 1) if most else 0
    return Markup(  # noqa: S704  numbers alone
        '<svg class="support-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="ground" width="100" height="6"/><rect class="part" width="{width}" height="6"/></svg>'
    )


def dots(group: Group) -> Markup:
    """The needs of a committee: one dot each, filled by how many support it, told in the steps fewer than 5, 5, 20."""
    size, most = 14, 24
    marks = []
    for n, each in enumerate(group.needs[:most]):
        strength = 1 if each.told.together < need.FEWEST else 2 if each.told.together < 4 * need.FEWEST else 3
        marks.append(f'<circle class="dot d{strength}" cx="{size * n + 6}" cy="6" r="5"/>')
    width = size * min(len(group.needs), most)
    frame = f'class="dots" viewBox="0 0 {width} 12" width="{width}" height="12" aria-hidden="true"'
    return Markup(f"<svg {frame}>{''.join(marks)}</svg>")  # noqa: S704  numbers alone


class Sentence(msgspec.Struct, frozen=True):
    """Something that happened to a need, and on which day."""

    day: str
    text: str
    act: int


def history(door: GroupDoor, connection: sa.Connection, id: str) -> list[Sentence]:
    """What happened to a need, in order: also what was merged into it, and the diagnoses it stands on."""
    acts = [e for e in book.envelopes(connection, door.book) if _about(e, id)]
    kept = {ref: texts.read(connection, ref) for ref in record.text_refs(acts)}
    readable = {ref: text for ref, text in kept.items() if text is not None}
    rules = rules_of(door.state) if door.state.charter else None
    return [Sentence(e.at[:10], messages.say(door.words, minutes.of_act(e, readable, rules)), e.seq) for e in acts]


def _about(envelope: Envelope, id: str) -> bool:
    if not envelope.kind.startswith(("need.", "diagnosis.presented/")):
        return False
    entry = act_in(envelope)
    return id in (getattr(entry, "need", None), getattr(entry, "into", None)) or id in getattr(entry, "needs", ())
