"""Dwellings from a file of CSV: the household number, and a column for each criterion by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from comuna.kernel.refusal import Refused
from comuna.rules.cells import Problem, cells_of, decoded, separator_of
from comuna.rules.housing import LONGEST, answer
from comuna.rules.register import folded
from comuna.rules.state_housing import Criterion

CODES: Final = ("dwelling", "household", "code", "house", "vivienda", "hogar", "casa", "codigo", "familia")
"""What the column of the household number may be called, folded."""
LONGEST_CODE: Final = 40


def code(written: str) -> str:
    """A household number, tidied. Refuses: housing.bad_code (limit)."""
    said = " ".join(written.split())
    if not 1 <= len(said) <= LONGEST_CODE:
        raise Refused("housing.bad_code", limit=LONGEST_CODE)
    return said


def read(content: bytes | str, criteria: Sequence[Criterion]) -> dict[str, dict[str, str]]:
    """Dwelling → its answers. All of it or nothing. Refuses: housing.file_unreadable (line), housing.file_no_code,
    housing.file_bad_answer (line, criterion, written), housing.file_bad_code (line), housing.file_twice (line, code),
    housing.no_dwellings."""
    problems: list[Problem] = []
    text = decoded(content, problems)[0] if isinstance(content, bytes) else content.removeprefix("\ufeff")
    lines = re.split(r"\r\n|\n|\r", text.replace("\x00", ""))
    separator, start = separator_of(lines)
    table = list(cells_of(lines, start, separator, problems))
    if problems:
        raise Refused("housing.file_unreadable", line=problems[0].line)
    if not table:
        raise Refused("housing.no_dwellings")
    header = [folded(cell)[:LONGEST] for cell in table[0][1]]
    named = {folded(each.title): each for each in criteria}
    at = next((n for n, name in enumerate(header) if name in CODES and name not in named), None)
    if at is None:
        raise Refused("housing.file_no_code")
    columns = {n: named[name] for n, name in enumerate(header) if name in named}
    found: dict[str, dict[str, str]] = {}
    for line, cells in table[1:]:
        this = _code(line, cells[at] if at < len(cells) else "")
        if this in found:
            raise Refused("housing.file_twice", line=line, dwelling=this)
        found[this] = {
            each.id: said for n, each in columns.items() if (said := _answer(line, each, cells[n : n + 1]))
        }  # fmt: skip
    if not found:
        raise Refused("housing.no_dwellings")
    return found


def _code(line: int, written: str) -> str:
    try:
        return code(written)
    except Refused:
        raise Refused("housing.file_bad_code", line=line) from None


def _answer(line: int, criterion: Criterion, cells: Sequence[str]) -> str:
    try:
        return answer(criterion, cells[0] if cells else "")
    except Refused as refused:
        raise Refused("housing.file_bad_answer", line=line, **refused.arguments) from None


def written(dwellings: dict[str, dict[str, str]], criteria: Sequence[Criterion]) -> str:
    """Dwellings as a file that `read` reads. A cell that a spreadsheet would take for a formula begins with a space."""

    def cell(said: str) -> str:
        said = f" {said}" if said[:1] in ("=", "+", "-", "@") else said
        return '"' + said.replace('"', '""') + '"' if re.search(r'[",;\t\n]', said) else said

    rows = [["dwelling", *(each.title for each in criteria)]]
    rows += [[code, *(answers.get(each.id, "") for each in criteria)] for code, answers in dwellings.items()]
    return "".join(",".join(map(cell, row)) + "\r\n" for row in rows)
