"""The questions of a survey: those that come with Comuna, and every mistake with its line."""

from __future__ import annotations

import pytest

from comuna import shipped_surveys, survey_problems
from comuna.kernel.refusal import Refused
from comuna.language import LANGUAGES, language
from comuna.rules import survey_form, survey_reading
from tests.survey_answers import HOUSING, given

GOOD = """name = "roofs"
version = 1
title = { en = "Roofs", es = "Techos" }

[[questions]]
id = "roof"
type = "choice"
ask = { en = "How is it?", es = "¿Cómo está?" }
options = [
  { id = "good", en = "Good", es = "Bueno" },
  { id = "bad", en = "Bad", es = "Malo" },
]

[[questions]]
id = "leaks"
type = "number"
ask = { en = "How many leaks?", es = "¿Cuántas goteras?" }
max = 9
when = { roof = ["bad"] }

[[questions]]
id = "soon"
type = "scale"
ask = { en = "How soon?", es = "¿Qué tan pronto?" }
max = 3

[[crosses]]
rows = "roof"
columns = "soon"
title = { en = "Roofs by urgency", es = "Techos según urgencia" }
"""
MISTAKES = {
    ("", "name = roofs"): (1, "syntax"),
    ('name = "roofs"', 'name = "Roofs of all"'): (1, "no_survey_name"),
    ("version = 1", "version = 0"): (2, "no_version"),
    (', es = "Techos" }\n\n', " }\n\n"): (3, "no_words"),
    ('title = { en = "Roofs", es = "Techos" }', 'title = "Roofs"'): (3, "no_title"),
    ("version = 1", "version = 1\ncolour = 2"): (3, "unknown_field"),
    ('id = "roof"', 'id = "the roof"'): (6, "no_id"),
    ('id = "roof"', 'id = "cedula"'): (6, "personal"),
    ('id = "leaks"', 'id = "roof"'): (15, "id_twice"),
    ('type = "choice"', 'type = "chioce"'): (7, "no_type"),
    ('"¿Cómo está?"', f'"{"a" * 301}"'): (8, "sentence_long"),
    ('  { id = "bad", en = "Bad", es = "Malo" },\n', ""): (9, "no_options"),
    ('id = "bad", en', 'id = "good", en'): (9, "id_twice"),
    ("max = 9", "max = 0"): (18, "ends"),
    ("max = 9", "max = -1"): (18, "no_number"),
    ("max = 9", "max = 99"): (14, "no_bands"),
    ("max = 9", "max = 99\nbands = [0, 5, 3]"): (19, "bad_bands"),
    ("max = 9", "max = 9\nrequired = 1"): (19, "no_flag"),
    ('roof = ["bad"]', 'rof = ["bad"]'): (19, "when_unknown"),
    ('roof = ["bad"]', 'roof = ["worse"]'): (19, "when_word"),
    ('roof = ["bad"]', "roof = []"): (19, "bad_when"),
    ("max = 3\n", 'max = 3\nwhen = { leaks = ["1"] }\n'): (26, "when_type"),
    ("max = 3\n", "max = 33\n"): (25, "ends"),
    ('columns = "soon"', 'columns = "son"'): (29, "cross_unknown"),
    ('columns = "soon"', 'columns = "leaks"'): (29, "cross_type"),
    ('columns = "soon"', 'columns = "roof"'): (29, "cross_twice"),
    ("[[crosses]]", "[crosses]"): (27, "no_tables"),
}
"""A change of the good text → the line and the code of what is wrong then."""


@pytest.mark.parametrize("name", list(shipped_surveys.forms()))
def test_the_surveys_that_come_with_comuna_are_right(name):
    form, problems = survey_reading.read(shipped_surveys.text(name))
    assert problems == []
    assert form is not None
    assert form.name == name


def test_the_good_text_is_good():
    form, problems = survey_reading.read(GOOD)
    assert problems == []
    assert form is not None
    assert form.question("soon").words == ("1", "2", "3")


@pytest.mark.parametrize(("change", "told"), MISTAKES.items(), ids=[str(t) for t in MISTAKES.values()])
def test_every_mistake_is_told_with_its_line(change, told):
    before, after = change
    text = GOOD.replace(before, after, 1) if before else f"{after}\n{GOOD}"
    form, problems = survey_reading.read(text)
    assert form is None
    assert told in [(each.line, each.code) for each in problems]
    for code in LANGUAGES:
        assert all(survey_problems.problem_at(language(code), each) for each in problems)


def test_several_mistakes_are_told_at_once():
    text = GOOD.replace("version = 1", "version = 0").replace("max = 9", "max = 0").replace('"bad"]', '"worse"]')
    assert [each.line for each in survey_reading.read(text)[1]] == [2, 18, 19]


def test_nothing_at_all_is_no_survey():
    codes = {each.code for each in survey_reading.read("")[1]}
    assert {"no_survey_name", "no_questions"} <= codes
    assert [each.code for each in survey_reading.read("# " + "a" * 60_000)[1]] == ["survey_long"]


def test_only_what_was_asked_is_kept():
    form = shipped_surveys.forms()["housing"]
    answers = survey_form.fitting(form, given({**HOUSING, "roof_harm": ["rain"], "somebody": "Inés"}))
    assert "roof_harm" not in answers, "the roof is good"
    assert "somebody" not in answers
    assert answers["affected"] == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roof": ""}, "survey.unanswered"),
        ({"roof": "gold"}, "survey.bad_answer"),
        ({"rooms": "many"}, "survey.bad_number"),
        ({"rooms": 21}, "survey.bad_number"),
        ({"roof_state": "bad"}, "survey.unanswered"),
        ({"note": "a" * 201}, "survey.note_too_long"),
    ],
)
def test_answers_that_do_not_fit_are_refused(changes, code):
    form = shipped_surveys.forms()["housing"]
    with pytest.raises(Refused) as refused:
        survey_form.fitting(form, given({**HOUSING, **changes}))
    assert refused.value.code == code


@pytest.mark.parametrize("written", ["", "  ", "Casa de José", "a" * 17, "<b>", "-"])
def test_a_dwelling_has_a_code_and_no_name(written):
    with pytest.raises(Refused):
        survey_form.dwelling(written)


def test_a_code_is_written_one_way():
    assert survey_form.dwelling(" c-3 / 12b ") == "C-3/12B"
