"""QR codes: as SVG for pages and print, and as characters for the command line."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import Final

import segno
from segno import consts

QUIET: Final = 4
"""Light modules around the code, as ISO/IEC 18004 asks; readers need them."""

INK: Final = "#231F1A"


def rows(url: str, packed: str = "", *, error: str = "m") -> list[list[bool]]:
    """The modules of the code, with the quiet zone; True is dark. The smallest code of medium error correction
    or better, so a scratched or folded print still reads. `packed` follows the `url` and is of digits, capitals and
    `$*+-./:` alone, which take less room. `error`: `l` for a smaller code that bears less damage. Refuses (ValueError)
    what no QR code can hold: over 2,331 bytes."""
    parts = url if not packed else [(url, consts.MODE_BYTE), (packed, consts.MODE_ALPHANUMERIC)]
    try:
        code = segno.make_qr(parts, error=error, boost_error=True)
    except segno.DataOverflowError as problem:
        raise ValueError("too long for a QR code") from problem
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET)]


def _path(matrix: list[list[bool]]) -> str:
    """One SVG path: each horizontal run of dark modules is a rectangle of height one."""
    steps = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                steps.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(steps)


def svg(url: str, packed: str = "", *, title: str, error: str = "m") -> str:
    """The code as one inline SVG element whose accessible name is `title`. No style attribute and no id, so it can
    stand on any page under a strict content policy, more than once. Dark modules are `currentColor`; the element
    sets its own dark colour and its own white ground, which a style sheet may change, so that a page in dark mode
    never shows an inverted code, which many phones cannot read."""
    matrix = rows(url, packed, error=error)
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}" role="img" '
        f'color="{INK}" shape-rendering="crispEdges">'
        f"<title>{escape(title)}</title>"
        f'<rect class="qr-ground" width="{size}" height="{size}" fill="#fff"/>'
        f'<path fill="currentColor" d="{_path(matrix)}"/></svg>'
    )


def terminal(url: str, *, colour: bool = True) -> str:
    """The code in half-block characters, two rows to a line, ending in a newline. With `colour` it sets black
    on white itself and so reads on dark and on light terminals; without, it has no escape sequences and suits a
    dark terminal only."""
    matrix = rows(url)
    if len(matrix) % 2:
        matrix.append([False] * len(matrix[0]))
    lines = []
    for upper, lower in zip(matrix[::2], matrix[1::2], strict=True):
        if colour:
            glyphs = "".join(" ▄▀█"[above * 2 + below] for above, below in zip(upper, lower, strict=True))
            lines.append(f"\x1b[38;5;16;48;5;231m{glyphs}\x1b[0m")
        else:
            lines.append("".join("█▀▄ "[above * 2 + below] for above, below in zip(upper, lower, strict=True)))
    return "\n".join(lines) + "\n"


def printed(url: str, packed: str = "", *, title: str, error: str = "m") -> dict[str, object]:
    """What a template needs of a code: the picture, and the share of its width that is light margin."""
    quiet = QUIET / len(rows(url, packed, error=error))
    return {"svg": svg(url, packed, title=title, error=error), "quiet": quiet}
