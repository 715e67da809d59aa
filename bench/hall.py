"""A gathering that is held, with thousands of phones: how long until all of them see a change, beside a plain socket
writer that sends the same bytes to as many; memory; phones that all come back at once; many who answer at once."""

from __future__ import annotations

import contextlib
import math
import random
import resource
import select
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.held.gathering import Held, hold
from bench.held.phones import Phones, c_compiler, compiled
from bench.held.server import Server
from bench.run import Unable

SIZES = (1_000, 5_000, 10_000)
CHANGES = 40
WARM = 4
COME_BACK = 2_000
KILLED = 200
RATE, SECONDS, CONNECTIONS = 500, 10, 64
"""Answers a second in the storm, for how long, over how many connections."""

MOST_MS = {1_000: 40.0, 10_000: 300.0}
MOST_TIMES_PLAIN = 1.5
MOST_KB = 4.0
MOST_S_BACK = 2.0
MOST_S_KILLED = 5.0
MOST_MS_STORM = 60.0
BUSY = 0.9
"""From this share of a core on the client may be what is measured."""

Figure = tuple[str, float, str, float | None]


def figures(sizes: Sequence[int] = SIZES) -> Iterator[Figure]:
    """Times, memory and CPU for each number of phones; with the most of them also the storm and the coming back."""
    if not hasattr(select, "epoll"):
        raise Unable("the phones are played by a program for Linux.")
    if min(sizes) < 1:
        raise Unable("there must be at least one phone.")
    compiler = c_compiler()
    if compiler is None:
        raise Unable("there is no C compiler, with which the program that plays the phones is made.")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if max(sizes) + 500 > most:
        raise Unable(f"a process may open {most:,} files here, too few for {max(sizes):,} phones.")
    with _stopped_in_order(), tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        program = compiled(compiler, Path(folder))
        for size in sizes:
            yield from _with_phones(size, program, Path(folder) / str(size), all_of_it=size == max(sizes))


def _with_phones(size: int, program: Path, folder: Path, *, all_of_it: bool) -> Iterator[Figure]:
    folder.mkdir()
    held = hold(folder, size)
    n = f"{size:,} phones"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(folder / "comuna.db"))
        plain = stack.enter_context(Server(None))
        phones = stack.enter_context(Phones(program, server.port, held))
        beside = stack.enter_context(Phones(program, plain.port, held))
        before = _memory_before(phones, server)
        phones.listen(size)
        phones.settle()
        yield f"{n}: memory per connection", (server.memory_kb() - before) / size, "kB", MOST_KB
        yield from _changes(n, size, phones, server, beside)
        beside.close()
        if all_of_it:
            yield from _storm(n, phones, server, held)
            yield from _back(min(COME_BACK, size), phones)
            yield from _killed(min(KILLED, size), phones, server)


def _memory_before(phones: Phones, server: Server) -> float:
    """What the server takes once it has done everything a first time, so that only the connections are counted."""
    phones.listen(1)
    for warm in range(WARM):
        phones.change(warm)
    phones.ask("close")
    phones.settle()
    return server.memory_kb()


def _changes(n: str, size: int, phones: Phones, server: Server, beside: Phones) -> Iterator[Figure]:
    """(a) One change at a time on the server, and each time as many bytes from the plain writer."""
    sent = max(statistics.mean(phones.change(warm)["bytes"] for warm in range(WARM)) / size, 64)
    beside.listen(size)
    for _ in range(WARM):
        beside.change_plainly(sent)
    ours, plains, busy, server_cpu = [], [], [], 0.0
    for number in range(CHANGES):
        began = server.cpu()
        ours.append(phones.change(number))
        server_cpu += server.cpu() - began
        time.sleep(random.uniform(0.05, 0.25))  # in step with nothing
        plains.append(beside.change_plainly(sent))
        busy.append((ours[-1]["worked"], ours[-1]["last"]))
    last = [answer["last"] * 1000 for answer in ours]
    plain = [answer["last"] * 1000 for answer in plains]
    since = [(answer["last"] - answer["ack"]) * 1000 for answer in ours]
    yield f"{n}: change to last phone, median", statistics.median(last), "ms", None
    yield f"{n}: change to last phone, 95th p.", _percentile(last, 0.95), "ms", MOST_MS.get(size)
    yield f"{n}: acknowledged to last, median", statistics.median(since), "ms", None
    yield f"{n}: acknowledged to last, 95th p.", _percentile(since, 0.95), "ms", None
    yield f"{n}: change to first phone, median", statistics.median(a["first"] * 1000 for a in ours), "ms", None
    yield f"{n}: plain writer, median", statistics.median(plain), "ms", None
    yield f"{n}: plain writer, 95th p.", _percentile(plain, 0.95), "ms", None
    times = statistics.median(last) / statistics.median(plain)
    yield f"{n}: ours to plain, medians", times, "times", MOST_TIMES_PLAIN
    yield (
        f"{n}: ours once it is on the disk, to plain",
        statistics.median(since) / statistics.median(plain),
        "times",
        None,
    )
    yield f"{n}: a change, to each phone", statistics.mean(a["bytes"] for a in ours) / size, "bytes", None
    yield f"{n}: server's CPU in {CHANGES} changes", server_cpu, "s", None
    yield f"{n}: client's CPU in {CHANGES} changes", sum(worked for worked, _ in busy), "s", None
    yield _busy(f"{n}: client busy in changes", sum(w for w, _ in busy), sum(until for _, until in busy))


def _storm(n: str, phones: Phones, server: Server, held: Held) -> Iterator[Figure]:
    """(d) Everybody answers a check while hands go up and down and all phones listen."""
    began = server.cpu()
    storm = phones.ask("load", RATE, SECONDS, CONNECTIONS, held.check)
    took, lasted = server.cpu() - began, storm["seconds"]
    name = f"{n}, {RATE} answers/s"
    yield f"{name}: median", storm["p50"] * 1000, "ms", None
    yield f"{name}: 99th percentile", storm["p99"] * 1000, "ms", MOST_MS_STORM
    yield f"{name}: slowest", storm["most"] * 1000, "ms", None
    yield f"{name}: errors", storm["errors"] + storm["hands_failed"], "postings", None
    yield f"{name}: connections lost", storm["lost"], "phones", None
    yield f"{name}: frames to each phone", storm["frames"] / held.size / lasted, "a second", None
    yield f"{name}: to all phones", storm["bytes"] / 1e6 / lasted, "MB/s", None
    yield f"{name}: server's CPU", took, "s", None
    yield f"{name}: client's CPU", storm["worked"], "s", None
    yield _busy(f"{name}: client busy", storm["worked"], lasted)
    phones.settle()


def _back(size: int, phones: Phones) -> Iterator[Figure]:
    """(c) All go, something happens, and so many come back at once, knowing what was before."""
    phones.ask("close")
    phones.settle()
    phones.change(0)
    back = phones.listen(size, "reopen", at_once=size)
    yield f"{size:,} phones back at once, until the last frame", back["last"], "s", MOST_S_BACK
    yield f"{size:,} phones back at once, to each phone", back["bytes"] / size, "bytes", None


def _killed(size: int, phones: Phones, server: Server) -> Iterator[Figure]:
    """The server is killed and started again, and so many phones are back as soon as it answers. A browser tries once a
    second, which comes on top."""
    phones.ask("close")
    began = time.perf_counter()
    server.killed()
    phones.listen(size, "reopen", at_once=size)
    yield f"{size:,} phones after kill -9, until all are back", time.perf_counter() - began, "s", MOST_S_KILLED


def _busy(name: str, worked: float, lasted: float) -> Figure:
    share = worked / lasted
    if share > BUSY:
        print(f"The client was the bottleneck: busy {share:.0%} of a core ({name}).", file=sys.stderr, flush=True)
    return name, share, "of a core", None


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[math.ceil(len(values) * share) - 1]


@contextlib.contextmanager
def _stopped_in_order() -> Iterator[None]:
    """Asked to end, we end as after Ctrl+C: what was started is stopped, the folder goes."""

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
