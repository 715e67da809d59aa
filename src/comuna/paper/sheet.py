"""A sheet for notes on paper: front and back of one leaf, for those who watch without a phone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comuna.language import Language
from comuna.paper.typeset import PAPERS, address, pdf, shorten
from comuna.rules.announcement import Announcement, Featured

QUESTIONS: Final = 12
"""Questions on a sheet. More would leave no room to write."""

GROUPS: Final = 8
"""Featured groups with a letter to tick, A to H."""


def _groups(featured: Iterable[Featured]) -> list[str]:
    """The groups and the groups inside them, in order; a part says what it belongs to."""
    names = []
    for group in featured:
        names.append(group.name)
        names.extend(f"{part} ({group.name})" for part in _groups(group.parts))
    return names


def _film(announcement: Announcement) -> str | None:
    film = announcement.film
    if film is None:
        return None
    title = shorten(film.title, 140)
    return f"{title} ({film.year})" if film.year else title


def sheet(words: Language, announcement: Announcement, *, url: str | None = None, paper: str = "a4") -> bytes:
    """A two-page PDF, front and back of one leaf: what the session asks (at most twelve questions, shortened),
    and ruled rows with a time, what happened, the four marks to circle, the featured groups (at most eight) to
    tick and the number of a question. `url` is the session's page, to type the notes into later. `paper` is
    `a4` or `letter`."""
    title = shorten(announcement.title or words.text("Discussion session"), 160)
    groups = [shorten(name, 60) for name in _groups(announcement.featured)][:GROUPS]
    questions = [shorten(question, 220) for question in announcement.questions[:QUESTIONS]]
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("Notes: %(title)s", title=title),
        "headline": title,
        "group": shorten(announcement.group, 90) if announcement.group else None,
        "film": _film(announcement),
        "advice": words.text(
            "Write down the moments you notice and want to remember. A few words are enough. "
            "This sheet is yours; share from it only what you like."
        ),
        "questions": questions,
        "questions_label": words.text("The questions"),
        "groups": [{"letter": "ABCDEFGH"[n], "name": name} for n, name in enumerate(groups)],
        "groups_label": words.text("The groups, to tick by letter"),
        "marks_label": words.text("The marks, to circle"),
        "marks": [
            {"name": "surprised", "text": words.text("surprised")},
            {"name": "inspired", "text": words.text("inspired")},
            {"name": "frustrated", "text": words.text("frustrated")},
            {"name": "stuck", "text": words.text("stuck with me")},
        ],
        "columns": {
            "time": words.text("Time"),
            "what": words.text("What happened"),
            "mark": words.text("Mark"),
            "groups": words.text("Group"),
            "question": words.text("Question"),
        },
        "footer": words.text("To keep your notes on the page too: %(address)s", address=shorten(address(url), 80))
        if url
        else title,
        "sides": [words.text("front"), words.text("back")],
    }
    return pdf("sheet.typ", data, keep=True)
