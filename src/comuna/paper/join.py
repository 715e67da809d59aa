"""How to join a gathering that is held, on a page to hang up: the code, large, and its QR code."""

from __future__ import annotations

from comuna.language import Language
from comuna.paper import qr
from comuna.paper.typeset import PAPERS, address, shorten
from comuna.paper.typeset import pdf as set_in_type


def pdf(words: Language, *, title: str, group: str, code: str, url: str, find: str, paper: str = "a4") -> bytes:
    """A one-page PDF: the gathering's title, a QR code of `url`, and the code to type at `find`."""
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": words.text("Join the gathering"),
        "headline": shorten(title, 120),
        "group": shorten(group, 90),
        "code": f"{code[:3]} {code[3:]}",
        "scan": words.text("Scan this with your phone, or open the address below and type the code."),
        "address": address(find),
        "note": words.text("You need no account and nothing to install. Who has no phone tells the chair."),
        "qr": qr.printed(url, title=words.text("QR code to join")),
        "qr_alt": words.text("QR code to join"),
    }
    return set_in_type("join.typ", data)
