"""Reads OpenStreetMap XML (`.osm`, also packed with bzip2 or gzip) into a map of streets. It asks nothing of the net,
follows no entities, and stops at files that unpack to too much."""

from __future__ import annotations

import bz2
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from lxml import etree

from comuna.kernel.refusal import Refused
from comuna.streets.model import SCALE, Place, Shape, ShapeKind, Street, StreetMap, Way, degrees

LARGEST: Final = 600 * 2**20
"""Bytes of XML that are read at the most, once it is unpacked."""
MOST_NODES: Final = 2_000_000
CHUNK: Final = 2**16

WAYS: Final[Mapping[str, Way]] = {
    **dict.fromkeys(("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"), "major"),
    **dict.fromkeys(("secondary", "tertiary", "secondary_link", "tertiary_link"), "middle"),
    **dict.fromkeys(("unclassified", "residential", "living_street", "service", "road", "track"), "minor"),
    **dict.fromkeys(("pedestrian", "footway", "path", "cycleway", "bridleway"), "path"),
    "steps": "steps",
}
"""What each class of highway is to us; a class that is not here is no street yet, or not any more."""
GREEN: Final = {
    "leisure": {"park", "garden", "pitch", "playground", "nature_reserve", "golf_course"},
    "landuse": {"grass", "forest", "cemetery", "meadow", "recreation_ground", "village_green", "orchard", "farmland"},
    "natural": {"wood", "scrub", "grassland"},
}
METRES: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:m|metros?|meters?)?")
FEET: Final = re.compile(r"(\d+)\s*'\s*(?:(\d+)\s*\")?")


def read(content: bytes) -> StreetMap:
    """The map in a file's bytes. Refuses map.unreadable, map.too_large (limit), map.no_streets, map.cut_off (of ways
    whose places are missing)."""
    reading = _Reading()
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for part in _unpacked(content):
            parser.feed(part)
            reading.take(parser)
        parser.close()
        reading.take(parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("map.unreadable") from error
    return reading.finished()


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The XML, piece by piece. Refuses map.unreadable, map.too_large."""
    if content[:3] == b"BZh":
        opened: Any = bz2.BZ2Decompressor()
    elif content[:2] == b"\x1f\x8b":
        opened = zlib.decompressobj(wbits=31)
    else:
        opened = None
    if opened is None and not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise Refused("map.unreadable")
    seen = 0
    for start in range(0, len(content), CHUNK):
        part = content[start : start + CHUNK]
        while part:
            try:
                out, part = (part, b"") if opened is None else _some(opened, part)
            except (OSError, EOFError, zlib.error) as error:
                raise Refused("map.unreadable") from error
            seen += len(out)
            if seen > LARGEST:
                raise Refused("map.too_large", limit=LARGEST // 2**20)
            yield out
    if opened is not None and not opened.eof:
        raise Refused("map.unreadable")


def _some(opened: Any, part: bytes) -> tuple[bytes, bytes]:
    """A little of what is packed in these bytes, so that a bomb is noticed before it is unpacked; and the rest."""
    if opened.eof:
        return b"", b""
    out = opened.decompress(part, 16 * CHUNK)
    if isinstance(opened, bz2.BZ2Decompressor):
        while not opened.needs_input and not opened.eof and len(out) < 64 * CHUNK:
            out += opened.decompress(b"", 16 * CHUNK)
        if not opened.needs_input and not opened.eof:
            raise OSError("packed too tightly to be a map")
        return out, b""
    return out, opened.unconsumed_tail


class _Reading:
    """What was read so far."""

    def __init__(self) -> None:
        self.nodes: dict[int, Place] = {}
        self.places: list[Place] = []
        self.numbers: dict[int, int] = {}
        self.streets: list[Street] = []
        self.shapes: list[Shape] = []
        self.bounds: tuple[Place, Place] | None = None
        self.root: Any = None
        self.lost = 0

    def take(self, parser: Any) -> None:
        """Take in the elements that the parser has finished, and let go of them."""
        for event, element in parser.read_events():
            if self.root is None:
                if element.tag != "osm":
                    raise Refused("map.unreadable")
                self.root = element
            if event == "start" or element.getparent() is not self.root:
                continue
            if element.tag == "node":
                self._node(element)
            elif element.tag == "way":
                self._way(element)
            elif element.tag == "bounds":
                self.bounds = _bounds(element)
            element.clear()
            while element.getprevious() is not None:
                del self.root[0]

    def _node(self, element: Any) -> None:
        lat, lon = degrees(element.get("lat", "")), degrees(element.get("lon", ""))
        if lat is None or lon is None or abs(lat) > 90 * SCALE:
            raise Refused("map.unreadable")
        self.nodes[int(element.get("id", ""))] = (lat, lon)
        if len(self.nodes) > MOST_NODES:
            raise Refused("map.too_large", limit=LARGEST // 2**20)

    def _way(self, element: Any) -> None:
        tags = {tag.get("k", ""): tag.get("v", "") for tag in element.iterchildren("tag")}
        way = WAYS.get(tags.get("highway", "")) if tags.get("area") != "yes" else None
        kind = None if way else _shape(tags)
        if way is None and kind is None:
            return
        refs = [int(each.get("ref", "")) for each in element.iterchildren("nd")]
        known = [ref for ref in refs if ref in self.nodes]
        self.lost += len(refs) - len(known)
        if len(known) < 2:
            return
        nodes = tuple(self._number(ref) for ref in known)
        if way:
            closed = tags.get("motor_vehicle", tags.get("vehicle", tags.get("access", ""))) in ("no", "private")
            name = " ".join((tags.get("name") or tags.get("ref") or "").split())[:120]
            self.streets.append(Street(nodes, name, way, _one_way(tags), _width(tags), closed))
        elif kind:
            self.shapes.append(Shape(nodes, kind))

    def _number(self, ref: int) -> int:
        if ref not in self.numbers:
            self.numbers[ref] = len(self.places)
            self.places.append(self.nodes[ref])
        return self.numbers[ref]

    def finished(self) -> StreetMap:
        """The map. Refuses map.no_streets, map.cut_off."""
        if not self.streets:
            raise Refused("map.cut_off" if self.lost else "map.no_streets")
        used = [self.places[n] for street in self.streets for n in street.nodes]
        corners = (
            (min(p[0] for p in used), min(p[1] for p in used)),
            (max(p[0] for p in used), max(p[1] for p in used)),
        )
        bounds = self.bounds or corners
        return StreetMap(bounds, tuple(self.places), tuple(self.streets), tuple(self.shapes))


def _bounds(element: Any) -> tuple[Place, Place] | None:
    found = [degrees(element.get(name, "")) for name in ("minlat", "minlon", "maxlat", "maxlon")]
    south, west, north, east = found
    if south is None or west is None or north is None or east is None or south >= north or west >= east:
        return None
    return (south, west), (north, east)


def _one_way(tags: Mapping[str, str]) -> Literal[-1, 0, 1]:
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return 1
    if said in ("-1", "reverse"):
        return -1
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return 1 if implied and said != "no" else 0


def _width(tags: Mapping[str, str]) -> int | None:
    """Centimetres between what stands on both sides, by `maxwidth` or `width`."""
    for name in ("maxwidth:physical", "maxwidth", "width"):
        said = tags.get(name, "").strip().lower()
        if metres := METRES.fullmatch(said):
            return round(float(metres[1].replace(",", ".")) * 100)
        if feet := FEET.fullmatch(said):
            return round(int(feet[1]) * 30.48 + int(feet[2] or 0) * 2.54)
    return None


def _shape(tags: Mapping[str, str]) -> ShapeKind | None:
    if tags.get("building", "no") != "no":
        return "building"
    if tags.get("natural") in ("water", "bay") or tags.get("waterway") == "riverbank" or "water" in tags:
        return "water"
    if tags.get("waterway") in ("river", "stream", "canal") or tags.get("natural") == "coastline":
        return "river"
    if tags.get("railway") in ("rail", "tram", "light_rail", "subway") and tags.get("tunnel") != "yes":
        return "rail"
    return "green" if any(tags.get(key) in values for key, values in GREEN.items()) else None
