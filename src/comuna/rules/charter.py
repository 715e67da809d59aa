"""A group's charter: rules as data, each with its source and the day it holds from; "unspecified" is a value."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from hashlib import sha256

import msgspec

from comuna.kernel.refusal import Refused


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. `source`: law and article, bylaw or custom. `valid_from`: an ISO date."""

    value: str | int | bool
    source: str
    valid_from: str


class Charter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of a kind of group. `title` by language."""

    kind: str
    version: int
    title: dict[str, str]
    rules: dict[str, Rule]

    def days(self, name: str) -> int | None:
        """The number of days a rule sets; None where the charter says nothing or "unspecified"."""
        rule = self.rules.get(name)
        return rule.value if rule is not None and isinstance(rule.value, int) else None


@lru_cache(maxsize=64)
def parse(text: str) -> Charter:
    """The charter that a TOML text sets out. Refuses: charter.unreadable, with the parser's `reason`."""
    try:
        return msgspec.convert(tomllib.loads(text), Charter)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refused("charter.unreadable", reason=str(error)) from error


def digest(text: str) -> str:
    """SHA-256 of the charter's exact text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()
