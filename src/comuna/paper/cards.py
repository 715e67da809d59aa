"""Members' cards: ten to a sheet, between cut marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from comuna.language import Language
from comuna.paper import qr
from comuna.paper.typeset import PAPERS, address, pdf, shorten

MOST: Final = 500
"""Cards set at once: fifty sheets, a few seconds."""


class Card(msgspec.Struct, frozen=True):
    """Whose card it is, and the address of its code."""

    name: str
    number: str
    url: str


def sheets(words: Language, *, group: str, cards: Sequence[Card], paper: str = "a4") -> bytes:
    """A PDF with a card for each member: name, group, number, and a QR code of their address. Ten to a sheet, between
    cut marks, the same size on both papers."""
    assert 0 < len(cards) <= MOST
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("Members’ cards"),
        "group": shorten(group, 60),
        "site": address(cards[0].url).split("/")[0],
        "number": words.text("Number"),
        "note": words.text("Keep it like a key. If it is lost, ask for another: this one then opens nothing."),
        "qr_alt": words.text("QR code of the card"),
        "cards": [_face(words, card) for card in cards],
    }
    return pdf("cards.typ", data)


def _face(words: Language, card: Card) -> dict[str, object]:
    name = shorten(card.name, 80)
    size = 14 if len(name) <= 24 else 11.5 if len(name) <= 48 else 9.5
    printed = qr.printed(card.url, title=words.text("QR code of the card"))
    return {"name": name, "size": size, "number": card.number, "qr": printed}
