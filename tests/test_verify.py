"""`verify.py`, which shares nothing with what wrote the books: it finds no fault in ours, and every fault in others.

Most tests run it as people do, as a process. The thousands of cases call its functions in this one.
"""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import os
import random
import re
import subprocess
import sys
import threading
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel import note, tiles
from comuna.kernel.act import KINDS, Malformed, check
from comuna.kernel.proof_file import Extra
from comuna.kernel.text import text
from comuna.rules import cooperative, custody, distribution
from tests import making_exports as making
from tests.making_exports import Files, Making

ROOT = Path(__file__).parent.parent
VERIFY = ROOT / "verify.py"

_spec = importlib.util.spec_from_file_location("verify", VERIFY)
assert _spec is not None
assert _spec.loader is not None
verify: Any = importlib.util.module_from_spec(_spec)
sys.modules["verify"] = verify
_spec.loader.exec_module(verify)

WHOLE, WRONG, USAGE, OPEN = 0, 1, 2, 3


def run(*arguments: object, stdin: bytes | None = None, python: tuple[str, ...] = ("-I",)) -> tuple[int, str]:
    """Exit code and output. Whatever it is given, it never stumbles."""
    command = [sys.executable, *python, str(VERIFY), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)
    said = done.stdout.decode() + done.stderr.decode()
    assert "Traceback" not in said, said
    assert "stumbled" not in said, said
    return done.returncode, said


class Memory(verify.Source):  # type: ignore[misc]
    """An export that lies nowhere."""

    def __init__(self, files: Files) -> None:
        self.held, self.files = files, set(files)

    def read(self, path: str, limit: int) -> bytes | None:
        found = self.held.get(path)
        return None if found is None else found[: limit + 1]


def look_at(files: Files) -> tuple[int, str]:
    """Exit code and output for an export, without a process."""
    out, report = io.StringIO(), verify.Report()
    with redirect_stdout(out):
        try:
            thing = verify.load_book("export", Memory(files), report, False)
            verify.check_book(thing.book, thing.checkpoint, [])
        except verify.UnreadableError as error:
            report.open("reading", str(error))
        return report.verdict(), out.getvalue()


@pytest.fixture(scope="module", autouse=True)
def _signatures_are_checked_once() -> Iterator[None]:
    """The thousands of cases ask for the same few signatures; in Python each costs milliseconds."""
    plain = verify.signed_by
    verify.signed_by = lru_cache(maxsize=100_000)(plain)
    yield
    verify.signed_by = plain


@lru_cache
def eventful() -> tuple[Making, Any, int]:
    return making.eventful()


def changed(made: Making, seq: int, leaf: bytes) -> Making:
    """The same book with another leaf there, signed as if nothing had happened."""
    leaves = [*made.leaves[:seq], leaf, *made.leaves[seq + 1 :]]
    return Making(leaves=leaves, keys=made.keys, changes=made.changes)


# Books in which nothing is wrong


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 513])
def test_nothing_is_wrong_in_a_book(size: int, tmp_path: Path) -> None:
    files = making.book(size).export()
    for where in (making.write_folder(files, tmp_path / "book"), making.write_zip(files, tmp_path / "book.zip")):
        code, said = run(where)
        assert code == WHOLE, said
        assert f"{size} acts follow the grammar" in said
        assert f"the book's key signed the checkpoint of size {size}" in said
        assert "WRONG" not in said
        assert said.splitlines()[-1] == "ok    verdict: everything that was checked holds"


@pytest.mark.slow
def test_nothing_is_wrong_in_a_large_book(tmp_path: Path) -> None:
    made = making.book(70_000)
    folder = making.write_folder(made.export(), tmp_path / "book")
    assert run(folder)[0] == WHOLE
    older = making.write_zip(made.export(65_537), tmp_path / "older.zip")
    code, said = run(older, "--against", folder)
    assert code == WHOLE
    assert "their first 65537 acts are the same" in said
    (folder / "tile" / "1" / "001.p" / "17").write_bytes(bytes(17 * 32))
    assert run(folder)[0] == WRONG


def test_keys_change_witnesses_cosign_and_sessions_close(tmp_path: Path) -> None:
    made, _, closed = eventful()
    code, said = run(making.write_folder(made.export(cosigned=True, cosigned_at=100), tmp_path / "book"))
    assert code == WHOLE, said
    assert "3 changes of the key are confirmed" in said
    assert "witness.example/w1 cosigned the checkpoint of size 300 at 2027-01-15T08:00:00Z" in said
    assert "checkpoint.cosigned, of size 100, is the beginning of this book" in said
    assert "came, coming in gathering.closed/1 were counted by people" in said
    assert f"needs that text (--record): acts {closed}" in said


def test_a_zip_file_comes_by_standard_input(tmp_path: Path) -> None:
    packed = making.write_zip(making.book(3).export(), tmp_path / "book.zip").read_bytes()
    assert run("-", stdin=packed)[0] == WHOLE


def test_it_lists_the_acts_and_no_sentence_of_its_own(tmp_path: Path) -> None:
    folder = making.write_folder(making.book(3).export(), tmp_path / "book")
    done = subprocess.run([sys.executable, str(VERIFY), str(folder), "--list"], capture_output=True, check=True)
    lines = done.stdout.decode().splitlines()
    assert [line.split("  ")[0] for line in lines] == ["0", "1", "2"]
    assert lines[2].split("  ")[2:4] == ["351464", "gathering.reinstated/1"]
    code, said = run(folder, "--list", "--json")
    assert code == WHOLE
    assert json.loads(said.splitlines()[2])["data"] == {"gathering": making.an_id(1)}


def test_it_tells_the_same_as_lines_of_json(tmp_path: Path) -> None:
    code, said = run(making.write_folder(making.book(3).export(), tmp_path / "book"), "--json")
    lines = [json.loads(line) for line in said.splitlines()]
    assert code == WHOLE
    assert lines[-1]["verdict"] == "ok"
    assert lines[-1]["exit"] == WHOLE
    assert {line["finding"] for line in lines[:-1]} == {"ok", "note"}


def test_what_a_terminal_would_obey_is_shown_as_a_code() -> None:
    made = making.book(2)
    hostile = (
        made.leaves[1]
        .replace(b"gathering.cancelled/1", b"stray.act/1")
        .replace(b'"gathering":', b'"\xc2\x9b31m\xe2\x80\xae":')
    )
    out = io.StringIO()
    with redirect_stdout(out):
        verify.list_act(json.loads(hostile), verify.Report())
    assert "\\u009b31m\\u202e" in out.getvalue()


def test_a_kind_it_does_not_know_is_a_note() -> None:
    made = making.book(3)
    stray = changed(made, 1, made.leaves[1].replace(b"gathering.cancelled/1", b"motion.carried/12"))
    code, said = look_at(stray.export())
    assert code == WHOLE
    assert "note  1 acts of the kind motion.carried/12" in said


@pytest.mark.parametrize("root", ["", making.b64(bytes(32))])
def test_a_book_goes_on_from_an_older_copy_of_which_only_the_size_may_be_known(root: str) -> None:
    made = making.book(3)
    made.act(custody.BookResumed(size=40, root=root), by="system")
    code, said = look_at(made.export())
    assert code == WHOLE, said
    assert "act 3: the book lost acts; others had seen it with 40 acts" in said
    made.act(custody.BookResumed(size=41, root=root + "AAAA"), by="system")
    code, said = look_at(made.export())
    assert code == WRONG
    assert "act 4 has a `root` that is not a root, as book.resumed/1 says" in said


def test_findings_of_one_sort_are_counted_after_twenty() -> None:
    files = making.book(300).export()
    files |= {f"stray{n}": b"" for n in range(50)}
    code, said = look_at(files)
    assert code == WRONG
    assert said.count("does not belong") == 20
    assert "… and 30 more of this sort" in said
    assert "verdict: 50 things are wrong" in said


# The program


def test_it_uses_nothing_but_the_standard_library() -> None:
    tree = ast.parse(VERIFY.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)
    assert "import comuna" not in VERIFY.read_text(encoding="utf-8")
    assert run("--help", python=("-I", "-S"))[0] == 0


def test_it_knows_every_kind_of_the_format_and_its_fields() -> None:
    assert {kind: list(fields) for kind, fields in verify.FIELDS.items()} == {
        kind: list(cls.__struct_fields__) for kind, cls in KINDS.items()
    }


def test_wrong_usage(tmp_path: Path) -> None:
    assert run()[0] == USAGE
    assert run("a", "--key", "nonsense")[0] == USAGE
    key = making.book(1).verifier()
    assert run("a", "--key", key[:-6] + "AAAAA=")[0] == USAGE
    assert run("a", "b")[0] == USAGE


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + bytes(100), b"\xff\xfe\0", b"hello", bytes(5000)])
def test_what_is_no_book_is_open(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "thing").write_bytes(content)
    assert run(tmp_path / "thing")[0] == OPEN
    assert run("-", stdin=content)[0] == OPEN
    assert run(tmp_path)[0] == OPEN
    assert run(tmp_path / "missing")[0] == OPEN


# Ed25519

RFC_8032 = [  # §7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize("vector", RFC_8032)
def test_signatures_of_rfc_8032(vector: tuple[str, str, str]) -> None:
    key, message, signature = map(bytes.fromhex, vector)
    assert verify.signed_by(key, message, signature)
    assert not verify.signed_by(key, message + b"\0", signature)
    for bit in range(0, 512, 7):
        bent = bytearray(signature)
        bent[bit // 8] ^= 1 << bit % 8
        assert not verify.signed_by(key, message, bytes(bent))


def test_a_signature_or_key_written_in_another_way_is_refused() -> None:
    key, message, signature = map(bytes.fromhex, RFC_8032[2])
    s = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.signed_by(key, message, signature[:32] + s.to_bytes(32, "little"))
    assert not verify.signed_by(key, message, signature + b"\0")
    assert not verify.signed_by(key[:-1], message, signature)
    assert verify.decode_point((2).to_bytes(32, "little")) is None, "not on the curve"
    assert verify.decode_point((verify.PRIME + 1).to_bytes(32, "little")) is None, "y beyond the prime"
    assert verify.decode_point((1 | 1 << 255).to_bytes(32, "little")) is None, "x = 0 has no sign"
    assert verify.decode_point((1).to_bytes(32, "little")) == (0, 1, 1, 0)


def test_it_agrees_with_openssl() -> None:
    chance = random.Random(8032)
    for length in (0, 1, 63, 64, 111, 112, 1023, 5000):
        private = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(length)
        assert verify.signed_by(private.public_key().public_bytes_raw(), message, private.sign(message))


# Tampering


def tampered_bytes(chance: random.Random, content: bytes) -> bytes:
    """Bytes flipped, dropped, swapped, doubled, inserted, cut off or appended."""
    at = chance.randrange(len(content)) if content else 0
    to = min(len(content), at + chance.choice((1, 2, 32, 300)))
    return chance.choice(
        (
            lambda: (
                content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :] if content else b"x"
            ),
            lambda: content[:at] + content[to:],
            lambda: content[:at] + content[at:to][::-1] + content[to:],
            lambda: content[:to] + content[at:],
            lambda: content[:at] + chance.randbytes(to - at) + content[at:],
            lambda: content[:at],
            lambda: content + chance.randbytes(chance.choice((1, 2, 32))),
        )
    )()


def tampered_acts(chance: random.Random, content: bytes) -> bytes:
    """A bundle with whole acts dropped, swapped, doubled, or written otherwise."""
    leaves = tiles.unbundle(content)
    a, b = chance.randrange(len(leaves)), chance.randrange(len(leaves))
    kind = chance.randrange(4)
    if kind == 0:
        del leaves[a]
    elif kind == 1:
        leaves[a], leaves[b] = leaves[b], leaves[a]
    elif kind == 2:
        leaves.insert(b, leaves[a])
    else:
        leaves[a] = leaves[a].replace(b"T10:0", b"T10:1").replace(b'"by":"351464"', b'"by":"351465"')
    return tiles.bundle(leaves)


def tampered(chance: random.Random, files: Files) -> tuple[str, Files]:
    """An export that somebody was at, and what they did."""
    path = chance.choice(sorted(files))
    match chance.randrange(10):
        case 0:
            return f"removed {path}", {name: held for name, held in files.items() if name != path}
        case 1:
            other = chance.choice((path + ".old", path.upper(), "x/" + path, path + "0", "tile/2/000.p/1"))
            return f"renamed {path} to {other}", {other if n == path else n: held for n, held in files.items()}
        case 2:
            return "added a file", {**files, f"tile/{chance.randrange(9)}/{chance.randrange(9):03}": files[path]}
        case 3:
            other = chance.choice(sorted(files))
            return f"exchanged {path} and {other}", {**files, path: files[other], other: files[path]}
        case 4 | 5 if "entries" in path:
            return f"changed acts in {path}", {**files, path: tampered_acts(chance, files[path])}
        case _:
            return f"changed bytes of {path}", {**files, path: tampered_bytes(chance, files[path])}


def harmless(what: str, before: str, after: str) -> bool:
    """A cosignature whose line was spoiled counts as one by a key that nobody knows; a copy of the older checkpoint
    need not be there. Nothing may be said to hold that is not there any more."""
    if what == "removed checkpoint.cosigned":
        return True
    fewer = after.count(" cosigned the checkpoint of size ") < before.count(" cosigned the checkpoint of size ")
    return what == "changed bytes of checkpoint" and fewer


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_tampered_with_is_found(seed: int) -> None:
    made, _, _ = eventful()
    files = made.export(cosigned=True, cosigned_at=100) if seed % 2 else made.export(258)
    code, before = look_at(files)
    assert code == WHOLE
    chance, cases = random.Random(seed), 0
    while cases < 500:
        what, bent = tampered(chance, files)
        if bent == files:
            continue
        cases += 1
        code, said = look_at(bent)
        unrecognisable = what.startswith(("removed checkpoint", "renamed checkpoint"))
        assert code == WRONG or (code == OPEN and unrecognisable) or harmless(what, before, said), (what, said)


def test_what_is_tampered_with_is_found_by_the_process(tmp_path: Path) -> None:
    made, _, _ = eventful()
    files, chance = made.export(258), random.Random(20)
    for n in range(24):
        what, bent = tampered(chance, files)
        if bent == files:
            continue
        where = tmp_path / str(n)
        code, said = run(
            making.write_folder(bent, where) if n % 2 else making.write_zip(bent, where.with_suffix(".zip"))
        )
        assert code == WRONG or (code == OPEN and "checkpoint" in what), (what, said)


REWRITTEN = "Somebody else was there."


def rewritten(made: Making, seq: int) -> Making:
    """A book whose act was changed long after."""
    gone = re.sub(
        rb'"reason":"[0-9a-f]{64}"', b'"reason":"%s"' % text(REWRITTEN, bytes(32)).ref.encode(), made.leaves[seq]
    )
    assert gone != made.leaves[seq]
    return changed(made, seq, gone)


def test_a_rewritten_book_needs_the_key(tmp_path: Path) -> None:
    made = making.book(300)
    files = rewritten(made, 41).export()
    files["checkpoint"] = made.export()["checkpoint"]
    code, said = run(making.write_folder(files, tmp_path / "book"))
    assert code == WRONG
    assert "do not add up to the root" in said
    lines = rewritten(made, 41).checkpoint().text.splitlines()[:3]
    lines += made.checkpoint().text.splitlines()[3:]
    files["checkpoint"] = "\n".join([*lines, ""]).encode()
    code, said = run(making.write_folder(files, tmp_path / "book"))
    assert code == WRONG
    assert "the book's signature on its checkpoint of size 300 is wrong" in said


def test_with_the_key_a_book_is_rewritten_unseen_unless_somebody_kept_a_checkpoint(tmp_path: Path) -> None:
    made = making.book(300)
    other = making.write_folder(rewritten(made, 41).export(), tmp_path / "book")
    assert run(other)[0] == WHOLE
    for kept in (made.checkpoint(100), made.checkpoint(300)):
        (tmp_path / "kept").write_text(kept.text)
        code, said = run(other, "--against", tmp_path / "kept")
        assert code == WRONG
        assert f"cannot be reconciled: the book has another root at size {kept.size}" in said
    (tmp_path / "kept").write_text(made.checkpoint(41).text)
    assert run(other, "--against", tmp_path / "kept")[0] == WHOLE, "before it, both are the same"
    older = making.write_zip(made.export(270), tmp_path / "older.zip")
    for one, two in ((other, older), (older, other)):
        code, said = run(one, "--against", two)
        assert code == WRONG
        assert "part at act 41" in said
    (tmp_path / "act.tlog-proof").write_text(made.proof(3, 290).text)
    assert run(other, "--against", tmp_path / "act.tlog-proof")[0] == WRONG


def test_an_older_export_is_the_beginning_of_a_newer_one(tmp_path: Path) -> None:
    made, _, _ = eventful()
    newer = making.write_folder(made.export(), tmp_path / "book")
    for size in (1, 12, 256, 257, 299):
        code, said = run(making.write_zip(made.export(size), tmp_path / f"{size}.zip"), "--against", newer)
        assert code == WHOLE, said
        assert f"their first {size} acts are the same" in said


def test_checkpoints_alone(tmp_path: Path) -> None:
    made = making.book(20)
    for name, kept in (("a", made.checkpoint(9)), ("b", rewritten(made, 3).checkpoint(9)), ("c", made.checkpoint(12))):
        (tmp_path / name).write_text(kept.text)
    a, b, c = (tmp_path / name for name in "abc")
    assert run(a)[0] == OPEN
    assert run(a, "--key", made.verifier())[0] == WHOLE
    assert run(a, "--key", making.eventful()[0].verifier())[0] == WRONG
    code, said = run(a, "--against", b, "--key", made.verifier())
    assert code == WRONG
    assert "two roots at size 9" in said
    code, said = run(a, "--against", c, "--key", made.verifier())
    assert code == OPEN
    assert "only the book or a proof shows" in said
    book = making.write_folder(made.export(), tmp_path / "book")
    assert run(a, "--against", c, "--against", book)[0] == WHOLE
    assert run(making.write_folder(made.export(10), tmp_path / "short"), "--against", c)[0] == OPEN
    (tmp_path / "a").write_text(eventful()[0].checkpoint(9).text.replace("\n9\n", "\n10\n"))
    assert run(a, "--against", book)[0] == WRONG
    (tmp_path / "a").write_text("comuna/" + making.an_id(3) + made.checkpoint(9).text[33:])
    assert "different books" in run(a, "--against", book)[1]


def test_a_checkpoint_needs_the_key_of_its_size(tmp_path: Path) -> None:
    made, _, _ = eventful()
    for size, index in ((11, 0), (12, 1), (20, 1), (21, 2), (258, 3)):
        assert made.key_at(size) == making.secret(index), "the story's keys"
    for size in (11, 12, 257):
        assert look_at(made.export(size))[0] == WHOLE
    files = made.export(258)
    bare = note.Checkpoint(made.checkpoint(258).origin, 258, made.checkpoint(258).root)
    for n in range(4):
        key = note.Verifier(bare.origin, note.public_key(making.secret(n)))
        signed = note.sign(making.secret(n), bare.body.encode())
        line = note.Signature(key.name, key.id, signed)
        code, _ = look_at({**files, "checkpoint": bare.with_signatures([line]).text.encode()})
        assert code == (WHOLE if n == 3 else WRONG)


def test_a_kept_checkpoint_needs_the_key_of_its_size_too(tmp_path: Path) -> None:
    made, _, _ = eventful()
    book = making.write_folder(made.export(), tmp_path / "book")
    assert made.keys[3][0] == 257
    for size in (256, 257, 258):
        (tmp_path / "kept").write_text(made.checkpoint(size).text)
        assert run(tmp_path / "kept", "--against", book)[0] == WHOLE
    early = note.signed_checkpoint(made.id, 257, made.checkpoint(257).root, making.secret(3))
    (tmp_path / "kept").write_text(early.text)
    code, said = run(tmp_path / "kept", "--against", book, "--key", made.verifier())
    assert code == WRONG
    assert "the checkpoint of size 257 is not signed by the book's key" in said


def test_a_recovery_key_must_be_the_one_that_was_named() -> None:
    made = making.book(4)
    made.recoveries = 1  # the second one, though the first holds
    made.recover()
    code, said = look_at(made.export())
    assert code == WRONG
    assert "the recovery key in act 4 is not the one that the book named before" in said
    assert "is not confirmed" not in said


def test_a_signature_stands_once() -> None:
    made = making.book(3)
    doubled = made.checkpoint().text + made.checkpoint().signatures[0].line
    code, said = look_at({**made.export(), "checkpoint": doubled.encode()})
    assert code == WRONG
    assert "stands twice" in said


def test_a_tile_above_the_leaves_is_compared() -> None:
    files = making.book(257).export()
    code, said = look_at({**files, "tile/1/000.p/1": bytes(32)})
    assert code == WRONG
    assert "tile/1/000.p/1 is not what the leaves give, from its hash 0 on" in said


@pytest.mark.parametrize("written", ["AB==", "AAB=", "AA", "AA=", "A A=", "AA==\n", "-_==", "é"])
def test_base64_is_written_in_one_way(written: str) -> None:
    with pytest.raises(verify.Fault):
        verify.from_base64(written)


@pytest.mark.parametrize("kind", ["key.rotated", "key.recovered"])
@pytest.mark.parametrize("field", ["public_key", "signature", "recovery_key"])
def test_a_new_key_must_be_confirmed(kind: str, field: str) -> None:
    made, _, _ = eventful()
    seq = next(n for n, leaf in enumerate(made.leaves) if kind.encode() in leaf)
    leaf = json.loads(made.leaves[seq])
    if field not in leaf["data"]:
        return
    raw = b64decode(leaf["data"][field])
    other = note.public_key(making.secret(9)) if field != "signature" else raw[:40] + bytes([raw[40] ^ 1]) + raw[41:]
    leaf["data"][field] = b64encode(other).decode()
    code, said = look_at(changed(made, seq, json.dumps(leaf, separators=(",", ":")).encode()).export())
    assert code == WRONG
    assert f"act {seq}" in said


# Grammar: the book is signed as it is, so that nothing but the grammar speaks against it


def leaf_with(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(leaf: bytes) -> bytes:
        assert old in leaf
        return leaf.replace(old, new, 1)

    return change


BAD_LEAVES = {
    "a space": leaf_with(b'"v":1', b'"v": 1'),
    "a line break at the end": lambda leaf: leaf + b"\n",
    "a byte order mark": lambda leaf: b"\xef\xbb\xbf" + leaf,
    "a key twice": leaf_with(b'{"v":1', b'{"v":1,"v":1'),
    "a key twice in data": leaf_with(b'"reason":', b'"reason":null,"reason":'),
    "another order": leaf_with(b'"v":1,"book":"', b'"book":"'),
    "version 2": leaf_with(b'"v":1', b'"v":2'),
    "version true": leaf_with(b'"v":1', b'"v":true'),
    "a float": leaf_with(b'"v":1', b'"v":1.0'),
    "an exponent": leaf_with(b'"v":1', b'"v":1e0'),
    "not a number": leaf_with(b'"v":1', b'"v":NaN'),
    "minus zero": leaf_with(b'"seq":1', b'"seq":-0'),
    "a leading zero": leaf_with(b'"seq":1', b'"seq":01'),
    "2^53": leaf_with(b'"seq":1', b'"seq":9007199254740992'),
    "a giant": leaf_with(b'"seq":1', b'"seq":' + b"9" * 6000),
    "another number": leaf_with(b'"seq":1', b'"seq":2'),
    "a number as a string": leaf_with(b'"seq":1', b'"seq":"1"'),
    "another book": lambda leaf: re.sub(rb'"book":"\w+"', b'"book":"%s"' % making.an_id(9).encode(), leaf),
    "no day": leaf_with(b"2026-11-22", b"2026-11-31"),
    "no hour": leaf_with(b"T10:", b"T24:"),
    "a leap second": leaf_with(b":01Z", b":60Z"),
    "a zone": leaf_with(b":01Z", b":01+00:00"),
    "the day before": leaf_with(b"2026-11-22", b"2026-11-21"),
    "an escaped slash": leaf_with(b"cancelled/1", b"cancelled\\/1"),
    "an escaped letter": leaf_with(b"351464", b"\\u00351464"),
    "a short number": leaf_with(b"351464", b"351"),
    "a number from 0": leaf_with(b"351464", b"051464"),
    "foreign digits": leaf_with(b"351464", "35146٤".encode()),
    "no version of the kind": leaf_with(b"cancelled/1", b"cancelled"),
    "version 0 of the kind": leaf_with(b"cancelled/1", b"cancelled/0"),
    "a long salt": leaf_with(b'"salt":"', b'"salt":"0'),
    "capitals in the salt": lambda leaf: re.sub(
        rb'"salt":"(.+?)"', lambda m: m[0].upper().replace(b"SALT", b"salt"), leaf
    ),
    "a list for data": leaf_with(b'"data":', b'"data":[],"more":'),
    "data is null": lambda leaf: re.sub(rb'"data":\{.+\}\}', b'"data":null}', leaf),
    "another field": leaf_with(b'"reason":', b'"because":null,"reason":'),
    "a field is missing": lambda leaf: re.sub(rb',"reason":"\w+"', b"", leaf),
    "a short digest": lambda leaf: re.sub(rb'"reason":"\w', b'"reason":"', leaf),
    "not UTF-8": leaf_with(b'"reason":"', b'"reason":"\xff'),
    "half a surrogate pair": leaf_with(b'"reason":"', b'"reason":"\\ud800'),
    "half a surrogate pair in bytes": leaf_with(b'"reason":"', b'"reason":"\xed\xa0\x80'),
    "a control character": leaf_with(b'"reason":"', b'"reason":"\x01'),
    "an escape in capitals": leaf_with(b'"reason":"', b'"reason":"\\u001F'),
    "deep": leaf_with(b'"reason":', b'"deep":' + b"[" * 30_000 + b"]" * 30_000 + b',"reason":'),
    "deep and broken": leaf_with(b'"reason":', b'"deep":' + b"[" * 60_000),
    "empty": lambda leaf: b"",
    "a list": lambda leaf: b"[]",
    "founding again": lambda leaf: making.book(1).leaves[0].replace(b'"seq":0', b'"seq":1'),
}


@pytest.mark.parametrize("what", sorted(BAD_LEAVES))
def test_a_leaf_follows_the_grammar_to_the_letter(what: str) -> None:
    made = making.book(3)
    bad = BAD_LEAVES[what](made.leaves[1])
    assert bad != made.leaves[1]
    code, said = look_at(changed(made, 1, bad).export())
    assert code == WRONG, said
    assert "act 1 " in said
    assert "add up to the root" in said, "nothing but the grammar is wrong"


def test_characters_that_stand_for_themselves() -> None:
    made = making.book(3)
    said = '/é\x7f\u2028😀"\\\b\f\n\r\t\x01\x1f'
    leaf = {
        **json.loads(made.leaves[1]),
        "kind": "motion.carried/1",
        "data": {"words": [said, -1, 2**53 - 1, None, True]},
    }
    written = json.dumps(leaf, ensure_ascii=False, separators=(",", ":")).encode()
    assert look_at(changed(made, 1, written).export())[0] == WHOLE


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"public_key":"', b'"public_key":"A', "public_key"),
        (b'"charter":"', b'"charter":" ', "does not have the digest"),
        (b'"by":"system"', b'"by":"351464"', "not by system"),
        (b"group.founded/1", b"group.begun/1", "does not found the book"),
    ],
)
def test_act_0_founds_the_book(old: bytes, new: bytes, told: str) -> None:
    made = making.book(3)
    assert old in made.leaves[0]
    code, said = look_at(changed(made, 0, made.leaves[0].replace(old, new)).export())
    assert code == WRONG
    assert told in said


def test_a_key_that_does_not_give_the_id() -> None:
    made = making.book(3)
    mine, other = (b64encode(note.public_key(making.secret(n))) for n in (0, 5))
    code, said = look_at(changed(made, 0, made.leaves[0].replace(mine, other)).export())
    assert code == WRONG
    assert f"the key in act 0 gives the id {verify.book_id(b64decode(other))}, not {made.id}" in said


def test_the_takeaways_are_counted_again() -> None:
    made, _, closed = eventful()
    code, said = look_at(
        changed(made, closed, made.leaves[closed].replace(b'"takeaways":2', b'"takeaways":3')).export()
    )
    assert code == WRONG
    assert f"act {closed} counts 3 takeaways; the book holds 2" in said


def test_what_is_handed_out_and_shared_adds_up() -> None:
    gas = {"distribution": making.an_id(7), "good": "gas"}
    fits = {
        "surplus": making.an_id(8), "decision": making.an_id(9),
        "since": "2026-01-01", "until": "2026-06-30", "rule": "hours",
        "amount": 100, "currency": "USD", "production": 20, "care": 10, "reinvestment": 5, "shared": 65, "members": 3,
        "minutes": 60, "seed": "ab" * 16, "digest": "d" * 64,
    }  # fmt: skip
    for delivered, shared, found in ((9, 65, None), (10, 65, "hands out and leaves"), (9, 66, "shares another sum")):
        made = Making()
        made.found()
        made.act(distribution.DistributionArrived(**gas, arrived=10, short=0, receiving=10, over=0))
        made.act(distribution.DistributionClosed(**gas, served=9, delivered=delivered, left=1))
        made.act(cooperative.SurplusShared(**{**fits, "shared": shared}))
        code, said = look_at(made.export())
        assert (code == WRONG) == (found is not None)
        assert found is None or found in said


def test_an_erased_text_was_named() -> None:
    made, _, closed = eventful()
    leaf = made.leaves[closed + 1].replace(b'"act":%d' % (closed - 2), b'"act":%d' % (closed - 1))
    code, said = look_at(changed(made, closed + 1, leaf).export())
    assert code == WRONG
    assert "does not name" in said


# Cosignatures


def test_a_cosignature_is_by_a_witness_that_the_book_names() -> None:
    made, _, _ = eventful()
    at_5, at_6 = made.export(5, cosigned=True), made.export(6, cosigned=True)
    assert "by a key that is not known" in look_at(at_5)[1], "the witness was named in act 5"
    assert " cosigned the checkpoint of size 6 " in look_at(at_6)[1]
    early = {**made.export(), "checkpoint.cosigned": made.checkpoint(5, cosigned=True).text.encode()}
    code, said = look_at(early)
    assert code == WRONG
    assert "cosigned by no witness that the book named" in said
    bare = made.checkpoint()
    line = note.cosign(made.checkpoint(299), making.WITNESS, making.WITNESS_SECRET, 1_800_000_000)
    code, said = look_at({**made.export(), "checkpoint": bare.with_signatures([line]).text.encode()})
    assert code == WRONG
    assert "the cosignature of witness.example/w1 at size 300 is wrong" in said
    stranger = note.cosign(bare, making.WITNESS, making.secret(8), 1_800_000_000)
    code, said = look_at({**made.export(), "checkpoint": bare.with_signatures([stranger]).text.encode()})
    assert code == WHOLE
    assert "note  a signature of witness.example/w1" in said


def test_the_cosigned_checkpoint_is_an_older_one_of_this_book() -> None:
    made, _, _ = eventful()
    files = made.export()

    def with_cosigned(content: str) -> int:
        return look_at({**files, "checkpoint.cosigned": content.encode()})[0]

    assert with_cosigned(made.checkpoint(100, cosigned=True).text) == WHOLE
    assert with_cosigned(made.checkpoint(100).text) == WRONG, "nobody cosigned it"
    assert with_cosigned(made.checkpoint(300, cosigned=True).text) == WRONG, "it is not older"
    assert with_cosigned(rewritten(made, 1).checkpoint(100, cosigned=True).text) == WRONG, "it is of another book"
    assert with_cosigned("nonsense") == WRONG


# Proofs


def test_a_proof_shows_that_an_act_stands_in_the_book(tmp_path: Path) -> None:
    made, _, _ = eventful()
    where = tmp_path / "act.tlog-proof"
    for seq in (0, 3, 11, 14):
        where.write_text(made.proof(seq, 15).text)
        code, said = run(where)
        assert code == WHOLE, said
        assert f"act {seq} of the book {made.id}, written down at 2026" in said
    where.write_text(made.proof(280).text)
    assert run(where)[0] == OPEN, "a key came by key.recovered"
    assert run(where, "--key", made.verifier())[0] == WHOLE
    assert run(where, "--against", making.write_folder(made.export(), tmp_path / "book"))[0] == WHOLE
    where.write_text(made.proof(280, extra=Extra()).text)
    assert run(where, "--key", made.verifier())[0] == OPEN, "there is no leaf"
    (tmp_path / "leaf").write_bytes(made.leaves[280])
    assert run(where, "--leaf", tmp_path / "leaf")[0] == OPEN, "there is no key"
    assert run(where, "--key", made.verifier(), "--leaf", tmp_path / "leaf")[0] == WHOLE
    (tmp_path / "leaf").write_bytes(made.leaves[281])
    assert run(where, "--key", made.verifier(), "--leaf", tmp_path / "leaf")[0] == WRONG


def test_a_witness_key_is_given_for_a_proof(tmp_path: Path) -> None:
    made = making.book(9)
    key = note.Verifier(making.WITNESS, note.public_key(making.WITNESS_SECRET), note.COSIGNATURE)
    proof = made.proof(3)
    cosigned = note.cosign(proof.checkpoint, making.WITNESS, making.WITNESS_SECRET, 1_800_000_000)
    (tmp_path / "act.tlog-proof").write_text(proof.text + cosigned.line)
    assert "by a key that is not known" in run(tmp_path / "act.tlog-proof")[1]
    assert f"{making.WITNESS} cosigned" in run(tmp_path / "act.tlog-proof", "--key", key)[1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_every_proof_of_a_small_book(size: int) -> None:
    made = making.book(size)
    for seq in range(size):
        proof = verify.read_proof(made.proof(seq).text.encode())
        leads_to = verify.root_of_proof(seq, size, verify.leaf_hash(proof.leaf), proof.path)
        assert leads_to == proof.checkpoint.root
        for other in range(size + 2):
            if other != seq:
                assert verify.root_of_proof(other, size, verify.leaf_hash(proof.leaf), proof.path) != leads_to


def look_at_proof(content: bytes) -> tuple[int, str]:
    out, report = io.StringIO(), verify.Report()
    with redirect_stdout(out):
        try:
            proof = verify.read_proof(content)
            verify.check_checkpoint(report, proof.checkpoint, proof, [], [])
            verify.check_proof(report, proof, proof.leaf, False)
        except verify.Fault as fault:
            report.wrong("reading", str(fault))
        return report.verdict(), out.getvalue()


def test_a_forged_proof_does_not_hold() -> None:
    made = making.book(100)
    real = made.proof(41)
    code, before = look_at_proof(real.text.encode())
    assert code == WHOLE
    chance = random.Random(41)
    for _ in range(2000):
        bent = tampered_bytes(chance, real.text.encode())
        code, said = look_at_proof(bent)
        # a spoiled name in `extra` is a key that is not there: what holds without it, holds
        assert code != WHOLE or said == before, said


def test_a_proof_is_forged_with_a_key_of_ones_own() -> None:
    made = making.book(100)
    forged = rewritten(made, 41)
    forged.keys = [(0, making.secret(5))]
    own = b64encode(note.public_key(making.secret(5))).decode()
    code, said = look_at_proof(forged.proof(41, extra=Extra(forged.leaves[41].decode(), own)).text.encode())
    assert code == WRONG
    assert "the first key in the proof gives the id" in said
    first = b64encode(note.public_key(making.secret(0))).decode()
    assert look_at_proof(forged.proof(41, extra=Extra(forged.leaves[41].decode(), first)).text.encode())[0] == OPEN
    other = made.proof(41, extra=Extra(forged.leaves[41].decode(), first))
    assert "the leaf is not act 41" in look_at_proof(other.text.encode())[1]
    misplaced = changed(made, 41, made.leaves[43])
    code, said = look_at_proof(misplaced.proof(41).text.encode())
    assert code == WRONG
    assert "the leaf calls itself act 43" in said
    moved = made.proof(41, extra=Extra(made.leaves[43].decode(), first))
    assert look_at_proof(moved.text.encode())[0] == WRONG


# Records


def test_a_record_is_the_text_that_the_act_names(tmp_path: Path) -> None:
    made, kept, closed = eventful()
    book = making.write_folder(made.export(), tmp_path / "book")
    proof, where = tmp_path / "act.tlog-proof", tmp_path / "record.json"
    proof.write_text(made.proof(closed, 15).text)
    record = made.record(closed, kept)

    def told(**other: object) -> tuple[int, str]:
        where.write_text(json.dumps(record | other))
        return run(book, "--record", where)

    code, said = told()
    assert code == WHOLE, said
    assert f"moments, answers, entries, takeaways of act {closed} come out the same" in said
    assert "needs that text" not in said
    assert run(proof, "--record", where)[0] == WHOLE
    body = str(record["body"])
    assert told(body=body + " ")[0] == WRONG
    assert told(secret="00" * 32)[0] == WRONG
    assert told(act=closed - 1)[0] == WRONG
    assert told(act=9999)[0] == OPEN
    assert told(book=making.an_id(9))[0] == OPEN
    assert told(domain="comuna/text/2")[0] == WRONG
    assert told(act="3")[0] == WRONG
    for nonsense in ("", "[]", "{}", "[" * 100_000, '{"act":' + "9" * 9999 + "}", "\udcff"):
        where.write_bytes(nonsense.encode("utf-8", "surrogateescape"))
        assert run(book, "--record", where)[0] == WRONG
    assert run(book, "--record", tmp_path / "missing")[0] == OPEN


@pytest.mark.parametrize("counts", [{"moments": 4}, {"answers": 0}, {"entries": 1}, {"takeaways": 1}])
def test_the_counts_are_counted_again_in_the_record(counts: dict[str, int], tmp_path: Path) -> None:
    (name, number), *_ = counts.items()
    made = making.book(2)
    kept = made.hold(making.CLOSED, making.RECORD)
    closed = len(made.leaves) - 1
    leaf = json.loads(made.leaves[closed])
    leaf["data"][name] = number
    other = changed(made, closed, json.dumps(leaf, separators=(",", ":")).encode())
    (tmp_path / "record.json").write_text(json.dumps(other.record(closed, kept)))
    book = making.write_zip(other.export(), tmp_path / "book.zip")
    code, said = run(book, "--record", tmp_path / "record.json")
    assert code == WRONG
    assert f"act {closed} counts {number} {name}; the text holds" in said


# Hostile files


def test_a_zip_file_that_means_harm(tmp_path: Path) -> None:
    files = making.book(3).export()
    where = tmp_path / "book.zip"
    for name in ("../../escaped", "/escaped", "tile/entries/../../../escaped", "C:\\escaped", "x" * 60_000):
        assert run(making.write_zip({**files, name: b"x"}, where))[0] == WRONG
    assert not list(tmp_path.parent.rglob("escaped"))
    bomb = {**files, "checkpoint": bytes(200_000_000)}
    assert run(making.write_zip(bomb, where))[0] == WRONG
    bomb = {**files, "tile/entries/000.p/3": bytes(200_000_000)}
    assert run(making.write_zip(bomb, where))[0] == WRONG
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(making.write_zip(files, where), "a") as packed:
        packed.writestr("checkpoint", files["checkpoint"])
    assert run(where)[0] == WRONG
    with zipfile.ZipFile(where, "w", zipfile.ZIP_LZMA) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    assert run(where)[0] == WRONG
    whole = making.write_zip(files, where).read_bytes()
    chance = random.Random(1)
    for _ in range(12):
        where.write_bytes(whole[: chance.randrange(len(whole))])
        assert run(where)[0] in (WRONG, OPEN)


@pytest.mark.parametrize("size", ["0", "4", "300", "9" * 18, "9" * 19, "9" * 5000, "-1", "03", "1e9", "٣"])
def test_a_checkpoint_that_lies_about_its_size(size: str) -> None:
    files = making.book(3).export()
    bent = files["checkpoint"].replace(b"\n3\n", f"\n{size}\n".encode())
    code, said = look_at({**files, "checkpoint": bent})
    assert code == WRONG
    assert said.count("is missing") <= 20


def test_every_byte_of_a_checkpoint_counts() -> None:
    files = making.book(3).export()
    for at in range(len(files["checkpoint"])):
        for bent in (0x01, 0x20, 0x80):
            changed_ = bytearray(files["checkpoint"])
            changed_[at] ^= bent
            assert look_at({**files, "checkpoint": bytes(changed_)})[0] == WRONG


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_files_that_are_none(tmp_path: Path) -> None:
    folder = making.write_folder(making.book(3).export(), tmp_path / "book")
    tile = folder / "tile" / "0" / "000.p" / "3"
    tile.rename(tmp_path / "tile")
    os.mkfifo(tile)
    assert run(folder)[0] == WRONG
    tile.unlink()
    tile.symlink_to(tmp_path / "tile")
    assert run(folder)[0] == WRONG


# Its readers take anything

PARTS = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            *making.book(2).checkpoint(cosigned=True).text.encode().splitlines(keepends=True),
            *making.book(2).proof(1).text.encode().splitlines(keepends=True),
            *re.split(rb"(?=[,:{}])", making.book(2).leaves[1]),
            b"\n",
            b"[" * 2000,
            b"9" * 5000,
        ]
    ),
)
JUNK = st.lists(PARTS, max_size=24).map(b"".join)


def refuses_or_reads(reader: Callable[[Any], object], junk: object) -> None:
    with suppress(verify.Fault, verify.UnreadableError):
        reader(junk)


@given(JUNK)
def test_its_readers_refuse_or_read(junk: bytes) -> None:
    for reader in (verify.read_checkpoint, verify.read_proof, verify.read_act, verify.read_any_json):
        refuses_or_reads(reader, junk)
    verify.split_bundle(junk, 256)
    look_at({"checkpoint": junk, "tile/entries/000.p/2": junk})
    look_at({**making.book(2).export(), "checkpoint.cosigned": junk, "tile/0/000.p/2": junk})
    look_at_proof(verify.PROOF.encode() + b"\n" + junk)


@given(st.text())
def test_its_readers_of_text_refuse_or_read(junk: str) -> None:
    for reader in (verify.read_key, verify.from_base64, verify.read_extra):
        refuses_or_reads(reader, junk)
    verify.tile_at(junk)
    verify.printable(junk)
    for is_ in (*verify.TYPES.values(), *verify.ENVELOPE.values()):
        is_(junk)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_its_types_and_readers_take_any_value(value: object) -> None:
    for is_ in (*verify.TYPES.values(), *verify.ENVELOPE.values()):
        assert is_(value) in (True, False)
    envelope = json.loads(making.book(2).leaves[1])
    for kind in verify.KINDS:
        list(
            verify.faults_of_data({**envelope, "kind": kind, "data": {"gathering": value, "key": value, "act": value}})
        )
    refuses_or_reads(verify.read_extra, b64encode(json.dumps(value).encode()).decode())
    refuses_or_reads(
        verify.read_extra,
        b64encode(json.dumps({"leaf": value, "public_key": value, "changes": value}).encode()).decode(),
    )


@given(st.integers(0, 10**18), st.sampled_from(["entries", "0", "9"]), st.integers(1, 256))
def test_a_tile_has_one_path(number: int, level: str, width: int) -> None:
    path = verify.tile_path(level, number, width)
    assert path == tiles.Tile(None if level == "entries" else int(level), number, width).path
    assert verify.tile_at(path) == (level, number, width)


# Two readers of one format: what ours accepts, this one accepts, and the other way round


@given(st.integers(0, 1), JUNK, st.integers(0, 400), st.integers(0, 40))
def test_both_readers_of_an_envelope_agree(seq: int, junk: bytes, at: int, drop: int) -> None:
    whole = making.book(2).leaves[seq]
    for leaf in (whole[:at] + junk + whole[at + drop :], whole[:at] + whole[at + drop :], whole):
        try:
            check(leaf)
            ours = True
        except Malformed:
            ours = False
        try:
            act = verify.read_act(leaf)
            theirs = act["kind"] in verify.KINDS and not list(verify.faults_of_data(act))
        except verify.Fault:
            theirs, act = False, None
        assert not ours or act is not None, "the envelope that ours accepts breaks the page's grammar"
        assert not theirs or ours, "ours refuses what the page allows"


# A book that is served


class Served:
    """A server with the files of a book; `answers` says what it does otherwise."""

    def __init__(self, files: Files, **answers: int | bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.split("/", 3)[3]
                other = next((answer for part, answer in answers.items() if path.startswith(part)), None)
                content = files.get(path) if other is None else other if isinstance(other, bytes) else None
                self.send_response(other if isinstance(other, int) else 404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/b"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_live_book(tmp_path: Path) -> None:
    made, kept, closed = eventful()
    with Served(made.export(cosigned=True, cosigned_at=100)) as base:
        code, said = run(f"{base}/{made.id}")
        assert code == WHOLE, said
        assert run(f"{base}/{made.id}/", "--key", made.verifier())[0] == WHOLE
        older = making.write_zip(made.export(259), tmp_path / "older.zip")
        assert run(f"{base}/{made.id}", "--against", older)[0] == WHOLE
        (tmp_path / "record.json").write_text(json.dumps(made.record(closed, kept)))
        assert run(f"{base}/{made.id}", "--record", tmp_path / "record.json")[0] == WHOLE
        code, said = run(f"{base}/{making.an_id(3)}")
        assert code == WRONG
        assert f"the checkpoint there is of the book {made.id}" in said


def test_a_live_book_that_went_on_and_dropped_its_partial_tiles() -> None:
    made = making.book(600)
    files = {
        **tiles_of_full(made),
        "checkpoint": made.checkpoint(300).text.encode(),
        **making.tiles_for(made.leaves[:256]),
    }
    with Served(files | {"tile/1/000.p/1": made.export(300)["tile/1/000.p/1"]}) as base:
        code, said = run(f"{base}/{made.id}")
        assert code == WHOLE, said


def tiles_of_full(made: Making) -> Files:
    return {path: content for path, content in made.export().items() if ".p/" not in path}


def test_a_book_for_members_shows_its_checkpoint() -> None:
    made = making.book(3)
    with Served(made.export(), tile=403) as base:
        code, said = run(f"{base}/{made.id}", "--key", made.verifier())
        assert code == OPEN
        assert "the book is for its members" in said
        assert "the book's key signed the checkpoint of size 3" in said
        assert run(f"{base}/{made.id}", "--key", making.eventful()[0].verifier())[0] == WRONG


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        ("tile/0", 404, WRONG),
        ("tile/entries", 404, WRONG),
        ("tile/0", b"short", WRONG),
        ("tile/entries", b"", WRONG),
        ("tile/entries", bytes(50_000), WRONG),
        ("tile/0", 500, OPEN),
        ("tile/entries", 500, OPEN),
        ("checkpoint", 500, OPEN),
        ("checkpoint", 404, OPEN),
        ("checkpoint", 403, OPEN),
        ("checkpoint", b"<html>", WRONG),
        ("checkpoint", bytes(1 << 20), WRONG),
    ],
)
def test_a_server_that_fails(path: str, answer: int | bytes, code: int) -> None:
    made = making.book(3)
    with Served(made.export(), **{path: answer}) as base:
        found, said = run(f"{base}/{made.id}")
        assert found == code, said


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/b/x", "http://", "http://[", "https://\u2028/", "http://a b/"])
def test_an_address_where_nobody_answers(address: str) -> None:
    assert run(address)[0] == OPEN
