"""The ballot of a participatory budget on paper: what can be voted on, with a box to fill in beside each."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from comuna.language import Language
from comuna.paper.typeset import PAPERS, pdf, shorten


class Option(msgspec.Struct, frozen=True):
    """A proposal on the ballot."""

    title: str
    cost: str
    place: str
    district: str


def sheet(
    words: Language,
    *,
    group: str,
    title: str,
    marking: str,
    kind: str,
    options: Sequence[Option],
    money: str,
    paper: str = "a4",
) -> bytes:
    """A PDF with one ballot, in the order in which the list was sealed. `kind` as `rules.budget.BALLOTS`. It bears no
    number and no name, so that nobody can tell whose it was."""
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": shorten(title, 120),
        "group": shorten(group, 80),
        "heading": words.text("Ballot"),
        "marking": marking,
        "money": words.text("There is %(money)s for all together.", money=money),
        "column": {"points": words.text("Points"), "ranking": words.text("Place")}.get(kind, ""),
        "wide": kind in ("points", "ranking"),
        "secret": words.text("Write no name on it. Fold it, and put it into the box yourself."),
        "options": [
            {
                "number": n,
                "title": shorten(each.title, 110),
                "cost": each.cost,
                "place": shorten(" · ".join(part for part in (each.district, each.place) if part), 90),
            }
            for n, each in enumerate(options, 1)
        ],
    }
    return pdf("budget_ballot.typ", data)
