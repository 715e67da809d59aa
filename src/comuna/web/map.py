"""The group's map: imported once from OpenStreetMap data, drawn here, without tiles from elsewhere; and choosing a
place on it by a click, without a script."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec
import sqlalchemy as sa
from markupsafe import Markup
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import service as rules
from comuna.store import rounds, texts
from comuna.store.store import Store
from comuna.store.writer import Transaction
from comuna.streets import drawing, network, osm
from comuna.streets.drawing import Mark, View
from comuna.streets.model import SCALE, Place, StreetMap, degrees, pack, unpack
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor

SHOWN: Final = 760
"""Pixels that the picture is wide where a place is chosen: without a script the browser tells pixels alone."""
CLOSEST: Final = 80.0
"""Metres around a place that are seen when one is close enough."""
LONGEST_SOURCE: Final = 200
CREDIT: Final = "© OpenStreetMap contributors"
"""How the kept source of a map begins that is OpenStreetMap's data."""


@lru_cache(maxsize=8)
def _unpacked(digest: str, body: bytes) -> StreetMap:
    return unpack(body)


class _Same:
    """A map that is the same as another if its file was: nothing else is compared, for maps are large."""

    def __init__(self, digest: str, drawn: StreetMap) -> None:
        self.digest, self.drawn = digest, drawn

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=32)
def _kept_picture(same: _Same, words: drawing.Words, marks: tuple[Mark, ...], place: Place | None, half: float) -> str:
    return drawing.draw(same.drawn, words, marks=marks, view=_view(same.drawn, place, half))


def _picture(
    digest: str, drawn: StreetMap, words: drawing.Words, marks: tuple[Mark, ...], place: Place | None, half: float
) -> str:
    """A picture of a map, kept at hand."""
    return _kept_picture(_Same(digest, drawn), words, marks, place, half)


@lru_cache(maxsize=8)
def _kept_parts(same: _Same) -> network.Parts:
    return network.parts_of(same.drawn)


def _parts(digest: str, drawn: StreetMap) -> network.Parts:
    """How a map hangs together, kept at hand."""
    return _kept_parts(_Same(digest, drawn))


def map_of(connection: sa.Connection, book: str) -> StreetMap | None:
    """A group's map; None if it has none."""
    kept = rounds.kept_map(connection, book)
    return None if kept is None else _unpacked(kept.digest, kept.body)


def must_map(connection: sa.Connection, book: str) -> StreetMap:
    """A group's map. Refuses map.missing."""
    found = map_of(connection, book)
    if found is None:
        raise Refused("map.missing")
    return found


def words_of(door: GroupDoor, title: str) -> drawing.Words:
    """What pictures of maps say in the reader's language."""
    return drawing.Words(title, credit(door), door.words.text("N"))


def credit(door: GroupDoor) -> str:
    """Whom the map is owed to: the contributors of OpenStreetMap wherever it is their data (ODbL 1.0, section 4.3),
    nobody where the group drew it."""
    with door.store.read() as connection:
        theirs = rounds.map_source(connection, door.book).startswith(CREDIT)
    return door.words.text("© OpenStreetMap contributors") if theirs else ""


def said_source(source: str, *, own: bool = False) -> str:
    """The source of a map as it is kept. An .osm file is OpenStreetMap's data, unless whoever brings it says that the
    group drew it on its `own`."""
    return (source or "drawn by the group") if own else f"{CREDIT}, ODbL 1.0" + (f"; {source}" if source else "")


def place_in(lat: str, lon: str) -> Place | None:
    """The place that two numbers say; None if there are none. Refuses map.no_place."""
    if not lat.strip() and not lon.strip():
        return None
    found = degrees(lat), degrees(lon)
    if found[0] is None or found[1] is None or abs(found[0]) > 90 * SCALE:
        raise Refused("map.no_place")
    return found[0], found[1]


def written(place: Place) -> tuple[str, str]:
    """Latitude and longitude as people write them."""
    return f"{place[0] / SCALE:.6f}", f"{place[1] / SCALE:.6f}"


def must_be_near(drawn: StreetMap, place: Place, name: str) -> None:
    """Refuses map.too_far (name, metres): a place in the sea."""
    for _, metres in network.too_far(drawn, [place]):
        raise Refused("map.too_far", name=name, metres=metres)


def show(door: ReaderDoor) -> Response:
    """The map, with the place `?lat=&lon=` marked; how to import one, where there is none."""
    query = door.request.query_params
    place = place_in(query.get("lat", ""), query.get("lon", ""))
    with door.store.read() as connection:
        kept = rounds.kept_map(connection, door.book)
    if kept is None:
        return door.page("map/show.html", kept=None)
    drawn = _unpacked(kept.digest, kept.body)
    marks = [Mark(place, kind="chosen", title=door.words.text("The place"))] if place else []
    title = door.words.text("Map of %(group)s", group=door.group_name)
    picture = _picture(kept.digest, drawn, words_of(door, title), tuple(marks), None, 0.0)
    parts = _parts(kept.digest, drawn)
    return door.page(
        "map/show.html",
        kept=kept,
        picture=Markup(picture),  # noqa: S704  `draw` escapes what it is given
        place=place and written(place),
        streets=len(drawn.streets),
        names=len({street.name for street in drawn.streets if street.name}),
        parts=parts,
    )


def bring(door: KeeperDoor) -> Response:
    """Import a map. Refuses map.no_file, what `osm.read` does, map.same."""
    content = door.form.files.get("map")
    if not content:
        raise Refused("map.no_file")
    source = door.form.line("source")[:LONGEST_SOURCE]
    take_in(door.store, door.book, content, said_source(source, own=door.form.ticked("own")), by=door.member)
    return door.go(f"/g/{door.book}/map")


def take_in(store: Store, book: str, content: bytes, said: str, *, by: str) -> StreetMap:
    """Read a map, keep it for a group and write that down, with what `said_source` made. Refuses what `osm.read` does,
    map.same."""
    drawn = osm.read(content)
    digest, body = sha256(content).hexdigest(), pack(drawn)

    def job(tx: Transaction) -> None:
        text = texts.new(tx, said)
        store.record(
            tx,
            book,
            lambda s: rules.import_map(s, by=by, file_digest=digest, streets=len(drawn.streets), source=text.ref),
            by=by,
            with_texts=[text],
        )
        rounds.keep_map(tx, book, digest, said, body)

    store.write(job)
    return drawn


# Choosing a place by a click


class Picking(msgspec.Struct, frozen=True):
    """A place that is being chosen. `place`: as far as it is; `half`: metres around it that are shown (0: the whole
    map); `picture`: the address of what is clicked on."""

    place: Place | None
    half: float
    picture: str
    width: int
    height: int

    @property
    def lat(self) -> str:
        """The latitude as people write it."""
        return written(self.place)[0] if self.place else ""

    @property
    def lon(self) -> str:
        """The longitude."""
        return written(self.place)[1] if self.place else ""


def _view(drawn: StreetMap, place: Place | None, half: float) -> View:
    return View(drawn, [place] if place and half else [], edge=half or CLOSEST)


def pick_form(door: GroupDoor, drawn: StreetMap) -> Picking:
    """What the macro `pick` of `map/pick.html` needs: the place that was clicked on so far, in `?lat=&lon=&half=` and
    the click `spot.x`, `spot.y`. Each click comes closer, until 80 m around the place are seen. A click by the keyboard
    has no place, and changes nothing. Refuses map.no_place."""
    query = door.request.query_params
    place = place_in(query.get("lat", ""), query.get("lon", ""))
    half = _number(query.get("half", "")) or 0.0
    x, y = _number(query.get("spot.x", "")), _number(query.get("spot.y", ""))
    if x and y:
        before = _view(drawn, place, half)
        zoom = drawing.WIDTH / SHOWN
        place = before.place(x * zoom, y * zoom)
        half = max(CLOSEST, drawing.WIDTH / before.scale / 6)
    elif place and not half:
        half = CLOSEST
    now = _view(drawn, place, half)
    asked = f"?lat={written(place)[0]}&lon={written(place)[1]}&half={half:.0f}" if place else ""
    height = round(now.height * SHOWN / drawing.WIDTH)
    return Picking(place, half, f"/g/{door.book}/map/picture.svg{asked}", SHOWN, height)


def _number(written: str) -> float | None:
    try:
        found = float(written)
    except ValueError:
        return None
    return found if 0 <= found < 100_000 else None


def picture(door: GroupDoor) -> Response:
    """The picture that is clicked on. Refuses map.missing."""
    query = door.request.query_params
    place = place_in(query.get("lat", ""), query.get("lon", ""))
    with door.store.read() as connection:
        kept = rounds.kept_map(connection, door.book)
    if kept is None:
        raise Refused("map.missing")
    marks = (Mark(place, kind="chosen"),) if place else ()
    words, half = words_of(door, door.words.text("The map")), _number(query.get("half", "")) or 0.0
    svg = _picture(kept.digest, _unpacked(kept.digest, kept.body), words, marks, place, half)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=600"}
    return Response(svg, media_type="image/svg+xml", headers=headers)
