"""Go reads our books: what its checksum database is made of checks every leaf, every tile and every proof of ours.

`golang/check.go` uses nothing of ours; see there what it does.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from comuna.kernel import note, proof, proof_file
from comuna.kernel.tree import full_root, leaf_hash
from comuna.rules import custody
from comuna.store import book as books
from comuna.store import checkpoints, export, people
from comuna.store.store import Store
from comuna.store.tiles import Tree
from comuna.store.writer import Transaction
from tests.cast import CHARTER, CIRCLE, Clock, World, an_id, session
from tests.golden_story import GOLDEN, acts_of

PROGRAM = Path(__file__).parent / "golang" / "check.go"
LIBRARY = Path("/usr/share/gocode")
"""Where Debian puts Go's libraries."""
SIZES = (1, 2, 3, 255, 256, 257, 700)

Question = dict[str, Any]
Ask = Callable[[Question], dict[str, Any]]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Put a question to the Go program, which is built once."""
    if shutil.which("go") is None or not (LIBRARY / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog").is_dir():
        missing = "Go and its library are not here: install Debian's `golang-go` and `golang-golang-x-mod-dev`"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    scratch = tmp_path_factory.mktemp("golang")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(LIBRARY), "GOFLAGS": "", "CGO_ENABLED": "0"}
    environment |= {"GOCACHE": str(scratch / "cache"), "GOTOOLCHAIN": "local"}
    program = scratch / "check"
    built = subprocess.run(
        ["go", "build", "-o", program, PROGRAM], env=environment, capture_output=True, text=True, timeout=300
    )
    assert built.returncode == 0, built.stderr

    def answer(question: Question) -> dict[str, Any]:
        done = subprocess.run([program], input=json.dumps(question), capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        found["Faults"] = found["Faults"] or []
        return found

    return answer


@dataclass
class Exported:
    """A book as it was exported at one size, with the proofs that we made then."""

    folder: Path
    size: int
    key: str
    checkpoint: str
    inclusion: dict[str, list[str]] = field(default_factory=dict)
    consistent: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def question(self, **changes: Any) -> Question:
        """All that can be asked about it."""
        asked = {"Book": str(self.folder), "Key": self.key, "Witnesses": [], "Files": self.files}
        return {**asked, "Inclusion": self.inclusion, "Consistent": self.consistent, **changes}


def written(path: list[bytes]) -> list[str]:
    return [b64encode(hashed).decode() for hashed in path]


def exported(store: Store, book: str, folder: Path) -> Exported:
    with store.read() as connection:
        made = export.into_folder(connection, store.shelf, book, folder)
        state = store.state(connection, book)
        assert state is not None
        found = Exported(folder, made.size, str(custody.current_key(state)), made.text)
        tree = Tree(connection, book, made.size)
        for act in range(made.size):
            found.inclusion[str(act)] = written(tree.inclusion(act))
            found.consistent[str(act + 1)] = written(tree.consistency(act + 1))
        for act in {0, made.size // 2, made.size - 1}:
            found.files[f"{act}.tlog-proof"] = checkpoints.proving(connection, store.shelf, book, act).text
    return found


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Exported]:
    """Rosa's book, exported again and again while it grows."""
    scratch = tmp_path_factory.mktemp("exports")
    store = Store(str(scratch / "comuna.sqlite"), Clock())
    found: dict[int, Exported] = {}

    def out(book: str) -> None:
        size = len(found) + 1 if len(found) < 3 else SIZES[len(found)]
        found[size] = exported(store, book, scratch / str(size))
        assert found[size].size == size

    try:
        book = store.write(lambda tx: books.found(tx, store.shelf, name=CIRCLE, charter_text=CHARTER)).book
        out(book)

        def admit(tx: Transaction) -> tuple[str, str]:
            account = people.new_account(tx)
            return account, people.facilitate(tx, store.shelf, book, account)

        account, rosa = store.write(admit)
        out(book)
        world = World(store, book, an_id(1), rosa, account, session(), "")
        world.call(an_id(1))
        out(book)
        for size in SIZES[3:]:
            world.grow(size)
            out(book)
    finally:
        store.close()
    return found


@pytest.mark.parametrize("size", SIZES)
def test_go_finds_no_fault_in_our_book_nor_in_any_proof_of_ours(
    size: int, exports: dict[int, Exported], ask: Ask
) -> None:
    book = exports[size]
    answer = ask(book.question())
    assert answer["Faults"] == []
    assert answer["Size"] == size
    assert note.hash_in(answer["Root"]) == note.checkpoint(book.checkpoint).root
    assert answer["Checked"] == {"inclusion": size, "consistency": size, "files": len(book.files)}


def test_go_finds_no_fault_in_the_golden_books(ask: Ask) -> None:
    for folder in (path for path in GOLDEN.iterdir() if path.is_dir()):
        key = (folder / "key").read_text(encoding="utf-8").strip()
        size = len(acts_of(folder))
        proofs = {path.name: path.read_text(encoding="utf-8") for path in (folder / "proofs").iterdir()}
        hashes = our_proofs(folder / "book", size)
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        witnesses = [witness["key"] for witness in state["witnesses"].values()]
        own = {name: text for name, text in proofs.items() if signed_by(text, key)}
        answer = ask(
            {"Book": str(folder / "book"), "Key": key, "Witnesses": witnesses, "Files": own, "Inclusion": hashes[0],
             "Consistent": hashes[1]}
        )  # fmt: skip
        assert answer["Faults"] == []
        assert answer["Checked"] == {"inclusion": size, "consistency": size, "files": len(own), "cosigned": 1}
        assert set(answer["Cosigned"]) == set(state["witnesses"])
        older = note.checkpoint((folder / "book" / export.COSIGNED).read_text(encoding="utf-8"))
        assert answer["Cosigned"] == {w.name: older.cosigned_by(w) for w in map(note.verifier, witnesses)}
        for name, text in proofs.items():
            if name not in own:
                earlier = str(proof_file.read(text).keys()[-1])
                assert ask({"Key": earlier, "Files": {name: text}})["Faults"] == [], name


def signed_by(text: str, key: str) -> bool:
    return proof_file.read(text).checkpoint.signed_by(note.verifier(key))


def our_proofs(folder: Path, size: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Inclusion and consistency proofs that the kernel makes from the leaves of an export."""
    hashes = [leaf_hash(leaf) for leaf in export.leaves_in(folder, size)]

    def subtree(level: int, number: int) -> bytes:
        return full_root(hashes[number << level : (number + 1) << level])

    return (
        {str(n): written(proof.inclusion(subtree, n, size)) for n in range(size)},
        {str(n + 1): written(proof.consistency(subtree, n + 1, size)) for n in range(size)},
    )


# And it would find faults


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/000", "checkpoint"])
def test_go_refuses_a_book_in_which_a_byte_was_changed(
    path: str, exports: dict[int, Exported], ask: Ask, tmp_path: Path
) -> None:
    book, chance = exports[257], random.Random(path)
    for n in range(3):
        folder = tmp_path / str(n)
        shutil.copytree(book.folder, folder)
        content = (folder / path).read_bytes()
        (folder / path).write_bytes(flipped(content, chance.randrange(len(content))))
        assert ask(book.question(Book=str(folder)))["Faults"], n


def test_go_refuses_a_book_that_lacks_a_tile_or_has_another_key(
    exports: dict[int, Exported], ask: Ask, tmp_path: Path
) -> None:
    book = exports[257]
    shutil.copytree(book.folder, tmp_path / "book")
    (tmp_path / "book" / "tile" / "1" / "000.p" / "1").unlink()
    assert ask(book.question(Book=str(tmp_path / "book")))["Faults"]
    other = note.Verifier(note.verifier(book.key).name, note.public_key(bytes(32)))
    (fault,) = ask(book.question(Key=str(other), Files={}))["Faults"]
    assert fault.startswith("checkpoint: ")


def spoilt(path: list[str], chance: random.Random) -> list[str]:
    """Another proof than this."""
    at = chance.randrange(len(path)) if path else 0
    match chance.randrange(3) if path else 0:
        case 0:
            return [*path[:at], b64encode(bytes(32)).decode(), *path[at:]]
        case 1:
            return path[:at] + path[at + 1 :]
        case _:
            return [*path[:at], b64encode(flipped(b64decode(path[at]), 5)).decode(), *path[at + 1 :]]


@pytest.mark.parametrize("seed", range(6))
def test_go_refuses_proofs_that_are_not_quite_ours(seed: int, exports: dict[int, Exported], ask: Ask) -> None:
    book, chance = exports[257], random.Random(seed)
    for name in ("inclusion", "consistent"):
        proofs: dict[str, list[str]] = getattr(book, name)
        one = chance.choice(sorted(proofs))
        changed = {**proofs, one: spoilt(proofs[one], chance)}
        (fault,) = ask(book.question(**{name.capitalize(): changed}))["Faults"]
        assert fault.startswith((f"act {one}: Comuna's proof", f"size {one}: Comuna's proof"))


def test_go_refuses_proof_files_that_are_not_quite_ours(exports: dict[int, Exported], ask: Ask) -> None:
    book = exports[257]
    good = proof_file.read(book.files["128.tlog-proof"])
    wrong = {
        "another place": good.__class__(good.index + 1, good.path, good.checkpoint, good.extra).text,
        "one hash less": good.__class__(good.index, good.path[1:], good.checkpoint, good.extra).text,
        "another leaf": good.__class__(
            good.index, good.path, good.checkpoint, proof_file.Extra((good.extra.leaf or "") + " ")
        ).text,
        "another checkpoint": good.__class__(
            good.index, good.path, note.checkpoint(exports[256].checkpoint), good.extra
        ).text,
        "a root of one's own": good.__class__(
            good.index, good.path, good.checkpoint._replace(root=bytes(32)), good.extra
        ).text,
        "nobody's signature": good.text[: good.text.index("—")],
    }
    faults = ask({"Key": book.key, "Files": wrong})["Faults"]
    assert sorted(fault.partition(":")[0] for fault in faults) == sorted(wrong)
    assert ask({"Key": book.key, "Files": {"good": good.text}})["Faults"] == []
