"""Reading OpenStreetMap files, and saying what is wrong with those that are none."""

from __future__ import annotations

import bz2
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.streets import model, osm
from tests.streets.making import Village, at

SHARED = Path(__file__).parents[3] / "shared" / "streets"


def test_a_village_is_read_packed_or_not() -> None:
    village = Village(3, 4)
    found = osm.read(village.xml)
    assert osm.read(village.as_bz2) == osm.read(village.as_gz) == found
    assert {street.name for street in found.streets} == {
        "Calle 0", "Calle 1", "Calle 2", "Avenida A", "Avenida B", "Avenida C", "Avenida D",
    }  # fmt: skip
    assert found.bounds == (at(0, 0), at(2, 3))
    assert model.unpack(model.pack(found)) == found


def test_tags_say_where_one_may_drive() -> None:
    village = Village(2, 2)
    village.street((0, 0), (0, 2), oneway="yes", name="forth")
    village.street((0, 0), (0, 2), oneway="-1", name="back")
    village.street((0, 0), (0, 2), junction="roundabout", name="round")
    village.street((0, 0), (0, 2), maxwidth="2.2 m", name="metres")
    village.street((0, 0), (0, 2), width="7'6\"".replace('"', "&quot;"), name="feet")
    village.street((0, 0), (0, 2), access="private", name="private")
    village.street((0, 0), (0, 2), highway="steps", name="steps")
    village.street((0, 0), (0, 2), highway="proposed", name="not yet")
    found = {street.name: street for street in osm.read(village.xml).streets}
    assert [found[name].one_way for name in ("forth", "back", "round")] == [1, -1, 1]
    assert (found["metres"].width, found["feet"].width) == (220, 229)
    assert found["private"].closed
    assert found["steps"].way == "steps"
    assert "not yet" not in found


def test_what_is_only_drawn_is_kept() -> None:
    village = Village(2, 2)
    corners = [village.node(*place) for place in ((0, 0), (0, 1), (1, 1))]
    village.way([*corners, corners[0]], building="yes")
    village.way([*corners, corners[0]], leisure="park")
    village.way(corners, waterway="river")
    assert [shape.kind for shape in osm.read(village.xml).shapes] == ["building", "green", "river"]


NAMES = ["a", *(f"a{n}" for n in range(1, 30))]
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {after} "&{name};&{name};">' for name, after in pairwise(NAMES))
    + ']><osm><node id="1" lat="&a29;" lon="1"/></osm>'
).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "map.unreadable"),
        (b"latitude;longitude", "map.unreadable"),
        (b"<html></html>", "map.unreadable"),
        (b"<osm><node", "map.unreadable"),
        (b"<osm><node id='1' lat='91' lon='0'/></osm>", "map.unreadable"),
        (b"<osm><node id='x' lat='1' lon='0'/></osm>", "map.unreadable"),
        (b"<osm><node id='1' lat='nan' lon='0'/></osm>", "map.unreadable"),
        (BOMB, "map.unreadable"),
        (bz2.compress(Village(9, 9).xml)[:-200], "map.unreadable"),
        (Village(2, 2).as_gz[:-20], "map.unreadable"),
        (b"<osm/>", "map.no_streets"),
        (b"<osm><way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='road'/></way></osm>", "map.cut_off"),
    ],
)
def test_what_is_no_map_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        osm.read(content)
    assert refused.value.code == code


def test_a_file_that_unpacks_to_far_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osm, "LARGEST", 2**17)
    for packed in (bz2.compress(b"<osm>" + b" " * 2**23), Village(60, 60).as_gz, Village(60, 60).as_bz2):
        with pytest.raises(Refused, match=r"map\.too_large|map\.unreadable"):
            osm.read(packed)


@given(st.binary(max_size=200))
def test_anything_else_is_refused_with_a_sentence(content: bytes) -> None:
    for written in (content, b"<osm>" + content, b"BZh" + content, b"\x1f\x8b" + content):
        with pytest.raises(Refused, match=r"map\."):
            osm.read(written)


@pytest.mark.parametrize(
    ("file", "streets"), [("West-Oakland.osm.bz2", 31), ("planet_10.068,48.135_10.071,48.137.osm", 14)]
)
def test_real_files_are_read(file: str, streets: int) -> None:
    if not (SHARED / file).exists():
        pytest.skip(f"{file} is not here")
    assert len(osm.read((SHARED / file).read_bytes()).streets) == streets
