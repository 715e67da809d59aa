"""Proof files: read as written, whose keys they show, and that rubbish is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel import note, proof_file
from comuna.kernel.proof_file import Change, Extra, Proof
from comuna.kernel.refusal import Refused
from tests import making_exports as making

BOOK = making.book(9)
BOOK.rotate()
BOOK.rotate()
GOOD = BOOK.proof(4)
LEAF = BOOK.leaves[4]


def test_a_proof_is_read_as_it_was_written() -> None:
    read = proof_file.read(GOOD.text)
    assert read == GOOD
    assert read.text == GOOD.text
    assert read.holds(LEAF)
    assert not read.holds(LEAF + b" ")
    assert not read.holds(BOOK.leaves[3])
    bare = BOOK.proof(4, extra=Extra())
    assert "extra" not in bare.text
    assert proof_file.read(bare.text) == bare


def test_each_key_takes_over_from_the_one_before() -> None:
    keys = GOOD.keys()
    assert [key.key for key in keys] == [note.public_key(making.secret(n)) for n in range(3)]
    assert GOOD.checkpoint.signed_by(keys[-1])
    assert not GOOD.checkpoint.signed_by(keys[0])


def test_a_chain_ends_where_a_key_was_not_confirmed() -> None:
    first, second = BOOK.changes
    origin = GOOD.checkpoint.origin
    start = GOOD.extra.public_key

    def length(public_key: str | None, *changes: Change) -> int:
        return len(proof_file.chain(origin, Extra(None, public_key, changes)))

    assert length(start, first, second) == 3
    assert length(start, second, first) == 1
    assert length(start, Change(first.public_key, second.signature), second) == 1
    assert length(start, first, Change("rubbish", second.signature)) == 2
    assert length(start, first, Change(second.public_key, "rubbish")) == 2
    assert length(first.public_key, second) == 0, "not the key that the book is named after"
    assert length(None) == 0
    assert proof_file.chain("other/" + BOOK.id, GOOD.extra) == []
    assert proof_file.chain("comuna/" + "a" * 26, GOOD.extra) == []


HEAD, _, NOTE = GOOD.text.partition("\n\n")
WRONG = {
    "another version": GOOD.text.replace("@v1", "@v2"),
    "no index": GOOD.text.replace("index 4\n", ""),
    "an index in another form": GOOD.text.replace("index 4", "index 04"),
    "an extra line that is none": GOOD.text.replace("extra ", "extra !"),
    "no checkpoint": HEAD + "\n\n",
    "no gap": HEAD + "\n" + NOTE,
    "more hashes than any tree is high": HEAD + "\n" + "\n".join([making.b64(bytes(32))] * 64) + "\n\n" + NOTE,
    "a hash that is none": HEAD + "\nAAAA\n\n" + NOTE,
    "too long": GOOD.text + " " * proof_file.LARGEST,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_proof_is_refused(wrong: str) -> None:
    with pytest.raises(Refused, match=r"proof\.unreadable"):
        proof_file.read(wrong)


@given(st.integers(0, len(GOOD.text)), st.text(max_size=4), st.integers(0, 4))
def test_a_changed_proof_is_refused_or_read(at: int, new: str, drop: int) -> None:
    changed = GOOD.text[:at] + new + GOOD.text[at + drop :]
    with contextlib.suppress(Refused):
        read = proof_file.read(changed)
        assert isinstance(read, Proof)
        assert proof_file.read(read.text) == read
        shown = read.keys()
        assert shown == GOOD.keys()[: len(shown)]
        same = [getattr(read.checkpoint, name) == getattr(GOOD.checkpoint, name) for name in ("size", "root")]
        assert read.holds(LEAF) == (all(same) and (read.index, read.path) == (GOOD.index, GOOD.path))


@given(st.text(max_size=300))
def test_rubbish_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"proof\.unreadable"):
        proof_file.read(text)
