"""HTTP as the site speaks it: uvicorn's own protocol, with a limit on what comes before a request's body, and with
`/s/<gathering>/live/stream` taken over: events are written straight to the connection, which then costs next to
nothing while it waits."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Awaitable, Callable
from typing import ClassVar, Final, cast
from urllib.parse import parse_qs

from starlette.requests import cookie_parser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from comuna.kernel.refusal import Refused
from comuna.language import LANGUAGES
from comuna.live.hub import VIEWS, Hub, Live, View

log = logging.getLogger("comuna.live")

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers together. Browsers send a few thousand."""
SLOWEST_HEAD: Final = 30.0
"""Seconds in which a request's line and headers must have come, from the connection or from their first byte."""
MOST_UNREAD: Final = 256 * 1024
"""Bytes written to a connection that nobody has taken; then it is dropped, and comes back when it can."""
KERNEL_KEEPS: Final = 64 * 1024
"""Bytes that the system keeps for a connection beside these; left alone it would keep megabytes."""
STREAM: Final = re.compile(rb"/s/([a-z2-7]{26})/live/stream(?:\?([^\s#]*))?")
HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
    b"X-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 1000\n\n"
)

Admit = Callable[[Live, View, dict[str, str], dict[str, str], str], Awaitable[str | None]]
"""The handle of who is let in, empty for somebody who has none yet; None for who is not."""


class Listening(asyncio.Protocol):
    """What is left of a connection that listens. What it sends is not read. `tell` sends an event: it is the
    transport's own `write`, since for thousands of phones each call between costs milliseconds."""

    __slots__ = ("live", "tell", "transport", "who")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.tell = transport.write
        self.live: Live | None = None
        self.who = ""

    def pause_writing(self) -> None:
        """They do not take what is sent: they are dropped, and come back when they can."""
        self.end()

    def end(self) -> None:
        """Close the connection, and be told no more."""
        if self.live is not None:
            self.live.leave(self)
            self.live = None
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Nothing is expected."""

    def connection_lost(self, _exc: Exception | None) -> None:
        """They went."""
        self.end()


class Protocol(HttpToolsProtocol):
    """Ends a connection that sends longer headers than anybody needs, before they fill the memory; hands one that
    wants to listen to the hub. `hub`, `answers_to` (whether we answer to that host) and `admit` (who may see a view)
    are set by whoever serves."""

    hub: ClassVar[Hub | None] = None
    answers_to: ClassVar[Callable[[str], bool]]
    admit: ClassVar[Admit]

    _head = 0
    _hurry: asyncio.TimerHandle | None = None
    _stream: tuple[str, str, dict[bytes, str]] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connects."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """They went."""
        self._no_hurry()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._hurry is None:
            self._hurry = self.loop.call_later(SLOWEST_HEAD, self.transport.abort)

    def _no_hurry(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def on_message_begin(self) -> None:
        """A request begins. What is sent behind one that listens is none any more."""
        if self._stream is not None:
            return
        self._wait_for_head()
        super().on_message_begin()
        self._head = 1

    def on_headers_complete(self) -> None:
        """Its headers are here; what follows is its body."""
        if self._stream is not None:
            return
        self._head = 0
        self._no_hurry()
        match = STREAM.fullmatch(self.url)
        if match and self.hub is not None and self.parser.get_method() == b"GET" and not self.pipeline:
            headers = {name: value.decode("latin-1") for name, value in self.headers}
            self._stream = match[1].decode(), (match[2] or b"").decode("ascii", "replace"), headers
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of its body is here."""
        if self._stream is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request is here."""
        if self._stream is None:
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Take in what was sent."""
        super().data_received(data)
        if self._stream is not None:
            self._take_over(*self._stream)
        elif self._head:
            self._head += len(data)
            if self._head > LARGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The headers are too long.")

    def _take_over(self, gathering: str, query: str, headers: dict[bytes, str]) -> None:
        """From here on the connection is the hub's: nothing of uvicorn's is kept for it."""
        listening = Listening(self.transport)
        self.transport.set_protocol(listening)
        self.connections.discard(self)
        self.parser = None  # type: ignore[assignment]
        hub = cast(Hub, self.hub)
        task = self.loop.create_task(_open(hub, type(self), listening, gathering, query, headers))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def _open(
    hub: Hub, protocol: type[Protocol], listening: Listening, gathering: str, query: str, headers: dict[bytes, str]
) -> None:
    try:
        await _admitted(hub, protocol, listening, gathering, query, headers)
    except Exception:  # a connection that hears nothing is ended, so that the phone comes back
        log.exception("somebody who wanted to listen to %s was not let", gathering)
        listening.end()


async def _admitted(
    hub: Hub, protocol: type[Protocol], listening: Listening, gathering: str, query: str, headers: dict[bytes, str]
) -> None:
    try:
        asked = {name: values[-1] for name, values in parse_qs(query, max_num_fields=10).items()}
    except ValueError:
        asked = {}
    view, language = asked.get("view", ""), asked.get("language", "")
    if language not in LANGUAGES:  # each would be rendered on its own
        language = LANGUAGES[0]
    last = headers.get(b"last-event-id") or asked.get("from")
    address = str((listening.transport.get_extra_info("peername") or ("",))[0])
    try:
        if not protocol.answers_to(headers.get(b"host", "")):
            raise Refused("site.unknown_host")
        if view not in VIEWS:
            raise Refused("address.unknown")
        live = await hub.live(gathering)
        who = await protocol.admit(live, view, cookies(headers.get(b"cookie", "")), asked, address)
        if who is None:
            raise Refused("live.not_here")
    except Refused as refused:
        status = b"404 Not Found" if refused.code.endswith("unknown") else b"403 Forbidden"
        listening.transport.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        listening.transport.close()
        return
    if listening.transport.is_closing():
        return
    listening.transport.set_write_buffer_limits(high=MOST_UNREAD)
    listening.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_KEEPS)
    listening.live, listening.who = live, who
    listening.tell(HEAD)
    await live.listen(listening, view, language, last)
    if listening.transport.is_closing():
        live.leave(listening)


def cookies(header: str) -> dict[str, str]:
    """The cookies of a request."""
    return cookie_parser(header)
