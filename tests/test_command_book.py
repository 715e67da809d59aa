"""`./comuna book` and `./comuna witness`, run as real processes on the circle's database."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from comuna.kernel import note
from comuna.rules import custody
from comuna.store import export
from comuna.store.store import Store
from tests.cast import World, an_id
from tests.store.test_damage import rewind

ROOT = Path(__file__).parents[1]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(world: World, address: str) -> Run:
    """The command on the circle's database; `given`: what is typed."""

    def command(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "comuna", *arguments, "--database", address],
            input=given, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "LANG": "C.UTF-8", "LANGUAGE": "en"},
        )  # fmt: skip

    return command


def test_a_book_is_exported_and_verified_by_the_program_that_shares_nothing(
    world: World, run: Run, tmp_path: Path
) -> None:
    world.grow(300)
    for place in ("out", "book.zip"):
        done = run("book", "export", str(tmp_path / place), "--group", "circle of the  water tower")
        assert done.returncode == 0, done.stderr
        assert "300 acts" in done.stdout
        checked = run("book", "verify", str(tmp_path / place))
        assert checked.returncode == 0, checked.stdout
        assert "WRONG" not in checked.stdout
    every = run("book", "export", str(tmp_path / "all"))
    assert every.returncode == 0
    assert (tmp_path / "all" / world.book / "checkpoint").exists()
    world.grow(310)
    assert run("book", "export", str(tmp_path / "out"), "--group", world.book).returncode == 0
    held = export.checkpoint_in(tmp_path / "out")
    assert held is not None
    assert held.size == 310
    assert run("book", "verify").returncode == 0
    bundle = tmp_path / "out" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"gathering.cancelled", b"gathering.cancellex", 1))
    spoilt = run("book", "verify", str(tmp_path / "out"))
    assert spoilt.returncode == 1
    assert "WRONG" in spoilt.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "out", "--group", "nobody"], "There is no such group here."),
        (["catch-up", "nobody", "out"], "There is no such group here."),
        (["catch-up", "Circle of the Water Tower", "nowhere"], "There is no export of a book at nowhere."),
        (["resume"], "Nothing of this book is lost"),
    ],
)
def test_mistakes_are_told_in_a_sentence(run: Run, arguments: list[str], said: str) -> None:
    done = run("book", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_something_else_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter").write_text("Dear council")
    done = run("book", "export", str(tmp_path / "letters"), "--group", "Circle of the Water Tower")
    assert done.returncode == 1
    assert "holds something else" in done.stderr
    assert (tmp_path / "letters" / "letter").read_text() == "Dear council"


def test_an_older_copy_catches_up_from_an_export(world: World, run: Run, tmp_path: Path, address: str) -> None:
    world.grow(300)
    world.call(an_id(9))
    whole = world.state()
    run("book", "export", str(tmp_path / "out"), "--group", world.book)
    rewind(world, 40)
    world.store.write(lambda tx: tx.execute(_no_tiles()))
    refused = run("up", "--port", "0")
    assert refused.returncode == 1
    assert "has seen it with 301: this is an older copy" in refused.stderr
    assert f"./comuna book catch-up {world.book}" in refused.stderr
    done = run("book", "catch-up", world.book, str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "had 40 acts here and has 301 now" in done.stdout
    fresh = Store(address)
    with fresh.read() as connection:
        assert fresh.state(connection, world.book) == whole
    assert fresh.check() == 1
    fresh.close()
    again = run("book", "catch-up", world.book, str(tmp_path / "out"))
    assert "nothing that is not here already" in again.stderr


def _no_tiles():  # type: ignore[no-untyped-def]
    import sqlalchemy as sa

    from comuna.store import schema

    return sa.delete(schema.tiles)


@pytest.mark.parametrize("how", ["another past", "another key", "a spoilt act"])
def test_a_book_catches_up_from_nothing_that_it_should_not(world: World, run: Run, tmp_path: Path, how: str) -> None:
    world.grow(9)
    run("book", "export", str(tmp_path / "out"), "--group", world.book)
    rewind(world, 5)
    if how == "another past":
        world.call(an_id(9))
    elif how == "another key":
        held = export.checkpoint_in(tmp_path / "out")
        assert held is not None
        forged = note.signed_checkpoint(world.book, held.size, held.root, bytes(32))
        (tmp_path / "out" / "checkpoint").write_text(forged.text, encoding="utf-8")
    else:
        bundle = tmp_path / "out" / "tile" / "entries" / "000.p" / "9"
        bundle.write_bytes(bundle.read_bytes()[:-2] + b"]}")
    before = world.state()
    done = run("book", "catch-up", world.book, str(tmp_path / "out"))
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert world.state() == before
    assert world.store.check() == 1


def test_keys_are_rotated_and_recovered(world: World, run: Run) -> None:
    first = custody.current_key(world.state())
    rotated = run("book", "rotate-key")
    assert rotated.returncode == 0, rotated.stderr
    assert str(custody.current_key(world.state())) in rotated.stdout
    assert run("book", "recover-key", given="ABCD EFGH\n").returncode == 1
    recovered = run("book", "recover-key", given=world.recovery + "\n")
    assert recovered.returncode == 0, recovered.stderr
    assert re.search(r"(?:[A-Z2-7]{4} ){13}", recovered.stdout), "the next recovery key is printed"
    assert len({first, custody.current_key(world.state())}) == 2
    again = run("book", "recover-key", given=world.recovery + "\n")
    assert again.returncode == 1
    assert "not this book’s recovery key" in again.stderr
    assert run("check").returncode == 0


def test_a_witness_is_kept_from_the_command_line(world: World, run: Run) -> None:
    line = run("witness", "show", "--url", "https://w.example/").stdout
    assert re.match(r"comuna/witness/\w+\+\w{8}\+\S+ https://w\.example/witness\n", line)
    key = str(note.book_verifier(an_id(4), note.public_key(bytes(32))))
    assert run("witness", "watch", key).returncode == 0
    assert f"watches comuna/{an_id(4)}, seen with 0 acts" in run("witness", "show").stdout
    assert run("witness", "watch", key).returncode == 1
    assert run("witness", "watch", "hello").returncode == 1
    assert run("witness", "forget", f"comuna/{an_id(4)}").returncode == 0
    assert run("witness", "forget", f"comuna/{an_id(4)}").returncode == 1
    assert run("witness", "ask").returncode == 0
