"""What the surveys of a golden book do: one keeps the answers of each dwelling until they are erased, one does not."""

from __future__ import annotations

from typing import Any

from comuna import shipped_surveys
from comuna.rules import survey, survey_results
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE
from tests.survey_answers import filled

HOUSING, SERVICES, FEW = an_id(401), an_id(402), an_id(404)


def ask(t: Telling) -> None:
    """Two surveys are opened and closed; the answers of the first are erased afterwards."""
    for n, (id, name) in enumerate([(HOUSING, "housing"), (SERVICES, "services"), (FEW, "services")]):
        form, refused = shipped_surveys.forms()[name], 2 * n
        title, questions = (
            t.text(f"{form.title['es']}{' 2' if id == FEW else ''}: {STRANGE}"),
            t.text(("# again\n" if id == FEW else "") + shipped_surveys.text(name)),
        )
        opening: dict[str, Any] = {"survey": id, "name": name, "title": title.ref, "questions": questions.ref}
        t.act(
            lambda s, opening=opening, n=n: survey.open_survey(s, by=t.rosa, **opening, expected=30 + n, keep=not n),
            title,
            questions,
        )
        answers = [filled(seed, form) for seed in range(3 if id == FEW else 25 + 10 * n)]
        told = survey.counts(30 + n, len(answers), refused)
        found = survey_results.results(form, answers, expected=30 + n, counts=told)
        totals = t.text(survey_results.frozen(found))
        counts = {"answered": len(answers), "refused": refused, "conflicts": 0}
        t.act(
            lambda s, id=id, counts=counts, totals=totals: survey.close(
                s, by=t.rosa, survey=id, **counts, results=totals.ref
            ),
            totals,
        )
    t.act(lambda s: survey.erase(s, by=t.rosa, survey=HOUSING))
