"""What housing says in English: the sentences of its acts, and its refusals. `messages` takes these tables into its
own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "housing.ahead": (400, N_("That day has not come yet.")),
    "housing.all_handed": (409, N_("Every dwelling of this list was handed over already.")),
    "housing.bad_answer": (
        400,
        N_("“%(criterion)s” cannot be answered like that: %(written)s. Choose one of its answers, or a whole number."),
    ),
    "housing.bad_code": (400, N_("Write the number of the household or dwelling, of at most %(limit)s letters.")),
    "housing.bad_criterion": (
        400,
        N_(
            "Look at this criterion again: %(title)s. It needs a name, a weight above nought, and either answers that"
            " differ, each with its points, or points for each of a number."
        ),
    ),
    "housing.bad_number": (400, N_("This is no number: %(written)s. Write it like 2, 1.5 or 3/4.")),
    "housing.bad_seed": (400, N_("Write the number that was drawn, in at most 200 letters.")),
    "housing.dwelling_unknown": (404, N_("There is no such dwelling in this list.")),
    "housing.file_bad_answer": (
        400,
        N_("Nothing was taken in. Line %(line)s: “%(criterion)s” cannot be answered like that: %(written)s."),
    ),
    "housing.file_bad_code": (400, N_("Nothing was taken in. Line %(line)s has no number of a household.")),
    "housing.file_no_code": (
        400,
        N_("Nothing was taken in: the first line must name the columns, one of them “household”."),
    ),
    "housing.file_twice": (400, N_("Nothing was taken in. Line %(line)s names a dwelling twice: %(dwelling)s.")),
    "housing.file_unreadable": (400, N_("Nothing was taken in: line %(line)s of the file cannot be read.")),
    "housing.handed_already": (409, N_("This dwelling was handed over already.")),
    "housing.no_consent": (
        400,
        N_("A photo of a home is kept only if the household agrees. Tick that it does, or leave the photo out."),
    ),
    "housing.no_criteria": (400, N_("Write at least one criterion.")),
    "housing.no_dwellings": (409, N_("There is no dwelling in the list yet.")),
    "housing.no_programme": (404, N_("The assembly has not set criteria for this project.")),
    "housing.no_survey": (409, N_("There is no closed housing survey whose answers are still kept.")),
    "housing.no_survey_criteria": (409, N_("No criterion is a question of the housing survey.")),
    "housing.no_queue": (409, N_("Set the order of the dwellings first.")),
    "housing.too_many_criteria": (400, N_("That is too many: the most is %(limit)s criteria, and as many answers.")),
    "housing.too_many_dwellings": (409, N_("That is more than one list can have: the most is %(limit)s dwellings.")),
}

SENTENCES: Final[dict[str, str]] = {
    "housing.criteria_set": N_(
        "By what the order of dwellings is made was written down, as the assembly decided. Criteria: %(count)s."
    ),
    "housing.queue_set": N_(
        "The order in which dwellings are mended was set. Dwellings: %(count)s. Equals were drawn by lot from the seed"
        " %(seed)s. The list, which stays with the desk, has the keyed digest %(digest)s."
    ),
    "housing.handed_over.accepted": N_(
        "1 dwelling was handed over, and its household accepted it: %(handed)s of %(count)s."
    ),
    "housing.handed_over.not_accepted": N_(
        "1 dwelling was ready to be handed over, and its household did not accept it yet: %(handed)s of %(count)s are"
        " handed over."
    ),
}
