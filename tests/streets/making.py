"""Invented villages as OpenStreetMap XML: nothing in them is from a real map."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Iterable, Mapping

SOUTH, WEST = 10.0, -66.0
STEP = 0.001
"""Degrees between two corners of the grid: about 110 m."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Village:
    """Streets on a grid: `Calle 0` … from west to east, `Avenida A` … from south to north; more can be added."""

    def __init__(self, rows: int = 5, columns: int = 5) -> None:
        self.rows, self.columns = rows, columns
        self.lines: list[str] = []
        self.next_node, self.next_way = 10_000, 1
        for row in range(rows):
            for column in range(columns):
                self._node(self.corner(row, column), SOUTH + row * STEP, WEST + column * STEP)
        for row in range(rows):
            nodes = [self.corner(row, column) for column in range(columns)]
            self.way(nodes, highway="residential", name=f"Calle {row}")
        for column in range(columns):
            nodes = [self.corner(row, column) for row in range(rows)]
            self.way(nodes, highway="tertiary", name=f"Avenida {LETTERS[column % 26]}{column // 26 or ''}")

    @staticmethod
    def corner(row: int, column: int) -> int:
        """The node at a corner."""
        return 1 + row * 100 + column

    def _node(self, id: int, lat: float, lon: float) -> None:
        self.lines.append(f'<node id="{id}" lat="{lat:.7f}" lon="{lon:.7f}"/>')

    def node(self, row: float, column: float) -> int:
        """A node anywhere, in steps of the grid."""
        self.next_node += 1
        self._node(self.next_node, SOUTH + row * STEP, WEST + column * STEP)
        return self.next_node

    def way(self, nodes: Iterable[int], **tags: str) -> None:
        """A way over these nodes."""
        self.next_way += 1
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.lines.append(f'<way id="{self.next_way}">{refs}{_tags(tags)}</way>')

    def street(self, *places: tuple[float, float], **tags: str) -> None:
        """A street of its own, joined to nothing, in steps of the grid."""
        self.way([self.node(*place) for place in places], **{"highway": "residential", **tags})

    @property
    def xml(self) -> bytes:
        """The file."""
        north, east = SOUTH + (self.rows - 1) * STEP, WEST + (self.columns - 1) * STEP
        nodes = [line for line in self.lines if line.startswith("<node")]
        ways = [line for line in self.lines if not line.startswith("<node")]
        bounds = f'<bounds minlat="{SOUTH}" minlon="{WEST}" maxlat="{north}" maxlon="{east}"/>'
        return f'<?xml version="1.0"?>\n<osm version="0.6">{bounds}{"".join(nodes + ways)}</osm>'.encode()

    @property
    def as_bz2(self) -> bytes:
        """The file, packed."""
        return bz2.compress(self.xml)

    @property
    def as_gz(self) -> bytes:
        """The file, packed another way."""
        return gzip.compress(self.xml)


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())


def at(row: float, column: float) -> tuple[int, int]:
    """The place so many steps of the grid to the north and east."""
    return round((SOUTH + row * STEP) * 10**7), round((WEST + column * STEP) * 10**7)


def degrees(row: float, column: float) -> tuple[str, str]:
    """The same as people write it."""
    lat, lon = at(row, column)
    return f"{lat / 10**7:.7f}", f"{lon / 10**7:.7f}"
