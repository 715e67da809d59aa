"""The register: who belongs to a group, and since which quarter they hold which right. Its rows lie beside the book,
which holds totals alone. Of a person nothing is kept that is not needed here: no birth date, only the quarter from
which a right holds."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec
from immutables import Map

from comuna.kernel.act import Act, act
from comuna.kernel.refusal import Refused
from comuna.rules.charter import Charter
from comuna.rules.group import SYSTEM, facilitator
from comuna.rules.state import State

KINDS: Final = ("resident", "member", "delegate", "guest")
"""What somebody is to the group. It gives no right by itself."""
RIGHTS: Final = ("voice", "vote")
"""The rights that every group has; a charter names others beside them."""
LONGEST_NAME: Final = 80
LONGEST_HOUSEHOLD: Final = 40
MOST_ROWS: Final = 20_000
"""Rows of one import."""

QUARTER: Final = re.compile(r"(19|20|21)[0-9]{2}-Q[1-4]")
RIGHT: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SAID: Final = (
    re.compile(r"(?P<year>[0-9]{4})[-/. ]?[QT](?P<quarter>[1-4])", re.IGNORECASE),
    re.compile(r"[QT](?P<quarter>[1-4])[-/. ]?(?P<year>[0-9]{4})", re.IGNORECASE),
)
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the register. `member`: their number in this group; `rights`: right → the quarter from which it holds;
    `left`: the quarter in which they left; `account`: whether they organise on this site."""

    member: str
    name: str | None = None
    kind: str = "member"
    household: str | None = None
    unit: str | None = None
    joined: str | None = None
    left: str | None = None
    rights: Mapping[str, str] = {}
    account: bool = False


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody gives for a row. What is not given (None) stays as it is; `rights`: those given alone, "" takes one
    away."""

    name: str | None = None
    kind: str | None = None
    household: str | None = None
    unit: str | None = None
    rights: Mapping[str, str] = {}


@act("register.changed", v=1)
class RegisterChanged(Act, frozen=True):
    """Rows of the register were added, removed and corrected: so many of each. `roll`: how many hold each right since
    then."""

    added: int
    removed: int
    corrected: int
    roll: dict[str, int]


def change(s: State, *, by: str, added: int, removed: int, corrected: int, roll: Mapping[str, int]) -> RegisterChanged:
    """Say in the book that the register was changed. Refuses: member.not_facilitator, register.unchanged,
    register.unknown_right."""
    if by != SYSTEM:
        facilitator(s, by)
    if min(added, removed, corrected) < 0 or added + removed + corrected == 0:
        raise Refused("register.unchanged")
    for right in roll:
        if not RIGHT.fullmatch(right):
            raise Refused("register.unknown_right", right=right[:40])
    told = {right: roll[right] for right in sorted(roll)}
    return RegisterChanged(added=added, removed=removed, corrected=corrected, roll=told)


def apply_changed(s: State, a: RegisterChanged, at: str) -> State:
    """So many hold each right."""
    return msgspec.structs.replace(s, roll=Map(a.roll))


# Quarters


def quarter_of(day: dt.date) -> str:
    """The quarter of a day: "2026-Q4"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(quarter: str) -> dt.date:
    """The day on which a quarter begins."""
    return dt.date(int(quarter[:4]), 3 * int(quarter[6]) - 2, 1)


def quarter_from(written: str) -> str:
    """A quarter as people write it: 2026-Q4, Q4 2026, 2026-T4; or a date, rounded up: a right that begins inside a
    quarter is stored as holding from the next, and the day is forgotten. Refuses: register.bad_quarter."""
    tidy = " ".join(written.split())
    for pattern in _SAID:
        found = pattern.fullmatch(tidy)
        if found:
            quarter = f"{found['year']}-Q{found['quarter']}"
            if QUARTER.fullmatch(quarter):
                return quarter
    try:
        day = dt.date.fromisoformat(tidy) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", tidy) else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year < 2199:
        raise Refused("register.bad_quarter", quarter=tidy[:40])
    quarter = quarter_of(day)
    return quarter if first_day(quarter) == day else next_quarter(quarter)


def next_quarter(quarter: str) -> str:
    """The quarter after."""
    year, number = int(quarter[:4]), int(quarter[6])
    return f"{year}-Q{number + 1}" if number < 4 else f"{year + 1}-Q1"


def holds(from_quarter: str | None, on: dt.date) -> bool:
    """Whether a right that is stored as holding from a quarter (None: never) holds on a day."""
    return from_quarter is not None and from_quarter <= quarter_of(on)


def eligible(row: Row, right: str, on: dt.date) -> bool:
    """Whether somebody is on the roll for a right on a day."""
    return row.left is None and holds(row.rights.get(right), on)


# What a row may be


def rights_of(rules: Charter) -> tuple[str, ...]:
    """The rights that a group's register has: voice, vote, and those its charter names."""
    return (*RIGHTS, *(right for right in rules.entries("rights") if right not in RIGHTS))


def tidy(words: str) -> str:
    """Words on one line, without what cannot be seen, composed (NFC)."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub(" ", words)).split())


def folded(words: str) -> str:
    """Words as they are compared and looked for: without capitals and accents."""
    parts = unicodedata.normalize("NFKD", words).casefold()
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


def sought(words: str) -> list[str]:
    """The words by which a row is found, folded: letters and digits alone."""
    return re.findall(r"[^\W_]+", folded(words))


def checked(given: Given, rules: Charter, *, new: bool) -> Given:
    """What somebody gives for a row, tidied. `new`: a row begins, and needs a name. Refuses: name.empty, name.too_long,
    register.too_long (limit, length), register.unknown_kind, register.unknown_unit, register.unknown_right,
    register.bad_quarter."""
    name = None if given.name is None else tidy(given.name)
    if name == "" or (new and name is None):
        raise Refused("name.empty")
    if name is not None and len(name) > LONGEST_NAME:
        raise Refused("name.too_long", limit=LONGEST_NAME, length=len(name))
    household = None if given.household is None else tidy(given.household)
    if household is not None and len(household) > LONGEST_HOUSEHOLD:
        raise Refused("register.too_long", limit=LONGEST_HOUSEHOLD, length=len(household))
    if given.kind is not None and given.kind not in KINDS:
        raise Refused("register.unknown_kind", kind=given.kind[:40])
    if given.unit and given.unit not in rules.entries("units"):
        raise Refused("register.unknown_unit", unit=given.unit[:40])
    known = rights_of(rules)
    for right, since in given.rights.items():
        if right not in known:
            raise Refused("register.unknown_right", right=right[:40])
        if since and not QUARTER.fullmatch(since):
            raise Refused("register.bad_quarter", quarter=since[:40])
    return msgspec.structs.replace(given, name=name, household=household)


def changed(row: Row, given: Given) -> Row:
    """A row with what was given in its place."""
    rights = {right: since for right, since in {**row.rights, **given.rights}.items() if since}
    return msgspec.structs.replace(
        row,
        name=row.name if given.name is None else given.name,
        kind=row.kind if given.kind is None else given.kind,
        household=_given(row.household, given.household),
        unit=_given(row.unit, given.unit),
        rights=rights,
    )


def _given(before: str | None, given: str | None) -> str | None:
    return before if given is None else given or None


# How it is said


TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "voice": {"en": "voice", "es": "voz"},
    "vote": {"en": "vote", "es": "voto"},
}
"""What the rights that every group has are called where its charter does not say."""


def title(rules: Charter | None, right: str) -> dict[str, str]:
    """What a right is called, by language."""
    known = rules.titles.get(f"rights.{right}") if rules is not None else None
    plain = right.replace("_", " ")
    return dict(known or TITLES.get(right) or {"en": plain, "es": plain})


def roll_words(rules: Charter | None, roll: Mapping[str, int]) -> dict[str, str]:
    """How many hold each right, by language: "voice 120, vote 100"; empty where nobody does."""
    titles = {right: title(rules, right) for right in roll}
    languages = dict.fromkeys(code for each in titles.values() for code in each)
    return {code: ", ".join(f"{titles[r].get(code, r)} {n}" for r, n in roll.items()) for code in languages}
