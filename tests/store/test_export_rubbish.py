"""Exports full of rubbish are refused, quickly and without taking up memory; so are requests to a witness."""

from __future__ import annotations

import random
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.store import export, witness
from comuna.store.store import Store
from comuna.store.witness import Request
from tests import making_exports as making

BOOK = making.book(300)
FILES = BOOK.export()
GOOD = Request(3, (bytes(32), bytes(range(32))), BOOK.checkpoint())
MOST = 64 * 2**20
"""Bytes of memory for a file of an export: the largest is 16 MiB."""


@pytest.fixture
def address(tmp_path: Path) -> str:
    """These need no PostgreSQL."""
    return str(tmp_path / "comuna.sqlite")


def outcome(place: Path, size: int) -> str:
    """What becomes of reading an export: how many leaves, or the refusal's code."""
    export.checkpoint_in(place)
    try:
        return str(len(list(export.leaves_in(place, size))))
    except Refused as refused:
        return refused.code


def tracked(place: Path, size: int) -> str:
    """The same, with memory watched."""
    tracemalloc.start()
    try:
        found = outcome(place, size)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST
    return found


@pytest.mark.parametrize("size", [1, 255, 256, 257, 299, 301, 2**40, 10**15])
@pytest.mark.parametrize("packed", [False, True])
def test_a_size_that_is_a_lie_is_refused(size: int, packed: bool, tmp_path: Path) -> None:
    place = (making.write_zip if packed else making.write_folder)(FILES, tmp_path / "book")
    assert outcome(place, 300) == "300"
    assert tracked(place, size) == ("256" if size == 256 else "export.damaged")


@pytest.mark.parametrize("path", ["tile/entries/000", "checkpoint"])
def test_a_file_that_unpacks_to_far_more_is_refused(path: str, tmp_path: Path) -> None:
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        place = tmp_path / f"{method}.zip"
        with zipfile.ZipFile(place, "w", method) as packed:
            for name, content in FILES.items():
                if name != path:
                    packed.writestr(name, content)
            with packed.open(path, "w", force_zip64=True) as file:
                for _ in range(40):
                    file.write(bytes(2**20))
        assert tracked(place, 300) == ("300" if path == "checkpoint" and method == zipfile.ZIP_DEFLATED
                                       else "export.damaged")  # fmt: skip
        assert export.checkpoint_in(place) is None or path != "checkpoint"


def test_a_folder_with_other_things_in_place_of_files_is_refused(tmp_path: Path) -> None:
    place = making.write_folder(FILES, tmp_path / "book")
    (place / "tile" / "entries" / "000").unlink()
    (place / "tile" / "entries" / "000").mkdir()
    assert outcome(place, 300) == "export.damaged"
    (place / "checkpoint").unlink()
    (place / "checkpoint").mkdir()
    assert export.checkpoint_in(place) is None
    assert outcome(tmp_path / "nowhere", 1) == "export.damaged"


@pytest.mark.parametrize("seed", range(4))
def test_rubbish_in_a_zip_file_is_refused_or_changes_nothing(seed: int, tmp_path: Path) -> None:
    whole = making.write_zip(FILES, tmp_path / "whole.zip").read_bytes()
    chance, refused = random.Random(f"rubbish {seed}"), 0
    place = tmp_path / "bent.zip"
    for _ in range(250):
        bent = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.choice((chance.randrange(len(bent)), len(bent) - 1 - chance.randrange(600)))
            bent[at] = chance.randrange(256)
        place.write_bytes(bent)
        found = outcome(place, 300)
        refused += found == "export.damaged"
        assert found in ("export.damaged", "300")
        if found == "300":
            assert list(export.leaves_in(place, 300)) == BOOK.leaves
    assert refused > 50


@given(st.binary(max_size=400))
def test_whatever_is_no_export_is_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "book.zip"
        place.write_bytes(content)
        assert export.checkpoint_in(place) is None
        assert outcome(place, 300) == "export.damaged"


def test_a_request_is_read_as_it_was_sent() -> None:
    assert witness.request(GOOD.text) == GOOD
    assert witness.request(GOOD.text).text == GOOD.text


WRONG = {
    "old in another form": GOOD.text.replace("old 3", "old 03"),
    "no old": GOOD.text.replace("old 3\n", ""),
    "a hash that is none": GOOD.text.replace("old 3\n", "old 3\nAAAA\n"),
    "too many hashes": GOOD.text.replace("old 3\n", "old 3\n" + 62 * (making.b64(bytes(32)) + "\n")),
    "no checkpoint": GOOD.text.partition("\n\n")[0] + "\n\n",
    "too long": GOOD.text + "x" * witness.LARGEST,
    "nothing": "",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_request_is_refused(wrong: str, store: Store) -> None:
    with pytest.raises(Refused, match=r"checkpoint\.unreadable"):
        witness.request(wrong)
    assert store.write(lambda tx: witness.add_checkpoint(tx, wrong)).status == 400


def test_whatever_is_sent_to_a_witness_is_answered_and_only_the_book_is_cosigned(store: Store) -> None:
    good = Request(0, (), BOOK.checkpoint())
    store.write(lambda tx: witness.watch(tx, BOOK.verifier()))

    @given(st.integers(0, len(good.text)), st.text(max_size=4), st.integers(0, 6))
    def whatever(at: int, new: str, drop: int) -> None:
        sent = good.text[:at] + new + good.text[at + drop :]

        def job() -> int:
            return store.write(lambda tx: witness.add_checkpoint(tx, sent)).status

        status = job()
        assert status in (200, 400, 403, 404, 409, 422)
        if status == 200:
            assert witness.request(sent).checkpoint.body == good.checkpoint.body
            store.write(lambda tx: witness.forget(tx, good.checkpoint.origin))
            store.write(lambda tx: witness.watch(tx, BOOK.verifier()))

    whatever()
    with store.read() as connection:
        assert witness.disputes(connection) == []
    assert store.write(lambda tx: witness.add_checkpoint(tx, good.text)).status == 200


@given(st.text(max_size=200))
def test_rubbish_is_no_request(text: str) -> None:
    with pytest.raises(Refused, match=r"checkpoint\.unreadable"):
        witness.request(text)
