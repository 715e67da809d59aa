"""`verify.py certificate`: the code from a paper, without the site, without the net, with nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.kernel import identity
from comuna.kernel.text import text
from comuna.rules import certificate, custody
from comuna.rules import certificate_code as codes
from comuna.rules.certificate import Ground
from comuna.store import book_keys, checkpoints, export
from comuna.store.writer import Transaction
from tests.cast import World, an_id
from tests.test_verify import VERIFY
from tests.test_verify import verify as checker

WORDS = "El Círculo hace constar que Inés vive aquí."
ONE = an_id(500)
"""The certificate of these tests."""


def issue(world: World, id: str = ONE, until: str | None = None) -> None:
    words = text(WORDS, b"s" * 32)
    given = {"unit": None, "mandate": None, "decision": None, "until": until, "on": Ground(None, None)}
    made = {"certificate": id, "kind": "residence", "text": words.ref, "today": "2026-11-22"}
    world.act(lambda s: certificate.issue(s, by=world.rosa, **made, **given), words)


def packed(world: World) -> bytes:
    with world.store.read() as connection:
        proof = checkpoints.proving(connection, world.store.shelf, world.book, world.state().certificates[ONE].act)
    return codes.pack(text(WORDS, b"s" * 32), proof, world.state().keys)


def run(*arguments: str | Path, say: str = "") -> tuple[int, str]:
    """The exit code of `verify.py certificate`, and what it says."""
    done = subprocess.run(
        [sys.executable, VERIFY, "certificate", *map(str, arguments)], capture_output=True, text=True, input=say
    )
    return done.returncode, done.stdout + done.stderr


def exported(world: World, tmp_path: Path) -> Path:
    where = tmp_path / f"{world.state().size}.zip"
    with world.store.read() as connection, where.open("wb") as file:
        export.into_zip(connection, world.store.shelf, world.book, file)
    return where


def test_a_code_is_checked_alone_and_with_its_book(world: World, tmp_path: Path) -> None:
    issue(world, until="2999-01-01")
    code = codes.letters(packed(world))
    kept = tmp_path / "code.txt"
    kept.write_text(f"https://somewhere.example/c#{code}\n", encoding="utf-8")
    for said_as in (code, f"https://somewhere.example/c#{code}", kept):
        status, said = run(said_as)
        assert status == 0, said
        assert WORDS in said
        assert "only the book knows" in said
    assert run("-", say=code)[0] == 0
    status, said = run(code, "--book", exported(world, tmp_path))
    assert status == 0, said
    assert "it was not revoked in the first" in said
    for _ in range(2):
        world.store.write(lambda tx: book_keys.rotate(tx, world.store.shelf, world.book, by=world.rosa))
    world.act(lambda s: certificate.revoke(s, by=world.rosa, certificate=ONE, reason=None))
    for each in (code, codes.letters(packed(world))):
        assert run(each)[0] == 0, "an old one holds, and one printed after two changes of key"
        status, said = run(each, "--book", exported(world, tmp_path))
        assert status == 1
        assert "it was revoked at" in said
    status, said = run(code, "--json")
    assert [json.loads(line) for line in said.splitlines()][-1]["exit"] == 0


def test_the_file_for_the_holder_is_checked_too(world: World, tmp_path: Path) -> None:
    issue(world)
    with world.store.read() as connection:
        proof = checkpoints.proving(connection, world.store.shelf, world.book, world.state().certificates[ONE].act)
    for words, status in ((WORDS, 0), (WORDS + " ", 1), (None, 1)):
        extra = msgspec.structs.replace(proof.extra, text=words, secret=(b"s" * 32).hex())
        file = tmp_path / "certificate.tlog-proof"
        file.write_text(msgspec.structs.replace(proof, extra=extra).text, encoding="utf-8")
        assert run(file)[0] == status
    whole = subprocess.run([sys.executable, VERIFY, file], capture_output=True, check=False)
    assert whole.returncode == 0, "it is a proof like any other"


def test_what_ran_out_or_is_of_another_book_is_wrong(world: World, tmp_path: Path) -> None:
    issue(world, until="2026-11-23")
    code = codes.letters(packed(world))
    status, said = run(code)
    assert status == 1
    assert "it was good until 2026-11-23" in said
    for rubbish in ("", "https://x.example/c#", code[:-3], code[3:], code.lower(), "no/such/file", "A" * 300):
        assert run(rubbish)[0] == 1, rubbish


def test_a_key_that_came_by_the_recovery_key_needs_the_book(world: World, tmp_path: Path) -> None:
    issue(world)
    letters = identity.key_from_letters(world.recovery)
    assert letters is not None

    def job(tx: Transaction) -> None:
        book_keys.recover(tx, world.store.shelf, world.book, letters, by=world.rosa)
        book_keys.rotate(tx, world.store.shelf, world.book, by=world.rosa)

    world.store.write(job)
    code = codes.letters(packed(world))
    assert run(code)[0] == 3
    assert run(code, "--book", exported(world, tmp_path))[0] == 0
    assert run(code, "--key", custody.current_key(world.state()))[0] == 0


def test_whatever_byte_is_changed_the_program_notices(world: World) -> None:
    issue(world)
    for _ in range(2):
        world.store.write(lambda tx: book_keys.rotate(tx, world.store.shelf, world.book, by=world.rosa))
    whole = packed(world)

    def holds(data: bytes) -> bool:
        report = checker.Report()
        report.print = lambda *_: None
        try:
            found = checker.read_code(codes.letters(data))
            checker.check_certificate(report, found, [], None)
            checker.tell_certificate(report, found, [])
        except checker.Fault:
            return False
        return not any(word in ("WRONG", "open") for _, word, _ in report.found)

    assert holds(whole)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, len(whole) - 1), st.integers(1, 255))
    def changed(at: int, mask: int) -> None:
        other = bytearray(whole)
        other[at] ^= mask
        assert not holds(bytes(other))

    changed()
