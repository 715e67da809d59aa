"""From nothing to a website: the first preparation, the command's own start, and the time until `up` serves."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 5


def figures() -> Iterator[tuple[str, float, str, float | None]]:
    """Seconds and megabytes. The preparation downloads, so it says as much about the network as about us."""
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as folder:
        copy = Path(folder) / "comuna"
        kept = shutil.ignore_patterns(".venv", ".git", "data", "__pycache__", ".*_cache", ".hypothesis")
        shutil.copytree(ROOT, copy, ignore=kept)
        began = time.perf_counter()
        subprocess.run([copy / "comuna", "--version"], check=True, capture_output=True)
        yield "first preparation", time.perf_counter() - began, "s", 90.0
        yield "size of what it installs", _megabytes(copy / ".venv"), "MB", 350.0
        yield "command's start (--version), median", statistics.median(_start(copy) for _ in range(ROUNDS)), "s", 0.5
        first = _serving(copy, Path(folder) / "first.db")
        yield "up: first start, with the example, until it serves", first, "s", 2.0
        again = statistics.median(_serving(copy, Path(folder) / "first.db") for _ in range(ROUNDS))
        yield "up: later starts until it serves, median", again, "s", 2.0


def _megabytes(folder: Path) -> float:
    files = (Path(at) / name for at, _, names in os.walk(folder) for name in names)
    return sum(file.lstat().st_size for file in files) / 1e6


def _start(copy: Path) -> float:
    began = time.perf_counter()
    subprocess.run([copy / "comuna", "--version"], check=True, capture_output=True)
    return time.perf_counter() - began


def _serving(copy: Path, database: Path) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [copy / "comuna", "up", "--host", "127.0.0.1", "--port", str(port), "--database", database]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    assert answer.status == 200
                    return time.perf_counter() - began
            except OSError:
                assert process.poll() is None, "it stopped"
                assert time.perf_counter() - began < 60, "it does not answer"
                time.sleep(0.01)
    finally:
        process.terminate()
        process.wait()
