"""A count as tables of plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comuna import counting_words as said
from comuna.language import Language
from comuna.methods.result import Result, Votes
from comuna.text_table import table
from comuna.text_table import width as width_of


def shown(words: Language, result: Result, width: int) -> str:
    """The whole count: what was counted, the rounds in a table (in several where it would be wider than `width`), a
    sentence for everything that happened, ties, and who is elected."""
    parts = [_head(words, result), *_rounds(words, result, width)]
    if result.pairwise:
        parts += _matrices(words, result)
    parts.append("\n".join(_sentences(words, result)))
    if result.ties:
        parts.append("\n".join([words.text("Ties"), *("  " + said.tie(words, tie) for tie in result.ties)]))
    parts.append("\n".join(said.outcome(words, result)))
    return "\n\n".join(part for part in parts if part)


def _head(words: Language, result: Result) -> str:
    method = words.text(said.METHOD_NAMES[result.method])
    lines = [
        words.text("Method: %(method)s, version %(version)s", method=method, version=result.version),
        words.text(
            "Ballots: %(ballots)s, of which %(valid)s count, %(blank)s are blank and %(void)s void",
            ballots=result.ballots,
            valid=result.valid,
            blank=result.blank,
            void=result.void,
        ),
        words.text("Seats: %(seats)s", seats=result.seats),
    ]
    if result.quota is not None:
        lines.append(words.text("Quota: %(quota)s", quota=result.quota))
    if result.withdrawn:
        lines.append(words.text("Withdrawn: %(names)s", names=said.listed(words, result.withdrawn)))
    return "\n".join(lines)


def _rounds(words: Language, result: Result, width: int) -> list[str]:
    """The table of rounds, cut into blocks that are no wider than `width`."""
    rounds = result.rounds
    rows = _order(result)
    columns = [
        [
            words.text("Round %(n)s", n=round.number),
            *(str(round.votes[name]) if name in round.votes else "" for name in rows),
            str(round.exhausted),
            str(round.lost),
        ]
        for round in rounds
    ]
    labels = ["", *((f"{name} *" if name in result.winners else name) for name in rows)]
    labels += [words.text("exhausted"), words.text("lost to decimals")]
    shown = [True] * (len(rows) + 1) + [
        any(float(round.exhausted) for round in rounds),
        any(float(round.lost) for round in rounds),
    ]
    labels = [label for label, show in zip(labels, shown, strict=True) if show]
    columns = [[cell for cell, show in zip(column, shown, strict=True) if show] for column in columns]
    blocks: list[list[list[str]]] = [[]]
    room = width - max(map(width_of, labels))
    left = room
    for column in columns:
        wide = max(map(width_of, column)) + 2
        if wide > left and blocks[-1]:
            blocks.append([])
            left = room
        blocks[-1].append(column)
        left -= wide
    return [table(labels, block) for block in blocks]


def _order(result: Result) -> list[str]:
    """Who was elected, in order; then the others, who stayed longest first."""
    last: dict[str, tuple[int, float]] = {}
    for round in result.rounds:
        for name, votes in round.votes.items():
            if round.seat == 1 and (name in last or float(votes) or round.number == 1):
                last[name] = (round.number, float(votes))
    others = [name for name in last if name not in result.winners]
    return [*result.winners, *sorted(others, key=lambda name: last[name], reverse=True)]


def _matrices(words: Language, result: Result) -> list[str]:
    names = [*result.winners, *result.alternates]
    names += [name for name in result.pairwise if name not in names]
    return [
        words.text("How many prefer the candidate of the row to that of the column")
        + "\n"
        + _square(names, result.pairwise),
        words.text("Strongest paths from the candidate of the row to that of the column")
        + "\n"
        + _square(names, result.paths),
    ]


def _square(names: Sequence[str], numbers: Mapping[str, Mapping[str, Votes]]) -> str:
    labels = ["", *(f"{n}. {name}" for n, name in enumerate(names, 1))]
    columns = [
        [f"{n}.", *("–" if row == column else str(numbers[row][column]) for row in names)]
        for n, column in enumerate(names, 1)
    ]
    return table(labels, columns)


def _sentences(words: Language, result: Result) -> list[str]:
    lines: list[str] = []
    several = len({round.seat for round in result.rounds}) > 1
    for round in result.rounds:
        happened = said.round_explained(words, round)
        if not happened:
            continue
        if several:
            title = words.text("Round %(n)s, for seat %(seat)s", n=round.number, seat=round.seat)
        else:
            title = words.text("Round %(n)s", n=round.number)
        lines += [title, *("  " + each for each in happened)]
    return lines
