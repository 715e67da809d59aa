"""HTTP as the site speaks it: uvicorn's own protocol, with a limit on what comes before a request's body."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers together. Browsers send a few thousand."""


class Protocol(HttpToolsProtocol):
    """Ends a connection that sends longer headers than anybody needs, before they fill the memory."""

    _head = 0

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 1

    def on_headers_complete(self) -> None:
        """Its headers are here; what follows is its body."""
        self._head = 0
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take in what was sent."""
        super().data_received(data)
        if self._head:
            self._head += len(data)
            if self._head > LARGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The headers are too long.")
