"""A document as PDF, such as the record of a session."""

from __future__ import annotations

import re
from typing import Any, Final

from comuna.language import Language
from comuna.paper.document import (
    Block,
    Boxed,
    Bullets,
    Document,
    Fine,
    Heading,
    Paragraph,
    Picture,
    Quote,
    Table,
    Verbatim,
)
from comuna.paper.typeset import PAPERS, pdf, printable, shorten

UPRIGHT: Final = 4
"""Columns a table may have on an upright page; with more its page is laid on its side."""


def _paragraphs(text: str) -> list[str]:
    """The text's paragraphs; newlines inside one stay."""
    return [part.strip() for part in re.split(r"\n\s*\n", printable(text)) if part.strip()]


def _widths(table: Table) -> list[int]:
    """The columns' shares of the width: by the text they hold, but none more than three times another."""
    held = (
        [
            max(len(name) * 2, *(sum(len(entry) for entry in row[at]) for row in table.filled()), 1)
            for at, name in enumerate(table.columns)
        ]
        if table.rows
        else [1] * len(table.columns)
    )
    middle = sorted(held)[len(held) // 2]
    return [round(100 * min(max(length / middle, 0.65), 1.6)) for length in held]


def _short(row: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the row surely fills less than half a page, so that it need not be broken over two."""
    longest = max(sum(len(entry) + 30 + 60 * entry.count("\n") for entry in cell) for cell in row)
    return longest * len(row) < 2400


def _data(block: Block, level: int) -> dict[str, Any]:
    """One block as its template wants it. `level` is the heading level that may stand here: none is skipped, which
    readers of the page's structure rely on."""
    match block:
        case Heading(_, text):
            return {"type": "heading", "level": level, "text": text}
        case Paragraph(text):
            return {"type": "paragraph", "text": _paragraphs(text)}
        case Quote(text, by, remark):
            source = " · ".join(part for part in (by, remark) if part)
            return {"type": "quote", "text": _paragraphs(text), "source": f"— {source}" if source else None}
        case Bullets(items):
            return {"type": "bullets", "items": [_paragraphs(item) for item in items if item.strip()]}
        case Table():
            return {
                "type": "table",
                "columns": block.columns,
                "rows": [{"cells": row, "whole": _short(row)} for row in block.filled()],
                "caption": block.caption,
                "widths": _widths(block),
            }
        case Picture(svg, alt):
            return {"type": "picture", "svg": svg, "alt": alt, "width": block.width}
        case Fine(text):
            return {"type": "fine", "text": _paragraphs(text)}
        case Boxed(title, text, remark):
            below = _paragraphs(remark) if remark else []
            return {"type": "boxed", "title": title, "text": _paragraphs(text), "remark": below}
        case Verbatim(text):
            return {"type": "verbatim", "text": text.rstrip("\n")}


def _wide(block: Block) -> bool:
    return isinstance(block, Table) and len(block.columns) > UPRIGHT


def _parts(blocks: tuple[Block, ...]) -> list[tuple[bool, list[Block]]]:
    """The blocks in runs, each upright or sideways. A wide table takes with it the headings, and at most one
    short paragraph, that lead to it, and the small print that follows it; wide tables in a row share their
    pages."""
    parts: list[tuple[bool, list[Block]]] = [(False, [])]
    for block in blocks:
        sideways, run = parts[-1]
        if _wide(block) and not sideways:
            lead = _lead(run)
            taken = run[len(run) - lead :]
            del run[len(run) - lead :]
            parts.append((True, [*taken, block]))
        elif _wide(block) or (sideways and isinstance(block, Fine)):
            run.append(block)
        elif sideways:
            parts.append((False, [block]))
        else:
            run.append(block)
    return _joined([part for part in parts if part[1]])


def _joined(parts: list[tuple[bool, list[Block]]]) -> list[tuple[bool, list[Block]]]:
    """Runs of the same direction as one."""
    joined: list[tuple[bool, list[Block]]] = []
    for sideways, run in parts:
        if joined and joined[-1][0] == sideways:
            joined[-1][1].extend(run)
        else:
            joined.append((sideways, run))
    return joined


def _lead(run: list[Block]) -> int:
    """How many blocks at the end of `run` lead to what comes next."""
    at = len(run)
    last = run[-1] if run else None
    if isinstance(last, Paragraph) and len(last.text) < 400 and len(run) > 1 and isinstance(run[-2], Heading):
        at -= 1
    while at and isinstance(run[at - 1], Heading):
        at -= 1
    return len(run) - at


def record_pdf(words: Language, document: Document, *, paper: str = "a4") -> bytes:
    """The document as PDF: its title and the page's number at the foot of every page, table headers repeated on
    each page a table runs over, tables of more than four columns on pages laid on their side. The SVG of a
    picture must be complete in itself (no style sheet of a page). `paper` is `a4` or `letter`."""
    level = 0
    parts = []
    for sideways, run in _parts(document.blocks):
        blocks = []
        for block in run:
            if isinstance(block, Heading):
                level = min(max(block.level, 1), 3, level + 1)
            blocks.append(_data(block, level))
        parts.append({"sideways": sideways, "blocks": blocks})
    data = {
        "paper": PAPERS[paper],
        "lang": words.code,
        "title": shorten(document.title, 300),
        "subtitle": shorten(document.subtitle, 300) if document.subtitle else None,
        "mark": shorten(document.mark, 90) if document.mark else None,
        "footer": shorten(document.title, 90),
        "page_of": words.text("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "parts": parts,
    }
    return pdf("record.typ", data)
