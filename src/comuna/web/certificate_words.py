"""The words that a certificate begins with: what the register and the book have, in the language it is wanted in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from comuna.certificate_messages import TITLES, WORDS
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.rules import certificate as rules
from comuna.rules import register as registers
from comuna.rules.assembly import rules_of
from comuna.rules.dates import days_later, months_later
from comuna.rules.eligibility import running
from comuna.store import register
from comuna.web import decisions
from comuna.web import register_words as said
from comuna.web.access import KeeperDoor
from comuna.web.names import label, names
from comuna.web.offices import title, today

MONTHS = 6
"""For how long a certificate about somebody is good, if the desk changes nothing."""


class About(msgspec.Struct, frozen=True):
    """Whom or what a certificate is about: a member number, a mandate's id or a decision's; the `request` it answers;
    the `name` as its holder wants it."""

    member: str = ""
    mandate: str = ""
    decision: str = ""
    request: str = ""
    name: str = ""


class Draft(msgspec.Struct, frozen=True):
    """What the form begins with."""

    words: str
    unit: str = ""
    until: str = ""


def titles(words: Language) -> dict[str, str]:
    """What each kind of certificate is called."""
    return {kind: words.text(name) for kind, name in TITLES.items()}


def offered(door: KeeperDoor) -> dict[str, Any]:
    """The mandates that run, and the decisions, to choose from."""
    known, day = names(door), today(door)
    held = [m for m in door.state.mandates.values() if running(m, day)]
    with door.store.read() as connection:
        decided = decisions.listed(door, connection)
    return {
        "mandates": sorted((title(door, m.unit), label(known, m.member), m.id) for m in held),
        "decisions": [(each.number, each.words, each.id, each.decided_on) for each in decided],
    }


def drafted(door: KeeperDoor, words: Language, kind: str, about: About) -> Draft:
    """What a certificate could say. Refuses member.unknown, certificate.not_on_register, mandate.unknown,
    decision.unknown."""
    if kind in rules.OF_A_PERSON:
        return _of_person(door, words, kind, about)
    return _of_mandate(door, words, about.mandate) if kind == "mandate" else _of_decision(door, words, about.decision)


def _of_person(door: KeeperDoor, words: Language, kind: str, about: About) -> Draft:
    with door.store.read() as connection:
        row = register.must(connection, door.book, about.member)
        charter = door.store.charter(connection, door.book)
    found = rules.ground(kind, row, charter, door.now.date())
    if found is None:
        raise Refused("certificate.not_on_register")
    key = kind + (".right" if found.right else ".since" if found.since else "")
    since = said.quarter(words, found.since) if found.since else ""
    right = registers.title(charter, found.right)[words.code] if found.right else ""
    text = words.text(WORDS[key], group=door.group_name, name=about.name or row.name, since=since, right=right)
    return Draft(text, until=months_later(today(door), MONTHS))


def _of_mandate(door: KeeperDoor, words: Language, mandate: str) -> Draft:
    found = door.state.mandates.get(mandate)
    if found is None:
        raise Refused("mandate.unknown")
    args = {
        "group": door.group_name,
        "name": names(door).get(found.member, "…"),
        "unit": rules_of(door.state).titles.get(f"units.{found.unit}", {}).get(words.code, found.unit),
        "since": _day(words, found.since),
        "until": _day(words, found.until) if found.until else "",
    }
    text = words.text(WORDS["mandate.until" if found.until else "mandate"], **args)
    return Draft(text, until=days_later(found.until, -1) if found.until else "")


def _of_decision(door: KeeperDoor, words: Language, decision: str) -> Draft:
    with door.store.read() as connection:
        found = next((each for each in decisions.listed(door, connection) if each.id == decision), None)
    if found is None:
        raise Refused("decision.unknown")
    args = {"number": found.number, "date": _day(words, found.decided_on), "words": found.words or "…"}
    return Draft(words.text(WORDS["decision"], group=door.group_name, **args))


def _day(words: Language, day: str) -> str:
    return words.date(dt.date.fromisoformat(day), "long")
