"""BLT, as OpenSTV and OpaVote write it: candidates and seats, who withdrew, a ballot a line, a zero, names, a title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from comuna.ballot_files.collecting import MOST_CANDIDATES, MOST_RANKS, Collector, Names, weight_of
from comuna.kernel.refusal import Refused
from comuna.methods.ballots import NOBODY, SAME_RANK, Ballots

NAME = re.compile(r'"([^"]*)"')


def read(lines: Iterator[str]) -> tuple[Ballots, int, str]:
    """The ballots, the number of seats, and the title."""
    numbered = ((n, plain) for n, line in enumerate(lines, 1) if (plain := _without_comment(line)))
    candidates, seats = _head(numbered)
    withdrawn: set[int] = set()
    collector = Collector(Names())
    numbers = _Numbers(candidates)
    line, ended = 1, False
    for line, plain in numbered:
        if plain == "0":
            ended = True
            break
        if plain.startswith("-") and not collector and all(re.fullmatch(r"-\d+", each) for each in plain.split()):
            withdrawn |= {numbers.of(each[1:], line) for each in plain.split()}
            continue
        weight, marks = _ballot(plain, line, numbers)
        collector.add(marks, weight)
    if not ended:
        raise Refused("ballots.blt_not_ended", line=line)
    names, title = _names(numbered, candidates)
    for name in names:
        collector.names.number(name)
    return collector.ballots([names[n] for n in sorted(withdrawn)]), seats, title


class _Numbers(dict[str, int]):
    """Candidates' numbers, as a file writes them from 1, as marks."""

    def __init__(self, candidates: int) -> None:
        super().__init__({"-": NOBODY})
        self._candidates = candidates

    def of(self, token: str, line: int) -> int:
        """The mark for a number. Refuses what is none."""
        if token in self:
            return self[token]
        if not (token.isascii() and token.isdigit() and len(token) < 9 and 1 <= int(token) <= self._candidates):
            raise Refused("ballots.blt_number", line=line, value=token[:40], most=self._candidates)
        self[token] = int(token) - 1
        return self[token]


def _without_comment(line: str) -> str:
    """A line without what follows a `#` that stands outside quotation marks."""
    if "#" in line:
        quoted = False
        for n, letter in enumerate(line):
            quoted ^= letter == '"'
            if letter == "#" and not quoted:
                line = line[:n]
                break
    return line.strip().lstrip("\ufeff")


def _head(numbered: Iterator[tuple[int, str]]) -> tuple[int, int]:
    line, plain = next(numbered, (1, ""))
    parts = plain.split()
    if len(parts) != 2 or not all(re.fullmatch(r"[0-9]{1,8}", part) for part in parts):
        raise Refused("ballots.blt_head", line=line)
    candidates, seats = map(int, parts)
    if candidates > MOST_CANDIDATES:
        raise Refused("ballots.too_many_candidates", limit=MOST_CANDIDATES)
    if not candidates or not seats:
        raise Refused("ballots.blt_head", line=line)
    return candidates, seats


def _ballot(plain: str, line: int, numbers: _Numbers) -> tuple[int, list[int]]:
    parts = plain.split()
    if parts[0].startswith("(") and parts[0].endswith(")"):
        parts = parts[1:]  # the ballot's own name, which does not count
    if len(parts) < 2 or parts[-1] != "0":
        raise Refused("ballots.blt_ballot", line=line)
    if len(parts) > MOST_RANKS + 2:
        raise Refused("ballots.bad_rank", line=line, value=len(parts) - 2)
    weight = 1 if parts[0] == "1" else weight_of(parts[0], line)
    try:
        return weight, [numbers[part] for part in parts[1:-1]]
    except KeyError:
        marks = []
        for part in parts[1:-1]:
            shared = dict.fromkeys(numbers.of(each, line) for each in part.split("="))
            if len(shared) > 1:
                shared.pop(NOBODY, None)
            marks += [mark + (SAME_RANK if n else 0) for n, mark in enumerate(shared)]
        return weight, marks


def _names(numbered: Iterator[tuple[int, str]], candidates: int) -> tuple[list[str], str]:
    found: list[str] = []
    for line, plain in numbered:
        quoted = NAME.findall(plain)
        if not quoted or NAME.sub("", plain).strip():
            if len(found) == candidates:  # a title need not have quotation marks
                quoted = [plain]
            else:
                raise Refused("ballots.blt_name", line=line)
        found += quoted
        if len(found) > candidates + 10:
            break
    names = [" ".join(name.split()) for name in found[:candidates]]
    if len(names) < candidates:
        raise Refused("ballots.blt_names", found=len(names), wanted=candidates)
    for name, times in Counter(names).items():
        if not name or times > 1:
            raise Refused("ballots.same_name", name=name)
    return names, found[candidates] if len(found) > candidates else ""
