"""What a survey came to: its totals with small counts kept back. Nothing in them tells of one dwelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from comuna.rules import suppression
from comuna.rules.suppression import Cell
from comuna.rules.survey_form import Answers, Both, Cross, Form, Kind, Question, asked

UNANSWERED: Final = ""
"""Stands for the dwellings that were asked and did not answer."""


class Line(msgspec.Struct, frozen=True):
    """One answer and how many dwellings gave it; None where that is kept back. `label`: its words by language, empty
    for
    those without an answer."""

    label: Both
    count: Cell


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one question came to. `asked`: of how many dwellings; None where it is kept back. `total`: the sum of the
    numbers, where each count is told; `back`: what the counts that are kept back come to together, where they add
    up."""

    id: str
    type: Kind
    ask: Both
    part: Both
    asked: Cell
    lines: tuple[Line, ...]
    total: Cell = None
    back: Cell = None
    low: Both = {}
    high: Both = {}


class Crossed(msgspec.Struct, frozen=True, kw_only=True):
    """A table of two questions; `cells` is empty where all of it is kept back."""

    title: Both
    row_ask: Both
    column_ask: Both
    rows: tuple[Both, ...]
    columns: tuple[Both, ...]
    cells: tuple[tuple[Cell, ...], ...]


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """The totals of a survey, as they are frozen when it is closed. `small`: from which count on they are told."""

    version: int = 1
    name: str
    title: Both
    expected: int
    answered: Cell
    refused: Cell
    not_reached: Cell
    small: int = suppression.SMALL
    questions: tuple[Told, ...]
    crosses: tuple[Crossed, ...]


def results(form: Form, dwellings: Sequence[Answers], *, expected: int, counts: tuple[Cell, Cell, Cell]) -> Results:
    """The totals of what was answered for these dwellings. `counts`: of those that answered, refused, were not reached,
    as `survey.counts` tells them. Where it is kept back how many answered, so is every table."""
    answered, refused, not_reached = counts
    told: dict[str, Told] = {}
    for question in form.questions:
        if question.type != "note":
            told[question.id] = _told(question, dwellings, told)
    return Results(
        name=form.name,
        title=form.title,
        expected=expected,
        answered=answered,
        refused=refused,
        not_reached=not_reached,
        questions=tuple(told.values()) if answered is not None else tuple(_untold(each) for each in told.values()),
        crosses=tuple(_crossed(form, each, dwellings if answered is not None else ()) for each in form.crosses),
    )


def cells_of(question: Question) -> list[tuple[str, Both]]:
    """The answers that are counted apart: an id, and its words."""
    match question.type:
        case "yes_no":
            return [("yes", {"en": "Yes", "es": "Sí"}), ("no", {"en": "No", "es": "No"})]
        case "scale":
            return [(word, {"en": word, "es": word}) for word in question.words]
        case "number":
            ends = [*(begins - 1 for begins in question.bands[1:]), question.max]
            return [
                (str(low), dict.fromkeys(("en", "es"), _band(low, high, question)))
                for low, high in zip(question.bands, ends, strict=True)
            ]
    return [(each.id, {"en": each.en, "es": each.es}) for each in question.options]


def _band(low: int, high: int, question: Question) -> str:
    if low == high:
        return str(low)
    return f"{low}+" if high == question.max else f"{low}–{high}"


def cell_of(question: Question, answers: Answers) -> str:
    """In which cell a dwelling is counted; `UNANSWERED` where it gave no answer."""
    answer = answers.get(question.id)
    if answer is None:
        return UNANSWERED
    if isinstance(answer, int):
        return str(max((low for low in question.bands if low <= answer), default=question.bands[0]))
    return str(answer)


def _told(question: Question, dwellings: Sequence[Answers], before: Mapping[str, Told]) -> Told:
    here = [each for each in dwellings if asked(question, each)]
    labels = cells_of(question)
    whole = Told(
        id=question.id, type=question.type, ask=question.ask, part=question.part, asked=None, lines=(),
        low=question.low, high=question.high,
    )  # fmt: skip
    if any(line.count is None for other in question.when for line in before[other].lines):
        # of how many it is asked would tell what is kept back of the question it depends on
        return msgspec.structs.replace(whole, lines=tuple(Line(label, None) for _, label in labels))
    if question.type == "choices":
        return msgspec.structs.replace(whole, asked=len(here), lines=_several(question, here))
    counted = [cell_of(question, each) for each in here]
    empty = counted.count(UNANSWERED)
    every = [*labels, (UNANSWERED, {})] if empty or not question.required else labels
    counts = [counted.count(id) for id, _ in every]
    cells = suppression.row(counts)
    numbers = [each[question.id] for each in here if question.id in each]
    whole_sum = sum(n for n in numbers if isinstance(n, int)) if question.type == "number" else None
    some = any(cell is None for cell in cells) and any(cell is not None for cell in cells)
    return msgspec.structs.replace(
        whole,
        asked=len(here),
        lines=tuple(Line(label, cell) for (_, label), cell in zip(every, cells, strict=True)),
        total=whole_sum if None not in cells else None,
        back=sum(n for n, cell in zip(counts, cells, strict=True) if cell is None) if some else None,
    )


def _untold(told: Told) -> Told:
    lines = tuple(Line(line.label, None) for line in told.lines)
    return msgspec.structs.replace(told, asked=None, lines=lines, total=None, back=None)


def _several(question: Question, here: Sequence[Answers]) -> tuple[Line, ...]:
    """Each of several answers is a table of its own, of those who gave it and those who did not."""
    lines = []
    for id, label in cells_of(question):
        count = sum(id in answer for each in here if isinstance(answer := each.get(question.id, []), list))
        lines.append(Line(label, suppression.row((count, len(here) - count))[0]))
    return tuple(lines)


def _crossed(form: Form, cross: Cross, dwellings: Sequence[Answers]) -> Crossed:
    rows, columns = form.question(cross.rows), form.question(cross.columns)
    there = [(cell_of(rows, each), cell_of(columns, each)) for each in dwellings]
    down, across = _with_empty(rows, [r for r, _ in there]), _with_empty(columns, [c for _, c in there])
    counts = [[there.count((r, c)) for c, _ in across] for r, _ in down]
    return Crossed(
        title=cross.title,
        row_ask=rows.ask,
        column_ask=columns.ask,
        rows=tuple(label for _, label in down),
        columns=tuple(label for _, label in across),
        cells=suppression.table(counts) or (),
    )


def _with_empty(question: Question, counted: Sequence[str]) -> list[tuple[str, Both]]:
    empty = UNANSWERED in counted or not question.required
    return [*cells_of(question), (UNANSWERED, {})] if empty else cells_of(question)


def frozen(found: Results) -> str:
    """The totals as a text that an act can name."""
    return msgspec.json.encode(found, order="deterministic").decode()


def thawed(text: str) -> Results:
    """The totals out of their text. Raises msgspec.DecodeError."""
    return msgspec.json.decode(text, type=Results)
