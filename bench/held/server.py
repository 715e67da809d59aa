"""Who sends to the phones: `./comuna up`, or beside it a writer that does nothing else."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench.run import Unable

ROOT = Path(__file__).parents[2]


class Server:
    """`./comuna up` on a database; without one, the plain writer. Ends with the block it is used in."""

    def __init__(self, database: Path | None) -> None:
        self.database = database
        self.port = 0

    def command(self, port: int) -> list[str | Path]:
        """What is started."""
        if self.database is None:
            return [sys.executable, "-c", "from bench.held import server; server.write_plainly()", str(port)]
        up: list[str | Path] = [ROOT / "comuna", "up", "--empty", "--host", "127.0.0.1", "--port", str(port)]
        return [*up, "--database", self.database]

    def __enter__(self) -> Server:
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        self.process = subprocess.Popen(
            self.command(self.port),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,
        )
        try:
            self._answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _answers(self) -> None:
        began = time.perf_counter()
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
                return
            except OSError as error:
                if self.process.poll() is not None or time.perf_counter() - began > 60:
                    raise Unable(f"the server does not answer: {error}.") from error
                time.sleep(0.02)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()

    def killed(self) -> None:
        """`kill -9`, and start again on the same port; returns when it answers."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.__enter__()

    def memory_kb(self) -> float:
        """Memory in use now, in units of 1,000 bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1.024

    def cpu(self) -> float:
        """CPU seconds so far, of all threads."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def write_plainly() -> None:
    """What a socket writer in Python costs that does nothing else: who gets is a stream; a posting of `size=N` sends N
    bytes to each stream, and is answered then. Ends with whoever started it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4096)
    listening.setblocking(False)
    ready = select.epoll()
    ready.register(sys.stdin.fileno(), select.EPOLLIN)
    ready.register(listening.fileno(), select.EPOLLIN)
    callers: dict[int, socket.socket] = {}
    streams: dict[int, socket.socket] = {}
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    while True:
        for number, _ in ready.poll():
            if number == sys.stdin.fileno():
                return
            if number == listening.fileno():
                with contextlib.suppress(BlockingIOError):
                    while True:
                        caller, _ = listening.accept()
                        caller.setblocking(False)
                        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        callers[caller.fileno()] = caller
                        ready.register(caller.fileno(), select.EPOLLIN)
                continue
            caller = callers[number]
            request = caller.recv(4096)
            if request.startswith(b"GET /s/"):
                streams[number] = caller
                caller.send(head + _frame(64))
            elif request.startswith(b"POST"):
                frame = _frame(int(request.rpartition(b"size=")[2]))
                for stream in streams.values():
                    stream.send(frame)
                caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            else:
                if request:
                    caller.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                ready.unregister(number)
                streams.pop(number, None)
                callers.pop(number).close()


def _frame(size: int) -> bytes:
    """An event of so many bytes."""
    before, after = b"id: 1.1\nevent: frame\ndata: ", b"\n\n"
    return before + b"x" * (size - len(before) - len(after)) + after
