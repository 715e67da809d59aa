"""A book as tiles: the files and addresses of C2SP tlog-tiles.

A tile of level L and number N holds up to 256 hashes: the roots of the complete subtrees of 256^L leaves, from number
256 · N on. A bundle holds up to 256 leaves, each preceded by its length as a big-endian uint16. Full ones never change;
the last of a level may be partial, and its address says how wide it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from comuna.kernel.act import LARGEST_LEAF
from comuna.kernel.tree import BLOCK

WIDTH: Final = BLOCK
HIGHEST: Final = 63
"""The highest level that an address can name."""

_ADDRESS: Final = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """A tile or a bundle. `level`: None for a bundle of leaves. `width`: 1 to 256."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its address below the book's: `tile/<L>/<N>[.p/<W>]`."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_digits(self.number)}{partial}"


def _digits(number: int) -> str:
    """A tile's number in groups of three digits, all but the last behind an x: 1234067 → x001/x234/067."""
    last = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        last = f"x{number % 1000:03}/{last}"
    return last


def tile_at(path: str) -> Tile | None:
    """The tile that an address names; None for an address that names none, or names it in another way than ours."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return None
    level, width = match["level"], int(match["width"] or WIDTH)
    number = int(match["number"].replace("x", "").replace("/", ""))
    tile = Tile(None if level == "entries" else int(level), number, width)
    return tile if tile.path == path else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile and bundle of a tree of that size, partial ones included; level by level, the bundles first."""
    for number, width in _row(size):
        yield Tile(None, number, width)
    level, hashes = 0, size
    while hashes:
        for number, width in _row(hashes):
            yield Tile(level, number, width)
        level, hashes = level + 1, hashes // WIDTH


def _row(hashes: int) -> Iterator[tuple[int, int]]:
    for number in range(hashes // WIDTH):
        yield number, WIDTH
    if hashes % WIDTH:
        yield hashes // WIDTH, hashes % WIDTH


def stands_in(tile: Tile, size: int) -> bool:
    """Whether a tree of that size has this tile: all its hashes are there. A partial one may since have grown."""
    hashes = size if tile.level is None else size >> (8 * tile.level)
    return tile.number * WIDTH + tile.width <= hashes


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Leaves as a bundle."""
    return b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves)


def unbundle(content: bytes) -> list[bytes]:
    """The leaves of a bundle. Raises ValueError for bytes that are none."""
    leaves: list[bytes] = []
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2])
        leaf = content[at + 2 : at + 2 + length]
        if len(leaf) != length or len(content) - at < 2:
            raise ValueError("the bundle ends in the middle of a leaf")
        if len(leaves) == WIDTH:
            raise ValueError(f"the bundle holds more than {WIDTH} leaves")
        leaves.append(leaf)
        at += 2 + length
    return leaves


assert LARGEST_LEAF < 2**16
