"""A book as files that any static host can serve (C2SP tlog-tiles): into a folder, or as a zip file."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.note import Checkpoint
from comuna.kernel.refusal import Refused
from comuna.kernel.tiles import WIDTH, Tile, stands_in, tiles_of, unbundle
from comuna.store import checkpoints
from comuna.store.book import Shelf
from comuna.store.tiles import Tree

CHECKPOINT: Final = "checkpoint"
COSIGNED: Final = "checkpoint.cosigned"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip: two exports of the same book are the same bytes."""


def files(
    connection: sa.Connection, shelf: Shelf, book: str, skip: Callable[[Tile], bool] = lambda _: False
) -> Iterator[tuple[str, bytes]]:
    """The files of a book as it stands, path and content, but for tiles to be skipped; the checkpoint comes last.
    Refuses book.unknown, book.no_key."""
    newest = checkpoints.newest(connection, shelf, book)
    for tile in tiles_of(newest.size):
        if not skip(tile):
            yield tile.path, Tree(connection, book, newest.size).content(tile)
    witnessed = checkpoints.cosigned(connection, shelf, book)
    if witnessed is not None and witnessed.size < newest.size:
        yield COSIGNED, witnessed.text.encode()
    yield CHECKPOINT, newest.text.encode()


def into_zip(connection: sa.Connection, shelf: Shelf, book: str, file: IO[bytes]) -> Checkpoint:
    """Write a book as a zip file, in memory that does not grow with it. Returns its checkpoint."""
    content = b""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files(connection, shelf, book):
            packed.writestr(zipfile.ZipInfo(path, EPOCH), content, zipfile.ZIP_DEFLATED)
    return note.checkpoint(content.decode())


def into_file(connection: sa.Connection, shelf: Shelf, book: str, target: Path) -> Checkpoint:
    """Write a book as a zip file under that name, whole or not at all. Raises OSError."""
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with unfinished.open("wb") as file:
            written = into_zip(connection, shelf, book, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def into_folder(connection: sa.Connection, shelf: Shelf, book: str, folder: Path) -> Checkpoint:
    """Write a book into a folder, or bring the export that lies there forward: tiles that are full stay. Refuses
    export.another_book, export.newer, export.disputed. Raises OSError."""
    before = checkpoint_in(folder)
    if before is not None:
        _follows(connection, shelf, book, before)
    elif folder.exists() and any(folder.iterdir()):
        raise Refused("export.not_empty", place=str(folder))

    def there(tile: Tile) -> bool:
        full = before is not None and tile.width == WIDTH and stands_in(tile, before.size)
        return full and (folder / tile.path).is_file()

    (folder / COSIGNED).unlink(missing_ok=True)
    content = b""
    for path, content in files(connection, shelf, book, there):
        _put(folder / path, content)
    written = note.checkpoint(content.decode())
    _tidy(folder, written.size)
    return written


def _follows(connection: sa.Connection, shelf: Shelf, book: str, before: Checkpoint) -> None:
    how = checkpoints.compare(connection, shelf, book, before).how
    if how in ("other", "unsigned", "replaced"):
        raise Refused("export.another_book")
    if how in ("newer", "disputed"):
        raise Refused(f"export.{how}")


def _put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(target)


def _tidy(folder: Path, size: int) -> None:
    """Take away partial tiles that have grown since, and what an export that was broken off left."""
    partial = {tile.path for tile in tiles_of(size) if tile.width < WIDTH}
    for file in sorted([*(folder / "tile").rglob("*.p/*"), *folder.rglob("*.unfinished")]):
        if file.relative_to(folder).as_posix() not in partial:
            file.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                file.parent.rmdir()


# Reading what was exported


def checkpoint_in(place: Path) -> Checkpoint | None:
    """The checkpoint of an export, a folder or a zip file, its signature not yet checked; None if there is none."""
    try:
        return note.checkpoint(_read(place, CHECKPOINT).decode())
    except (OSError, KeyError, UnicodeError, zipfile.BadZipFile, Refused):
        return None


def leaves_in(place: Path, size: int) -> Iterator[bytes]:
    """The leaves of an export of that size, as they lie there. Refuses export.damaged."""
    for tile in tiles_of(size):
        if tile.level is not None:
            return
        try:
            found = unbundle(_read(place, tile.path))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise Refused("export.damaged", path=tile.path) from error
        if len(found) != tile.width:
            raise Refused("export.damaged", path=tile.path)
        yield from found


LARGEST: Final = 256 * 65_537
"""Bytes of a file of an export."""


def _read(place: Path, path: str) -> bytes:
    """The bytes of a file of an export, at most one more than LARGEST. Raises OSError, KeyError, BadZipFile."""
    if place.is_dir():
        with (place / path).open("rb") as file:
            return file.read(min(os.fstat(file.fileno()).st_size, LARGEST) + 1)
    try:
        with zipfile.ZipFile(place) as packed:
            entry = packed.getinfo(path)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile("it is compressed in a way that cannot be bounded")
            with packed.open(entry) as file:
                return file.read(min(entry.file_size, LARGEST) + 1)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise
    except Exception as error:  # zipfile fails in many more ways on a damaged file
        raise zipfile.BadZipFile(str(error)) from error
