"""Reading a charter's text: everything that is wrong with it, each with its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args, get_origin

import msgspec

from comuna.rules import charter_agreement
from comuna.rules.charter import (
    CONTRADICTORY,
    KIND,
    NEEDED,
    SECTIONS,
    UNSPECIFIED,
    VALUES,
    Both,
    Charter,
    Problem,
    Provision,
    Reading,
    Rule,
    Source,
)
from comuna.rules.charter_agreement import Partial

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
DATE: Final = re.compile(r"(18|19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
WHERE: Final = re.compile(r"at line (\d+)")
HEADER: Final = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\-]+)\s*=")
LEFT: Final = (UNSPECIFIED, CONTRADICTORY)
NOTHING: Final = Partial({})
"""What stands for a value of which nothing could be read."""

WHENCE: Final = ("source", "valid_from")
RULE: Final = frozenset(Rule.__struct_fields__)
OWN: Final = frozenset({"kind", "version", "title", "about", "provisions"})
MISFITS: Final = (
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
    """Where each table and key of a TOML text stands: dotted path → line, from 1; a table that has no heading stands
    where the first within it does. Entries of an array of tables are numbered from 0."""
    found: dict[str, int] = {}
    around: dict[str, int] = {}
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
            parts = table.split(".")
            for n in range(1, len(parts)):
                around.setdefault(".".join(parts[:n]), number)
        elif key:
            found.setdefault(f"{table}.{key[1]}" if table else key[1], number)
    return around | found


def _is_day(written: str) -> bool:
    try:
        return DATE.fullmatch(written) is not None and bool(dt.date.fromisoformat(written))
    except ValueError:
        return False


def _words(kind: Any) -> str:
    """The words that a value of that kind can be."""
    found: set[str] = set()
    waiting = [msgspec.inspect.type_info(kind)]
    while waiting:
        match waiting.pop():
            case msgspec.inspect.LiteralType(values=values):
                found.update(str(each) for each in values)
            case msgspec.inspect.UnionType(types=types):
                waiting += types
    return ", ".join(sorted(found))


def _settled(value: Any) -> Any:
    """A value of which everything could be read, or "unspecified"."""
    parts = value if isinstance(value, tuple) else (value,)
    return UNSPECIFIED if any(isinstance(each, Partial) for each in parts) else value


class Reader:
    """Reads one charter. `raw`: what the TOML parser made of the text."""

    def __init__(self, text: str, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.problems: list[Problem] = []
        self._values: dict[str, tuple[Any, ...]] = {}
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
        for place, code, args in charter_agreement.disagreements(titles, self._values):
            self._wrong(place, code, **args)
        problems = sorted(self.problems, key=lambda problem: problem.line)
        if not isinstance(kind, str):
            return None, problems
        sure = version if isinstance(version, int) else 0
        return Charter(kind, sure, title, about, titles, rules, provisions), problems

    def _wrong(self, place: str, code: str, **args: str) -> None:
        within = place.partition("[")[0]
        while within and within not in self._lines:
            within = within.rpartition(".")[0]
        found = Problem(self._lines.get(within, 1), place, code, args)
        if found not in self.problems:
            self.problems.append(found)

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
                if not isinstance(table, dict):
                    self._wrong(place, "no_table")
                    continue
                titles[place] = self._both(place, table.get("title"))
                if section in NEEDED and NEEDED[section] not in table:
                    self._wrong(place, f"no_{NEEDED[section]}")
                rest = {name: rule for name, rule in table.items() if name != "title"}
                rules.update(self._of(section, place, rest))
        return titles, rules

    def _of(self, section: str, place: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Rule]]:
        for name, raw in table.items():
            here = f"{place}.{name}"
            kind = VALUES[section].get(name)
            if kind is None:
                self._wrong(here, "unknown_rule", name=name[:40], known=", ".join(sorted(VALUES[section])))
                if not isinstance(raw, dict) or not raw.keys() & RULE:
                    continue
            rule = self._rule(here, raw, kind)
            if rule is not None and kind is not None:
                yield here, rule

    def _rule(self, place: str, raw: object, kind: Any) -> Rule | None:
        """A rule, as far as it can be read; None where it is no table, or has no value. `kind`: what its value is; None
        where nobody knows."""
        if not isinstance(raw, dict):
            self._whole(place, raw, Rule)
            return None
        self._fields(place, raw, Rule)
        self._whence(place, raw)
        if isinstance(raw.get("note"), dict):
            self._both(f"{place}.note", raw["note"])
        elif "note" in raw:
            self._whole(f"{place}.note", raw["note"], Both)
        written = raw.get("readings", [])
        if not isinstance(written, list):
            self._whole(f"{place}.readings", written, tuple[Reading, ...])
            written = []
        elif len(written) < 2 if raw.get("value") == CONTRADICTORY else written:
            self._wrong(place, "readings")
        readings = tuple(self._reading(f"{place}.readings[{n}]", each, kind) for n, each in enumerate(written))
        value = raw.get("value", UNSPECIFIED)
        if kind is not None and value not in (UNSPECIFIED, CONTRADICTORY):
            value = self._value(f"{place}.value", value, kind)
        read = (value, *(each.value for each in readings))
        self._values[place] = tuple(each for each in read if each is not NOTHING and each not in LEFT)
        return Rule(
            value=_settled(value),
            source=raw.get("source", ""),
            valid_from=raw.get("valid_from", UNSPECIFIED),
            note=raw.get("note", {}),
            readings=tuple(Reading(_settled(each.value), each.source) for each in readings),
        )

    def _reading(self, place: str, raw: object, kind: Any) -> Reading:
        if not isinstance(raw, dict):
            self._whole(place, raw, Reading)
            return Reading(UNSPECIFIED, "")
        self._fields(place, raw, Reading)
        if "source" in raw:
            self._source(place, raw["source"])
        value = self._value(place, raw["value"], kind) if "value" in raw and kind is not None else UNSPECIFIED
        return Reading(value, raw.get("source", ""))

    def _value(self, place: str, raw: object, kind: Any) -> Any:
        """A value, with everything that is wrong in it told: a `Partial`, or a tuple with some, where not all of it can
        be read."""
        if get_origin(kind) is tuple and isinstance(raw, list):
            return tuple(self._value(f"{place}[{n}]", each, get_args(kind)[0]) for n, each in enumerate(raw))
        if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(raw, dict)):
            return self._whole(place, raw, kind)
        good = self._fields(place, raw, kind)
        known: dict[str, Any] = {}
        for field in msgspec.structs.fields(kind):
            if field.name not in raw:
                if not field.required:
                    known[field.name] = field.default
                continue
            found = self._value(f"{place}.{field.name}", raw[field.name], field.type)
            if _settled(found) == found:
                known[field.name] = found
        return kind(**known) if good and len(known) == len(msgspec.structs.fields(kind)) else Partial(known)

    def _whole(self, place: str, raw: object, kind: Any) -> Any:
        """A value that is right or wrong as a whole: `NOTHING` where it is wrong."""
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            self._misfit(place, error, kind)
            return NOTHING

    def _fields(self, place: str, raw: Mapping[str, Any], kind: type[msgspec.Struct]) -> bool:
        """Whether a table has all the fields that it needs, and no others."""
        fields = {each.name: each.required for each in msgspec.structs.fields(kind)}
        other = [name for name in raw if name not in fields]
        missing = [name for name, required in fields.items() if required and name not in raw]
        for name in other:
            self._wrong(place, "field_unknown", name=name[:60], known=", ".join(sorted(fields)))
        for name in missing:
            self._wrong(place, "field_missing", name=name)
        return not other and not missing

    def _whence(self, place: str, raw: Mapping[str, Any]) -> None:
        """Where a rule comes from, and since when it holds, as far as that is written."""
        if "source" in raw:
            self._source(place, raw["source"])
        if "valid_from" in raw and self._whole(f"{place}.valid_from", raw["valid_from"], str) is not NOTHING:
            self._date(place, raw["valid_from"])

    def _source(self, place: str, source: object) -> None:
        if isinstance(source, str):
            if not source.strip():
                self._wrong(place, "no_source")
        elif isinstance(source, dict):
            self._both(f"{place}.source", source)
        else:
            self._whole(f"{place}.source", source, Source)

    def _date(self, place: str, written: str) -> None:
        if written != UNSPECIFIED and not _is_day(written):
            self._wrong(f"{place}.valid_from", "bad_date", date=written[:40])

    def _misfit(self, place: str, error: msgspec.ValidationError, kind: Any) -> None:
        """What msgspec says of a value, by a code of its own where we know its words."""
        said, _, path = str(error).partition(" - at `$")
        place += path.rstrip("`")
        for pattern, code in MISFITS:
            if found := pattern.match(said):
                known = {"known": _words(kind)} if code == "not_one_of" else {}
                self._wrong(place, code, **{k: v[:60] for k, v in found.groupdict().items()}, **known)
                return
        self._wrong(place, "bad_value", reason=said[:200])

    def _provisions(self) -> tuple[Provision, ...]:
        raw = self.raw.get("provisions", [])
        if not isinstance(raw, list):
            self._wrong("provisions", "no_table")
            return ()
        found = []
        for n, each in enumerate(raw):
            place = f"provisions.{n}"
            if not isinstance(each, dict):
                self._whole(place, each, Provision)
                continue
            self._whence(place, each)
            said = {name: "" if name in WHENCE else value for name, value in each.items()}
            read = self._value(place, said, Provision)
            if isinstance(read, Provision):
                found.append(msgspec.structs.replace(read, source=each["source"], valid_from=each["valid_from"]))
        return tuple(found)
