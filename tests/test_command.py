"""`./comuna` on machines where something is wrong: one clear sentence, and a non-zero exit."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from comuna.store.store import Store

ROOT = Path(__file__).parents[1]
NOBODY = 65534


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh copy of what the command needs, not prepared."""
    folder = tmp_path / "comuna"
    folder.mkdir()
    for name in ("comuna", "requirements.txt", "requirements-test.txt"):
        shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(clone: Path, *args: str, user: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command there."""
    env = {**os.environ, **environment}
    return subprocess.run(
        [clone / "comuna", *args], capture_output=True, text=True, env=env, timeout=120, check=False, user=user
    )


def sentence(answer: subprocess.CompletedProcess[str]) -> str:
    """What it said last; and it failed."""
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    return answer.stderr.strip().splitlines()[-1]


def pretend(folder: Path, name: str, script: str) -> Path:
    """A program of that name that does what `script` says."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def no_python(tmp_path: Path) -> str:
    """A PATH with everything but Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "basename", "cksum", "tr", "date", "mktemp", "rm", "grep", "tail"):
        (folder / name).symlink_to(shutil.which(name) or "/bin/false")
    return str(folder)


def test_without_python_it_says_what_to_install(clone: Path, no_python: str):
    assert "Python is missing" in sentence(run(clone, "up", PATH=no_python))


def test_an_old_python_is_named(clone: Path, no_python: str):
    pretend(Path(no_python), "python3", '[ "$1" = -V ] && echo "Python 3.9.2" && exit 0; exit 1')
    assert sentence(run(clone, "up", PATH=no_python)).endswith(
        "this Python is too old: Python 3.9.2. Comuna needs Python 3.11 or newer."
    )


def test_without_a_network_it_says_so_and_the_next_try_begins_again(clone: Path):
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/none/", "PIP_NO_CACHE_DIR": "1", "PIP_EXTRA_INDEX_URL": ""}
    offline |= {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    for _ in range(2):
        assert "cannot download what Comuna needs" in sentence(run(clone, "up", **offline))


def test_a_folder_that_cannot_be_written_is_named(clone: Path):
    for folder in [clone, *clone.parents][:-2]:
        folder.chmod(folder.stat().st_mode | stat.S_IRWXO | stat.S_IRWXG)
    clone.chmod(0o555)
    user = NOBODY if os.geteuid() == 0 else None
    answer = run(clone, "up", user=user, HOME="/tmp", COMUNA_PYTHON="/usr/bin/python3")
    clone.chmod(0o755)
    assert "cannot write to" in sentence(answer)


def test_a_full_disk_is_named(clone: Path, tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk needs root and leave to mount one")
    try:
        shutil.copytree(clone, small / "comuna")
        assert "the disk is full" in sentence(run(small / "comuna", "up", TMPDIR=str(small)))
    finally:
        subprocess.run(["umount", "-l", small], check=False)


def prepared(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command here, where it is prepared."""
    return run(ROOT, *args, **environment)


def test_it_reads_a_page_as_json_and_writes_it_back(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Film night\n\nWhen: Friday 5 March 2027, 19:00 (UTC-4)\n\nQuestions:\n\n- Why?\n", encoding="utf-8"
    )
    read = prepared("page", "read", str(page), "--json", "--on", "2026-11-22")
    assert read.returncode == 0
    assert '"date": "2027-03-05"' in read.stdout
    (tmp_path / "page.json").write_text(read.stdout, encoding="utf-8")
    written = prepared("page", "write", str(tmp_path / "page.json"))
    assert "Film night" in written.stdout
    (tmp_path / "again.md").write_text(written.stdout, encoding="utf-8")
    again = prepared("page", "read", str(tmp_path / "again.md"), "--json", "--on", "2026-11-22")
    assert read.stdout.split('"notes"')[0] == again.stdout.split('"notes"')[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "The page is empty"), (b"\x00\x01", "This is not text"), (b"a" * 3_000_000, "too long")],
)
def test_a_page_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes, said: str):
    page = tmp_path / "page.md"
    page.write_bytes(content)
    assert said in sentence(prepared("page", "read", str(page), LC_ALL="C.UTF-8"))
    assert "está vacía" in sentence(prepared("page", "read", "/dev/null", LC_ALL="es_VE.UTF-8"))


def test_a_file_that_is_not_there_and_a_session_that_is_none(tmp_path: Path):
    assert "no-such-file" in sentence(prepared("page", "read", "no-such-file"))
    database = str(tmp_path / "comuna.db")
    Store(database).close()
    assert "no such session" in sentence(prepared("page", "write", "a" * 26, "--database", database, LC_ALL="C"))


def test_up_serves_and_prints_a_way_in_and_a_second_one_takes_the_next_port(tmp_path: Path):
    port = two_free_ports()
    database = str(tmp_path / "comuna.db")
    out = tmp_path / "out"
    with out.open("w") as file:
        first = subprocess.Popen(
            [ROOT / "comuna", "up", "--host", "127.0.0.1", "--database", database, "--port", str(port)],
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C"},
        )
        second = None
        try:
            waited(out, f"Comuna is at http://localhost:{port}")
            assert "/key/" in out.read_text()
            other = tmp_path / "other"
            with other.open("w") as more:
                second = subprocess.Popen(
                    [ROOT / "comuna", "up", "--host", "127.0.0.1", "--database", database, "--port", str(port)],
                    stdout=more,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "LC_ALL": "C"},
                )
                waited(other, f"Comuna is at http://localhost:{port + 1}")
                assert f"Port {port} is taken, so this is port {port + 1}." in other.read_text()
        finally:
            for process in (first, second):
                if process is not None:
                    process.terminate()
                    process.wait(20)


def two_free_ports() -> int:
    """A port that is free, as is the next."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            with contextlib.suppress(OSError):
                two.bind(("127.0.0.1", port + 1))
                return port


def waited(file: Path, text: str) -> None:
    """Wait until that text stands in a file."""
    for _ in range(400):
        if text in file.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"{text!r} never came: {file.read_text()!r}")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nowhere.db", "There is no database at nowhere.db"),
        ("{root}/README.md", "cannot be opened"),
        ("postgresql://localhost:1/none", "cannot be opened"),
        ("oracle://x", "cannot be opened"),
    ],
)
def test_a_database_that_is_none_is_one_sentence_and_nothing_is_made(address: str, said: str):
    answer = prepared("check", "--database", address.format(root=ROOT), LC_ALL="C")
    assert said in sentence(answer)
    assert not Path("nowhere.db").exists()


def test_a_zone_that_is_none_is_one_sentence():
    page = str(ROOT / "examples" / "founding-session.md")
    assert "no time zone" in sentence(prepared("page", "read", page, "--tz", "No/Land", LC_ALL="C"))


@pytest.mark.parametrize("port", ["-1", "65536", "99999"])
def test_a_port_that_is_none_is_one_sentence(tmp_path: Path, port: str):
    answer = prepared("up", "--database", str(tmp_path / "comuna.db"), "--port", port, LC_ALL="C")
    assert f"There is no port {port}." in sentence(answer)


def test_headers_without_end_end_the_connection(tmp_path: Path):
    port, out = two_free_ports(), tmp_path / "out"
    with out.open("w") as file:
        server = subprocess.Popen(
            [ROOT / "comuna", "up", "--host", "127.0.0.1", "--database", str(tmp_path / "c.db"), "--port", str(port)],
            stdout=file, stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        try:
            waited(out, f"Comuna is at http://localhost:{port}")
            with socket.create_connection(("127.0.0.1", port), timeout=10) as sending:
                sending.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
                with contextlib.suppress(ConnectionError):
                    for n in range(100):
                        sending.sendall(b"X-%d: " % n + b"a" * 4096 + b"\r\n")
                with contextlib.suppress(ConnectionError):
                    assert sending.recv(100).startswith(b"HTTP/1.1 400")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
            server.wait(20)
