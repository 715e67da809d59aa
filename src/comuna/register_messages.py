"""What the register says in English: its sentence in the book, its refusals, what is wrong with a file. `messages`
takes the first two into its own tables."""

from __future__ import annotations

from typing import Final

from comuna.language import N_, Language
from comuna.rules.cells import Problem

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "card.replaced": (410, N_("This card was replaced on %(since)s. The newer one opens the door.")),
    "card.unknown": (404, N_("This card is not one of this group’s. Look for the person by name instead.")),
    "cards.too_many": (
        400,
        N_("That is more than can be printed at once: the most is %(limit)s cards. Print those without a card first."),
    ),
    "cards.unconfirmed": (400, N_("Nothing was printed: tick that the earlier cards may end.")),
    "cards.nobody": (409, N_("There is nobody to print a card for.")),
    "door.unknown": (404, N_("This code opens no register. Look again: six letters and digits.")),
    "member.card_needed": (403, N_("This page is a member’s own. Open it with the code on your card.")),
    "register.bad_quarter": (
        400,
        N_("This is no quarter: %(quarter)s. Write it like 2026-Q4, or a day like 2026-10-01."),
    ),
    "register.changed_meanwhile": (409, N_("The register was changed meanwhile. Look at the row again.")),
    "register.here_already": (
        409,
        N_("There is somebody of this name in this household already. If it is another person, say so."),
    ),
    "register.left_already": (409, N_("This person has left the register already.")),
    "register.not_taken_in": (400, N_("Nothing was taken in: the file has mistakes. They are listed by line.")),
    "register.organiser": (
        409,
        N_("This person organises on this site. They leave on their own page, with “Erase me”."),
    ),
    "register.too_long": (400, N_("This is too long: %(length)s characters, and %(limit)s is the most.")),
    "register.name_in_office": (
        409,
        N_("Whoever signs or controls payments has their name corrected at the desk."),
    ),
    "register.unchanged": (400, N_("Nothing was changed.")),
    "register.unknown_kind": (400, N_("The register knows no such kind of person: %(kind)s.")),
    "register.unknown_right": (400, N_("The charter knows no such right: %(right)s.")),
    "register.unknown_unit": (400, N_("The charter knows no such unit: %(unit)s.")),
    "request.enough": (409, N_("So many people wait here already that the desk must catch up first: %(limit)s.")),
    "request.unknown": (404, N_("This was answered already, or taken back.")),
}

SENTENCES: Final[dict[str, str]] = {
    "register.changed": N_(
        "The register was changed: %(added)s, %(removed)s, %(corrected)s. On the roll now: %(roll)s."
    ),
    "register.changed.nobody": N_(
        "The register was changed: %(added)s, %(removed)s, %(corrected)s. Nobody holds a right as yet."
    ),
}

KINDS: Final[dict[str, str]] = {
    "resident": N_("resident"),
    "member": N_("member"),
    "delegate": N_("delegate"),
    "guest": N_("guest"),
}
"""Kinds of people on a register."""

PROBLEMS: Final[dict[str, str]] = {
    "ambiguous": N_("Two people on the register have this name and household. Give the member number."),
    "bad_bytes": N_(
        "The file says it is %(encoding)s, but byte %(offset)s (%(byte)s) is none of that. Save it again as UTF-8."
    ),
    "bad_quarter": N_(
        "“%(value)s” in the column “%(column)s” is no quarter. Write 2026-Q4, a day like 2026-10-01, or yes."
    ),
    "binary": N_("This is not a table of text. Save the sheet as CSV (UTF-8) and send that."),
    "column_twice": N_("The column “%(column)s” is there twice."),
    "empty": N_("The file is empty."),
    "no_name": N_("The name is missing."),
    "no_name_column": N_("The first line must name the columns, and one of them must be “name”. It says: %(found)s."),
    "number_bad": N_("“%(value)s” is no member number. Leave it empty for somebody new: the register gives numbers."),
    "number_left": N_("The member number %(value)s stood for somebody who left. It is never given again."),
    "number_taken": N_("The member number %(value)s belongs to somebody else: neither name nor household agrees."),
    "number_twice": N_("The member number %(value)s stands in line %(other)s already."),
    "number_unknown": N_(
        "The member number %(value)s is not on this register. Leave it empty for somebody new: the register gives "
        "numbers."
    ),
    "person_twice": N_("The same name in the same household stands in line %(other)s already."),
    "quote_open": N_("A quotation mark is opened and never closed."),
    "strange_character": N_("There is a character that cannot be seen or kept: %(character)s."),
    "too_long": N_("The column “%(column)s” is too long: %(length)s characters, and %(limit)s is the most."),
    "too_many_cells": N_("There are %(found)s cells, and only %(columns)s columns have a name."),
    "too_many_rows": N_("There are more than %(limit)s rows. Split the file."),
    "unknown_kind": N_("There is no such kind of person: %(value)s. It can be: %(known)s."),
    "unknown_right": N_("The charter knows no such right: %(column)s."),
    "unknown_unit": N_("The charter has no such unit: %(value)s. It has: %(known)s."),
}
"""What can be wrong with a file for the register."""

NOT_KEPT: Final[dict[str, str]] = {
    "birth": N_("a date of birth or an age"),
    "contact": N_("a telephone or an address of mail"),
    "ethnicity": N_("an ethnicity"),
    "id": N_("an identity document"),
    "income": N_("an income"),
    "party": N_("a party"),
    "religion": N_("a religion"),
    "other": N_("something that the register does not know"),
}
"""What a column that is not kept looks like."""


def problem(words: Language, wrong: Problem) -> str:
    """What is wrong with a line, in a language."""
    args = dict(wrong.args)
    if wrong.code == "unknown_kind":
        args["known"] = ", ".join(words.text(kind) for kind in KINDS.values())
    return words.text(PROBLEMS[wrong.code], **args)
