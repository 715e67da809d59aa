"""What the acts and refusals of surveys say in English."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "survey.unknown": (404, N_("There is no such survey.")),
    "survey.unknown_form": (400, N_("No survey of that name comes with Comuna: %(name)s.")),
    "survey.closed": (409, N_("This survey is closed. Nothing more is taken.")),
    "survey.open": (409, N_("This survey is still open. Close it first.")),
    "survey.id_taken": (409, N_("There is a survey under this id already.")),
    "survey.expected": (400, N_("Say how many dwellings are to be asked: a whole number from 1 to %(most)s.")),
    "survey.conflicts": (
        409,
        N_(
            "Of %(conflicts)s dwellings there are two accounts. Choose one of each first; then the survey can be"
            " closed."
        ),
    ),
    "survey.erased_already": (409, N_("The answers of each dwelling are erased already.")),
    "survey.questions_erased": (410, N_("The questions of this survey were erased.")),
    "survey.unreadable": (400, N_("These questions cannot be read: look at line %(line)s.")),
    "survey.no_dwelling": (400, N_("Write the code of the dwelling, as it stands on your list or on the door.")),
    "survey.bad_dwelling": (
        400,
        N_(
            "A dwelling’s code has at most 16 letters without accents, digits, full stops, hyphens or slashes:"
            " %(dwelling)s. Do not write anybody’s name."
        ),
    ),
    "survey.unanswered": (400, N_("Not answered yet: %(question)s")),
    "survey.bad_answer": (400, N_("That cannot be answered to: %(question)s")),
    "survey.bad_number": (400, N_("A whole number from %(min)s to %(max)s is asked for: %(question)s")),
    "survey.note_too_long": (400, N_("A note has at most %(limit)s letters; this one has %(length)s.")),
    "survey.bad_visit": (400, N_("That is no account of a visit. Open the page again.")),
    "survey.full": (409, N_("This survey has taken as many accounts as it can.")),
    "survey.key_unknown": (
        404,
        N_("This link opens no survey. It was mistyped, or withdrawn: ask whoever gave it to you for a new one."),
    ),
    "survey.key_needed": (
        403,
        N_("Open the private link that the survey’s desk gave you; then this page is yours to fill in."),
    ),
    "survey.too_many_links": (409, N_("A survey has at most %(limit)s links.")),
    "survey.no_choice": (404, N_("That account is not there any more. Look at the list again.")),
}
"""Codes of refusals: HTTP status and sentence."""

SENTENCES: Final[dict[str, str]] = {
    "survey.opened.kept": N_(
        "A survey was opened: %(title)s. Dwellings to be asked: %(expected)s. The answers of each dwelling are kept"
        " after the closing, until the desk erases them."
    ),
    "survey.opened.totals": N_(
        "A survey was opened: %(title)s. Dwellings to be asked: %(expected)s. At the closing only totals are kept."
    ),
    "survey.opened.kept_erased": N_(
        "A survey was opened (%(name)s). Dwellings to be asked: %(expected)s. The answers of each dwelling are kept"
        " after the closing, until the desk erases them."
    ),
    "survey.opened.totals_erased": N_(
        "A survey was opened (%(name)s). Dwellings to be asked: %(expected)s. At the closing only totals are kept."
    ),
    "survey.closed.kept": N_(
        "A survey was closed. Dwellings that answered: %(answered)s; that did not want to: %(refused)s; not reached:"
        " %(not_reached)s. The answers of each dwelling are kept until the desk erases them."
    ),
    "survey.closed.totals": N_(
        "A survey was closed. Dwellings that answered: %(answered)s; that did not want to: %(refused)s; not reached:"
        " %(not_reached)s. The answers of each dwelling were erased."
    ),
    "survey.erased": N_("The answers of each dwelling to a survey were erased; its totals stay."),
}
"""The sentences of the acts."""
