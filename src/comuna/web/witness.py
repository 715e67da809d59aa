"""This installation as a witness: its address for other installations, and a page that says what it saw."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.store import witness
from comuna.store.store import Store
from comuna.store.writer import Busy, Unclear
from comuna.web.access import Door, OrganiserDoor


def show(door: Door) -> Response:
    """The witness's line to copy, the books it watches, and what it refused."""
    with door.store.read() as connection:
        key = witness.known_key(connection) or door.write(witness.own_key)
        logs = witness.logs(connection)
        disputes = witness.disputes(connection)
    watched = {log.origin for log in logs}
    return door.page(
        "witness/show.html",
        line=f"{key} {door.url('/witness')}",
        name=key.name,
        logs=logs,
        disputes=[d for d in disputes if d.ours.origin in watched or door.account],
    )


def watch(door: OrganiserDoor) -> Response:
    """Witness a book. Refuses: key.unreadable, log.not_a_book, log.watched_already."""
    written = door.form.line("key")
    door.write(lambda tx: witness.watch(tx, written))
    return door.go("/witness")


def forget(door: OrganiserDoor) -> Response:
    """Witness a book no longer. Refuses: log.unknown."""
    origin = door.form.line("origin")
    door.write(lambda tx: witness.forget(tx, origin))
    door.store.published.forget(origin.removeprefix("comuna/"))
    return door.go("/witness")


def seen(door: Door) -> Response:
    """The checkpoint of a book that was last cosigned here. Refuses: log.unknown."""
    origin = f"comuna/{door.request.path_params['book']}"
    with door.store.read() as connection:
        held = next((log.checkpoint for log in witness.logs(connection) if log.origin == origin), None)
    if held is None:
        raise Refused("log.unknown")
    return Response(held, media_type="text/plain; charset=utf-8")


def _answer(store: Store, text: str) -> witness.Answer:
    """The answer to a request. What was cosigned is remembered beside the database too: set back, it would cosign a
    second past."""
    try:
        asked = witness.request(text).checkpoint
    except Refused:
        return store.write(lambda tx: witness.add_checkpoint(tx, text))
    last = store.published.last(asked.origin.removeprefix("comuna/"))
    given = store.write(lambda tx: witness.add_checkpoint(tx, text, last))
    if given.status == 200:
        store.published.give(asked)
    return given


async def add_checkpoint(request: Request) -> Response:
    """Cosign a checkpoint, or say why not (C2SP tlog-witness). For programs: the body is no form, and the answer is
    plain text."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > witness.LARGEST:
                return Response("too long\n", 400, media_type="text/plain")
    except Refused:  # it was silent for too long
        return Response("nothing came\n", 400, media_type="text/plain")
    store: Store = request.app.state.store
    text = body.decode("utf-8", "replace")
    try:
        given = await run_in_threadpool(_answer, store, text)
    except (Busy, Unclear, Refused):  # the disk did not take it, so nothing was seen
        return Response("not now\n", 503, media_type="text/plain")
    return Response(given.body, given.status, media_type=given.media_type)
