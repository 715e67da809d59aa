"""Reading a charter's text: everything that is wrong with it, each with its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from comuna.rules import charter_agreement
from comuna.rules.charter import (
    CONTRADICTORY,
    KIND,
    SECTIONS,
    UNSPECIFIED,
    VALUES,
    Charter,
    Problem,
    Provision,
    Rule,
)

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
DATE: Final = re.compile(r"(18|19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
WHERE: Final = re.compile(r"at line (\d+)")
HEADER: Final = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\-]+)\s*=")
OWN: Final = frozenset({"kind", "version", "title", "about", "provisions"})
MISFITS: Final = (
    (re.compile(r"Object missing required field `(?P<name>\w+)`"), "field_missing"),
    (re.compile(r"Object contains unknown field `(?P<name>.+)`"), "field_unknown"),
    (re.compile(r"Invalid enum value '?(?P<name>.*?)'?$"), "not_one_of"),
    (re.compile(r"Expected `str` matching regex"), "bad_share"),
    (re.compile(r"Expected `int` >= (?P<limit>-?\d+)"), "too_small"),
    (re.compile(r"Expected `int` <= (?P<limit>-?\d+)"), "too_large"),
    (re.compile(r"Expected `(?P<wanted>.+?)`, got `(?P<got>.+?)`"), "wrong_kind"),
)
"""What msgspec says of values that do not fit, and our code for it."""


def syntax(text: str, error: ValueError | RecursionError) -> Problem:
    """What the TOML parser says, with its line: the last one where it names none."""
    if isinstance(error, RecursionError):
        return Problem(1, "", "too_deep")
    found = WHERE.search(str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    return Problem(line, "", "syntax", {"reason": str(error).partition(" (at ")[0][:200]})


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


def _is_day(written: str) -> bool:
    try:
        return DATE.fullmatch(written) is not None and bool(dt.date.fromisoformat(written))
    except ValueError:
        return False


def _known(code: str, kind: Any) -> dict[str, str]:
    """The fields, or the words, that a value of that kind can have anywhere in it."""
    if code not in ("field_unknown", "not_one_of"):
        return {}
    fields: set[str] = set()
    words: set[str] = set()
    waiting = [msgspec.inspect.type_info(kind)]
    while waiting:
        match waiting.pop():
            case msgspec.inspect.StructType(fields=these):
                fields.update(each.encode_name for each in these)
                waiting += [each.type for each in these]
            case msgspec.inspect.LiteralType(values=values):
                words.update(str(each) for each in values)
            case msgspec.inspect.UnionType(types=types):
                waiting += types
            case msgspec.inspect.VarTupleType(item_type=item):
                waiting.append(item)
            case msgspec.inspect.Metadata(type=inner):
                waiting.append(inner)
    return {"known": ", ".join(sorted(fields if code == "field_unknown" else words))}


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
            known = ", ".join(sorted({*OWN, *VALUES}))
            self._wrong(name[:40], "unknown_section", name=name[:40], known=known)
        title = self._both("title", raw.get("title"))
        about = self._both("about", raw["about"]) if "about" in raw else {}
        titles, rules = self._rules()
        provisions = self._provisions()
        if not isinstance(kind, str):
            return None, sorted(self.problems, key=lambda p: p.line)
        found = Charter(kind, version if isinstance(version, int) else 0, title, about, titles, rules, provisions)
        if not self.problems:
            for place, code, args in charter_agreement.disagreements(found):
                self._wrong(place, code, **args)
        return found, sorted(self.problems, key=lambda problem: problem.line)

    def _wrong(self, place: str, code: str, **args: str) -> None:
        within = place.partition("[")[0]
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
            self._misfit(place, error, Rule)
            return None
        self._source(place, rule.source)
        self._date(place, rule.valid_from)
        if rule.note:
            self._both(f"{place}.note", dict(rule.note))
        if (rule.value == CONTRADICTORY) != (len(rule.readings) > 1):
            self._wrong(place, "readings")
        for n, each in enumerate(rule.readings):
            self._source(f"{place}.readings[{n}]", each.source)
        readings = [msgspec.structs.replace(each, value=self._value(place, each.value, kind)) for each in rule.readings]
        value = rule.value
        if value not in (UNSPECIFIED, CONTRADICTORY):
            value = self._value(f"{place}.value", value, kind)
        return msgspec.structs.replace(rule, value=value, readings=tuple(readings))

    def _value(self, place: str, raw: object, kind: Any) -> Any:
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            self._misfit(place, error, kind)
            return UNSPECIFIED

    def _source(self, place: str, source: object) -> None:
        if isinstance(source, str):
            if not source.strip():
                self._wrong(place, "no_source")
        else:
            self._both(f"{place}.source", source)

    def _date(self, place: str, written: str) -> None:
        if written != UNSPECIFIED and not _is_day(written):
            self._wrong(f"{place}.valid_from", "bad_date", date=written[:40])

    def _misfit(self, place: str, error: msgspec.ValidationError, kind: Any) -> None:
        """What msgspec says of a value, by a code of its own where we know its words."""
        said, _, path = str(error).partition(" - at `$")
        place += path.rstrip("`")
        for pattern, code in MISFITS:
            if found := pattern.match(said):
                self._wrong(place, code, **{k: v[:60] for k, v in found.groupdict().items()}, **_known(code, kind))
                return
        self._wrong(place, "bad_value", reason=said[:200])

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
                self._misfit(f"provisions.{n}", error, Provision)
                continue
            self._source(f"provisions.{n}", found[-1].source)
            self._date(f"provisions.{n}", found[-1].valid_from)
        return tuple(found)
