"""Drawing the film's timeline as SVG: its moments by mark, stacked where they are dense. For pages and for paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from markupsafe import Markup, escape

from comuna.language import Language
from comuna.messages import MARK_NAMES, clock
from comuna.rules.discussion import MARKS, Mark

COLOURS: Final[dict[Mark | None, str]] = {
    "surprised": "#8a5a00",
    "inspired": "#2c5c4d",
    "frustrated": "#a03a1c",
    "stuck": "#3f4f8f",
    None: "#655c50",
}
"""The palette of the light page, for paper; on the web the style sheet has the last word."""
STEPS: Final = (60, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds between two labels of the timeline."""
SHORTEST: Final = 3600
"""Seconds that an empty timeline of unknown length spans."""
TALLEST: Final = 260
"""Height of the highest stack; beyond it moments overlap."""


class Dot(msgspec.Struct, frozen=True):
    """A moment to be drawn: its number, its mark, its second of the film."""

    number: int
    mark: Mark | None
    seconds: int


class Scale(msgspec.Struct, frozen=True):
    """A size of the picture: its width, the most labels along it, how large moments may be, the largest first, and
    how many rows of each size are still calm."""

    name: str
    width: int
    labels: int
    sizes: tuple[tuple[int, int], ...]


WIDE: Final = Scale("wide", 1000, 10, ((26, 5), (20, 8), (13, 14), (9, 999)))
PAPER: Final = Scale("paper", 640, 8, ((25, 6), (19, 9), (12, 14), (8, 999)))
NARROW: Final = Scale("narrow", 350, 5, ((21, 6), (15, 9), (9, 999)))


class Picture(msgspec.Struct, frozen=True):
    """What a page shows of the film: the drawing in two sizes, how many moments of each mark, and how many moments
    have no time."""

    drawings: tuple[tuple[str, Markup], ...]
    counts: tuple[tuple[Mark | None, str, int], ...]
    timed: int
    untimed: int


def pictured(
    words: Language, dots: Sequence[Dot], seconds: int, *, counts: Counter[Mark | None], untimed: int = 0
) -> Picture:
    """The picture of these moments. `seconds`: the film's length, 0 if nothing is known."""
    return Picture(
        drawings=tuple((scale.name, Markup(drawing(words, dots, seconds, scale))) for scale in (WIDE, NARROW)),  # noqa: S704  every text in it is escaped
        counts=tuple((mark, mark_name(words, mark), counts[mark]) for mark in (*MARKS, None) if counts[mark]),
        timed=len(dots),
        untimed=untimed,
    )


def mark_name(words: Language, mark: Mark | None) -> str:
    """What a mark is called; also for moments without one."""
    return words.text(MARK_NAMES[mark]) if mark else words.text("no mark")


def drawing(words: Language, dots: Sequence[Dot], seconds: int, scale: Scale) -> str:
    """The picture as a complete SVG, for a page or for paper."""
    length = seconds or SHORTEST
    pad = 18
    inner = scale.width - 2 * pad
    placed, size, height = _stacked(dots, length, inner, scale)
    top = 8 + height
    total = top + (84 if scale is PAPER else 58)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {scale.width} {total}" class="film-{scale.name}" '
        f'role="img" aria-labelledby="film-{scale.name}-title film-{scale.name}-desc">',
        f'<title id="film-{scale.name}-title">{escape(words.text("The film’s timeline"))}</title>',
        f'<desc id="film-{scale.name}-desc">{escape(description(words, dots, seconds))}</desc>',
        *_strip(top + 6, scale.width, pad),
        *_labels(length, inner, pad, top + 52, scale, known=bool(seconds)),
    ]
    for dot, x, up in placed:
        parts.append(_symbol(dot.mark, pad + x, top - size / 2 - up, size, dot.number if size >= 18 else None))
    if scale is PAPER:  # a page has its legend beside the drawing
        parts.extend(_legend(words, dots, total - 8))
    return "".join([*parts, "</svg>"])


def _legend(words: Language, dots: Sequence[Dot], y: float) -> Iterable[str]:
    counts = Counter(dot.mark for dot in dots)
    for place, mark in enumerate(mark for mark in (*MARKS, None) if counts[mark]):
        x = 12 + 125 * place
        yield _shape(mark, x, y - 4, 5) + (
            f'<text x="{x + 10}" y="{y:g}" font-size="12" font-family="Libertinus Serif" fill="#231f1a">'
            f"{escape(mark_name(words, mark))} {counts[mark]}</text>"
        )


def description(words: Language, dots: Sequence[Dot], seconds: int) -> str:
    """The picture in words."""
    if not dots:
        return words.text("No moment stands on it yet.")
    counts = Counter(dot.mark for dot in dots)
    marks = ", ".join(f"{mark_name(words, mark)} {counts[mark]}" for mark in (*MARKS, None) if counts[mark])
    first, last = min(dot.seconds for dot in dots), max(dot.seconds for dot in dots)
    return words.text(
        "Moments on a timeline of %(length)s, the first at %(first)s, the last at %(last)s. By mark: %(marks)s.",
        length=clock(seconds),
        first=clock(first),
        last=clock(last),
        marks=marks,
    )


def _stacked(
    dots: Sequence[Dot], length: int, inner: int, scale: Scale
) -> tuple[list[tuple[Dot, float, float]], int, int]:
    """Where each moment stands, (moment, x, height above the strip), their size, and the height of it all: each moment
    at its own second, on the lowest row where it touches no other; smaller where too many rows would be needed."""
    for size, calm in scale.sizes:
        rows: list[float] = []
        placed: list[tuple[Dot, float, int]] = []
        for dot in sorted(dots, key=lambda each: (each.seconds, each.number)):
            x = min(dot.seconds, length) * inner / length
            row = next((at for at, end in enumerate(rows) if x - end >= size + 2), len(rows))
            rows[row : row + 1] = [x]
            placed.append((dot, x, row))
        if len(rows) <= calm:
            break
    step = min(size + 2.0, TALLEST / max(len(rows), 1))
    height = round(size + step * max(len(rows) - 1, 0)) if rows else size
    return [(dot, x, row * step) for dot, x, row in placed], size, height


def _strip(y: float, width: int, pad: int) -> Iterable[str]:
    left, right = pad - 12, width - pad + 12
    yield (
        f'<rect class="strip" x="{left}" y="{y:g}" width="{right - left}" height="24" rx="4" fill="#e2d7c5"/>'
        f'<path class="holes" fill="#fffdf9" d="'
    )
    at = left + 7.0
    while at + 6 <= right - 4:
        yield f"M{at:g} {y + 4:g}h6v4h-6zM{at:g} {y + 16:g}h6v4h-6z"
        at += 13
    yield '"/>'


def _labels(length: int, inner: int, pad: int, y: float, scale: Scale, *, known: bool) -> Iterable[str]:
    step = next((step for step in STEPS if length <= step * scale.labels), STEPS[-1])
    last = length if known else -1
    room = length * 46 / inner  # seconds that a label needs to itself
    ticks = [at for at in range(0, length + 1, step) if at == last or last < 0 or last - at > room]
    for at in [*ticks, *([last] if last > 0 and last not in ticks else [])]:
        x = pad + at * inner / length
        anchor = "start" if at == 0 else "end" if at == length else "middle"
        x = 6 if at == 0 else scale.width - 6 if at == length else x
        yield (
            f'<text class="tick" x="{x:.1f}" y="{y:g}" text-anchor="{anchor}" font-size="13" '
            f'font-family="Libertinus Serif" fill="#655c50">{at // 3600}:{at % 3600 // 60:02}</text>'
        )


def _symbol(mark: Mark | None, x: float, y: float, size: int, number: int | None) -> str:
    shape = _shape(mark, x, y, size / 2)
    if number is None:
        return shape
    low = y + size * (0.33 if mark == "frustrated" else 0.16)
    ink = COLOURS[None] if mark is None else "#fffdf9"
    points = size * (0.46 if number < 10 else 0.4 if number < 100 else 0.32) * (0.9 if mark == "frustrated" else 1)
    return shape + (
        f'<text class="{"number hollow" if mark is None else "number"}" x="{x:.1f}" y="{low:.1f}" text-anchor="middle" '
        f'font-size="{points:.1f}" font-family="Libertinus Serif" font-weight="600" fill="{ink}">{number}</text>'
    )


def _shape(mark: Mark | None, x: float, y: float, r: float) -> str:
    """A mark's shape around a point: a diamond, a disc, a triangle, a square, or a ring where there is no mark."""
    fill = f'fill="{COLOURS[mark]}"'
    if mark == "surprised":
        return f'<path class="mark-surprised" {fill} d="M{x:.1f} {y - r:.1f}l{r:g} {r:g}l{-r:g} {r:g}l{-r:g} {-r:g}z"/>'
    if mark == "inspired":
        return f'<circle class="mark-inspired" {fill} cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.94:.1f}"/>'
    if mark == "frustrated":
        wide, tall = r * 1.14, r * 2.02
        return f'<path class="mark-frustrated" {fill} d="M{x:.1f} {y - r:.1f}l{wide:.1f} {tall:.1f}h{-2 * wide:.1f}z"/>'
    s = r * 0.86
    if mark == "stuck":
        box = f'x="{x - s:.1f}" y="{y - s:.1f}" width="{2 * s:.1f}" height="{2 * s:.1f}" rx="{r / 5:.1f}"'
        return f'<rect class="mark-stuck" {fill} {box}/>'
    ring = f'cx="{x:.1f}" cy="{y:.1f}" r="{s:.1f}" fill="#fffdf9" stroke="{COLOURS[None]}" stroke-width="1.6"'
    return f'<circle class="mark-none" {ring}/>'


def icon(mark: Mark | None) -> Markup:
    """A mark's shape beside its name."""
    return Markup(f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{_shape(mark, 8, 8, 7)}</svg>')  # noqa: S704  nothing in it comes from people
