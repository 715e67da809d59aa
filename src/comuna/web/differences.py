"""Two texts as one, with what was taken out and what was put in."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal

import msgspec

PIECES: Final = re.compile(r"\s+|\S+")
MOST: Final = 200_000
"""Words of one text times words of the other that are compared; longer ones are shown one after the other, because a
page must not wait for them."""

Kind = Literal["same", "out", "in"]


class Piece(msgspec.Struct, frozen=True):
    """Words that stand in both texts, only in the old one (`out`), or only in the new one (`in`)."""

    kind: Kind
    words: str


@lru_cache(maxsize=256)
def between(old: str, new: str) -> list[Piece]:
    """What changed from one text to the other, word by word."""
    before, after = PIECES.findall(old), PIECES.findall(new)
    if len(before) * len(after) > MOST:
        return [Piece("out", old), Piece("in", new)]
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            found.append(Piece("out", "".join(before[a:b])))
        if d > c:
            found.append(Piece("in", "".join(after[c:d])))
    return found


class Row(msgspec.Struct, frozen=True):
    """A line of a difference, with its number in the new text, or in the old one if it was taken out; or the gap where
    lines that stand in both are left out."""

    kind: Kind | Literal["gap"]
    number: int
    words: str


def lines(old: str, new: str, around: int = 2) -> list[Row]:
    """What changed from one text to the other, line by line, with so many lines around each change."""
    before, after = old.splitlines(), new.splitlines()
    found: list[Row] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(around):
        if found or group[0][1]:
            found.append(Row("gap", 0, ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [Row("same", n + 1, after[n]) for n in range(c, d)]
                continue
            found += [Row("out", n + 1, before[n]) for n in range(a, b)]
            found += [Row("in", n + 1, after[n]) for n in range(c, d)]
    return found
