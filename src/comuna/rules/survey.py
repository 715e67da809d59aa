"""Surveys from door to door: opened, closed with their totals, and the answers of each dwelling erased. What was
answered
lies outside the book, by dwelling and never by person; the book has counts alone."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import suppression
from comuna.rules.state import State
from comuna.rules.state_survey import Survey, Surveys
from comuna.rules.suppression import Cell

MOST_DWELLINGS: Final = 100_000


@act("survey.opened", v=1)
class SurveyOpened(Act, frozen=True):
    """A survey began. `name`: what its questions call themselves; `title` in words; `questions`: the exact text (TOML);
    `expected`: how many dwellings are to be asked; `keep`: whether the answers of each dwelling are kept after the
    closing, until the desk erases them."""

    survey: str
    name: str
    title: TextRef
    questions: TextRef
    expected: int
    keep: bool


@act("survey.closed", v=1)
class SurveyClosed(Act, frozen=True):
    """A survey ended: how many dwellings answered, did not want to, were not reached (null: kept back, see `counts`).
    `results`: the totals, small counts kept back; `kept`: whether the answers of each dwelling are still there."""

    survey: str
    answered: int | None
    refused: int | None
    not_reached: int | None
    results: TextRef
    kept: bool


@act("survey.erased", v=1)
class SurveyErased(Act, frozen=True):
    """The answers of each dwelling were erased; the totals stay."""

    survey: str


def open_survey(
    s: State, *, by: str, survey: str, name: str, title: TextRef, questions: TextRef, expected: int, keep: bool
) -> SurveyOpened:
    """Begin a survey. Refuses: gathering.bad_id, survey.id_taken, survey.expected (most)."""
    if not ID.fullmatch(survey):
        raise Refused("gathering.bad_id")
    if survey in s.surveys.all:
        raise Refused("survey.id_taken")
    if not 1 <= expected <= MOST_DWELLINGS:
        raise Refused("survey.expected", most=MOST_DWELLINGS)
    return SurveyOpened(survey=survey, name=name, title=title, questions=questions, expected=expected, keep=keep)


def apply_opened(s: State, a: SurveyOpened, at: str) -> State:
    """It is open."""
    return _with(
        s,
        Survey(
            id=a.survey,
            name=a.name,
            title=a.title,
            questions=a.questions,
            expected=a.expected,
            keep=a.keep,
            opened=at[:10],
        ),
    )


def kept(s: State, name: str) -> Survey | None:
    """The survey of that name that was closed last and whose answers of each dwelling are still there."""
    found = [each for each in s.surveys.all.values() if each.name == name and each.status == "closed" and each.kept]
    return max(found, key=lambda each: each.closed or "", default=None)


def find(s: State, survey: str, *statuses: str) -> Survey:
    """A survey, in one of these states if any are named. Refuses: survey.unknown, survey.closed, survey.open."""
    found = s.surveys.all.get(survey)
    if found is None:
        raise Refused("survey.unknown")
    if statuses and found.status not in statuses:
        raise Refused("survey.closed" if found.status == "closed" else "survey.open")
    return found


def close(
    s: State, *, by: str, survey: str, answered: int, refused: int, conflicts: int, results: TextRef
) -> SurveyClosed:
    """End a survey. `conflicts`: dwellings of which two accounts are still there. Refuses: survey.unknown,
    survey.closed,
    survey.conflicts (conflicts)."""
    found = find(s, survey, "open")
    if conflicts:
        raise Refused("survey.conflicts", conflicts=conflicts)
    told = counts(found.expected, answered, refused)
    return SurveyClosed(
        survey=survey, answered=told[0], refused=told[1], not_reached=told[2], results=results, kept=found.keep
    )


def counts(expected: int, answered: int, refused: int) -> tuple[Cell, Cell, Cell]:
    """How many dwellings answered, did not want to, were not reached, for a book that told of how many were expected.
    How many answered is the base of the results: it is told unless it is small itself, and without it at least one of
    the others is kept back too. Of those without an answer both counts are told or neither."""
    missing = not_reached(expected, answered, refused)
    if suppression.small(answered):
        first, second, third = suppression.row((answered, refused, missing))
        return first, second, third
    second, third = suppression.row((refused, missing))
    return answered, second, third


def not_reached(expected: int, answered: int, refused: int) -> int:
    """How many of the dwellings that were expected neither answered nor refused."""
    return max(0, expected - answered - refused)


def apply_closed(s: State, a: SurveyClosed, at: str) -> State:
    """Its totals stand."""
    return _changed(
        s,
        a.survey,
        status="closed",
        closed=at[:10],
        results=a.results,
        answered=a.answered,
        refused=a.refused,
        not_reached=a.not_reached,
        kept=a.kept,
    )


def erase(s: State, *, by: str, survey: str) -> SurveyErased:
    """Erase the answers of each dwelling of a survey that is closed. Refuses: survey.unknown, survey.open,
    survey.erased_already."""
    if not find(s, survey, "closed").kept:
        raise Refused("survey.erased_already")
    return SurveyErased(survey=survey)


def apply_survey_erased(s: State, a: SurveyErased, at: str) -> State:
    """Only the totals are left."""
    return _changed(s, a.survey, kept=False)


def needed(s: State, text: TextRef) -> bool:
    """Whether a survey that is open needs a text: its questions, without which nobody could count it."""
    return any(each.questions == text for each in s.surveys.all.values() if each.status == "open")


def _with(s: State, survey: Survey) -> State:
    return msgspec.structs.replace(s, surveys=Surveys(s.surveys.all.set(survey.id, survey)))


def _changed(s: State, survey: str, **changes: object) -> State:
    return _with(s, msgspec.structs.replace(s.surveys.all[survey], **changes))
