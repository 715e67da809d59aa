"""Tables of plain text, as a terminal shows them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table(labels: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    """Labels on the left, columns of numbers on the right; the decimals of a column stand under each other."""
    wide = max(map(width, labels))
    widths = [max(map(width, column)) for column in columns]
    lines = []
    for n, label in enumerate(labels):
        cells = [" " * (wanted - width(column[n])) + column[n] for wanted, column in zip(widths, columns, strict=True)]
        lines.append("  ".join([label + " " * (wide - width(label)), *cells]).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """How many places a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def cut(text: str, room: int) -> str:
    """As much of a text as there is room for."""
    if width(text) <= room:
        return text
    kept = text
    while kept and width(kept) > room - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"
