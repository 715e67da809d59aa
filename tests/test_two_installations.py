"""Two installations on one machine, really started, witness each other's books. One is set back and rewritten: the
other refuses, shows why, and the first does not start any more."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Installation:
    """`./comuna up` with a database of its own, and its organiser's browser."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    browser: httpx2.Client | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "comuna.sqlite"

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "comuna", *arguments, "--database", str(self.database)],
            capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "LANG": "C.UTF-8"},
        )  # fmt: skip

    def start(self) -> None:
        """Start it; its organiser comes in by the link that it prints, the first time."""
        log = (self.folder / "log").open("w")
        self.process = subprocess.Popen(
            [ROOT / "comuna", "up", "--host", "127.0.0.1", "--port", str(self.port), "--database", str(self.database)],
            stdout=log, stderr=subprocess.STDOUT, text=True, env={**os.environ, "LANG": "C.UTF-8"},
        )  # fmt: skip
        eventually(lambda: self.process.poll() is not None or self.answers())
        if self.browser is None and self.process.poll() is None:
            key = re.search(r"/key/\w+", (self.folder / "log").read_text())
            assert key is not None
            self.browser = httpx2.Client(
                base_url=self.url, headers={"origin": self.url, "sec-fetch-site": "same-origin"}, follow_redirects=True
            )
            assert self.browser.post(key[0]).status_code == 200

    def answers(self) -> bool:
        try:
            return httpx2.get(self.url, timeout=2).status_code == 200
        except httpx2.TransportError:
            return False

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)

    def get(self, path: str) -> str:
        assert self.browser is not None
        return self.browser.get(path).text

    def post(self, path: str, **form: str) -> int:
        assert self.browser is not None
        return self.browser.post(path, data=form).status_code

    @property
    def book(self) -> str:
        session = re.search(r"/s/\w+", self.get("/"))
        assert session is not None
        group = re.search(r"/g/(\w+)", self.get(session[0]))
        assert group is not None
        return group[1]

    def act(self, times: int = 1) -> None:
        """The session is called off and takes place after all: an act each time."""
        session = re.search(r"/s/\w+", self.get("/"))
        assert session is not None
        for _ in range(times):
            if self.post(f"{session[0]}/cancel", reason="") != 200:
                assert self.post(f"{session[0]}/reinstate") == 200

    def size(self) -> int:
        return int(httpx2.get(f"{self.url}/b/{self.book}/checkpoint").text.split("\n")[1])


def eventually(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Two installations, started."""
    pair = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        pair.append(Installation(tmp_path / name))
        pair[-1].start()
    yield pair[0], pair[1]
    for each in pair:
        each.stop()


def line_of(witness: Installation) -> str:
    found = re.search(r"comuna/witness/\S+ http://localhost:\d+/witness", witness.get("/witness"))
    assert found is not None
    return found[0]


def key_of(installation: Installation) -> str:
    found = re.search(
        r"comuna/\w{26}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", installation.get(f"/b/{installation.book}/checking")
    )
    assert found is not None
    return found[0]


def asks(group: Installation, witness: Installation) -> None:
    """The group names the other installation as its witness, which watches its book."""
    assert witness.post("/witness/watch", key=key_of(group)) == 200
    assert group.post(f"/b/{group.book}/keeping/witness", witness=line_of(witness)) == 200


def cosigned_size(witness: Installation, book: str) -> int:
    answer = httpx2.get(f"{witness.url}/witness/{book}/checkpoint")
    return int(answer.text.split("\n")[1]) if answer.status_code == 200 else 0


def test_two_installations_witness_each_other_and_a_rewritten_one_is_refused(
    two: tuple[Installation, Installation],
) -> None:
    here, there = two
    asks(here, there)
    asks(there, here)
    for group, witness in ((here, there), (there, here)):
        eventually(lambda g=group, w=witness: cosigned_size(w, g.book) == g.size())  # type: ignore[misc]
        checkpoint = httpx2.get(f"{group.url}/b/{group.book}/checkpoint").text
        assert checkpoint.count("\n— ") == 2, "the book's own signature, and its witness's"
        assert "Last saw the book with" in group.get(f"/b/{group.book}")

    # one is backed up, goes on, and is witnessed
    here.stop()
    old = here.folder / "old.sqlite"
    sqlite3.connect(here.database).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    shutil.copy(here.database, old)
    here.start()
    here.act(3)
    honest = here.size()
    eventually(lambda: cosigned_size(there, here.book) == honest)
    book = here.book
    kept = httpx2.get(f"{here.url}/b/{book}/checkpoint").text
    here.stop()

    # somebody puts the old database back: it does not start, and says why and what to do
    shutil.copy(old, here.database)
    for rest in ("-wal", "-shm"):
        (here.folder / f"comuna.sqlite{rest}").unlink(missing_ok=True)
    here.start()
    assert here.process is not None
    assert here.process.wait(20) == 1
    said = (here.folder / "log").read_text()
    assert f"has seen it with {honest}: this is an older copy" in said
    assert "./comuna restore" in said
    assert f"./comuna book resume {book}" in said
    assert f"localhost:{there.port}/witness" in said, "the witness is named"
    checked = here.command("book", "verify")
    assert checked.returncode == 1
    assert "this is an older copy" in checked.stderr

    # even without the traces on its own machine, and with its story rewritten to be longer
    shutil.rmtree(f"{here.database}.published")
    rewrite(here)
    here.start()
    assert here.process.wait(20) == 1
    assert "went another way since" in (here.folder / "log").read_text()
    shown = there.get("/witness")
    assert "Two pasts of one book" in shown, "the witness shows both"
    assert kept.split("\n")[2] in shown, "what it saw first"

    # the group writes down that acts are lost, and goes on; the witness still refuses until its keeper begins anew
    resumed = here.command("book", "resume")
    assert resumed.returncode == 0, resumed.stderr
    here.start()
    assert here.process.poll() is None, (here.folder / "log").read_text()
    assert "Others had seen it with" in here.get(f"/b/{book}")
    assert "It refuses: it has seen another past" in here.get(f"/b/{book}")
    assert cosigned_size(there, book) == honest
    assert there.post("/witness/forget", origin=f"comuna/{book}") == 200
    assert there.post("/witness/watch", key=key_of(here)) == 200
    assert "cosigned" in here.command("witness", "ask").stdout
    assert cosigned_size(there, book) == here.size()
    assert "Two pasts of one book" in there.get("/witness"), "the evidence stays"


def rewrite(installation: Installation) -> None:
    """Whoever keeps the server lets the book go another way, longer than it was."""
    from comuna.rules import custody
    from comuna.store.store import Store

    store = Store(str(installation.database))
    with store.read() as connection:
        (book,) = connection.exec_driver_sql("SELECT book FROM heads").scalars().all()
        state = store.state(connection, book)
    assert state is not None
    (member,) = state.members
    for n in range(12):
        decide = custody.withdraw if n % 2 else custody.publish
        store.write(lambda tx, decide=decide: store.record(tx, book, lambda s: decide(s, by=member), by=member))  # type: ignore[misc]
    store.close()
