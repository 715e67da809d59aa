"""A document made of plain blocks, and its Markdown. What a record says is decided elsewhere; this is how it is
set.

Every text is plain: no marks in it mean anything, and both the Markdown and the PDF show it as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading inside the document. Level 1 is a section, 2 and 3 are inside it."""

    level: int
    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph; a newline stays a new line, an empty line begins a new paragraph."""

    text: str


class Quote(msgspec.Struct, frozen=True, tag="quote"):
    """What somebody said or wrote. `by` is who, where they asked to be named; `remark` is where or when it was."""

    text: str
    by: str | None = None
    remark: str | None = None


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """A list without order."""

    items: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table. Each cell is a list of entries, possibly empty; the first column names its row. A row shorter than
    `columns` is filled with empty cells, a longer one is refused."""

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    caption: str | None = None

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) > len(self.columns) for row in self.rows):
            raise ValueError("a row has more cells than the table has columns")

    def filled(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """The rows, each with a cell for every column."""
        return tuple(row + ((),) * (len(self.columns) - len(row)) for row in self.rows)


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A drawing as a complete SVG, and what it shows in words. Markdown gives the words, and the drawing as a
    link where `file` says the name under which it is kept beside the text. `width`: in millimetres; None for the
    whole width of the page."""

    svg: str
    alt: str
    file: str | None = None
    width: int | None = None


class Fine(msgspec.Struct, frozen=True, tag="fine"):
    """A remark in small print."""

    text: str


class Verbatim(msgspec.Struct, frozen=True, tag="verbatim"):
    """Text for a program, character by character and line by line."""

    text: str


class Boxed(msgspec.Struct, frozen=True, tag="boxed"):
    """What must not be overlooked, in a box: what it is, its words, and a remark below."""

    title: str
    text: str
    remark: str | None = None


Block = Heading | Paragraph | Quote | Bullets | Table | Picture | Fine | Verbatim | Boxed


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A title, a line under it, and the blocks in order. `mark` stands on every page, such as "draft"."""

    title: str
    subtitle: str | None = None
    mark: str | None = None
    blocks: tuple[Block, ...] = ()

    def to_markdown(self) -> str:
        """The document as CommonMark with pipe tables (GFM), ending in a newline. Every text shows literally,
        its runs of spaces as one; the entries of a table's cell are separated by `<br>`."""
        parts = [f"# {_line(self.title)}"]
        if self.subtitle and _line(self.subtitle):
            parts.append(_emphasis(self.subtitle))
        if self.mark and _line(self.mark):
            parts.append(f"**{_line(self.mark)}**")
        parts.extend(_markdown(block) for block in self.blocks)
        return "\n\n".join(part for part in parts if part) + "\n"


_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPECIAL = re.compile(r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!(?=\[)")
"""What can begin or end a mark inside a line. An underscore within a word is only itself."""

_STARTS = re.compile(r"^(#{1,6}(?=\s|$)|[-+=])|^(\d{1,9})([.)])(?=\s|$)")
"""What makes a line a heading, a list or a rule."""


_CLOSING = re.compile(r"(^|\s)(#+)$")
"""Number signs at a heading's end are taken for its closing (CommonMark 0.31.2 §4.2)."""


def _lines(text: str) -> list[str]:
    """The text's lines, without control characters, each without spaces at its ends or twice inside."""
    lines = (_CONTROLS.sub("", line) for line in _BREAK.split(text))
    return [re.sub("[ \t]+", " ", line).strip(" \t") for line in lines]


def escaped(line: str) -> str:
    """One line of plain text as Markdown that shows it literally, wherever in a line it comes to stand."""
    marked = _SPECIAL.sub(lambda match: "\\" + match.group(), line)
    return _STARTS.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", marked)


def _line(text: str) -> str:
    """The text on one line, escaped."""
    return escaped(" ".join(line for line in _lines(text) if line))


def _text(text: str) -> str:
    """The text, escaped; new lines as hard breaks, empty lines as new paragraphs."""
    paragraphs: list[list[str]] = [[]]
    for line in _lines(text):
        if line:
            paragraphs[-1].append(escaped(line))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("\\\n".join(lines) for lines in paragraphs if lines)


def _emphasis(text: str) -> str:
    line = _line(text.strip())
    return f"*{line}*" if line else ""


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join((first + lines[0], *((rest + line).rstrip() for line in lines[1:])))


def _quote(quote: Quote) -> str:
    said = _text(quote.text)
    source = " · ".join(_line(part) for part in (quote.by, quote.remark) if part and _line(part))
    if source:
        said = f"{said}\n\n— {source}" if said else f"— {source}"
    return _indented(said, "> ", "> ") if said else ""


def _boxed(box: Boxed) -> str:
    parts = [f"**{_line(box.title)}**", _text(box.text), _emphasis(box.remark or "")]
    return _indented("\n\n".join(part for part in parts if part), "> ", "> ")


def _cell(entries: Iterable[str]) -> str:
    return "<br>".join(line for entry in entries if (line := _line(entry)))


def _table(table: Table) -> str:
    rows = [[_line(name) for name in table.columns]]
    rows.extend([_cell(cell) for cell in row] for row in table.filled())
    rows.insert(1, ["---"] * len(table.columns))
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    caption = _line(table.caption) if table.caption else ""
    return f"**{caption}**\n\n{lines}" if caption else lines


def _picture(picture: Picture) -> str:
    if picture.file:
        target = re.sub(r"[^\w./-]", "", picture.file)
        return f"![{_line(picture.alt)}]({target})"
    return _emphasis(picture.alt)


def _markdown(block: Block) -> str:
    """One block as Markdown, without empty lines around it; empty if it says nothing."""
    match block:
        case Heading(level, text):
            line = _CLOSING.sub(r"\1\\\2", _line(text))
            return f"{'#' * (1 + min(max(level, 1), 3))} {line}" if line else ""
        case Paragraph(text):
            return _text(text)
        case Quote():
            return _quote(block)
        case Bullets(items):
            return "\n".join(_indented(text, "- ", "  ") for item in items if (text := _text(item)))
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)
        case Verbatim(text):
            return "\n".join(f"    {line}" for line in text.rstrip("\n").split("\n"))
        case Boxed():
            return _boxed(block)
        case Fine(text):
            return _emphasis(text)
