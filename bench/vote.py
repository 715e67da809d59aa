"""A vote by phone in a full hall: thousands of ballots within seconds while everybody listens, the verdict, and the
same with the server killed in the middle. Beside it the writer alone."""

from __future__ import annotations

import contextlib
import select
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.held import voting
from bench.held.phones import Phones, c_compiler, compiled
from bench.held.server import Server
from bench.run import Unable

PHONES, SECONDS, CONNECTIONS = 10_000, 10, 200
MOST_MS, MOST_MS_VERDICT = 250.0, 200.0
KILLED_AFTER = 4.0

Figure = tuple[str, float, str, float | None]


def figures(phones: int = PHONES) -> Iterator[Figure]:
    """Times of ballots and of the verdict; ballots lost or double; the same after a kill -9; the bare writer."""
    if not hasattr(select, "epoll"):
        raise Unable("the phones are played by a program for Linux.")
    compiler = c_compiler()
    if compiler is None:
        raise Unable("there is no C compiler, with which the program that plays the phones is made.")
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        program = compiled(compiler, Path(folder))
        yield from _voted(program, Path(folder) / "voted", phones)
        yield from _killed(program, Path(folder) / "killed", phones)
        yield from _bare(Path(folder) / "bare", phones)


def _voted(program: Path, folder: Path, size: int) -> Iterator[Figure]:
    folder.mkdir()
    open_ = voting.open_vote(folder, size, secret=False)
    name = f"{size:,} phones, {size:,} ballots"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(open_.database))
        phones = stack.enter_context(Phones(program, server.port, open_.held))
        phones.listen(size)
        phones.settle()
        began = server.cpu()
        storm = phones.ask("cast", size // SECONDS, SECONDS, CONNECTIONS, open_.vote)
        yield f"{name}: until the last is recorded", storm["seconds"], "s", SECONDS + 1.0
        yield f"{name}: recorded, median", storm["p50"] * 1000, "ms", None
        yield f"{name}: recorded, 99th percentile", storm["p99"] * 1000, "ms", MOST_MS
        yield f"{name}: errors", storm["errors"], "ballots", None
        yield f"{name}: server's CPU", server.cpu() - began, "s", None
    yield f"{name}: lost or double", abs(voting.in_box(open_) - size), "ballots", None
    took, counted = voting.close(open_)
    yield f"{name}: closing and verdict", took * 1000, "ms", MOST_MS_VERDICT
    yield f"{name}: counted, less cast", counted - size, "ballots", None


def _killed(program: Path, folder: Path, size: int) -> Iterator[Figure]:
    """Killed in the middle; then every phone sends its ballot again, as it does until it hears that it is recorded."""
    folder.mkdir()
    open_ = voting.open_vote(folder, size, secret=True)
    name = f"{size:,} secret ballots, kill -9 in the middle"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(open_.database))
        before = stack.enter_context(Phones(program, server.port, open_.held))
        killer = threading.Timer(KILLED_AFTER, server.process.kill)
        killer.start()
        with contextlib.suppress(Unable):  # the program ends when nobody answers any more
            before.ask("cast", size // SECONDS, SECONDS, CONNECTIONS, open_.vote)
        killer.join()
        yield f"{name}: recorded before", voting.in_box(open_), "ballots", None
        began = time.perf_counter()
        server.killed()
        yield f"{name}: until it answers again", time.perf_counter() - began, "s", None
        after = stack.enter_context(Phones(program, server.port, open_.held))
        storm = after.ask("cast", size // SECONDS, SECONDS, CONNECTIONS, open_.vote)
        yield f"{name}: recorded, 99th percentile", storm["p99"] * 1000, "ms", MOST_MS
        yield f"{name}: errors", storm["errors"], "ballots", None
    yield f"{name}: lost or double", abs(voting.in_box(open_) - size), "ballots", None
    took, _ = voting.close(open_)
    yield f"{name}: closing and verdict", took * 1000, "ms", MOST_MS_VERDICT


def _bare(folder: Path, size: int) -> Iterator[Figure]:
    folder.mkdir()
    open_ = voting.open_vote(folder, size, secret=True)
    took = voting.cast_bare(open_, size)
    yield f"the writer alone: {size:,} ballots", took, "s", None
    yield "the writer alone: ballots", size / took, "a second", None
