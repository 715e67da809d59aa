"""How long the server takes to answer with a session's page, and for comparison with the smallest page it has."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from comuna import up
from comuna.app import build
from comuna.settings import Settings
from comuna.store.store import Store

ROUNDS = 400
LIMIT_MS = 5.0


def figures() -> Iterator[tuple[str, float, str, float | None]]:
    """Milliseconds from request to last byte inside the server process, medians: no network, no browser."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "comuna.db"))
        up.example(store)
        with store.read() as connection:
            session = connection.exec_driver_sql("SELECT gathering FROM gatherings").scalar_one()
        app = build(store, Settings(url="http://localhost"))
        smallest, _ = asyncio.run(_median(app, "/key"))
        page, slowest = asyncio.run(_median(app, f"/s/{session}"))
        store.close()
    yield "session page, server time, median", page, "ms", LIMIT_MS
    yield "session page, server time, 99th percentile", slowest, "ms", LIMIT_MS
    yield "smallest page, server time, median", smallest, "ms", None


async def _median(app: object, path: str) -> tuple[float, float]:
    taken = []
    for _ in range(ROUNDS + 20):
        began = time.perf_counter()
        status = await _get(app, path)
        taken.append((time.perf_counter() - began) * 1000)
        assert status == 200, status
    taken = sorted(taken[20:])
    return statistics.median(taken), taken[int(len(taken) * 0.99)]


async def _get(app: object, path: str) -> int:
    status = 0
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"accept-language", b"en")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))

    await app(scope, receive, send)  # type: ignore[operator]
    return status
