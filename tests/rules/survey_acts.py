"""An example of every act of a survey, in every case of its sentence, under what the minutes say of it."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import survey
from tests.cast import an_id

SURVEY: dict[str, Any] = {"survey": an_id(400)}


def told(*, text: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump."; `gone` was erased."""

    def opened(title: TextRef, *, keep: bool) -> Act:
        return survey.SurveyOpened(**SURVEY, name="housing", title=title, questions=gone, expected=120, keep=keep)

    counts: dict[str, Any] = {**SURVEY, "answered": 100, "refused": 7, "not_reached": 13, "results": text}
    kept = "The answers of each dwelling are kept after the closing, until the desk erases them."
    closed = "A survey was closed. Dwellings that answered: 100; that did not want to: 7; not reached: 13."
    return {
        f"A survey was opened: Mend the pump. Dwellings to be asked: 120. {kept}": opened(text, keep=True),
        "A survey was opened: Mend the pump. Dwellings to be asked: 120. At the closing only totals are kept.": opened(
            text, keep=False
        ),
        f"A survey was opened (housing). Dwellings to be asked: 120. {kept}": opened(gone, keep=True),
        "A survey was opened (housing). Dwellings to be asked: 120. At the closing only totals are kept.": opened(
            gone, keep=False
        ),
        f"{closed} The answers of each dwelling are kept until the desk erases them.": survey.SurveyClosed(
            **counts, kept=True
        ),
        f"{closed} The answers of each dwelling were erased.": survey.SurveyClosed(**counts, kept=False),
        "A survey was closed. Dwellings that answered: 100; that did not want to: not told; not reached: not told. The "
        "answers of each dwelling were erased.": survey.SurveyClosed(
            **{**counts, "refused": None, "not_reached": None}, kept=False
        ),
        "The answers of each dwelling to a survey were erased; its totals stay.": survey.SurveyErased(**SURVEY),
    }
