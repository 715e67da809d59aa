"""Needs on paper: a poster whose code leads to the form, and the list for an assembly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from comuna.language import Language
from comuna.paper import qr
from comuna.paper.typeset import PAPERS, address, shorten
from comuna.paper.typeset import pdf as set_in_type


class Line(msgspec.Struct, frozen=True):
    """A need on the list. `count`: how many support it, 0 for fewer than five; `merged`: how many others ask for the
    same."""

    number: int
    words: str
    place: str | None
    count: int
    merged: int


class Part(msgspec.Struct, frozen=True):
    """The needs of one committee."""

    title: str
    lines: tuple[Line, ...]


def poster(words: Language, *, group: str, url: str, paper: str = "a4") -> bytes:
    """A one-page PDF: say what is needed, at the code of `url` or at its address."""
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("Say what is missing"),
        "headline": words.text("Say what is missing"),
        "group": shorten(group, 90),
        "code": "",
        "scan": words.text("Scan this with your phone. A few words and a photo are enough."),
        "address": address(url),
        "note": words.text("Who raised a need is written down nowhere."),
        "qr": qr.printed(url, title=words.text("Raise a need")),
        "qr_alt": words.text("Raise a need"),
    }
    return set_in_type("join.typ", data)


def listed(
    words: Language, *, group: str, day: str, parts: Sequence[Part], url: str, paper: str = "a4"
) -> bytes:  # fmt: skip
    """A PDF with the open needs by committee, each with its support as a bar, and a box to tick in the assembly."""
    most = max((line.count for part in parts for line in part.lines), default=0)
    data: dict[str, Any] = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("Needs, for the assembly"),
        "group": shorten(group, 90),
        "day": day,
        "parts": [
            {
                "title": part.title,
                "lines": [
                    {
                        "number": str(line.number),
                        "words": shorten(line.words, 200),
                        "place": shorten(line.place, 120) if line.place else "",
                        "count": str(line.count) if line.count else "<\N{NARROW NO-BREAK SPACE}5",
                        "share": line.count / most if most else 0,
                        "merged": _merged(words, line.merged),
                    }
                    for line in part.lines
                ],
            }
            for part in parts
        ],
        "empty": words.text("No need is on the list yet."),
        "note": words.text(
            "The number says how many support it, by their cards and by hands counted in halls; below five it is not "
            "told. Who they are is written down nowhere."
        ),
        "address": address(url),
    }
    return set_in_type("needs.typ", data)


def _merged(words: Language, count: int) -> str:
    return words.plural("%(num)s more like it", "%(num)s more like it", count, num=count) if count else ""
