"""What the register's pages say of rows, rights and quarters, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from comuna import register_messages
from comuna.language import Language
from comuna.rules import register as rules
from comuna.rules.charter import Charter
from comuna.rules.register import Given, Row
from comuna.web.forms import Form


class Right(msgspec.Struct, frozen=True):
    """A right of the group: its name in the charter, what it is called, how many hold it today."""

    name: str
    title: str
    held: int = 0

    @property
    def heading(self) -> str:
        """What it is called where it stands alone."""
        return self.title[:1].upper() + self.title[1:]


class Held(msgspec.Struct, frozen=True):
    """A right that somebody has: what it is called, since when it holds, and whether it holds today."""

    title: str
    since: str
    holds: bool


class Shown(msgspec.Struct, frozen=True):
    """A row as a page shows it."""

    member: str
    name: str | None
    kind: str
    household: str
    unit: str
    rights: tuple[Held, ...]
    account: bool


def quarter(words: Language, stored: str) -> str:
    """A quarter as people write it; what it says can be typed into a field."""
    return words.text("%(year)s-Q%(number)s", year=stored[:4], number=stored[6:])


def rights(words: Language, charter: Charter, counts: Mapping[str, int]) -> list[Right]:
    """The rights that the group's register has."""
    return [
        Right(right, rules.title(charter, right).get(words.code, right), counts.get(right, 0))
        for right in rules.rights_of(charter)
    ]


def units(words: Language, charter: Charter) -> dict[str, str]:
    """The units of the charter, and what they are called."""
    return {unit: charter.titles[f"units.{unit}"].get(words.code, unit) for unit in charter.entries("units")}


def kinds(words: Language) -> dict[str, str]:
    """The kinds of people, and what they are called where that stands alone."""
    return {kind: words.text(said).capitalize() for kind, said in register_messages.KINDS.items()}


def kind(words: Language, stored: str) -> str:
    """What somebody is to the group, inside a sentence."""
    return words.text(register_messages.KINDS[stored])


def shown(words: Language, charter: Charter, row: Row, today: str) -> Shown:
    """A row, said. `today`: the present quarter."""
    return Shown(
        member=row.member,
        name=row.name,
        kind=kind(words, row.kind),
        household=row.household or "",
        unit=units(words, charter).get(row.unit or "", row.unit or ""),
        rights=tuple(
            Held(rules.title(charter, right).get(words.code, right), quarter(words, since), since <= today)
            for right, since in row.rights.items()
        ),
        account=row.account,
    )


def given(form: Form, charter: Charter) -> Given:
    """What a form gives for a row. Refuses: register.bad_quarter."""
    since = {right: form.line(f"since_{right}") for right in rules.rights_of(charter)}
    return Given(
        name=form.text("name"),
        household=form.text("household"),
        kind=form.line("kind") or None,
        unit=form.line("unit"),
        rights={right: rules.quarter_from(said) if said else "" for right, said in since.items()},
    )


def fields(words: Language, row: Row) -> dict[str, str]:
    """What a form holds about a row before anybody has written in it."""
    held = {f"since_{right}": quarter(words, since) for right, since in row.rights.items()}
    plain = {"name": row.name, "household": row.household, "kind": row.kind, "unit": row.unit}
    return {**{name: value or "" for name, value in plain.items()}, **held}
