"""A sheet of paper with a survey's questions, for one dwelling: where a telephone cannot or should not come along."""

from __future__ import annotations

from collections.abc import Iterator

from comuna.language import Language
from comuna.paper.typeset import PAPERS, pdf, shorten
from comuna.rules.survey_form import Form, Question

WORDY = 24
"""Letters of an option from which on options stand under one another."""


def sheet(words: Language, form: Form, *, group: str, paper: str = "a4") -> bytes:
    """A PDF of a survey's questions with boxes to tick, for one dwelling, to be entered at the desk. `paper` is `a4` or
    `letter`."""
    title = form.title[words.code]
    return pdf(
        "survey.typ",
        {
            "paper": PAPERS[paper],
            "lang": words.code,
            "title": title,
            "group": shorten(group, 90),
            "code": words.text("Code of the dwelling"),
            "advice": words.text(
                "One sheet for each dwelling. Write its code, never anybody’s name. When it has been entered at the"
                " desk, the sheet is destroyed."
            ),
            "outcomes": [words.text("Nobody home, come back"), words.text("They do not want to")],
            "questions": list(_questions(words, form)),
        },
        keep=True,
    )


def _questions(words: Language, form: Form) -> Iterator[dict[str, object]]:
    for number, question in enumerate(form.questions, 1):
        numbers = {q.id: n for n, q in enumerate(form.questions, 1)}
        when = [
            words.text(
                "Only if at %(number)s: %(answers)s", number=numbers[other], answers=_named(words, form, other, ids)
            )
            for other, ids in question.when.items()
        ]
        options = _options(words, question)
        yield {
            "number": number,
            "ask": question.ask[words.code],
            "part": question.part.get(words.code),
            "hint": ". ".join(each for each in [*when, question.hint.get(words.code, "")] if each),
            "type": question.type,
            "options": options,
            "wide": any(len(each) > WORDY for each in options),
            "ends": [question.low.get(words.code, ""), question.high.get(words.code, "")],
        }


def _named(words: Language, form: Form, other: str, ids: tuple[str, ...]) -> str:
    question = form.question(other)
    labels = dict(zip(question.words, _options(words, question), strict=True))
    return ", ".join(labels[each] for each in ids)


def _options(words: Language, question: Question) -> list[str]:
    match question.type:
        case "yes_no":
            return [words.text("Yes"), words.text("No")]
        case "scale":
            return list(question.words)
    return [each.es if words.code == "es" else each.en for each in question.options]
