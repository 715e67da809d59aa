"""What can be wrong with a survey's questions, said in English: the codes of `rules/survey_reading.py`."""

from __future__ import annotations

import difflib
from typing import Final

from comuna.charter_problems import PROBLEMS as OF_CHARTERS
from comuna.charter_problems import problem as of_charter
from comuna.language import N_, Language
from comuna.rules.charter import Problem

PROBLEMS: Final[dict[str, str]] = {
    "survey_long": N_("These questions are too long: %(length)s bytes, and %(limit)s is the most."),
    "no_survey_name": N_(
        "The survey does not say what it is called, as name = 'housing': small letters, digits and _."
    ),
    "unknown_field": N_("There is no %(name)s here."),
    "sentence_long": N_("This is too long: a sentence has at most %(limit)s letters."),
    "no_tables": N_("This must be written as tables, each under [[%(name)s]]."),
    "no_questions": N_("A survey needs one question at least, under [[questions]]."),
    "too_many": N_("That is too many: %(limit)s is the most."),
    "no_id": N_("An id is missing, as id = 'roof': it begins with a small letter and goes on with small letters,"
                " digits and _."),
    "id_twice": N_("This id stands twice: %(name)s."),
    "personal": N_("A survey asks about dwellings, never about who somebody is: %(name)s."),
    "no_type": N_("There is no type of question %(name)s."),
    "no_flag": N_("Here belongs true or false."),
    "no_number": N_("Here belongs a whole number from 0 to 100000."),
    "ends": N_("The most must be more than the least, and a scale has at most ten steps."),
    "no_bands": N_("So many numbers need bands for the results, as bands = [0, 1, 3, 5]: where each begins."),
    "bad_bands": N_("Bands are whole numbers that grow, from %(min)s on, and none is more than the most."),
    "no_options": N_("Options are a list of 2 to %(limit)s, each with its id and its words in English and Spanish."),
    "bad_when": N_("A condition names one question and its answers, as when = { roof_state = ['bad'] }."),
    "when_unknown": N_("There is no question %(name)s before this one."),
    "when_type": N_("A question can depend on one answer out of few, and %(name)s has no such answer."),
    "when_word": N_("%(name)s is no answer to that question."),
    "cross_unknown": N_("There is no question %(name)s."),
    "cross_type": N_(
        "A table is made of questions with one answer out of few, which are asked of every dwelling: not of %(name)s."
    ),
    "cross_twice": N_("A question stands in one table at most, or two of them could tell together what each keeps back:"
                      " %(name)s."),
}  # fmt: skip
"""What is wrong with a survey, by its code; what it has in common with charters is said there."""


def problem(words: Language, found: Problem) -> str:
    """A problem in a language; where a name is close to one that is known, with advice."""
    if found.code not in PROBLEMS:
        assert found.code in OF_CHARTERS
        return of_charter(words, found)
    sentences = [words.code_text(found.code, PROBLEMS, found.args)]
    known = [each for each in found.args.get("known", "").split(", ") if each]
    if near := difflib.get_close_matches(found.args.get("name", ""), known, n=1):
        sentences.append(words.text("Did you mean %(near)s?", near=near[0]))
    elif known:
        sentences.append(words.text("There are: %(known)s.", known=", ".join(known)))
    return " ".join(sentences)


def problem_at(words: Language, found: Problem) -> str:
    """A problem with its line and place."""
    where = words.text("line %(line)s", line=found.line) + (f", {found.place}" if found.place else "")
    return f"{where}: {problem(words, found)}"
