"""Keys on paper: the organiser's key card, and a book's recovery key."""

from __future__ import annotations

import re

from comuna.language import Language
from comuna.paper import qr
from comuna.paper.typeset import PAPERS, address, pdf, printable, shorten


def groups_of_four(code: str) -> list[str]:
    """The code's characters in groups of four, without the spaces and dashes it came with. People copy such
    groups without losing their place."""
    bare = re.sub(r"[\s\-–]", "", printable(code))
    return [bare[at : at + 4] for at in range(0, len(bare), 4)]


def key_card(
    words: Language, *, title: str, group: str | None, url: str, at: str, code: str, paper: str = "a4"
) -> bytes:
    """A one-page PDF with a card of a bank card's size (ISO/IEC 7810 ID-1) between cut marks: whose way in it
    is, a QR code of `url`, and the code to type at the address `at` where no camera is at hand."""
    name = shorten(title, 90)
    parts = groups_of_four(code)
    where = address(at)
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("A key card"),
        "headline": name,
        "headline_size": 14 if len(name) <= 24 else 11.5 if len(name) <= 50 else 9.5,
        "group": shorten(group, 48) if group else None,
        "scan": words.text("Scan, or open this address and type the code:"),
        "address": where if len(where) <= 52 else where.split("/")[0],
        "code": " ".join(parts),
        "code_size": 9 if len(parts) <= 4 else 7.5 if len(parts) <= 8 else 6,
        "qr": qr.printed(url, title=words.text("QR code of the key")),
        "qr_alt": words.text("QR code of the key"),
        "explanation": [
            words.text("Cut along the marks and keep the card as you keep a key to a door."),
            words.text(
                "Whoever holds this card can come in and act as you. Do not photograph it, and do not pass it on. "
                "If it is lost, make a new one: the old one then opens nothing."
            ),
        ],
    }
    return pdf("key.typ", data)


def recovery(words: Language, *, group: str | None, code: str, paper: str = "a4") -> bytes:
    """A one-page PDF with a book's recovery key, large and in groups of four characters, and in plain words
    what it is for."""
    parts = groups_of_four(code)
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("Recovery key of our book"),
        "group": shorten(group, 90) if group else None,
        "lead": words.text("With this key a lost signing key can be replaced."),
        "code": parts,
        "columns": 4 if len(parts) > 3 else max(len(parts), 1),
        "code_size": 22 if len(parts) <= 20 else 15 if len(parts) <= 40 else 10,
        "explanation": [
            words.text(
                "The book signs each of its states with a signing key that lives on the computer it runs on. If that "
                "computer is lost or broken, this recovery key lets the group give its book a new signing key, "
                "and everyone can check that the group did it."
            ),
            words.text("Whoever holds this key can speak for the book. Show it to nobody who should not."),
            words.text(
                "Keep it on paper, in two places, with two people the group trusts. Do not photograph it "
                "and do not send it. The computer does not keep a copy: it cannot be shown again."
            ),
        ],
        "blanks": [
            words.text("Printed on"),
            words.text("This copy is kept by"),
            words.text("The other copy is kept by"),
        ],
    }
    return pdf("recovery.typ", data)
