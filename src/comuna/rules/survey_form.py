"""The questions of a survey, as data; and whether what was answered for a dwelling fits them. A dwelling has a code of
the group's own; nobody has a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from comuna.kernel.refusal import Refused

Both = Mapping[str, str]
"""Words by language: "en" and "es"."""
Kind = Literal["choice", "choices", "number", "scale", "yes_no", "note"]
Answer = str | int | list[str]
"""An option's id, `yes` or `no`; a number; several options' ids; the words of a note."""
Answers = dict[str, Answer]

YES_NO: Final = ("yes", "no")
LONGEST_NOTE: Final = 200
"""Letters of a note."""
DWELLING: Final = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,15}")
"""A dwelling's code: the household's number on the register, or whatever is written on the door or the map."""


class Option(msgspec.Struct, frozen=True):
    """Something that can be chosen."""

    id: str
    en: str
    es: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `part`: the heading it stands under; `when`: it is asked only where another has one of these
    answers; `min` and `max`: of a number, and the ends of a scale; `bands`: where each group of numbers begins in the
    results, the first at `min`; `low` and `high`: what the ends of a scale mean."""

    id: str
    type: Kind
    ask: Both
    part: Both = {}
    hint: Both = {}
    required: bool = True
    when: Mapping[str, tuple[str, ...]] = {}
    options: tuple[Option, ...] = ()
    min: int = 0
    max: int = 0
    bands: tuple[int, ...] = ()
    low: Both = {}
    high: Both = {}

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it can be answered with, in the form's order: none for numbers and notes."""
        match self.type:
            case "yes_no":
                return YES_NO
            case "scale":
                return tuple(str(n) for n in range(self.min, self.max + 1))
        return tuple(each.id for each in self.options)


class Cross(msgspec.Struct, frozen=True):
    """A table of two questions in the results."""

    rows: str
    columns: str
    title: Both


class Form(msgspec.Struct, frozen=True):
    """A survey's questions, with what it is called."""

    name: str
    title: Both
    about: Both
    questions: tuple[Question, ...]
    crosses: tuple[Cross, ...] = ()

    def question(self, id: str) -> Question:
        """The question of that id."""
        return next(each for each in self.questions if each.id == id)


def dwelling(written: str) -> str:
    """A dwelling's code as it is kept: capitals, no spaces. Refuses survey.no_dwelling, survey.bad_dwelling."""
    code = "".join(written.split()).upper()
    if not code:
        raise Refused("survey.no_dwelling")
    if not DWELLING.fullmatch(code):
        raise Refused("survey.bad_dwelling", dwelling=code[:20])
    return code


def asked(question: Question, answers: Mapping[str, Answer]) -> bool:
    """Whether a question is asked of a dwelling with these answers."""
    return all(str(answers.get(other, "")) in words for other, words in question.when.items())


def fitting(form: Form, given: Mapping[str, list[str]]) -> Answers:
    """What was answered for a dwelling, as it is kept: only what was asked, in the form's order. `given`: question →
    the
    values of its fields. Refuses survey.unanswered (question), survey.bad_answer (question), survey.bad_number
    (question, min, max), survey.note_too_long (limit, length)."""
    found: Answers = {}
    for question in form.questions:
        values = [value for value in given.get(question.id, ()) if value.strip()]
        if not asked(question, found):
            continue
        if values:
            found[question.id] = _one(question, values)
        elif question.required and question.type != "note":
            raise Refused("survey.unanswered", question=question.id)
    return found


def _one(question: Question, values: list[str]) -> Answer:
    match question.type:
        case "note":
            note = " ".join(values[-1].split())
            if len(note) > LONGEST_NOTE:
                raise Refused("survey.note_too_long", limit=LONGEST_NOTE, length=len(note))
            return note
        case "number":
            written = values[-1].strip()
            number = int(written) if re.fullmatch(r"[0-9]{1,6}", written) else -1
            if not question.min <= number <= question.max:
                raise Refused("survey.bad_number", question=question.id, min=question.min, max=question.max)
            return number
    if any(value not in question.words for value in values):
        raise Refused("survey.bad_answer", question=question.id)
    if question.type == "choices":
        return [word for word in question.words if word in values]
    return values[-1]
