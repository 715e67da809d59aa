"""Reading a survey's questions from TOML: everything that is wrong with them, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, get_args

from comuna.kernel.refusal import Refused
from comuna.rules.charter import Problem
from comuna.rules.charter_reading import lines, syntax
from comuna.rules.survey_form import Both, Cross, Form, Kind, Option, Question

LONGEST: Final = 60_000
"""Bytes of a survey's text."""
MOST: Final = 60
"""Questions of a survey."""
MOST_OPTIONS: Final = 12
LONGEST_SENTENCE: Final = 300
"""Letters of a title, a question, a hint."""
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
KINDS: Final = get_args(Kind)
TOP: Final = ("name", "version", "title", "about", "questions", "crosses")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "choice": ("options",), "choices": ("options",), "number": ("min", "max", "bands"),
    "scale": ("min", "max", "low", "high"), "yes_no": (), "note": (),
}  # fmt: skip
"""The fields of each type, besides those of all."""
COMMON: Final = ("id", "type", "ask", "part", "hint", "required", "when")
CONDITIONS: Final = ("choice", "yes_no", "scale")
"""Types of question on whose answer another can depend: those with one answer out of few."""
PERSONAL: Final = frozenset({
    "name", "names", "surname", "nombre", "apellido", "cedula", "identity", "passport", "birth", "birthdate",
    "nacimiento", "age", "edad", "religion", "party", "partido", "income", "ingreso", "phone_number", "email",
    "ethnicity", "etnia", "vote", "voto",
})  # fmt: skip
"""Ids that ask who somebody is, which no survey here may."""


def read(text: str) -> tuple[Form | None, list[Problem]]:
    """The questions of a survey, and everything that is wrong with its text, by line. None where anything is."""
    size = len(text.encode("utf-8"))
    if size > LONGEST:
        return None, [Problem(1, "", "survey_long", {"length": str(size), "limit": str(LONGEST)})]
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [syntax(text, error)]
    return _Reader(text, raw).form()


@lru_cache(maxsize=32)
def parse(text: str) -> Form:
    """The questions of a survey that was read before. Refuses survey.unreadable (line)."""
    form, problems = read(text)
    if form is None:
        raise Refused("survey.unreadable", line=problems[0].line)
    return form


class _Reader:
    def __init__(self, text: str, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.problems: list[Problem] = []
        self._lines = lines(text)

    def form(self) -> tuple[Form | None, list[Problem]]:
        raw = self.raw
        for other in raw.keys() - set(TOP):
            self._wrong(other[:40], "unknown_field", name=other[:40], known=", ".join(TOP))
        name = raw.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            self._wrong("name", "no_survey_name")
        version = raw.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            self._wrong("version", "no_version")
        title = self._both("title", raw.get("title"))
        about = self._both("about", raw["about"]) if "about" in raw else {}
        questions = self._questions(self._tables("questions"))
        crosses = self._crosses(self._tables("crosses"), {each.id: each for each in questions})
        problems = sorted(self.problems, key=lambda problem: problem.line)
        form = None if problems else Form(str(name), title, about, tuple(questions), tuple(crosses))
        return form, problems

    def _wrong(self, place: str, code: str, **args: str) -> None:
        within = place
        while within and within not in self._lines:
            within = within.rpartition(".")[0]
        found = Problem(self._lines.get(within, 1), place, code, args)
        if found not in self.problems:
            self.problems.append(found)

    def _both(self, place: str, words: object) -> Both:
        if not isinstance(words, dict):
            self._wrong(place, "no_title")
            return {}
        for language in ("en", "es"):
            said = words.get(language)
            if not isinstance(said, str) or not said.strip():
                self._wrong(place, "no_words", language=language)
            elif len(said) > LONGEST_SENTENCE:
                self._wrong(place, "sentence_long", limit=str(LONGEST_SENTENCE))
        for other in words.keys() - {"en", "es"}:
            self._wrong(place, "unknown_language", language=str(other)[:20])
        return {str(key): str(value) for key, value in words.items()}

    def _tables(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """The entries of an array of tables, each with its place."""
        found = self.raw.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self._wrong(name, "no_tables", name=name)
            return []
        if name == "questions" and not found:
            self._wrong(name, "no_questions")
        if len(found) > MOST:
            self._wrong(f"{name}.{MOST}", "too_many", limit=str(MOST))
        return [(f"{name}.{n}", each) for n, each in enumerate(found)]

    def _questions(self, tables: list[tuple[str, dict[str, Any]]]) -> list[Question]:
        found: dict[str, Question] = {}
        for place, table in tables:
            question = self._question(place, table, found)
            if question is not None:
                found[question.id] = question
        return list(found.values())

    def _question(self, place: str, table: Mapping[str, Any], before: Mapping[str, Question]) -> Question | None:
        id: Any = table.get("id")
        kind: Any = table.get("type")
        if not isinstance(id, str) or not NAME.fullmatch(id):
            self._wrong(f"{place}.id", "no_id")
            id = ""
        elif id in before:
            self._wrong(f"{place}.id", "id_twice", name=id)
        elif id in PERSONAL:
            self._wrong(f"{place}.id", "personal", name=id)
        if kind not in KINDS:
            self._wrong(f"{place}.type", "no_type", name=str(kind)[:20], known=", ".join(KINDS))
            return None
        allowed = (*COMMON, *FIELDS[kind])
        for name in table.keys() - set(allowed):
            self._wrong(f"{place}.{name[:40]}", "unknown_field", name=name[:40], known=", ".join(allowed))
        required = table.get("required", True)
        if not isinstance(required, bool):
            self._wrong(f"{place}.required", "no_flag")
        low, high = self._ends(place, table, kind)
        return Question(
            id=id,
            type=kind,
            ask=self._both(f"{place}.ask", table.get("ask")),
            **{
                name: self._both(f"{place}.{name}", table[name])
                for name in ("part", "hint", "low", "high")
                if name in table
            },
            required=required is not False and kind != "note",
            when=self._when(place, table, before),
            options=self._options(place, table) if kind in ("choice", "choices") else (),
            min=low,
            max=high,
            bands=self._bands(place, table, low, high) if kind == "number" else (),
        )

    def _ends(self, place: str, table: Mapping[str, Any], kind: str) -> tuple[int, int]:
        if kind not in ("number", "scale"):
            return 0, 0
        low = self._number(f"{place}.min", table.get("min", 1 if kind == "scale" else 0))
        high = self._number(f"{place}.max", table.get("max"))
        if high <= low or (kind == "scale" and high - low > 9):
            self._wrong(f"{place}.max", "ends", most="9" if kind == "scale" else "")
        return low, high

    def _number(self, place: str, written: object) -> int:
        if not isinstance(written, int) or isinstance(written, bool) or not 0 <= written <= 100_000:
            self._wrong(place, "no_number")
            return 0
        return written

    def _bands(self, place: str, table: Mapping[str, Any], low: int, high: int) -> tuple[int, ...]:
        written = table.get("bands")
        if written is None:
            if high - low > 9:
                self._wrong(place, "no_bands")
            return tuple(range(low, min(high, low + 10) + 1))
        whole = isinstance(written, list) and all(isinstance(n, int) and not isinstance(n, bool) for n in written)
        if not whole or not written or written != sorted(set(written)) or written[0] != low or written[-1] > high:
            self._wrong(f"{place}.bands", "bad_bands", min=str(low))
            return (low,)
        return tuple(written)

    def _options(self, place: str, table: Mapping[str, Any]) -> tuple[Option, ...]:
        written, here = table.get("options"), f"{place}.options"
        if not isinstance(written, list) or not 2 <= len(written) <= MOST_OPTIONS:
            self._wrong(here, "no_options", limit=str(MOST_OPTIONS))
            return ()
        found: list[Option] = []
        for each in written:
            if not isinstance(each, dict) or not isinstance(each.get("id"), str) or not NAME.fullmatch(each["id"]):
                self._wrong(here, "no_id")
                continue
            words = self._both(here, {name: said for name, said in each.items() if name != "id"})
            if each["id"] in [option.id for option in found]:
                self._wrong(here, "id_twice", name=each["id"])
            found.append(Option(each["id"], words.get("en", ""), words.get("es", "")))
        return tuple(found)

    def _when(
        self, place: str, table: Mapping[str, Any], before: Mapping[str, Question]
    ) -> Mapping[str, tuple[str, ...]]:
        """On which answer a question depends: of one question before it, so that its own results tell nothing more
        about that one."""
        written, here = table.get("when", {}), f"{place}.when"
        if not isinstance(written, dict) or len(written) > 1 or ("when" in table and not written):
            self._wrong(here, "bad_when")
            return {}
        for other, words in written.items():
            question = before.get(other)
            if question is None:
                self._wrong(here, "when_unknown", name=other[:40], known=", ".join(before))
                return {}
            if question.type not in CONDITIONS:
                self._wrong(here, "when_type", name=other)
                return {}
            if not isinstance(words, list) or not words:
                self._wrong(here, "bad_when")
                return {}
            for word in words:
                if word not in question.words:
                    self._wrong(here, "when_word", name=str(word)[:40], known=", ".join(question.words))
            return {other: tuple(str(word) for word in words)}
        return {}

    def _crosses(self, tables: list[tuple[str, dict[str, Any]]], known: Mapping[str, Question]) -> list[Cross]:
        """Tables of two questions. Each question stands in one table alone: two tables of the same question could tell
        together what each keeps back."""
        found: list[Cross] = []
        used: set[str] = set()
        for place, table in tables:
            for name in table.keys() - {"rows", "columns", "title"}:
                self._wrong(f"{place}.{name[:40]}", "unknown_field", name=name[:40], known="rows, columns, title")
            for side in ("rows", "columns"):
                id = table.get(side)
                question = known.get(id) if isinstance(id, str) else None
                if question is None:
                    self._wrong(f"{place}.{side}", "cross_unknown", name=str(id)[:40], known=", ".join(known))
                elif question.type not in CONDITIONS or question.when:
                    self._wrong(f"{place}.{side}", "cross_type", name=question.id)
                elif question.id in used:
                    self._wrong(f"{place}.{side}", "cross_twice", name=question.id)
                used.add(str(id))
            title = self._both(f"{place}.title", table.get("title"))
            found.append(Cross(str(table.get("rows")), str(table.get("columns")), title))
        return found
