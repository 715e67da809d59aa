"""A really served site, and ears: connections that listen to a gathering as a phone does, and put together what they
hear."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from comuna.app import build, protocol
from comuna.settings import Settings
from comuna.store.store import Store

PATIENCE = 20.0
"""Seconds until a test gives up on something that should come at once."""


@contextmanager
def served(store: Store, port: int = 0) -> Iterator[int]:
    """The site over a store, in a thread; gives its port."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        taken: int = listening.getsockname()[1]
        listening.listen(512)
        app = build(store, Settings(url="http://127.0.0.1:8000"))  # the same address whatever the port
        server = uvicorn.Server(
            uvicorn.Config(app, http=protocol(app), log_level="warning", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield taken
        server.should_exit = True
        thread.join(10)


@dataclass
class Ear:
    """A connection that listens. `page`: the regions as they would stand on the phone; `frames`: their bytes."""

    port: int
    path: str
    cookies: dict[str, str] = field(default_factory=dict)
    last: str | None = None
    host: str | None = None
    page: dict[str, str] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    beats: int = 0
    head: bytes = b""

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        """Connect, or connect again with the last id heard."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {self.host or f'127.0.0.1:{self.port}'}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if self.last:
            lines.append(f"Last-Event-ID: {self.last}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            got = self.socket.recv(65536)
            if not got:
                break
            self.rest += got
        self.head, _, self.rest = self.rest.partition(b"\r\n\r\n")

    @property
    def status(self) -> int:
        """The answer's status."""
        return int(self.head.split(b" ", 2)[1])

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def event(self) -> bytes | None:
        """The next event; None when the connection ended."""
        while b"\n\n" not in self.rest:
            try:
                got = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not got:
                return None
            self.rest += got
        event, _, self.rest = self.rest.partition(b"\n\n")
        return event

    def hear(self, until: Callable[[Ear], bool] | None = None) -> Ear:
        """Listen until something is true of the page; without it, to one frame."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if until is not None and until(self):
                return self
            event = self.event()
            assert event is not None, "the connection ended"
            if self._take(event) and until is None:
                return self
        raise AssertionError(f"it never came: {self.page}")

    def _take(self, event: bytes) -> bool:
        fields = dict(line.split(": ", 1) for line in event.decode().split("\n") if ": " in line)
        if fields.get("event") == "beat":
            self.beats += 1
        if fields.get("event") != "frame":
            return False
        self.last = fields["id"]
        self.frames.append(event)
        told = json.loads(fields["data"])
        self.told.append(told)
        if told.get("whole"):
            self.page.clear()
        for name, (_, html) in told.get("set", {}).items():
            self.page[name] = html
        for name in told.get("gone", []):
            self.page.pop(name, None)
        return True
