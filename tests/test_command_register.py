"""`./comuna register`: people from a file, added, listed, written out."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from comuna.cli import main
from comuna.store.store import Store
from tests.cast import begin


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with one group in it."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    store = Store(str(tmp_path / "comuna.sqlite"))
    begin(store)
    store.close()
    return str(tmp_path / "comuna.sqlite")


def comuna(capsys: pytest.CaptureFixture[str], database: str, *arguments: str) -> tuple[int, str, str]:
    code = main(["register", *arguments, "--database", database])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_file_is_tried_taken_in_and_written_out_again(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("name,household,vote_from,cédula\nInés,12,2026-Q4,1\nAmaru,13,no,2\n".encode("cp1252"))
    code, out, _ = comuna(capsys, database, "import", str(file), "--dry-run")
    assert code == 0
    assert "Read as Windows-1252." in out
    assert "“cédula” is not kept" in out
    assert "New: 2." in out
    assert "nothing was written" in out
    assert "Inés" not in comuna(capsys, database, "list")[1]
    assert comuna(capsys, database, "import", str(file))[0] == 0
    code, out, said = comuna(capsys, database, "list", "ines")
    assert out.split("\t")[1:] == ["Inés", "12", "vote:2026-Q4\n"]
    assert "1 person" in said
    written = tmp_path / "out.csv"
    assert comuna(capsys, database, "export", str(written))[0] == 0
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert comuna(capsys, database, "export", str(written))[0] == 1, "it is there already"
    code, out, said = comuna(capsys, database, "import", str(written))
    assert (code, "As they are: 2." in out, "Nothing was changed." in said) == (1, True, True)


def test_mistakes_are_said_by_line_and_nothing_is_taken_in(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(b"name,vote_from\nIn\xc3\xa9s,yes\nAm\xffr\xc3\xba,soon\n")
    code, _, said = comuna(capsys, database, "import", str(file))
    assert code == 1
    assert "Line 3: “soon”" in said
    assert "(0xFF)" in said
    assert "Nothing was taken in" in said
    assert "Inés" not in comuna(capsys, database, "list")[1]


def test_somebody_is_added(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert comuna(capsys, database, "add", "Noor", "--household", "12", "--vote-from", "Q4 2026")[0] == 0
    assert "Noor\t12\tvote:2026-Q4" in comuna(capsys, database, "list")[1]
    code, _, said = comuna(capsys, database, "add", "noor", "--household", "12")
    assert (code, "household already" in said) == (1, True)
    code, _, said = comuna(capsys, database, "add", "Paz", "--vote-from", "soon")
    assert (code, "no quarter" in said) == (1, True)
