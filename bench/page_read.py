"""How long it takes to read an announcement: the founding page, and pages of 1 MB made to be slow."""

from __future__ import annotations

import datetime
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from comuna.announce.read import read

ON: Final = datetime.date(2026, 11, 22)
REPEATS: Final = 15
ROOT: Final = Path(__file__).parent.parent
FOUNDING: Final = ROOT.parent / "shared" / "pages" / "comuna-under-construction.md"
EXAMPLE: Final = ROOT / "examples" / "founding-session.md"
MEGABYTE: Final = 1_000_000

SHAPES: Final = {
    "one long line": "a word and another, ",
    "many short lines": "a\n",
    "many lines": "This is an ordinary line of an ordinary page.\n",
    "brackets": "[",
    "links": "[a](https://example.org/a) ",
    "dates": "12/05/2026 Tuesday 23 February 2027, 7pm ",
    "date lines": "Tuesday 23 February 2027, 7pm\n",
    "labels": "Fecha: mañana Hora: 7 Lugar: aquí\n",
    "questions": "- What do we want, and who decides it?\n",
    "emphasis": "*a **b _c ",
    "wrapped": "a long line that was wrapped at about eighty columns, and that goes on without a\n",
    "spaces": "a" + " " * 9_999,
}


def _nested() -> Iterator[tuple[str, str]]:
    yield "nested bullets", "\n".join(" " * (n % 400) + "- x" for n in range(4_800))[:MEGABYTE]
    yield "HTML, one tag", "<p>" + "<b>x" * (MEGABYTE // 4)
    yield "HTML, nested lists", ("<ul><li>a " * (MEGABYTE // 10))[:MEGABYTE]
    yield "HTML, deep", "<div>" * 90_000 + "x" + "</div>" * 90_000
    yield "HTML, tables", "<table>" + "<tr><td>a</td><td>b</td></tr>\n" * (MEGABYTE // 31)


def figures() -> Iterator[tuple[str, float, str, float | None]]:
    """The median of several readings of a real page in milliseconds, and one reading of each long page in seconds."""
    for name, path in (("founding page", FOUNDING), ("example page", EXAMPLE)):
        if path.exists():
            text = path.read_text(encoding="utf-8")
            read(text, on=ON)  # imports are not the reading
            yield f"{name}, read", statistics.median(_seconds(text) for _ in range(REPEATS)) * 1_000, "ms", 50.0
    shapes = [(name, (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]) for name, piece in SHAPES.items()]
    for name, text in [*shapes, *_nested()]:
        yield f"1 MB, {name}", _seconds(text), "s", 2.0


def _seconds(text: str) -> float:
    begun = time.perf_counter()
    read(text, on=ON)
    return time.perf_counter() - begun
