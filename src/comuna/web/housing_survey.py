"""From the housing survey to the order of dwellings: criteria that are its questions, and the answers that the desk
takes over. Both stay outside the book, as each does by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import survey_form
from comuna.rules.project import under_way
from comuna.rules.state_housing import Criterion
from comuna.rules.survey import kept
from comuna.rules.survey_form import Form, Question
from comuna.store import housing, surveys
from comuna.store.housing import Dwelling
from comuna.store.writer import Transaction
from comuna.web import project_forms as forms
from comuna.web.access import GroupDoor, KeeperDoor
from comuna.web.housing import SURVEY, must_be
from comuna.web.projects import find

YES_NO: Final = {"yes": ("yes", "sí", "si"), "no": ("no",)}
COUNTED: Final = ("choice", "yes_no", "scale", "number")
"""Types of questions that give each dwelling one answer, which can count points."""


def questions(door: GroupDoor, connection: sa.Connection) -> list[Question]:
    """Its questions that can be a criterion; none where there is no such survey."""
    found = kept(door.state, SURVEY)
    if found is None:
        return []
    return [each for each in surveys.form_of(connection, found.questions).questions if each.type in COUNTED]


def filled(question: Question, line: dict[str, str], language: str) -> dict[str, str]:
    """A criterion as typed, with the name and the answers of its question where these were left empty."""
    title = line["title"] or question.ask[language]
    if line["answers"] or line["each"]:
        return {**line, "title": title}
    if question.type == "number":
        return {**line, "title": title, "each": "1"}
    words = [_said(question, word, language) for word in question.words]
    return {**line, "title": title, "answers": "\n".join(f"{word} = 0" for word in words)}


def _said(question: Question, word: str, language: str) -> str:
    if question.type == "yes_no":
        return YES_NO[word][1 if language == "es" and word == "yes" else 0]
    option = next((each for each in question.options if each.id == word), None)
    return word if option is None else {"en": option.en, "es": option.es}[language]


def answers(form: Form, criteria: tuple[Criterion, ...], given: Mapping[str, survey_form.Answer]) -> dict[str, str]:
    """What a dwelling answered in the survey, as the criteria know it: by an option's id, or its words in any language.
    What no criterion asks, or knows, is left out."""
    found = {}
    for criterion in criteria:
        said = given.get(criterion.question or "")
        if said is None or isinstance(said, list):
            continue
        if not criterion.answers:
            found[criterion.id] = str(said)
            continue
        meant = _meant(form.question(criterion.question or ""), str(said))
        known = next((a.value for a in criterion.answers if a.value.casefold() in meant), None)
        if known is not None:
            found[criterion.id] = known
    return found


def _meant(question: Question, said: str) -> set[str]:
    if question.type == "yes_no":
        return set(YES_NO[said])
    option = next((each for each in question.options if each.id == said), None)
    words = (said,) if option is None else (option.id, option.en, option.es)
    return {word.casefold() for word in words}


def take_over(door: KeeperDoor) -> Response:
    """Put the dwellings of the survey on the list, each with its answers; what other criteria ask stays as it was.
    Refuses housing.no_survey, housing.no_survey_criteria."""
    project, programme = must_be(door)
    found = kept(door.state, SURVEY)
    if found is None:
        raise Refused("housing.no_survey")
    if not any(each.question for each in programme.criteria):
        raise Refused("housing.no_survey_criteria")

    def job(tx: Transaction) -> None:
        under_way(forms.state_in(door, tx), project.id)
        form = surveys.form_of(tx.connection, found.questions)
        there = housing.dwellings(tx.connection, door.book, project.id)
        housing.keep(
            tx,
            door.book,
            project.id,
            [
                Dwelling(
                    code=each.code,
                    answers={
                        **(there[each.code].answers if each.code in there else {}),
                        **answers(form, programme.criteria, each.answers),
                    },
                )
                for each in surveys.dwellings(tx.connection, found.id)
            ],
        )

    door.write(job)
    return door.go(f"/g/{door.book}/housing/{find(door).id}#list")
