"""Drawing counts as SVG: a bar for each option, and where the threshold was. For pages and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from markupsafe import Markup, escape

from comuna.language import Language
from comuna.messages import say
from comuna.rules.assembly_blocks import Bar, Bars

INK, MUTED, TRACK, FAVOUR, OTHER, BRICK = "#231f1a", "#655c50", "#ece3d3", "#2c5c4d", "#bdb09d", "#a03a1c"
"""The palette of the light page, for paper; on the web the style sheet has the last word."""
HIGH, GAP, TOP = 22, 10, 26
"""Height of a bar, the gap below it, and the room above for the threshold's label."""
SHORT: Final = 18
"""Letters of the longest label that still stands beside its bar."""
MOST: Final = 60
"""Letters of a label that are drawn."""


class Scale(msgspec.Struct, frozen=True):
    """A size of the picture: its name, its width, the room for labels beside the bars (0: they stand above), and the
    size of its type."""

    name: str
    width: int
    beside: int
    type: float


WIDE: Final = Scale("wide", 640, 150, 15)
NARROW: Final = Scale("narrow", 330, 0, 14)
PAPER: Final = Scale("paper", 560, 130, 12)


def both(words: Language, block: Bars) -> Markup:
    """The picture for a page, in two sizes of which the style sheet shows one."""
    return Markup(drawing(words, block, WIDE) + drawing(words, block, NARROW))  # noqa: S704  every text in it is escaped


def drawing(words: Language, block: Bars, scale: Scale) -> str:
    """The picture as a complete SVG."""
    labels = [_cut(say(words, bar.line)) for bar in block.bars]
    beside = scale.beside if all(len(label) <= SHORT for label in labels) else 0
    step = HIGH + GAP + (0 if beside else round(scale.type * 1.5))
    top = TOP if block.needed is not None else 2
    height = top + step * len(block.bars)
    room = scale.width - beside
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {scale.width} {height}" class="bars bars-{scale.name}" '
        f'role="img"><title>{escape(say(words, block.alt))}</title>'
    ]
    for n, (bar, label) in enumerate(zip(block.bars, labels, strict=True)):
        y = top + step * n
        if beside:
            parts.append(_text(0, y + HIGH / 2 + scale.type / 3, label, scale, "start", "bar-label"))
        else:
            parts.append(_text(0, y + scale.type, label, scale, "start", "bar-label"))
            y += round(scale.type * 1.5)
        mark = None if block.needed is None else beside + room * block.needed / block.end
        parts.extend(_bar(beside, y, room, bar, block.end, mark, scale))
    rows = [] if beside else [top + step * n + step - HIGH - GAP for n in range(len(block.bars))]
    parts.extend(_threshold(words, block, beside, room, height, scale, rows))
    return "".join([*parts, "</svg>"])


def _bar(x: float, y: float, room: int, bar: Bar, end: int, mark: float | None, scale: Scale) -> Iterator[str]:
    """A bar with its count: after it, or inside where there is no room or the threshold's line (`mark`) is."""
    wide = room * min(bar.count, end) / end
    yield f'<rect class="bar-track" x="{x}" y="{y}" width="{room}" height="{HIGH}" rx="4" fill="{TRACK}"/>'
    if wide:
        kind, fill = ("bar-favour", FAVOUR) if bar.counts else ("bar-other", OTHER)
        yield f'<rect class="{kind}" x="{x}" y="{y}" width="{wide:.1f}" height="{HIGH}" rx="4" fill="{fill}"/>'
    digits = len(str(bar.count)) * scale.type * 0.6
    crossed = mark is not None and x + wide <= mark <= x + wide + digits + 12
    inside = wide > digits + 16 and (crossed or wide > room - digits - 12)
    at = x + wide + (-8 if inside else mark - x - wide + 6 if crossed and mark is not None else 8)
    anchor, kind, fill = ("end", "bar-count-in", "#fffdf9") if inside else ("start", "bar-count", INK)
    if inside and not bar.counts:
        kind, fill = "bar-count-other", INK
    yield _text(at, y + HIGH / 2 + scale.type / 3, str(bar.count), scale, anchor, kind, fill)


def _threshold(
    words: Language, block: Bars, x: float, room: int, height: int, scale: Scale, rows: list[int]
) -> Iterator[str]:
    """The line of what was needed, with its label: through all bars, or bar by bar (`rows`: their tops) where labels
    stand above them."""
    if block.needed is None:
        return
    at = x + room * block.needed / block.end
    label = words.text("needed: %(number)s", number=block.needed)
    half = len(label) * scale.type * 0.28
    middle = min(max(at, half), scale.width - half)
    lines = [(row - 4, row + HIGH + 4) for row in rows] or [(TOP - 6, height - GAP + 4)]
    for above, below in lines:
        yield (
            f'<line class="bar-needed" x1="{at:.1f}" x2="{at:.1f}" y1="{above}" y2="{below}" '
            f'stroke="{BRICK}" stroke-width="2" stroke-dasharray="4 3"/>'
        )
    yield _text(middle, TOP - 11, label, scale, "middle", "bar-needed-label", BRICK)


def _text(x: float, y: float, text: str, scale: Scale, anchor: str, kind: str, fill: str = INK) -> str:
    weight = "400" if kind == "bar-label" else "600"
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{scale.type:g}" '
        f'font-family="Libertinus Serif" font-weight="{weight}" fill="{fill}">{escape(text)}</text>'
    )


def _cut(label: str) -> str:
    return label if len(label) <= MOST else label[: MOST - 1] + "…"
