"""A private PostgreSQL server for tests: started when first needed, on a free port, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def programs() -> Path | None:
    """Where initdb and postgres are: on the path, or where Debian keeps the newest; None where there is no server."""
    found = shutil.which("initdb")
    if found is not None and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    versions = sorted(
        (p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")), key=lambda p: float(p.parent.name)
    )
    return versions[-1] if versions else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running server. `new_database()` gives the address of an empty database."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0

    def address(self, database: str) -> str:
        """How a database of this server is reached."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """A fresh database, a copy of `template`."""
        self._made += 1
        name = f"comuna_{self._made}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)


@contextmanager
def server(bin_dir: Path, *settings: str) -> Iterator[Server]:
    """A server for as long as the block lasts. It refuses to run as root, so root hands over to `postgres`. It does
    not wait for the disk: tests of durability stop processes, not machines."""
    become: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="comuna-postgresql-"))
    if os.geteuid() == 0:
        become = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    port = _free_port()
    try:
        subprocess.run(
            [
                *become,
                bin_dir / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "-N",
                "--locale=C",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
        options += ["max_connections=300", *settings]
        control = [*become, bin_dir / "pg_ctl", "-D", data, "-w"]
        quoted = " ".join(f"-c {option}" for option in options)
        subprocess.run(
            [*control, "-l", folder / "log", "-o", quoted, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder
        )
        try:
            yield Server(port)
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def migrated_template(server: Server, migrate: Callable[[str], None]) -> str:
    """The name of a database with our tables, to be copied for each test."""
    address = server.new_database()
    migrate(address)
    return address.rsplit("/", 1)[1]
