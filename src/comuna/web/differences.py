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
