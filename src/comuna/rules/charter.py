"""A group's charter: rules as data, each with its source and the day it holds from. What a charter does not settle says
"unspecified"; where a law contradicts itself, the rule is "contradictory" and holds every reading with its source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, Literal, TypeVar

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules import charter_values as v

UNSPECIFIED: Final = "unspecified"
CONTRADICTORY: Final = "contradictory"

KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""What a kind of group is called."""

LONGEST: Final = 48_000
"""Bytes of a charter's text: it stands whole in one act of the book."""

T = TypeVar("T")
Both = Mapping[str, str]
"""Words by language: "en" and "es"."""

Source = str | Both
"""Law and article, bylaw or custom: the same in every language, or by language."""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the readings of a rule that contradicts itself."""

    value: Any
    source: Source


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. `value`: as `VALUES` says for its place, or "unspecified", or "contradictory"; then `readings` holds
    each value with its source. `valid_from`: an ISO date, or "unspecified". `note`: a remark in plain words, by
    language."""

    value: Any
    source: Source
    valid_from: str
    note: Both = {}
    readings: tuple[Reading, ...] = ()


class Provision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the charter says besides, in plain words: shown, and kept by people. `topic`: under which heading."""

    en: str
    es: str
    source: Source
    valid_from: str
    topic: Literal["taking_part", "gatherings", "decisions", "units", "elections", "recall", "money", "rest"] = "rest"


SECTIONS: Final[Mapping[str, frozenset[str]]] = {
    "gatherings": frozenset({"assembly"}),
    "decisions": frozenset({"ordinary"}),
    "units": frozenset(),
    "rights": frozenset({"voice", "vote"}),
    "funds": frozenset(),
}
"""Sections whose entries a charter names itself, and those names that we know: each entry has a title and rules. What
is said of an "assembly" or an "ordinary" decision holds for others of which nothing is said."""

NEEDED: Final[Mapping[str, str]] = {"funds": "purpose"}
"""Sections of which every entry has a certain rule: where a fund comes from stands beside what it is for."""

VALUES: Final[Mapping[str, Mapping[str, Any]]] = {
    "rules": {
        "journal_days": v.Count,
        "speaking_order": Literal["plain", "fewest_turns", "seconds_spoken"],
        "delegation": bool,
        "change_ballot": bool,
        "small_tally": v.Count,
        "publish_ballots": bool,
        "tie": v.Tie,
        "precedence": tuple[v.Step, ...],
        "second_needed": bool,
        "challenge_days": v.Count,
        "minutes_approved_by": Literal["next_gathering", "same_gathering", "signatures"],
        "minutes_signed_by": tuple[str, ...],
        "households": v.Households,
        "mandate_binding": bool,
        "one_candidacy": bool,
        "consensus": v.Consensus,
        "surplus": v.SurplusRule,
    },
    "gatherings": {
        "quorum": tuple[v.Quorum, ...],
        "notice": v.Notice,
        "agenda_binding": bool,
        "every_days": v.Count,
        "called_by": tuple[v.Asker, ...],
        "second_call_after_minutes": v.Count,
        "agenda_by": tuple[v.Asker, ...],
    },
    "decisions": {
        "majority": v.Majority,
        "turnout": v.Share,
        "readings": v.Count,
        "quorum": tuple[v.Quorum, ...],
        "ballot": Literal["open", "secret", "free"],
        "gathering": tuple[str, ...],
        "on_agenda": bool,
        "asked_by": tuple[v.Asker, ...],
        "notice_days": v.Count,
    },
    "units": {
        "seats": v.Count,
        "composition": tuple[v.Part, ...],
        "of_group": bool,
        "alternates": Literal["each", "next", "none"],
        "committees": tuple[v.Named, ...],
        "term_months": v.Count,
        "reelection": v.Reelection,
        "incompatible": tuple[str, ...],
        "requires": v.Requirement,
        "method": v.Method,
        "ballot": Literal["open", "secret", "free"],
        "meets_every_days": v.Count,
        "accounts_every_months": v.Count,
        "recalled_by": str,
    },
    "rights": {
        "requires": v.Requirement,
    },
    "recall": {
        "asked_by": tuple[v.Asker, ...],
        "causes": tuple[v.Named, ...],
        "received_by": str,
        "report_by": str,
        "report_days": v.Count,
        "assembly_days": v.Count,
        "defence": bool,
        "decision": str,
        "barred_terms": v.Count,
        "successor": Literal["alternate", "election", "none"],
    },
    "funds": {
        "purpose": v.Words,
    },
}
"""Every rule that a charter can hold, by its section: what its value is."""


SHOWN_ONLY: Final = frozenset({
    "rules.households", "rules.delegation", "rules.mandate_binding",
    "gatherings.every_days", "gatherings.called_by", "gatherings.agenda_by",
    "decisions.asked_by",
    "units.composition", "units.of_group", "units.meets_every_days",
    "recall.report_by",
    "funds.purpose",
})  # fmt: skip
"""Rules, by section and name, that nothing here acts on: they are shown, and the group sees to it that they are kept.
Whoever makes something act on one takes it out."""


def shown_only(place: str) -> bool:
    """Whether the rule at a place is shown, and its keeping left to the group."""
    return f"{place.partition('.')[0]}.{place.rpartition('.')[2]}" in SHOWN_ONLY


class Charter(msgspec.Struct, frozen=True):
    """The rules of a kind of group. `title` and `about` by language; `titles`: those of the charter's own entries
    ("units.finance"); `rules` by their place ("gatherings.assembly.quorum"), with typed values."""

    kind: str
    version: int
    title: Both
    about: Both
    titles: Mapping[str, Both]
    rules: Mapping[str, Rule]
    provisions: tuple[Provision, ...]

    def value(self, place: str, otherwise: T) -> Any | T:
        """What the rule at a place sets; `otherwise` where the charter says nothing, or not one thing."""
        rule = self.rules.get(place)
        return otherwise if rule is None or rule.value in (UNSPECIFIED, CONTRADICTORY) else rule.value

    def of_kind(self, section: str, entry: str, name: str, otherwise: T) -> Any | T:
        """What a rule of an entry sets ("gatherings", "assembly", "quorum"). Where nothing is written about it there,
        what is said of the known entry of its section holds; "unspecified" there is an answer, and is not passed
        over."""
        for each in (entry, *sorted(SECTIONS[section] - {entry})):
            if f"{section}.{each}.{name}" in self.rules:
                return self.value(f"{section}.{each}.{name}", otherwise)
        return otherwise

    def entries(self, section: str) -> tuple[str, ...]:
        """The entries that a charter names in a section, in its order."""
        return tuple(place.partition(".")[2] for place in self.titles if place.startswith(f"{section}."))

    def days(self, name: str) -> int | None:
        """The number of days a group-wide rule sets; None where the charter says nothing or "unspecified"."""
        found: int | None = self.value(f"rules.{name}", None)
        return found


@lru_cache(maxsize=64)
def parse(text: str) -> Charter:
    """The charter that a TOML text sets out. Refuses: charter.unreadable, with the first thing wrong as `reason`."""
    found, problems = read(text)
    if found is None or problems:
        raise Unreadable(problems[0])
    return found


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with a charter's text: in which line (from 1), at which place, and what: a key of
    `messages.PROBLEMS` with its arguments."""

    line: int
    place: str
    code: str
    args: Mapping[str, str] = {}

    def __str__(self) -> str:
        said = ", ".join(self.args.values())
        return f"line {self.line}: {self.place}: {self.code}" + (f" ({said})" if said else "")


class Unreadable(Refused):
    """A charter's text cannot be taken: charter.unreadable, with the first thing that is wrong with it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__("charter.unreadable", reason=str(problem))
        self.problem = problem


def read(text: str) -> tuple[Charter | None, list[Problem]]:
    """A charter as far as it could be read, and everything wrong with its text, by line: what cannot be read hides
    nothing else. There is no charter where it is no TOML at all, or says not even of what kind it is."""
    from comuna.rules import charter_reading  # which knows this module's vocabulary

    length = len(text.encode(errors="replace"))
    if length > LONGEST:
        return None, [Problem(1, "", "too_long", {"length": str(length), "limit": str(LONGEST)})]
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return None, [charter_reading.syntax(text, error)]
    return charter_reading.Reader(text, raw).charter()


def digest(text: str) -> str:
    """SHA-256 of the charter's exact text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()
