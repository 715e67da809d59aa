"""Keeping small counts back, so that no table tells of a handful of dwellings: neither in a cell nor by what is left
when the other cells are taken from a total. A count of nothing is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

SMALL: Final = 5
"""From this count on it is told."""
MARGIN: Final = 4
"""By how much a count that is kept back could at least be another, for all that the rest of a table tells."""

Cell = int | None
"""A count; None where it is kept back."""
Arc = tuple[str, str]


def small(count: int) -> bool:
    """Whether a count is kept back by itself."""
    return 0 < count < SMALL


def row(counts: Sequence[int]) -> tuple[Cell, ...]:
    """The counts of a table of one row whose total is told. Beside small ones, those that follow are kept back until
    all that are kept back could be divided otherwise; where that cannot be, all are. Which follow does not depend on
    how
    many they are: whoever knows this rule learns nothing from it."""
    back = {n for n, count in enumerate(counts) if small(count)}
    if not back:
        return tuple(counts)
    first = min(back)
    rest = [n for n in (*range(first, len(counts)), *range(first - 1, -1, -1)) if counts[n] and n not in back]
    while not _divisible([counts[n] for n in back]):
        if not rest:
            return (None,) * len(counts)
        back.add(rest.pop(0))
    return tuple(None if n in back else count for n, count in enumerate(counts))


def _divisible(counts: Sequence[int]) -> bool:
    """Whether these could be others of the same sum, also for whoever guesses that all of them are small."""
    together, number = sum(counts), len(counts)
    return number > 1 and together - number >= MARGIN and together != (SMALL - 1) * number


def table(cells: Sequence[Sequence[int]]) -> tuple[tuple[Cell, ...], ...] | None:
    """The cells of a table whose margins are told as `row` tells them. None: the whole table is kept back, since
    otherwise something in it could be reckoned.

    A table is a flow: from a source into the rows (their margins), from rows into columns (the cells), from columns
    into
    a sink (theirs). What is kept back can be another exactly where the flow can go round by arcs that are kept back."""
    down, across = [sum(line) for line in cells], [sum(line) for line in zip(*cells, strict=True)]
    rows, columns = row(down), row(across)
    if all(each is None for each in rows) or all(each is None for each in columns):
        return None
    flow: dict[Arc, int] = {(f"r{i}", f"c{j}"): n for i, line in enumerate(cells) for j, n in enumerate(line)}
    back = {arc for arc, count in flow.items() if small(count)}
    for i, count in enumerate(down):
        flow["source", f"r{i}"] = count
    for j, count in enumerate(across):
        flow[f"c{j}", "sink"] = count
    back |= {("source", f"r{i}") for i, each in enumerate(rows) if each is None}
    back |= {(f"c{j}", "sink") for j, each in enumerate(columns) if each is None}
    while (told := next((arc for arc in sorted(back, key=_order) if not _kept(flow, back, arc)), None)) is not None:
        if more := _square(flow, back, told):
            back |= more
            continue
        near = [arc for arc in _beside(flow, told) if arc not in back and flow[arc]]
        near = near or [arc for arc in flow if arc[0][0] == "r" and arc not in back and flow[arc]]
        if not near:
            return None
        back.add(min(near, key=lambda arc: (flow[arc], arc)))
    return tuple(
        tuple(None if (f"r{i}", f"c{j}") in back else n for j, n in enumerate(line)) for i, line in enumerate(cells)
    )


def _square(flow: dict[Arc, int], back: set[Arc], arc: Arc) -> set[Arc]:
    """The other corners of the square with this cell that costs least to keep back, of those that keep more back: what
    is moved into one corner can be moved out of the next. Empty where there is none, and for a margin."""
    found: list[tuple[int, list[Arc]]] = []
    if arc[0][0] == "r" and arc[1][0] == "c":
        for other in flow:
            if other[0][0] == "r" and other[0] != arc[0] and other[1] != arc[1]:
                corners = [other, (arc[0], other[1]), (other[0], arc[1])]
                fresh = [each for each in corners if each not in back]
                if fresh and all(flow[each] for each in corners):
                    found.append((sum(flow[each] for each in fresh), fresh))
    return set(min(found, default=(0, []))[1])


def _beside(flow: dict[Arc, int], arc: Arc) -> Iterator[Arc]:
    """The cells in the same row or column."""
    for each in flow:
        if each[0][0] == "r" and (each[0] in arc or each[1] in arc):
            yield each


def _kept(flow: dict[Arc, int], back: set[Arc], arc: Arc) -> bool:
    """Whether a count could be another, also for whoever guesses that all in its row or its column are small."""
    for place in arc if arc[0][0] == "r" else ():
        line = [flow[each] for each in back if each[0][0] == "r" and place in each]
        if len(line) > 1 and sum(line) == (SMALL - 1) * len(line):
            return False
    return _free(flow, back, arc)


def _free(flow: dict[Arc, int], back: set[Arc], arc: Arc) -> bool:
    """Whether a count that is kept back could be another by `MARGIN`, together up and down."""
    return _room(dict(flow), back, arc, up=True) + _room(dict(flow), back, arc, up=False) >= MARGIN


def _room(flow: dict[Arc, int], back: set[Arc], arc: Arc, *, up: bool) -> int:
    """By how much it could be more, or less, up to `MARGIN`. No count that is kept back is nothing."""
    moved = 0
    while moved < MARGIN:
        if not up and flow[arc] < 2:
            break
        start, end = (arc[1], arc[0]) if up else arc
        way = _way(flow, back - {arc}, start, end)
        if way is None:
            break
        flow[arc] += 1 if up else -1
        for each, step in way:
            flow[each] += step
        moved += 1
    return moved


def _way(flow: dict[Arc, int], back: set[Arc], start: str, end: str) -> list[tuple[Arc, int]] | None:
    """A way from one place to another by arcs that are kept back, along them (more) or against them (less)."""
    came: dict[str, tuple[str, Arc, int] | None] = {start: None}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        for each in sorted(back):
            there, step = (each[1], 1) if each[0] == here else (each[0], -1) if each[1] == here else ("", 0)
            if not there or there in came or (step < 0 and flow[each] < 2):
                continue
            came[there] = (here, each, step)
            waiting.append(there)
    if end not in came:
        return None
    way = []
    while (step_to := came[end]) is not None:
        end, each, step = step_to
        way.append((each, step))
    return way


def _order(arc: Arc) -> tuple[bool, Arc]:
    """Cells before margins."""
    return arc[0][0] != "r", arc
