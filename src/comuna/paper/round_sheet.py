"""A crew's sheet: the map with its route, and the points in order with the turns between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comuna.language import Language
from comuna.paper.typeset import PAPERS, pdf, shorten


def sheet(
    words: Language,
    *,
    title: str,
    group: str,
    service: str,
    when: str,
    figures: str,
    picture: str,
    lines: Sequence[Mapping[str, str]],
    paper: str = "a4",
) -> bytes:
    """A PDF. `picture`: the map as SVG; `lines`: each with `number` (empty: no point), `name`, `load` and the `way`
    there. A box beside each point is for ticking it off."""
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": shorten(title, 120),
        "group": shorten(group, 90),
        "service": shorten(service, 90),
        "when": shorten(when, 90),
        "figures": figures,
        "picture": picture,
        "picture_alt": words.text("Map with the route"),
        "columns": {
            "number": words.text("No."),
            "place": words.text("Place, and the way there"),
            "load": words.text("Load"),
            "done": words.text("Done"),
        },
        "lines": [dict(line) for line in lines],
    }
    return pdf("round_sheet.typ", data)
