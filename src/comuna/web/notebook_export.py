"""A notebook to take along: Markdown for reading and pasting, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from comuna.language import N_, Language
from comuna.rules.page import Page
from comuna.store.notebook import Note
from comuna.web.notebook_shown import Shown, column_label, mark_names, question_label
from comuna.web.render import clock

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$:@=])")
_FORMULA: Final = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")
HEADINGS: Final = (N_("Time"), N_("Seconds"), N_("Mark"), N_("Note"), N_("Group"), N_("Question"), N_("Released"))


def escaped(text: str) -> str:
    """Words as Markdown that shows exactly these words (CommonMark §2.4 allows a backslash before any of them)."""
    return "  \n  ".join(_MARKDOWN.sub(r"\\\1", line.strip()) for line in text.strip().split("\n"))


def cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before it (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA.match(text) else text


def markdown(words: Language, page: Page, notes: Sequence[Shown], own: str) -> str:
    """The notes as a Markdown list under the session's title."""
    a = page.announcement
    lines = [f"# {escaped(a.title or '')}".rstrip(), ""]
    about = [words.text("My notes")]
    if a.film:
        about.append(a.film.title + (f" ({a.film.year})" if a.film.year else ""))
    if a.group:
        about.append(a.group)
    lines += [" · ".join(escaped(part) for part in about), ""]
    for each in notes:
        lines.append(_item(words, page, each.note, own))
    return "\n".join(lines) + "\n"


def _item(words: Language, page: Page, note: Note, own: str) -> str:
    parts = [f"**{clock(note.seconds)}**"] if note.seconds is not None else []
    if note.mark:
        parts.append(f"*{mark_names(words)[note.mark]}*")
    head = " · ".join(parts)
    tags = [label for label in (column_label(page, note.column, own), question_label(page, note.question)) if label]
    said = escaped(note.words)
    item = "- " + " ".join(part for part in (head, said) if part)
    return item + "".join(f"\n  - {escaped(tag)}" for tag in tags)


def table(words: Language, page: Page, notes: Sequence[Shown], own: str) -> str:
    """The notes as CSV (RFC 4180), a row for each, with a heading in the reader's language."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([words.text(heading) for heading in HEADINGS])
    for each in notes:
        note = each.note
        row = [
            clock(note.seconds),
            "" if note.seconds is None else str(note.seconds),
            mark_names(words)[note.mark] if note.mark else "",
            note.words.strip(),
            column_label(page, note.column, own) or "",
            question_label(page, note.question) or "",
            words.text("no") if each.fate == "private" else words.text("yes"),
        ]
        writer.writerow([cell(value) for value in row])
    return out.getvalue()
