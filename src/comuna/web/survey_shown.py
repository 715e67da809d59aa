"""What the pages of surveys show: how far one has come, accounts that contradict one another, totals as pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import groupby

import msgspec

from comuna.language import Language
from comuna.rules import suppression
from comuna.rules.state_survey import Survey
from comuna.rules.survey_form import Answer, Form, Question
from comuna.rules.survey_results import Results, Told
from comuna.rules.survey_visits import DESK, Dwelling, Visit, latest
from comuna.store.surveys import Link


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How many dwellings, of how many. `parts`: kind, words, count, and where its piece of a bar of 1000 begins and how
    wide it is."""

    expected: int
    visited: suppression.Cell
    """Dwellings of which there is an answer, or a no; None where it is kept back."""
    parts: tuple[tuple[str, str, suppression.Cell, int, int], ...]
    nobody: int = 0
    to_come: int = 0
    """Of a survey that is open: dwellings to come back to, and those with all that are still to visit."""


class Listed(msgspec.Struct, frozen=True):
    """A survey in the list."""

    survey: Survey
    title: str
    progress: Progress


def progress(words: Language, survey: Survey, known: Mapping[str, Dwelling], *, whole: bool) -> Progress:
    """How far a survey has come. `whole`: for those who close it; others see of an open one how many were visited and
    how many were not, and neither where that is a handful."""
    outcomes = [each.outcome for each in known.values()]
    now = {kind: outcomes.count(kind) for kind in ("answered", "refused", "nobody", "conflict")}
    visited: suppression.Cell = now["answered"] + now["refused"] + now["conflict"]
    counts: dict[str, suppression.Cell] = {**now, "left": max(0, survey.expected - sum(now.values()))}
    if survey.status == "closed":
        counts = {"answered": survey.answered, "refused": survey.refused, "left": survey.not_reached}
        visited = survey.answered
    elif not whole:
        first, left = suppression.row((visited or 0, max(0, survey.expected - (visited or 0))))
        visited, counts = first, {"visited": first, "left": left}
    names = {
        "visited": words.text("visited"),
        "answered": words.text("answered"),
        "conflict": words.text("two accounts"),
        "refused": words.text("did not want to"),
        "nobody": words.text("nobody home, come back"),
        "left": words.text("not reached") if survey.status == "closed" else words.text("still to visit"),
    }
    together, begins, parts = max(survey.expected, sum(count or 0 for count in counts.values())), 0, []
    for kind, name in names.items():
        if kind in counts:
            width = round(1000 * (counts[kind] or 0) / together)
            parts.append((kind, name, counts[kind], begins, width))
            begins += width
    nobody = now["nobody"]
    to_come = nobody + max(0, survey.expected - sum(now.values()))
    return Progress(expected=survey.expected, visited=visited, parts=tuple(parts), nobody=nobody, to_come=to_come)


class LinkShown(msgspec.Struct, frozen=True):
    """A volunteer's link, and how many dwellings came by it."""

    link: Link
    answered: int
    refused: int
    nobody: int


def links(found: Sequence[Link], visits: Sequence[Visit]) -> list[LinkShown]:
    """The links with what came by each."""
    current = [each for each in latest(visits).values() if not each.aside]
    return [
        LinkShown(
            link,
            *(
                len({v.dwelling for v in current if v.volunteer == link.volunteer and v.outcome == outcome})
                for outcome in ("answered", "refused", "nobody")
            ),
        )
        for link in found
    ]


class Account(msgspec.Struct, frozen=True):
    """One account of a dwelling, to be chosen. `lines`: question and answer, where the accounts differ."""

    value: str
    who: str
    refused: bool
    lines: tuple[tuple[str, str], ...]


class Conflict(msgspec.Struct, frozen=True):
    """A dwelling with several accounts."""

    code: str
    same: int
    """How many questions were answered alike."""
    accounts: tuple[Account, ...]


def conflicts(words: Language, form: Form, known: Mapping[str, Dwelling], found: Sequence[Link]) -> list[Conflict]:
    """The dwellings of which the desk must choose an account."""
    labels = {each.volunteer: each.label for each in found}
    shown = []
    for dwelling in known.values():
        if dwelling.outcome != "conflict":
            continue
        every = dwelling.accounts
        differ = [q for q in form.questions if len({repr(each.answers.get(q.id)) for each in every}) > 1]
        answered = [q for q in form.questions if any(q.id in each.answers for each in every)]
        shown.append(
            Conflict(
                dwelling.code,
                len(answered) - len(differ),
                tuple(_account(words, each, differ, labels) for each in every),
            )
        )
    return shown


def _account(words: Language, visit: Visit, differ: list[Question], labels: Mapping[int, str]) -> Account:
    label = labels.get(visit.volunteer, "")
    who = (
        words.text("entered from paper")
        if visit.volunteer == DESK
        else words.text("volunteer %(n)s", n=visit.volunteer) + (f", {label}" if label else "")
    )
    lines = [(q.ask[words.code], said(words, q, visit.answers.get(q.id))) for q in differ]
    refused = visit.outcome == "refused"
    return Account(f"{visit.visit}.{visit.digest}", who, refused, () if refused else tuple(lines))


def said(words: Language, question: Question, answer: Answer | None) -> str:
    """An answer in words."""
    if answer is None or answer == []:
        return words.text("no answer")
    names = {each.id: each.es if words.code == "es" else each.en for each in question.options}
    names |= {"yes": words.text("Yes"), "no": words.text("No")} if question.type == "yes_no" else {}
    if isinstance(answer, list):
        return ", ".join(names.get(each, each) for each in answer)
    return names.get(str(answer), str(answer))


class Bar(msgspec.Struct, frozen=True):
    """One answer of the results. `width`: of 1000; `share`: in hundredths, None where it is not told."""

    label: str
    count: int | None
    width: int
    share: int | None


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The results of one question."""

    told: Told
    ask: str
    bars: tuple[Bar, ...]


class Part(msgspec.Struct, frozen=True):
    """Questions under one heading."""

    title: str
    pictures: tuple[Picture, ...]


def pictures(words: Language, found: Results) -> list[Part]:
    """The totals as bars, under the headings of the survey."""
    return [
        Part(title, tuple(_picture(words, each) for each in those))
        for title, those in groupby(found.questions, key=lambda each: each.part.get(words.code, ""))
    ]


def _picture(words: Language, told: Told) -> Picture:
    whole = max(1, told.asked or 0)
    bars = []
    for line in told.lines:
        label = line.label.get(words.code) or words.text("no answer")
        if told.type == "scale" and line is told.lines[0] and told.low:
            label += f" ({told.low[words.code]})"
        if told.type == "scale" and told.high and line is [each for each in told.lines if each.label][-1]:
            label += f" ({told.high[words.code]})"
        share = None if line.count is None else round(100 * line.count / whole)
        width = 0 if line.count is None else round(1000 * line.count / whole)
        bars.append(Bar(label, line.count, width, share))
    return Picture(told=told, ask=told.ask[words.code], bars=tuple(bars))


class Cell(msgspec.Struct, frozen=True):
    """A cell of a table of two questions. `heat`: 0 to 5."""

    count: int | None
    heat: int


class CrossShown(msgspec.Struct, frozen=True):
    """A table of two questions."""

    title: str
    row_ask: str
    column_ask: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def crosses(words: Language, found: Results) -> list[CrossShown]:
    """The tables of two questions, with how dark each cell is."""
    shown, none = [], words.text("no answer")
    for each in found.crosses:
        most = max((cell or 0 for line in each.cells for cell in line), default=0) or 1
        rows = tuple(
            (label.get(words.code, none), tuple(Cell(cell, -(-5 * (cell or 0) // most)) for cell in line))
            for label, line in zip(each.rows, each.cells, strict=False)
        )
        columns = tuple(label.get(words.code, none) for label in each.columns)
        shown.append(
            CrossShown(each.title[words.code], each.row_ask[words.code], each.column_ask[words.code], columns, rows)
        )
    return shown


def table(found: Results, language: str, *, few: str, none: str, head: Sequence[str]) -> str:
    """The totals as CSV. `few` stands for what is kept back, `none` for no answer, `head` on the first line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for each in found.questions:
        for line in each.lines:
            count = few if line.count is None else line.count
            writer.writerow([each.ask[language], line.label.get(language, none), count])
    for cross in found.crosses:
        for row, cells in zip(cross.rows, cross.cells, strict=False):
            for column, cell in zip(cross.columns, cells, strict=True):
                answer = f"{row.get(language, none)} / {column.get(language, none)}"
                writer.writerow([cross.title[language], answer, few if cell is None else cell])
    return "\ufeff" + out.getvalue()
