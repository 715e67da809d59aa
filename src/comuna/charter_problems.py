"""What can be wrong with a charter's text, said in English: the codes of `rules/charter_reading.py` and
`rules/charter_agreement.py`."""

from __future__ import annotations

import difflib
from typing import Final

from comuna.language import N_, Language
from comuna.rules.charter import Problem

PROBLEMS: Final[dict[str, str]] = {
    "syntax": N_("This is not TOML: %(reason)s."),
    "too_long": N_("This charter is too long for one act of the book: %(length)s bytes, and %(limit)s is the most."),
    "leaf_too_long": N_(
        "Written into the book, this charter would take %(length)s bytes, and %(limit)s is the most. Each quote,"
        " backslash and end of a line counts twice there: shorten the notes."
    ),
    "no_gathering": N_(
        "This charter names no kind of gathering, so nothing could be decided under it, nor the charter ever be"
        " changed again. Name one, as [gatherings.assembly]."
    ),
    "never_changed": N_(
        "This charter could never be changed again: no gathering may decide on that, or none can be called as early as "
        "the notice for that decision asks."
    ),
    "too_deep": N_("Tables or lists lie in one another too deep to be read."),
    "not_text": N_("This file is not text in UTF-8."),
    "no_kind": N_(
        'The charter does not say of what kind it is, as kind = "tenants-union": small letters, digits and -.'
    ),
    "no_version": N_("The version must be a whole number from 1."),
    "unknown_section": N_("There is no section %(name)s."),
    "no_title": N_("A title in English and Spanish is missing: title = { en = …, es = … }."),
    "no_words": N_("The words in this language are missing: %(language)s."),
    "unknown_language": N_("This language is not spoken here: %(language)s."),
    "no_table": N_("This must be a table with rules in it."),
    "bad_name": N_("A name begins with a small letter and goes on with small letters, digits and _: %(name)s."),
    "unknown_rule": N_("There is no rule %(name)s here."),
    "field_missing": N_("%(name)s is missing."),
    "field_unknown": N_("There is no %(name)s here."),
    "not_one_of": N_("%(name)s cannot be said here."),
    "bad_share": N_('A share is an exact fraction of at most all, in quotes, such as "3/10" or "1".'),
    "too_small": N_("This is too small: the least is %(limit)s."),
    "too_large": N_("This is too large: the most is %(limit)s."),
    "wrong_kind": N_("Here belongs %(wanted)s, not %(got)s."),
    "no_source": N_("Say where this rule comes from: the law and its article, a bylaw, a custom."),
    "bad_date": N_("That is no day, as 2026-11-28, nor “unspecified”: %(date)s."),
    "readings": N_("A rule that says “contradictory” holds two readings or more, and no other rule holds any."),
    "bad_value": N_("The value does not fit this rule: %(reason)s."),
    "not_there": N_("The charter names %(name)s here, but has none among its %(section)s."),
    "no_call": N_("A quorum needs one call at least."),
    "no_share": N_("A quorum needs a share or a number of people."),
    "no_average": N_("An average needs one gathering at least."),
    "quorum_backwards": N_("More people would be needed at least than are enough in any case."),
    "more_than_all": N_("Nobody can ever reach more than all."),
    "later_call_harder": N_("A later call asks for more than an earlier one."),
    "notice_backwards": N_("It could not be called at all: the earliest day for it comes after the latest."),
    "emergency_longer": N_("In an emergency more notice would be needed than otherwise."),
    "asker": N_("Each who may ask is one thing: a share, a number of members, or a unit."),
    "with_itself": N_("A unit cannot be incompatible with itself."),
    "right_circle": N_("These rights ask for one another in a circle."),
    "seats_differ": N_("It has %(seats)s seats, but those who are sent are %(together)s."),
    "two_ages": N_("Give one age: over_age or from_age."),
    "reelection_both": N_("Where nobody is elected again, there are no terms in a row."),
    "twice": N_("Something is named twice here."),
    "no_seat": N_("A unit without a seat is none."),
    "no_term": N_("A term without time is none."),
    "no_reading": N_("What is read at no gathering is never adopted."),
    "households_backwards": N_("There would be fewer families at the most than at the least."),
    "surplus_beyond": N_("The shares of the funds are more than 100 percent together."),
    "no_purpose": N_(
        "Say what this fund is for, in both languages, and where it comes from: [funds.NAME.purpose] with value, source"
        " and valid_from; its value can be “unspecified”."
    ),
    "no_level": N_("A level of agreement is from 1 to 5."),
}
"""What is wrong with a charter, by its code."""

SYNTAX: Final[dict[str, str]] = {
    "Invalid value": N_("there is no value here that TOML knows"),
    "Expected '='": N_("after a name comes ="),
    "Expected ']'": N_("a ] is missing"),
    "Unclosed array": N_("a list is not closed with ]"),
    "Unclosed inline table": N_("a table is not closed with }"),
    "Unterminated string": N_("a quote is not closed"),
    "Illegal character": N_("a character cannot stand here; are quotes closed on their line?"),
    "Found invalid character": N_("a character cannot stand here"),
    "Unescaped": N_("a \\ in quotes must be written twice"),
    "Invalid statement": N_("this line is neither a name with a value nor a heading in [ ]"),
    "Invalid initial character": N_("a name begins with a letter"),
    "Expected newline": N_("something more stands on this line after its end"),
    "Cannot overwrite": N_("this was given before"),
    "Cannot declare": N_("this heading was given before"),
    "Cannot mutate": N_("this table was closed before"),
    "Duplicate inline table key": N_("a name stands twice in this table"),
    "Invalid date": N_("there is no such day"),
}
"""What the TOML parser says, by how it begins."""

KINDS: Final[dict[str, str]] = {
    "int": N_("a whole number"),
    "str": N_("words in quotes"),
    "bool": N_("true or false"),
    "array": N_("a list in [ ]"),
    "object": N_("a table in { }"),
    "float": N_("a number with a point"),
    "str | object": N_("words in quotes, or by language"),
    "datetime": N_("a date without quotes"),
    "date": N_("a date without quotes"),
    "time": N_("a time without quotes"),
}
"""What a TOML value can be, by what the reader of values calls it."""


def problem(words: Language, found: Problem) -> str:
    """A problem in a language; where a name is close to one that is known, with advice."""
    args = {
        name: words.text(KINDS[value]) if value in KINDS and name in ("wanted", "got") else value
        for name, value in found.args.items()
    }
    for begins, reason in SYNTAX.items():
        if found.code == "syntax" and found.args["reason"].startswith(begins):
            args["reason"] = words.text(reason)
    sentences = [words.code_text(found.code, PROBLEMS, args)]
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
