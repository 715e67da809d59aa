"""A certificate on paper: the exact words, who signs, and a code that holds its whole proof."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.language import Language
from comuna.paper import qr
from comuna.paper.typeset import PAPERS, address, pdf, printable, shorten

CARD: Final = "card"
"""Beside the papers: a card of a bank card's size, to be folded, on a sheet of A4."""
SIZES: Final = (*PAPERS, CARD)
SIZE_OF_TYPE: Final = ((120, 11.5), (240, 10.0), (380, 8.4), (10_000, 7.4))
"""Up to how many letters the words are set how large, in points."""


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on it. `site`: the address at which codes are checked, with its `#`; `letters`: the code behind it;
    `book`: the book's id; `unit`: the office that signs, by its title."""

    title: str
    words: str
    group: str
    unit: str | None
    issued: str
    until: str | None
    number: int
    book: str
    site: str
    letters: str


def certificate(words: Language, face: Face, *, paper: str = "a4") -> bytes:
    """A one-page PDF. `paper`: one of SIZES."""
    card = paper == CARD
    alt = words.text("QR code with the proof of this certificate")
    spaced = " ".join(face.book[at : at + 4] for at in range(0, len(face.book), 4))
    data = {
        "paper": PAPERS["a4" if card else paper],
        "lang": words.code,
        "title": face.title,
        "group": shorten(face.group, 120),
        "words": printable(face.words).split("\n"),
        "size": next(size for letters, size in SIZE_OF_TYPE if len(face.words) < letters),
        "dates": [
            words.text("Issued on %(day)s", day=face.issued),
            words.text("Good until %(day)s", day=face.until) if face.until else words.text("Without an end"),
        ],
        "unit": shorten(face.unit, 90) if face.unit else None,
        "signature": words.text("Signature and stamp"),
        "number": words.text("Certificate number %(number)s", number=face.number),
        "book": words.text("Book %(book)s", book=spaced),
        "qr": qr.printed(face.site, face.letters, title=alt, error="l" if card else "m"),
        "qr_alt": alt,
        "check_title": words.text("Is it genuine?"),
        "check": words.text(
            "Point a phone’s camera at the code. The phone itself checks it at %(site)s; what stands here is not sent.",
            site=address(face.site),
        ),
        "offline": words.text("Without the net: python3 verify.py certificate CODE"),
        "fold": words.text("Cut it out, and fold it along the middle."),
    }
    return pdf("certificate-card.typ" if card else "certificate.typ", data)
