"""`kill -9` of a real server in the middle of a go-round, with phones connected and people pressing: after it starts
again all are back, the timer and the queue are where they were, and what was acknowledged is there once."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from comuna.kernel import identity
from comuna.rules import floor
from comuna.rules.discussion import AnswerGiven
from comuna.rules.hall import Hall
from comuna.store.store import Store
from tests.cast import an_id, begin
from tests.live.serving import PATIENCE, Ear
from tests.live.test_stream import Held, hold

ROOT = Path(__file__).parents[2]
PHONES = 200
SPEAKERS = 8


def start(database: str, port: int) -> subprocess.Popen[bytes]:
    """`./comuna up`, once it answers."""
    command = [ROOT / "comuna", "up", "--host", "127.0.0.1", "--port", str(port), "--database", database]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(1500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return process
        except OSError:
            assert process.poll() is None
            time.sleep(0.01)
    raise AssertionError("it does not answer")


class Writer(threading.Thread):
    """Somebody who answers again and again; what is not acknowledged is sent again under the same id, as the page
    does."""

    def __init__(self, url: str, path: str, key: str) -> None:
        super().__init__(daemon=True)
        self.url, self.path, self.key = url, path, key
        self.acknowledged: list[str] = []
        self.halt = threading.Event()

    def run(self) -> None:
        headers = {
            "origin": self.url,
            "sec-fetch-site": "same-origin",
            "accept": "application/json",
            "cookie": f"guest={self.key}",
        }
        with httpx2.Client(base_url=self.url, headers=headers, timeout=10) as client:
            while not self.halt.is_set():
                sent = identity.id_of(os.urandom(16))
                data = {"question": "q1", "words": f"answer {sent}", "key": sent}
                while not self._send(client, data) and not self.halt.is_set():
                    time.sleep(0.02)

    def _send(self, client: httpx2.Client, data: dict[str, str]) -> bool:
        try:
            answer = client.post(f"{self.path}/live/answer", data=data)
        except httpx2.TransportError:
            return False
        if answer.status_code == 200:
            self.acknowledged.append(data["key"])
            return True
        if answer.json()["refused"] == "discussion.enough":  # in long runs somebody has said all that one may
            self.halt.set()
            return True
        assert answer.status_code in (429, 503), answer.text
        return answer.status_code == 429


def hall_of(store: Store, held: Held) -> Hall:
    with store.read() as connection:
        return store.hall(connection, held.world.gathering)


@pytest.mark.parametrize("kills", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_a_server_killed_in_a_go_round_loses_nothing(tmp_path: Path, kills: int) -> None:
    database = str(tmp_path / "comuna.db")
    store = Store(database)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    held = hold(begin(store), port)
    people = [held.comes(f"Person {n}") for n in range(PHONES)]
    held.say(lambda h: floor.open_round(h, round=an_id(1), order=h.here(), seconds=120))
    held.say(lambda h: floor.next_turn(h, ends=None, turn=an_id(2), seconds=120, order="plain"))
    held.say(lambda h: floor.next_turn(h, ends=an_id(2), turn=an_id(3), seconds=120, order="plain"))
    before = hall_of(store, held)
    process, chance = start(database, port), random.Random(5)
    ears: list[Ear] = []
    try:
        ears = [held.ear(key).hear() for _, key in people]
        writers = [Writer(f"http://127.0.0.1:{port}", held.path, key) for _, key in people[:SPEAKERS]]
        for writer in writers:
            writer.start()
        for _ in range(kills):
            time.sleep(0.3 + 0.5 * chance.random())
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = start(database, port)
            come_back(ears)
        for writer in writers:
            writer.halt.set()
        for writer in writers:
            writer.join(PATIENCE)
        after = hall_of(store, held)
        assert after.turn == before.turn, "the timer runs on from where it was"
        assert after.round == before.round, "everybody waits where they waited"
        acknowledged = [key for writer in writers for key in writer.acknowledged]
        assert len(acknowledged) > 10 * kills
        said = Counter(e.said.words for e in after.discussion.entries.values() if isinstance(e.said, AnswerGiven))
        assert [key for key in acknowledged if said[f"answer {key}"] != 1] == []
        assert max(said.values()) == 1, "what was sent again is there once"
        fresh = held.ear(people[0][1]).hear()
        newest = max(fresh.page)
        for ear in ears:
            assert ear.hear(lambda e: e.last == fresh.last or newest in e.page)
    finally:
        process.kill()
        process.wait()
        for ear in ears:
            ear.close()
        store.close()
    assert Store(database).check() == 1


def come_back(ears: list[Ear]) -> None:
    """Every phone connects again, with the last id it has."""
    for ear in ears:
        ear.close()
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                ear.connect()
                assert ear.status == 200
                ear.hear()
                break
            except OSError:
                assert time.monotonic() < ends
                time.sleep(0.05)
