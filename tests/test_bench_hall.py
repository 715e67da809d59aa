"""The program that plays the phones of a gathering counts frames rightly, however the stream is cut into pieces."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.held import phones as playing
from bench.held.gathering import Held
from bench.run import Unable

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n\r\n"
BEAT = b"event: beat\ndata: event: frame\n\n"
PEOPLE = 5


def frame(number: int) -> bytes:
    """A frame with an id, longer than what the program reads at a time."""
    return b'id: 3.%d\nevent: frame\ndata: {"words": "%s"}\n\n' % (number, b"event: frame " * 9)


class Room(socketserver.ThreadingTCPServer):
    """A server whose streams come in small pieces: each posting is a frame for all, after a heartbeat."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Caller)
        self.asked: list[bytes] = []
        self.frames = 1
        self.changed = threading.Condition()

    def handle_error(self, request: object, client_address: object) -> None:
        """A phone that is gone is no error."""


class Caller(socketserver.BaseRequestHandler):
    """A phone's stream, or its postings."""

    server: Room

    def handle(self) -> None:
        """Answer what it asks for, until it goes."""
        while asked := self.request.recv(4096):
            self.server.asked.append(asked)
            if asked.startswith(b"GET"):
                self.stream()
                return
            with self.server.changed:
                self.server.frames += 1
                self.server.changed.notify_all()
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
            self.request.sendall(b"{}")

    def stream(self) -> None:
        """One frame at once, then one for each change."""
        self.in_pieces(HEAD + frame(self.server.frames))
        self.known = self.server.frames
        while True:
            with self.server.changed:
                if not self.server.changed.wait_for(lambda: self.server.frames > self.known, 5):
                    return
            self.known += 1
            self.in_pieces(BEAT + frame(self.known))

    def in_pieces(self, whole: bytes) -> None:
        """Send it in pieces of 50 bytes."""
        for at in range(0, len(whole), 50):
            self.request.sendall(whole[at : at + 50])
            time.sleep(0.0005)


@pytest.fixture
def room() -> Iterator[Room]:
    """A server that runs."""
    with Room() as running:
        thread = threading.Thread(target=running.serve_forever, args=[0.01])
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def phones(tmp_path: Path, room: Room) -> Iterator[playing.Phones]:
    """The phones of a few people, reading seven bytes at a time."""
    compiler = playing.c_compiler()
    if compiler is None or not Path("/proc/self/status").exists():
        pytest.skip("needs a C compiler, and Linux")
    program = playing.compiled(compiler, tmp_path, "-DBUFFER=7", "-DPHONES_PER_ADDRESS=2")
    keys = tmp_path / "keys"
    keys.write_text("".join(f"key{n}\n" for n in range(PEOPLE)))
    with playing.Phones(program, room.server_address[1], Held("abc", "def", PEOPLE, keys)) as held:
        yield held


def test_a_stream_in_pieces_is_counted_in_frames(room: Room, phones: playing.Phones):
    opened = phones.listen(PEOPLE)
    assert (opened["listening"], opened["frames"]) == (PEOPLE, PEOPLE)
    assert opened["bytes"] == PEOPLE * len(HEAD + frame(1))
    for _ in range(3):
        changed = phones.change(1)
        assert (changed["frames"], changed["missing"]) == (PEOPLE, 0)
        assert changed["bytes"] == PEOPLE * len(BEAT + frame(2))
        assert changed["ack"] > 0
        assert changed["last"] >= changed["first"] > 0
    first, posted = room.asked[0], room.asked[-1]
    assert first.startswith(b"GET /s/abc/live/stream?view=phone&language=en HTTP/1.1\r\nHost: 127.0.0.1:")
    assert {b"\r\nCookie: guest=key%d\r\n" % n in b"".join(room.asked) for n in range(PEOPLE)} == {True}
    assert posted.startswith(b"POST /s/abc/live/hand HTTP/1.1\r\n")
    assert b"\r\n\r\nkind=point&key=" in posted


def test_phones_that_come_back_say_what_they_had(room: Room, phones: playing.Phones):
    phones.listen(PEOPLE)
    phones.change(0)
    phones.ask("close")
    phones.change(0)
    phones.listen(3, "reopen")
    assert [b"\r\nLast-Event-ID: 3.2\r\n" in asked for asked in room.asked[-3:]] == [True] * 3
    assert b"Last-Event-ID" not in b"".join(room.asked[:-3])


def test_many_answers_at_set_moments(room: Room, phones: playing.Phones):
    storm = phones.ask("load", 100, 1, 4, "def")
    assert (storm["sent"], storm["answered"], storm["errors"], storm["hands_failed"]) == (100, 100, 0, 0)
    assert 0 < storm["p50"] <= storm["p99"] <= storm["most"]
    assert sum(b"POST /s/abc/live/check" in asked for asked in room.asked) == 100
    assert sum(b"POST /s/abc/live/lower" in asked for asked in room.asked) == 1


def test_a_stream_that_is_refused_is_told(room: Room, phones: playing.Phones, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.test_bench_hall.HEAD", b"HTTP/1.1 403 Forbidden\r\n\r\n")
    with pytest.raises(Unable, match="0 of 5 phones got a stream of events, the answer was 403"):
        phones.listen(PEOPLE)
