"""From any bytes to the cells of a table: encodings, separators, quotation marks; what is wrong with them, by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

SEPARATORS: Final = (",", ";", "\t", "|")
LONGEST_QUOTE: Final = 5
"""Lines that a cell in quotation marks can have: a mark that is never closed must not swallow the file."""
MOST_PROBLEMS: Final = 500


class Problem(msgspec.Struct, frozen=True):
    """Something wrong in a line (from 1): a key of `register_messages.PROBLEMS`, with its arguments."""

    line: int
    code: str
    args: Mapping[str, str] = {}


# Bytes


def decoded(content: bytes, problems: list[Problem]) -> tuple[str, str]:
    """A file's text, and the encoding it was read in: UTF-8; UTF-16 where it begins with its mark, or has the zeros of
    one; Windows' Latin-1 where it has letters beyond ASCII and none of them is UTF-8. Bytes that are no text become
    problems, with their line and place, and a sign in the text."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return _decode(content, name, "UTF-16", problems, 2), "UTF-16"
    if content[:200].count(0) > len(content[:200]) // 4:
        little = content[1:200:2].count(0) >= content[0:200:2].count(0)
        return _decode(content, "utf-16-le" if little else "utf-16-be", "UTF-16", problems), "UTF-16"
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        known = re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", content)
        strays = len(re.findall(rb"[\x80-\xff]", content)) - sum(map(len, known))
        if len(known) > strays:
            return _decode(content, "utf-8", "UTF-8", problems, 3 * content.startswith(b"\xef\xbb\xbf")), "UTF-8"
        return _decode(content, "cp1252", "Windows-1252", problems), "Windows-1252"


def _decode(content: bytes, name: str, said: str, problems: list[Problem], at: int = 0) -> str:
    """The text from a byte on, with U+FFFD for each byte that is none."""
    parts: list[str] = []
    wide = name.startswith("utf-16")
    while at < len(content):
        try:
            parts.append(content[at:].decode(name))
            break
        except UnicodeDecodeError as error:
            good = content[at : at + error.start].decode(name)
            parts += [good, "\ufffd"]
            bad = at + error.start
            line = sum(part.count("\n") for part in parts) + 1
            if len(problems) < MOST_PROBLEMS:
                args = {"encoding": said, "offset": str(bad + 1), "byte": f"0x{content[bad]:02X}"}
                problems.append(Problem(line, "bad_bytes", args))
            else:  # enough: the rest is read as it may be
                parts.append(content[bad + 1 :].decode(name, errors="replace"))
                break
            at = bad + max(error.end - error.start, 2 if wide else 1)
    return "".join(parts)


# Cells


def separator_of(lines: Sequence[str]) -> tuple[str, int]:
    """What stands between cells, and the index of the line that names the columns. Spreadsheets may say it first, as
    `sep=;`."""
    start = 0
    said = re.fullmatch(r'"?sep=(.)"?', lines[0].strip()) if lines else None
    if said and said[1] in SEPARATORS:
        return said[1], 1
    while start < len(lines) - 1 and not lines[start].strip(" ,;\t|"):
        start += 1
    bare = re.sub(r'"[^"]*"', "", lines[start] if lines else "")
    return max(SEPARATORS, key=bare.count), start


def cells_of(
    lines: Sequence[str], start: int, separator: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row that is not empty, with its line. A cell may stand in quotation marks, doubled inside."""
    at = start
    while at < len(lines):
        first, text = at, lines[at]
        at += 1
        if '"' not in text:
            cells = text.split(separator)
        else:
            ahead = at
            parsed = _quoted(text, separator)
            while parsed is None and ahead < len(lines) and ahead - first < LONGEST_QUOTE:
                text += "\n" + lines[ahead]
                ahead += 1
                parsed = _quoted(text, separator)
            if parsed is None:
                problems.append(Problem(first + 1, "quote_open"))
                continue
            cells, at = parsed, ahead
        if any(cell.strip() for cell in cells):
            yield first + 1, cells


def _quoted(text: str, separator: str) -> list[str] | None:
    """The cells of a row with quotation marks in it; None if one is not closed."""
    cells, at = [], 0
    while True:
        while at < len(text) and text[at] == " ":
            at += 1
        if text[at : at + 1] == '"':
            cell, at = "", at + 1
            while True:
                end = text.find('"', at)
                if end < 0:
                    return None
                cell += text[at:end]
                at = end + 1
                if text[at : at + 1] != '"':
                    break
                cell, at = cell + '"', at + 1
            rest = text.find(separator, at)
            cell += text[at : rest if rest >= 0 else len(text)]
        else:
            rest = text.find(separator, at)
            cell = text[at : rest if rest >= 0 else len(text)]
        cells.append(cell)
        if rest < 0:
            return cells
        at = rest + 1
