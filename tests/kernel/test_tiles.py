"""Bundles and addresses of tiles: read as written, and rubbish is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.tiles import HIGHEST, WIDTH, Tile, bundle, stands_in, tile_at, tiles_of, unbundle

tiles = st.builds(Tile, st.none() | st.integers(0, HIGHEST), st.integers(0, 10**18 - 1), st.integers(1, WIDTH))


@given(st.lists(st.binary(max_size=300), max_size=WIDTH))
def test_a_bundle_is_read_as_it_was_written(leaves: list[bytes]) -> None:
    assert unbundle(bundle(leaves)) == leaves


def test_the_longest_leaf_fits_and_more_leaves_than_a_tile_has_do_not() -> None:
    longest = [bytes(65_535)] * 2
    assert unbundle(bundle(longest)) == longest
    assert len(unbundle(bundle([b"x"] * WIDTH))) == WIDTH
    with pytest.raises(ValueError, match="more than 256"):
        unbundle(bundle([b"x"] * (WIDTH + 1)))


@given(st.binary(max_size=600))
def test_rubbish_is_no_bundle_or_is_written_the_same(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert bundle(unbundle(content)) == content


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=9), st.data())
def test_a_bundle_that_breaks_off_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    whole = bundle(leaves)
    ends = [len(bundle(leaves[:n])) for n in range(len(leaves) + 1)]
    at = data.draw(st.integers(0, len(whole)).filter(lambda at: at not in ends))
    with pytest.raises(ValueError, match="in the middle of a leaf"):
        unbundle(whole[:at])


@given(tiles)
def test_an_address_is_read_as_it_was_written(tile: Tile) -> None:
    assert tile_at(tile.path) == tile


@given(
    st.text(max_size=60)
    | st.from_regex(r"tile/(entries|[0-9]{1,3})/(x[0-9]{3}/){0,7}[0-9]{1,4}(\.p/[0-9]{1,4})?", fullmatch=True)
)
def test_what_names_a_tile_is_its_address(path: str) -> None:
    tile = tile_at(path)
    assert tile is None or tile.path == path


@given(st.integers(0, 100_000))
def test_the_tiles_of_a_tree_stand_in_it(size: int) -> None:
    found = list(tiles_of(size))
    assert len(set(found)) == len(found)
    assert all(stands_in(tile, size) for tile in found)
    assert sum(tile.width for tile in found if tile.level is None) == size
