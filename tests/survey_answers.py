"""Answers to the surveys that come with Comuna, for tests."""

from __future__ import annotations

import random

from comuna import shipped_surveys
from comuna.rules import survey_form
from comuna.rules.survey_form import Answers, Form

HOUSING: dict[str, object] = {
    "roof": "slab", "roof_state": "good", "walls": "blocks", "walls_state": "mend", "floor": "cement",
    "floor_state": "good", "water": "inside", "water_state": "good", "electricity": "own", "electricity_state": "good",
    "sanitation": "sewer", "sanitation_state": "good", "rooms": 2, "rooms_state": "good", "state": "light",
    "affected": 4, "urgency": "2",
}  # fmt: skip
"""A dwelling as its fields are filled in."""


def given(values: dict[str, object]) -> dict[str, list[str]]:
    """Values as a form brings them."""
    return {
        name: [str(v) for v in value] if isinstance(value, list) else [str(value)] for name, value in values.items()
    }


def filled(seed: int, form: Form | None = None) -> Answers:
    """The answers of some dwelling, the same for the same seed."""
    form, chance, values = form or shipped_surveys.forms()["housing"], random.Random(seed), {}
    for q in form.questions:
        if q.type == "number":
            values[q.id] = [str(chance.randint(q.min, min(q.max, 9)))]
        elif q.type == "choices":
            values[q.id] = chance.sample(q.words, chance.randint(1, len(q.words)))
        elif q.words:
            weights = [len(q.words) - n for n in range(len(q.words))]
            values[q.id] = chance.choices(q.words, weights)
    return survey_form.fitting(form, values)
