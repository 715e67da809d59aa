"""A line that can be cut: what is between a phone and the server, as when somebody walks out of the room."""

from __future__ import annotations

import contextlib
import socket
import threading


class Line:
    """Passes on what comes to its own port, until it is cut."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._whole = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Everything that was open breaks, and nothing gets through."""
        self._whole = False
        for each in list(self._open):
            _end(each)

    def mend(self) -> None:
        """It passes on again."""
        self._whole = True

    def _accept(self) -> None:
        while True:
            near, _ = self._listening.accept()
            if not self._whole:
                _end(near)
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for each in (one, other):
            self._open.discard(each)
            _end(each)


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
