"""The order in which people read a charter: its rules in plain words under headings, and what it leaves open."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from comuna.rules.charter import CONTRADICTORY, SECTIONS, UNSPECIFIED, VALUES, Both, Charter, Provision
from comuna.rules.charter_words import Said, said

ORDER: Final = ("taking_part", "gatherings", "decisions", "units", "elections", "recall", "money", "rest")
"""The headings, by the topics of `charter.Provision`."""

ELECTIONS: Final = (
    "term_months", "reelection", "requires", "method", "ballot", "alternates", "incompatible", "one_candidacy",
    "challenge_days",
)  # fmt: skip
"""Rules that stand under elections, in this order: those of units are told rule by rule."""

PLACED: Final[Mapping[str, str]] = {
    "households": "taking_part",
    "delegation": "taking_part",
    "mandate_binding": "taking_part",
    "speaking_order": "gatherings",
    "minutes_approved_by": "gatherings",
    "minutes_signed_by": "gatherings",
    "surplus": "money",
    "journal_days": "rest",
}
"""Rules of the whole group that stand under another heading than decisions."""


class Told(msgspec.Struct, frozen=True):
    """A rule, told once for all those entries of which the charter says exactly the same."""

    said: Said
    subjects: tuple[Both, ...]


class Part(msgspec.Struct, frozen=True):
    """Rules that are told together: of one entry (`subject`), or of several entries the one rule `rule`."""

    told: tuple[Told, ...]
    subject: Both = {}
    rule: str | None = None


class Heading(msgspec.Struct, frozen=True):
    """What stands under one heading."""

    topic: str
    parts: tuple[Part, ...]
    provisions: tuple[Provision, ...]


def outline(rules: Charter) -> tuple[Heading, ...]:
    """All rules of a charter and what it says besides, under those headings that have something under them."""
    everything = tuple(said(rules))
    found = []
    for topic in ORDER:
        mine = [each for each in everything if topic_of(each.place) == topic]
        provisions = tuple(each for each in rules.provisions if each.topic == topic)
        if mine or provisions:
            parts = tuple(_by_rule(mine) if topic == "elections" else _by_entry(rules, mine))
            found.append(Heading(topic, parts, provisions))
    return tuple(found)


def topic_of(place: str) -> str:
    """Under which heading the rule at a place stands."""
    section, name = place.partition(".")[0], place.rpartition(".")[2]
    if section == "rights":
        return "taking_part"
    if section == "rules":
        return "elections" if name in ELECTIONS else PLACED.get(name, "decisions")
    if section == "units":
        return "elections" if name in ELECTIONS else "recall" if name == "recalled_by" else "units"
    return "money" if section == "funds" else section


def _by_entry(rules: Charter, found: Iterable[Said]) -> Iterator[Part]:
    """The parts of a heading: each entry's rules in the order in which it is written, then those of the whole group."""

    def entry(each: Said) -> str:
        return each.place.rpartition(".")[0] if each.place.partition(".")[0] in SECTIONS else ""

    titles = [*rules.titles, ""]
    ordered = sorted(found, key=lambda each: titles.index(entry(each)))
    for place, these in itertools.groupby(ordered, key=entry):
        told = tuple(Told(each, ()) for each in sorted(these, key=_as_known))
        yield Part(told, subject=rules.titles.get(place, {}))


def _as_known(each: Said) -> int:
    """Rules of an entry stand in the order of the vocabulary."""
    return list(VALUES[each.place.partition(".")[0]]).index(each.name)


def _by_rule(found: Iterable[Said]) -> Iterator[Part]:
    ordered = sorted(found, key=lambda each: ELECTIONS.index(each.name))
    for name, these in itertools.groupby(ordered, key=lambda each: each.name):
        told: list[Told] = []
        for each in these:
            same = next((t for t in told if t.said.subject and each.subject and _same(t.said, each)), None)
            if same is not None:
                told[told.index(same)] = Told(same.said, (*same.subjects, each.subject))
            else:
                told.append(Told(each, (each.subject,) if each.subject else ()))
        yield Part(tuple(told), rule=name)


def _same(one: Said, other: Said) -> bool:
    return (one.rule, one.lines) == (other.rule, other.lines)


class Count(msgspec.Struct, frozen=True):
    """How many rules a charter has, how many of them it leaves open, and in how many it contradicts itself."""

    rules: int
    unspecified: int
    contradictory: int


def count(rules: Charter) -> Count:
    """How much a charter settles."""
    values = [rule.value for rule in rules.rules.values()]
    return Count(len(values), values.count(UNSPECIFIED), values.count(CONTRADICTORY))
