"""A map of streets: what is kept of an OpenStreetMap file. Places are degrees in ten-millionths, as OpenStreetMap has
them, so that nothing is rounded."""

from __future__ import annotations

import math
import zlib
from typing import Final, Literal

import msgspec

from comuna.kernel.refusal import Refused

Place = tuple[int, int]
"""Latitude and longitude in ten-millionths of a degree."""
SCALE: Final = 10_000_000
EARTH: Final = 6_371_008.8
"""Metres: the mean radius (IUGG)."""

Way = Literal["major", "middle", "minor", "path", "steps"]
ShapeKind = Literal["building", "water", "green", "river", "rail"]


class Street(msgspec.Struct, frozen=True, array_like=True):
    """A street. `nodes`: numbers of places of the map, in order; `one_way`: 1 along them, -1 against, 0 both ways;
    `width` in centimetres, where the map says; `closed`: nobody may drive in (access=no, private)."""

    nodes: tuple[int, ...]
    name: str
    way: Way
    one_way: Literal[-1, 0, 1] = 0
    width: int | None = None
    closed: bool = False


class Shape(msgspec.Struct, frozen=True, array_like=True):
    """Something that is only drawn: a building, water, green, or the line of a river or railway."""

    nodes: tuple[int, ...]
    kind: ShapeKind


class StreetMap(msgspec.Struct, frozen=True, array_like=True):
    """A map. `bounds`: south-west and north-east corners."""

    bounds: tuple[Place, Place]
    places: tuple[Place, ...]
    streets: tuple[Street, ...]
    shapes: tuple[Shape, ...]


def pack(drawn: StreetMap) -> bytes:
    """A map in few bytes."""
    return zlib.compress(msgspec.msgpack.encode(drawn), 9)


def unpack(body: bytes) -> StreetMap:
    """The map in these bytes, which `pack` made. Refuses map.unreadable."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(body), type=StreetMap)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise Refused("map.unreadable") from error


class Flat(msgspec.Struct, frozen=True):
    """The plane that touches the earth at a map's middle: good to a few metres in a hundred kilometres."""

    south: float
    west: float
    squeeze: float

    def at(self, place: Place) -> tuple[float, float]:
        """Metres to the east and north of the map's south-west corner."""
        return (
            math.radians(place[1] / SCALE - self.west) * EARTH * self.squeeze,
            math.radians(place[0] / SCALE - self.south) * EARTH,
        )

    def place(self, east: float, north: float) -> Place:
        """The place that lies so many metres to the east and north."""
        return (
            round((self.south + math.degrees(north / EARTH)) * SCALE),
            round((self.west + math.degrees(east / EARTH / self.squeeze)) * SCALE),
        )


def flat(drawn: StreetMap) -> Flat:
    """The plane of a map."""
    (south, west), (north, _) = drawn.bounds
    return Flat(south / SCALE, west / SCALE, max(math.cos(math.radians((south + north) / 2 / SCALE)), 0.01))


def degrees(written: str) -> int | None:
    """An angle that somebody wrote, `10.4806` or `-66,9`, in ten-millionths of a degree; None if it is none."""
    try:
        value = float(written.strip().replace(",", "."))
    except ValueError:
        return None
    return round(value * SCALE) if math.isfinite(value) and abs(value) <= 180 else None
