"""`kill -9` of a real server while people write: what it had acknowledged is there after it starts again."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx2
import pytest

from comuna.kernel import identity

ROOT = Path(__file__).parents[1]
PEOPLE = 6


@pytest.fixture
def port() -> int:
    """A port nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start(database: Path, port: int) -> subprocess.Popen[bytes]:
    """`./comuna up`, once it answers."""
    command = [ROOT / "comuna", "up", "--host", "127.0.0.1", "--port", str(port), "--database", str(database)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            httpx2.get(f"http://localhost:{port}/", timeout=5)
            return process
        except httpx2.TransportError:
            assert process.poll() is None
            time.sleep(0.02)
    raise AssertionError("it does not answer")


def write_on(url: str, session: str, acknowledged: set[str], stop: threading.Event) -> None:
    """One person answers again and again, and remembers what the server said it has."""
    with httpx2.Client(base_url=url, headers={"origin": url, "sec-fetch-site": "same-origin"}, timeout=5) as client:
        while not stop.is_set():
            entry = identity.id_of(os.urandom(16))
            form = {"entry": entry, "question": "q1", "words": f"answer {entry}"}
            try:
                answer = client.post(f"{session}/discussion/answers", data=form)
            except httpx2.TransportError:
                return
            if answer.status_code == 303:
                acknowledged.add(entry)


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path, port: int, kills: int):
    database, url = tmp_path / "comuna.db", f"http://localhost:{port}"
    chance = random.Random(11)
    acknowledged: set[str] = set()
    process = start(database, port)
    try:
        session = re.search(r'href="(/s/[a-z2-7]{26})"', httpx2.get(url).text)[1]
        for _ in range(kills):
            stop = threading.Event()
            people = [
                threading.Thread(target=write_on, args=(url, session, acknowledged, stop), daemon=True)
                for _ in range(PEOPLE)
            ]
            for person in people:
                person.start()
            time.sleep(0.3 + chance.random() * 0.7)
            process.send_signal(signal.SIGKILL)
            process.wait()
            stop.set()
            for person in people:
                person.join(10)
            process = start(database, port)
            page = httpx2.get(f"{url}{session}/discussion", timeout=30).text
            lost = [entry for entry in acknowledged if f"answer {entry}" not in page]
            assert not lost
        assert len(acknowledged) > kills * 10
    finally:
        process.kill()
        process.wait()
