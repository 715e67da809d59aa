"""Files that acts name, served as nothing else than what they are."""

from __future__ import annotations

from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.store import texts
from comuna.web.access import GroupDoor, ReaderDoor
from comuna.web.uploads import JPEG, is_file, media_type

SEALED = "default-src 'none'; sandbox"


def show(door: ReaderDoor) -> Response:
    """A picture, to be seen in a page; a PDF, to be taken home. Refuses file.unknown (also where it was erased)."""
    return served(door, door.request.path_params["file"])


def served(door: GroupDoor, ref: str) -> Response:
    """A file of this group's book, for whoever a view has let in. Refuses file.unknown, also of words that an act
    names: they are read where a page says who may."""
    with door.store.read() as connection:
        body = texts.read_file(connection, door.book, ref)
    if body is None or not is_file(body):
        raise Refused("file.unknown")
    kind = media_type(body)
    headers = {"Content-Security-Policy": SEALED, "Cache-Control": "private, max-age=600"}
    if kind != JPEG:
        headers["Content-Disposition"] = 'attachment; filename="voucher.pdf"'
    return Response(body, media_type=kind, headers=headers)
