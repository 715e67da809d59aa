"""A group's book: as a page, act by act; and as the files of C2SP tlog-tiles, which programs read, check and mirror."""

from __future__ import annotations

import gzip
import re
import tempfile
import threading
from collections.abc import Iterator
from typing import IO, Any, Final

import msgspec
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from comuna.kernel.act import Envelope, act_in, files_of, texts_of
from comuna.kernel.note import Checkpoint
from comuna.kernel.refusal import Refused
from comuna.kernel.tiles import stands_in, tile_at
from comuna.rules import custody
from comuna.store import book as books
from comuna.store import checkpoints, export, texts, witness
from comuna.store.database import Busy
from comuna.store.tiles import Tree
from comuna.web import sealed, sentences
from comuna.web.access import GroupDoor, ReaderDoor

ON_A_PAGE: Final = 100
FOR_EVER: Final = "max-age=31536000, immutable"
CHUNK: Final = 256 * 1024
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_packing: Final = threading.BoundedSemaphore(2)
"""Books that are packed into a zip file at a time."""


def show(door: GroupDoor) -> Response:
    """The book for those who may read it, newest act first; its public face for others."""
    size = door.state.size
    before = _number(door.request.query_params.get("before")) or size
    stop = min(max(before, 1), size)
    start = max(0, stop - ON_A_PAGE)
    with door.store.read() as connection:
        newest = checkpoints.newest(connection, door.store.shelf, door.book)
        disputes = witness.disputes(connection, newest.origin)
        watches = checkpoints.watches(connection, door.state)
        moved = books.moved(connection, door.book)
    door.store.published.give(newest)
    return door.page(
        "book/show.html",
        checkpoint=newest,
        root=sealed.in_groups(newest.root.hex()),
        watches=[sealed.seen(door.words, watch) for watch in watches],
        disputes=disputes,
        moved=moved,
        lines=sentences.of_book(door, start, stop)[::-1] if door.reads else [],
        earlier=start if start > 0 else None,
        later=min(size, stop + ON_A_PAGE) if stop < size else None,
    )


def _number(written: str | None) -> int | None:
    return int(written) if written and _NUMBER.fullmatch(written) else None


# One act


class Named(msgspec.Struct, frozen=True):
    """A text that an act names: in which field, its digest, its words if they are still there, on what ground it was
    erased if not."""

    field: str
    ref: str
    words: str | None
    ground: str | None
    is_file: bool = False


def act(door: ReaderDoor) -> Response:
    """One act: its sentence, its exact bytes, its texts for the group's own, and the proof that it stands in the book.
    Refuses act.unknown."""
    seq = _act(door)
    with door.store.read() as connection:
        (leaf,) = books.leaves(connection, door.book, seq, seq + 1)
        (envelope,) = books.envelopes(connection, door.book, seq, seq + 1)
        refs = texts_named(envelope) if door.member is not None else {}
        named = [_named(door, connection, envelope, ref, field) for ref, field in refs.items()]
    (said,) = sentences.of_book(door, seq, seq + 1)
    return door.page(
        "book/act.html",
        said=said,
        leaf=leaf.decode(),
        gathering=getattr(act_in(envelope), "gathering", None),
        named=named,
        grounds=custody.GROUNDS,
        erasing=door.facilitates,
        seal=sealed.of_act(door, seq),
    )


def _named(door: ReaderDoor, connection: Connection, envelope: Envelope, ref: str, field: str) -> Named:
    is_file = field in files_of(type(act_in(envelope)))
    if is_file:
        words = None if texts.read_file(connection, door.book, ref) is None else ""
    else:
        words = texts.read(connection, ref)
    return Named(field, ref, words, door.state.erased.get(ref), is_file)


def texts_named(envelope: Envelope) -> dict[str, str]:
    """The digests of the texts and files that an act names, and the field in which each stands first."""
    entry: Any = act_in(envelope)
    found = {getattr(entry, name): name for name in reversed((*texts_of(type(entry)), *files_of(type(entry))))}
    return {ref: name for ref, name in reversed(found.items()) if ref is not None}


def _act(door: ReaderDoor) -> int:
    seq = _number(door.request.path_params["act"])
    if seq is None or seq >= door.state.size:
        raise Refused("act.unknown")
    return seq


def proof(door: ReaderDoor) -> Response:
    """The proof that an act stands in the book (C2SP tlog-proof). Refuses act.unknown."""
    return sealed.proof_file(door, _act(door))


# The files


def checkpoint(door: GroupDoor) -> Response:
    """The newest checkpoint: public in any case."""
    with door.store.read() as connection:
        newest = checkpoints.newest(connection, door.store.shelf, door.book)
    return _note(door, newest)


def cosigned(door: GroupDoor) -> Response:
    """The newest checkpoint that a witness cosigned. Refuses checkpoint.not_cosigned."""
    with door.store.read() as connection:
        found = checkpoints.cosigned(connection, door.store.shelf, door.book)
    if found is None:
        raise Refused("checkpoint.not_cosigned")
    return _note(door, found)


def _note(door: GroupDoor, given: Checkpoint) -> Response:
    door.store.published.give(given)
    headers = {"Cache-Control": "public, max-age=2", "Access-Control-Allow-Origin": "*"}
    return Response(given.text, media_type="text/plain; charset=utf-8", headers=headers)


def tile(door: ReaderDoor) -> Response:
    """A tile or a bundle. What is at its address never changes. Refuses tile.unknown."""
    asked = tile_at("tile/" + door.request.path_params["tile"])
    if asked is None or not stands_in(asked, door.state.size):
        raise Refused("tile.unknown")
    with door.store.read() as connection:
        content = Tree(connection, door.book, door.state.size).content(asked)
    headers = {"Cache-Control": f"private, {FOR_EVER}"}
    if door.state.public:
        headers = {"Cache-Control": f"public, {FOR_EVER}", "Access-Control-Allow-Origin": "*"}
    if asked.level is None and "gzip" in door.request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, 6, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def download(door: ReaderDoor) -> Response:
    """The whole book as a zip file. Raises Busy."""
    if not _packing.acquire(blocking=False):
        raise Busy("other books are being packed")
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115  it is closed when it has been sent
        with door.store.read() as connection:
            door.store.published.give(export.into_zip(connection, door.store.shelf, door.book, file))
    finally:
        _packing.release()
    length = file.tell()
    headers = {"Content-Disposition": f'attachment; filename="{door.book}.zip"', "Content-Length": str(length)}
    return StreamingResponse(_sent(file), media_type="application/zip", headers=headers)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
