"""A book as files: whole, brought forward, the same for every reader; and what was given out is remembered."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from comuna import rollback
from comuna.kernel import note
from comuna.kernel.refusal import Refused
from comuna.kernel.tiles import Tile, tile_at, tiles_of, unbundle
from comuna.kernel.tree import leaf_hash, root
from comuna.rules import custody
from comuna.store import checkpoints, export, published
from comuna.store.leaves import leaves
from comuna.store.tiles import Tree, faults
from tests.cast import World, an_id

WRONG = (
    "tile/0/1", "tile/00/000", "tile/64/000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/-1/000",
    "tile/0/000.p/07", "tile/0/000/", "tile/0/001/002", "/tile/0/000", "tile/0/000.p/",
)  # fmt: skip
"""Addresses that name no tile."""


def into(world: World, folder: Path) -> note.Checkpoint:
    with world.store.read() as connection:
        return export.into_folder(connection, world.store.shelf, world.book, folder)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_tiles_of_a_tree_are_those_of_the_specification() -> None:
    """The example of C2SP tlog-tiles: 70,000 leaves."""
    tiles = list(tiles_of(70_000))
    full = {level: sum(t.level == level and t.width == 256 for t in tiles) for level in (0, 1, 2)}
    partial = {t.level: t.width for t in tiles if t.width != 256}
    assert full == {0: 273, 1: 1, 2: 0}
    assert partial == {None: 112, 0: 112, 1: 17, 2: 1}
    assert [t.path for t in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 70_000])
def test_an_address_names_its_tile_and_nothing_else_does(size: int) -> None:
    for tile in tiles_of(size):
        assert tile_at(tile.path) == tile
    for wrong in WRONG:
        assert tile_at(wrong) is None, wrong


def test_the_files_of_a_book_add_up_to_its_checkpoint(world: World, tmp_path: Path) -> None:
    world.grow(600)
    written = into(world, tmp_path / "out")
    found = files(tmp_path / "out")
    assert set(found) == {tile.path for tile in tiles_of(600)} | {"checkpoint"}
    read = [leaf for t in tiles_of(600) if t.level is None for leaf in unbundle(found[t.path])]
    hashes = [leaf_hash(leaf) for leaf in read]
    assert len(read) == written.size == 600
    assert root(hashes) == written.root
    assert b"".join(found[t.path] for t in tiles_of(600) if t.level == 0) == b"".join(hashes)
    assert found["tile/1/000.p/2"] == b"".join(root(hashes[n : n + 256]) for n in (0, 256))
    assert written.signed_by(custody.current_key(world.state()))


def test_an_export_is_brought_forward_and_keeps_its_full_tiles(world: World, tmp_path: Path) -> None:
    world.grow(300)
    into(world, tmp_path / "out")
    full = tmp_path / "out" / "tile" / "entries" / "000"
    before = full.stat().st_mtime_ns
    world.grow(520)
    into(world, tmp_path / "out")
    into(world, tmp_path / "fresh")
    assert files(tmp_path / "out") == files(tmp_path / "fresh")
    assert full.stat().st_mtime_ns == before


def test_a_zip_holds_the_same_files_and_is_the_same_every_time(world: World, tmp_path: Path) -> None:
    world.grow(300)
    into(world, tmp_path / "out")
    made = []
    for _ in range(2):
        with world.store.read() as connection:
            export.into_zip(connection, world.store.shelf, world.book, buffer := io.BytesIO())
        made.append(buffer.getvalue())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == files(tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(world: World, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to the council.txt").write_text("Dear council")
    with pytest.raises(Refused, match=r"export\.not_empty"):
        into(world, tmp_path / "letters")
    into(world, tmp_path / "out")
    (tmp_path / "out" / "checkpoint").write_text(
        note.signed_checkpoint(an_id(5), 3, bytes(32), bytes(32)).text, encoding="utf-8"
    )
    with pytest.raises(Refused, match=r"export\.another_book"):
        into(world, tmp_path / "out")


def test_the_leaves_are_read_back_as_they_were(world: World, tmp_path: Path) -> None:
    world.grow(300)
    into(world, tmp_path / "out")
    with world.store.read() as connection:
        export.into_file(connection, world.store.shelf, world.book, tmp_path / "book.zip")
        known = list(leaves(connection, world.book))
    for place in (tmp_path / "out", tmp_path / "book.zip"):
        held = export.checkpoint_in(place)
        assert held is not None
        assert list(export.leaves_in(place, held.size)) == known
    (tmp_path / "out" / "tile" / "entries" / "000").write_bytes(b"\x00\x01")
    with pytest.raises(Refused, match=r"export\.damaged"):
        list(export.leaves_in(tmp_path / "out", 300))


def test_proofs_from_tiles_are_those_from_leaves(world: World) -> None:
    """Whether the tiles were kept as the book grew, made again, or never kept."""
    world.grow(600)
    with world.store.read() as connection:
        hashes = [leaf_hash(leaf) for leaf in leaves(connection, world.book)]
        tree = Tree(connection, world.book, 600)
        assert tree.root() == root(hashes)
        assert [tree.root(n) for n in (0, 1, 255, 256, 257, 511, 599)] == [
            root(hashes[:n]) for n in (0, 1, 255, 256, 257, 511, 599)
        ]
        assert faults(connection, world.book, 600) == []
        for act in (0, 2, 255, 256, 599):
            proof = checkpoints.proving(connection, world.store.shelf, world.book, act)
            assert proof.holds(list(leaves(connection, world.book))[act])
            assert proof.checkpoint.signed_by(proof.keys()[0])
    world.store.rebuild_index()
    with world.store.read() as connection:
        assert faults(connection, world.book, 600) == []
        assert Tree(connection, world.book, 600).root() == root(hashes)


def grown_apart(world: World) -> published.Mismatch:
    with world.store.read() as connection:
        (found,) = published.mismatches(connection, world.store.shelf, world.store.published)
    return found


def test_an_older_copy_of_the_database_is_noticed_by_what_was_exported(world: World, tmp_path: Path) -> None:
    from tests.store.test_damage import rewind

    world.grow(6)
    into(world, tmp_path / "out")
    world.store.write(lambda tx: checkpoints.copied(tx, world.book, str(tmp_path / "out")))
    with world.store.read() as connection:
        assert published.mismatches(connection, world.store.shelf, world.store.published) == []
    rewind(world, 4)
    found = grown_apart(world)
    assert (found.how, found.size, found.seen, found.place) == ("newer", 4, 6, str(tmp_path / "out"))
    world.call(an_id(6))
    world.call(an_id(7))
    world.call(an_id(8))
    assert grown_apart(world).how == "disputed"
    with pytest.raises(Refused, match=r"export\.disputed"):
        into(world, tmp_path / "out")
    assert rollback.resume(world.store, world.book) == 6
    with world.store.read() as connection:
        assert published.mismatches(connection, world.store.shelf, world.store.published) == []
