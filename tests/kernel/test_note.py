"""Signed notes: what is a checkpoint, whose signature counts, and that rubbish is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel import note
from comuna.kernel.note import COSIGNATURE, LARGEST, MOST_SIGNATURES, Checkpoint, Signature, Verifier
from comuna.kernel.refusal import Refused

SECRET, OTHER = bytes(range(32)), bytes(range(1, 33))
BOOK = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
MADE = note.signed_checkpoint(BOOK, 7, bytes(range(32)), SECRET)
KEY = note.book_verifier(BOOK, note.public_key(SECRET))
WITNESS = Verifier("w.example/1", note.public_key(OTHER), COSIGNATURE)

EXAMPLE = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)  # fmt: skip
EXAMPLE_SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
"""The example of C2SP signed-note, which is that of Go's sumdb/note."""


def test_the_example_of_the_specification() -> None:
    key, signed = note.verifier(EXAMPLE), note.signature(EXAMPLE_SIGNATURE)
    assert (signed.name, signed.id) == (key.name, key.id)
    assert key.signed(EXAMPLE_NOTE.encode(), signed.signature)
    assert not key.signed(EXAMPLE_NOTE[:-1].encode(), signed.signature)
    assert str(key) == EXAMPLE
    assert signed.line == EXAMPLE_SIGNATURE + "\n"


def test_the_signature_of_rfc_8032() -> None:
    """§7.1, test 2."""
    private = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert note.public_key(private).hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert note.sign(private, b"\x72").hex() == signature


def test_a_signature_of_the_books_key_counts_and_no_other_does() -> None:
    assert MADE.signed_by(KEY)
    assert not MADE.signed_by(note.book_verifier(BOOK, note.public_key(OTHER)))
    for changed in (MADE._replace(size=8), MADE._replace(root=bytes(32)), MADE._replace(origin="comuna/x")):
        assert not changed.signed_by(KEY)
    assert not MADE._replace(signatures=()).signed_by(KEY)


def test_a_signature_under_a_known_name_that_does_not_hold_spoils_it() -> None:
    wrong = Signature(KEY.name, KEY.id, bytes(64))
    assert not MADE.with_signatures([wrong]).signed_by(KEY)
    assert MADE.with_signatures([Signature(KEY.name, b"none", bytes(64))]).signed_by(KEY), "another key's"
    assert MADE.with_signatures([Signature("somebody", KEY.id, bytes(64))]).signed_by(KEY), "another name's"


def test_a_cosignature_says_when() -> None:
    early, late = (note.cosign(MADE, WITNESS.name, OTHER, time) for time in (1_800_000_000, 1_800_000_060))
    assert MADE.cosigned_by(WITNESS) is None
    assert MADE.with_signatures([early]).cosigned_by(WITNESS) == 1_800_000_000
    assert MADE.with_signatures([late, early]).cosigned_by(WITNESS) == 1_800_000_060
    moved = early._replace(signature=(1_800_000_001).to_bytes(8) + early.signature[8:])
    assert MADE.with_signatures([moved]).cosigned_by(WITNESS) is None, "the time is signed"
    assert MADE.with_signatures([late, moved]).cosigned_by(WITNESS) is None
    assert MADE._replace(size=8).with_signatures([early]).cosigned_by(WITNESS) is None
    assert MADE.with_signatures([early]).signed_by(KEY), "a witness's signature leaves the book's alone"


WRONG = {
    "another size": MADE.text.replace("\n7\n", "\n07\n"),
    "a minus": MADE.text.replace("\n7\n", "\n-7\n"),
    "an extension line": MADE.text.replace("\n7\n", "\n7\nmore\n"),
    "no signature": MADE.body + "\n",
    "no end": MADE.text[:-1],
    "a carriage return": MADE.text.replace("\n", "\r\n"),
    "a hyphen for a dash": MADE.text.replace("—", "-"),
    "too many signatures": MADE.text + MADE.signatures[0].line * MOST_SIGNATURES,
    "too long": MADE.text + " " * LARGEST,
    "a root in another form": MADE.text.replace("Hh8=\n", "Hh9=\n"),
    "nothing": "",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_checkpoint_is_refused(wrong: str) -> None:
    assert wrong != MADE.text
    with pytest.raises(Refused, match=r"checkpoint\.unreadable"):
        note.checkpoint(wrong)


names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1, max_size=20)
signatures = st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
checkpoints = st.builds(
    Checkpoint,
    names,
    st.integers(0, 10**15),
    st.binary(min_size=32, max_size=32),
    st.lists(signatures, min_size=1, max_size=5).map(tuple),
)


@given(checkpoints)
def test_a_checkpoint_is_read_as_it_was_written(made: Checkpoint) -> None:
    assert note.checkpoint(made.text) == made


@given(names, st.binary(min_size=32, max_size=32), st.sampled_from([note.ED25519, COSIGNATURE]))
def test_a_verifier_key_is_read_as_it_was_written(name: str, key: bytes, kind: int) -> None:
    made = Verifier(name, key, kind)
    assert note.verifier(str(made)) == note.verifier(f"  {made}\n") == made


rubbish = st.one_of(
    st.text(max_size=200),
    st.tuples(st.sampled_from([MADE.text, EXAMPLE, EXAMPLE_SIGNATURE]), st.integers(0, 200), st.text(max_size=3)).map(
        lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + len(t[2]) :]
    ),
)


def outcome(read: Callable[[str], object], text: str) -> object:
    """What is read, or the code of the refusal."""
    try:
        return read(text)
    except Refused as refused:
        return refused.code


@given(rubbish)
def test_rubbish_is_refused_or_is_written_the_same(text: str) -> None:
    found = outcome(note.checkpoint, text)
    assert found == "checkpoint.unreadable" or (isinstance(found, Checkpoint) and found.text == text)
    found = outcome(note.signature, text)
    assert found == "checkpoint.unreadable" or (isinstance(found, Signature) and found.line == text + "\n")
    found = outcome(note.verifier, text)
    copied = text.strip().replace("\u200b", "")
    assert found == "key.unreadable" or (isinstance(found, Verifier) and str(found) == copied)
