"""Reading a charter's text: everything that is wrong with it, each with its line."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from comuna.rules.charter import (
    CONTRADICTORY,
    SECTIONS,
    UNSPECIFIED,
    VALUES,
    Charter,
    Problem,
    Provision,
    Rule,
)

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
DATE: Final = re.compile(r"(18|19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
WHERE: Final = re.compile(r"at line (\d+)")
HEADER: Final = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\-]+)\s*=")
OWN: Final = frozenset({"kind", "version", "title", "about", "provisions"})


def syntax(text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """What the TOML parser says, with its line."""
    found = WHERE.search(str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    return Problem(line, "", "syntax", {"reason": WHERE.sub("", str(error)).partition(" (")[0]})


def lines(text: str) -> dict[str, int]:
    """Where each table and key of a TOML text stands: dotted path → line, from 1. Entries of an array of tables are
    numbered from 0."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        header, key = HEADER.match(line), KEY.match(line)
        if header:
            table = header[1]
            if line.lstrip().startswith("[["):
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}.{counts[table]}"
            found.setdefault(table, number)
        elif key:
            found.setdefault(f"{table}.{key[1]}" if table else key[1], number)
    return found


class Reader:
    """Reads one charter. `raw`: what the TOML parser made of the text."""

    def __init__(self, text: str, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.problems: list[Problem] = []
        self._lines = lines(text)

    def charter(self) -> tuple[Charter | None, list[Problem]]:
        """The charter, and its problems by line. None where not even its kind can be told."""
        raw = self.raw
        kind, version = raw.get("kind"), raw.get("version")
        if not isinstance(kind, str) or not KIND.fullmatch(kind):
            self._wrong("kind", "no_kind")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            self._wrong("version", "no_version")
        for name in raw.keys() - OWN - VALUES.keys():
            self._wrong(name, "unknown_section", name=name)
        title = self._both("title", raw.get("title"))
        about = self._both("about", raw["about"]) if "about" in raw else {}
        titles, rules = self._rules()
        provisions = self._provisions()
        if not isinstance(kind, str):
            return None, sorted(self.problems, key=lambda p: p.line)
        found = Charter(kind, version if isinstance(version, int) else 0, title, about, titles, rules, provisions)
        if not self.problems:
            self._agrees(found)
        return found, sorted(self.problems, key=lambda problem: problem.line)

    def _wrong(self, place: str, code: str, **args: str) -> None:
        within = place
        while within and within not in self._lines:
            within = within.rpartition(".")[0]
        self.problems.append(Problem(self._lines.get(within, 1), place, code, args))

    def _both(self, place: str, words: object) -> dict[str, str]:
        """Words in both languages."""
        if not isinstance(words, dict):
            self._wrong(place, "no_title")
            return {}
        for language in ("en", "es"):
            if not isinstance(words.get(language), str) or not words[language].strip():
                self._wrong(place, "no_words", language=language)
        for other in words.keys() - {"en", "es"}:
            self._wrong(f"{place}.{other}", "unknown_language", language=str(other)[:20])
        return {str(key): str(value) for key, value in words.items()}

    def _rules(self) -> tuple[dict[str, Mapping[str, str]], dict[str, Rule]]:
        titles: dict[str, Mapping[str, str]] = {}
        rules: dict[str, Rule] = {}
        for section in VALUES:
            tables = self.raw.get(section, {})
            if not isinstance(tables, dict):
                self._wrong(section, "no_table")
                continue
            if section not in SECTIONS:
                rules.update(self._of(section, section, tables))
                continue
            for entry, table in tables.items():
                place = f"{section}.{entry}"
                if not NAME.fullmatch(entry):
                    self._wrong(place, "bad_name", name=entry[:40])
                elif not isinstance(table, dict):
                    self._wrong(place, "no_table")
                else:
                    titles[place] = self._both(place, table.get("title"))
                    rest = {name: rule for name, rule in table.items() if name != "title"}
                    rules.update(self._of(section, place, rest))
        return titles, rules

    def _of(self, section: str, place: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Rule]]:
        for name, raw in table.items():
            here = f"{place}.{name}"
            if name not in VALUES[section]:
                self._wrong(here, "unknown_rule", name=name[:40], known=", ".join(sorted(VALUES[section])))
                continue
            rule = self._rule(here, raw, VALUES[section][name])
            if rule is not None:
                yield here, rule

    def _rule(self, place: str, raw: object, kind: Any) -> Rule | None:
        try:
            rule = msgspec.convert(raw, Rule)
        except msgspec.ValidationError as error:
            self._wrong(place, "bad_rule", reason=_plain(error))
            return None
        if not rule.source.strip():
            self._wrong(place, "no_source")
        if not DATE.fullmatch(rule.valid_from):
            self._wrong(f"{place}.valid_from", "bad_date", date=rule.valid_from[:40])
        if rule.note:
            self._both(f"{place}.note", dict(rule.note))
        if (rule.value == CONTRADICTORY) != (len(rule.readings) > 1):
            self._wrong(place, "readings")
        readings = [msgspec.structs.replace(each, value=self._value(place, each.value, kind)) for each in rule.readings]
        value = rule.value
        if value not in (UNSPECIFIED, CONTRADICTORY):
            value = self._value(f"{place}.value", value, kind)
        return msgspec.structs.replace(rule, value=value, readings=tuple(readings))

    def _value(self, place: str, raw: object, kind: Any) -> Any:
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            self._wrong(place, "bad_value", reason=_plain(error))
            return UNSPECIFIED

    def _provisions(self) -> tuple[Provision, ...]:
        raw = self.raw.get("provisions", [])
        if not isinstance(raw, list):
            self._wrong("provisions", "no_table")
            return ()
        found = []
        for n, each in enumerate(raw):
            try:
                found.append(msgspec.convert(each, Provision))
            except msgspec.ValidationError as error:
                self._wrong(f"provisions.{n}", "bad_rule", reason=_plain(error))
                continue
            if not DATE.fullmatch(found[-1].valid_from):
                self._wrong(f"provisions.{n}.valid_from", "bad_date", date=found[-1].valid_from[:40])
        return tuple(found)

    def _agrees(self, found: Charter) -> None:
        """Whether the rules agree with one another: what one names must be there, and no number defeats another."""
        for place, rule in found.rules.items():
            name = place.rpartition(".")[2]
            for value in [rule.value, *(each.value for each in rule.readings)]:
                if value in (UNSPECIFIED, CONTRADICTORY):
                    continue
                if name in ("incompatible", "minutes_signed_by", "received_by", "report_by"):
                    self._named(found, place, "units", [value] if isinstance(value, str) else value)
                elif name in ("called_by", "asked_by"):
                    self._named(found, place, "units", [each.unit for each in value if each.unit])
                elif name == "gathering":
                    self._named(found, place, "gatherings", value)
                elif name == "decision":
                    self._named(found, place, "decisions", [value])
                elif name == "requires" and value.right is not None:
                    self._named(found, place, "rights", [value.right])
                elif name == "quorum":
                    self._quorum(place, value)
                elif name == "majority" and value.of in ("cast", "present", "all"):
                    self._majority(place, value)
                elif name == "notice" and value.at_most is not None and value.at_most < value.at_least:
                    self._wrong(place, "notice_backwards")

    def _named(self, found: Charter, place: str, section: str, names: Any) -> None:
        for name in names:
            if f"{section}.{name}" not in found.titles:
                self._wrong(place, "not_there", name=str(name)[:40], section=section)

    def _quorum(self, place: str, calls: Any) -> None:
        if not calls:
            self._wrong(place, "no_call")
        for call in calls:
            if call.of != "none" and call.share is None and not call.at_least:
                self._wrong(place, "no_share")
            if call.at_most is not None and call.at_most < call.at_least:
                self._wrong(place, "quorum_backwards")
            if call.share == "1" and call.more:
                self._wrong(place, "more_than_all")
        shares = [call.needed(1_000_000) for call in calls if call.of == "roll"]
        if any(later > earlier for earlier, later in itertools.pairwise(shares)):
            self._wrong(place, "later_call_harder")

    def _majority(self, place: str, value: Any) -> None:
        numerator, _, denominator = value.share.partition("/")
        if int(numerator) > int(denominator or 1) or (int(numerator) == int(denominator or 1) and value.more):
            self._wrong(place, "more_than_all")


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).replace(" - at `$", " at `").replace("`$", "`")[:200]
