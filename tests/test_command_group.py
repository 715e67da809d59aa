"""`./comuna backup`, `restore` and `group` as real processes: what they say, what they refuse, and the whole way from
one home to another."""

from __future__ import annotations

import os
import pty
import select
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from comuna.kernel.text import text
from comuna.store import age, book, texts
from comuna.store.store import Store
from tests.cast import CHARTER, CIRCLE, World, begin
from tests.store.processes import start

ROOT = Path(__file__).parents[1]
PASSPHRASE = "the tower holds water"


def comuna(*told: object, language: str = "C") -> subprocess.CompletedProcess[str]:
    """Run the command, with nobody at the keyboard."""
    env = {**os.environ, "LC_ALL": language, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-m", "comuna", *map(str, told)], capture_output=True, text=True, env=env, timeout=120,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def done(*told: object) -> str:
    """What a command says that is done."""
    answer = comuna(*told)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


def refused(*told: object, language: str = "C") -> str:
    """The one sentence with which a command refuses."""
    answer = comuna(*told, language=language)
    assert answer.returncode == 1
    (sentence,) = answer.stderr.splitlines()
    return sentence


@pytest.fixture
def home(tmp_path: Path) -> World:
    """The circle at its old home, with nobody there."""
    world = begin(Store(str(tmp_path / "old.db")))
    world.store.close()
    return world


@pytest.fixture
def old(tmp_path: Path) -> tuple[str, Path]:
    return "--database", tmp_path / "old.db"


@pytest.fixture
def new(tmp_path: Path) -> tuple[str, Path]:
    return "--database", tmp_path / "new.db"


@pytest.fixture
def secret(tmp_path: Path) -> tuple[str, Path]:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\nanother line\n")
    return "--passphrase-file", file


def test_a_group_moves_and_goes_on(home: World, tmp_path: Path, old, new, secret) -> None:
    file = tmp_path / "circle.age"
    assert done("group", "list", *old) == f"{home.book}  {CIRCLE}: 3 acts\n"
    said = done("group", "export", CIRCLE, file, "--move", *secret, *old)
    assert f"{CIRCLE}, 4 acts: written to {file}" in said
    assert "takes no more acts" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().startswith(age.FIRST_LINE)
    assert "goes on elsewhere" in done("group", "list", *old)
    said = done("group", "import", file, "--new-key", "--url", "https://new.example.org/", *secret, *new)
    assert f"{CIRCLE} is here now, with 5 acts." in said
    assert "https://new.example.org/key/" in said
    assert done("check", *new) == "1 book: every act agrees with its head.\n"
    assert "longer here than in the file" in refused("group", "import", file, *secret, *new)
    # and home again, where its organiser has an account already: no file opens the door of somebody who is here
    back = tmp_path / "back.age"
    done("group", "export", home.book, back, "--move", *secret, *new)
    said = done("group", "import", back, *secret, *old)
    assert "with 6 acts" in said
    assert "/key/" not in said


def test_what_cannot_be_exported(home: World, tmp_path: Path, old, secret) -> None:
    file = tmp_path / "circle.age"
    assert "no such group" in refused("group", "export", "Nobody", file, *secret, *old)
    assert "passphrase is needed" in refused("group", "export", CIRCLE, file, *old)
    (tmp_path / "passphrase").write_text("short\n")
    assert "at least 8 characters" in refused("group", "export", CIRCLE, file, *secret, *old)
    assert "nonesuch" in refused("group", "export", CIRCLE, file, "--passphrase-file", tmp_path / "nonesuch", *old)
    file.write_text("mine")
    assert "already" in refused("group", "export", CIRCLE, file, *secret, *old)
    assert file.read_text() == "mine"
    store = Store(str(tmp_path / "old.db"))
    twin = store.write(lambda tx: book.found(tx, store.shelf, name=CIRCLE, charter_text=CHARTER))
    store.close()
    said = refused("group", "export", CIRCLE, tmp_path / "other.age", *secret, *old)
    assert home.book in said
    assert twin.book in said
    assert done("group", "list", *old).count("acts") == 1, "the twin has one act"


def test_what_cannot_be_imported(home: World, tmp_path: Path, old, new, secret) -> None:
    file = tmp_path / "circle.age"
    assert "circle.age" in refused("group", "import", file, *secret, *new)
    assert not (tmp_path / "new.db").exists()
    done("group", "export", CIRCLE, file, *secret, *old)
    assert "here already" in refused("group", "import", file, *secret, *old)
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    assert "damaged" in refused("group", "import", file, *secret, *new)
    file.write_bytes(whole)
    (tmp_path / "passphrase").write_text("not the passphrase\n")
    assert "does not open" in refused("group", "import", file, *secret, *new)
    assert "no abre el archivo" in refused("group", "import", file, *secret, *new, language="es_VE.UTF-8")
    assert "is not one that Comuna wrote" in refused("group", "import", ROOT / "README.md", *secret, *new)
    assert done("group", "list", *new) == ""


def test_the_passphrase_is_asked_twice_in_a_terminal_and_not_shown(home: World, tmp_path: Path, old) -> None:
    file = tmp_path / "circle.age"
    told = [sys.executable, "-m", "comuna", "group", "export", CIRCLE, str(file), *map(str, old)]
    assert "The two passphrases differ." in typed(told, [PASSPHRASE, "something else"])
    assert not file.exists()
    said = typed(told, [PASSPHRASE, PASSPHRASE])
    assert "written to" in said
    assert PASSPHRASE not in said
    assert file.exists()


def typed(told: list[str], lines: list[str]) -> str:
    """What a command shows in a terminal where somebody types these lines when they are asked."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"LC_ALL": "C", "PYTHONPATH": str(ROOT / "src")}
        os.execv(told[0], told)
    shown, waiting, until = b"", list(lines), time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            more = os.read(terminal, 1000)
        except OSError:
            break
        shown += more
        if waiting and shown.endswith((b"Passphrase: ", b"The same again: ")):
            time.sleep(0.1)
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode()


def test_backups_while_the_site_is_written_to_and_back(home: World, tmp_path: Path, old, new, secret) -> None:
    store = Store(str(tmp_path / "old.db"))
    home.store = store
    handle, _ = home.join("Amaru")
    store.close()
    folder = tmp_path / "disk"
    writer = start(home, str(tmp_path / "old.db"), handle, "writer")
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        said = done("backup", folder, *old)
        assert "1 group" in said
        assert "It is not encrypted" in said
        assert "not encrypted" not in done("backup", folder, "--encrypt", *secret, *old)
        assert "has the database open" in refused("restore", folder, "--replace", *secret, *old)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    assert "passphrase is needed" in refused("restore", folder, *new)
    assert not (tmp_path / "new.db").exists()
    said = done("restore", folder, *secret, *new)
    assert "Put back: " in said
    assert f"{home.book}  {CIRCLE}: " in said
    assert "With --replace" in refused("restore", folder, *secret, *new)
    said = done("restore", folder, "--at", "2999", "--replace", *secret, *new)
    assert "What was here before lies in " in said
    assert "no such backup" in refused("restore", folder, "--at", "1999", *new)


def test_old_backups_are_removed_when_asked(home: World, tmp_path: Path, old) -> None:
    folder = tmp_path / "disk"
    for _ in range(2):
        done("backup", folder, *old)
    assert done("backup", folder, "--keep", 1, *old).count("Removed: ") == 2
    assert len(list(folder.glob("*.backup"))) == 1
    assert "At least one" in refused("backup", folder, "--keep", 0, *old)


def test_a_damaged_book_is_not_backed_up(home: World, tmp_path: Path, old) -> None:
    import sqlalchemy as sa

    from comuna.store import schema

    store = Store(str(tmp_path / "old.db"))
    store.write(lambda tx: tx.execute(sa.update(schema.acts).where(schema.acts.c.seq == 1).values(leaf=b"x")))
    store.close()
    assert "does not agree with itself" in refused("backup", tmp_path / "disk", *old)
    assert not list((tmp_path / "disk").glob("*.backup"))


def test_there_must_be_a_database(tmp_path: Path, new) -> None:
    assert "There is no database" in refused("backup", tmp_path / "disk", *new)
    assert "There is no database" in refused("group", "list", *new)
    assert not (tmp_path / "new.db").exists()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk needs root and leave to mount one")
    yield folder
    subprocess.run(["umount", "-l", folder], check=False)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(home: World, tmp_path: Path, small: Path, old, secret) -> None:
    store = Store(str(tmp_path / "old.db"))
    noise = text(os.urandom(600_000).hex(), bytes(32))
    store.write(lambda tx: texts.keep(tx, home.book, [noise]))
    store.close()
    assert "disk is full" in refused("backup", small, *old)
    assert "disk is full" in refused("group", "export", CIRCLE, small / "circle.age", "--move", *secret, *old)
    assert [file.name for file in small.iterdir()] == ["erasures"]
    assert "elsewhere" not in done("group", "list", *old), "it stays at home"
    done("backup", tmp_path / "disk", *old)
    assert "disk is full" in refused("restore", tmp_path / "disk", "--database", small / "new.db")
    assert [file.name for file in small.iterdir()] == ["erasures"]
