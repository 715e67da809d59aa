"""Texts outside the book, and the digests that stand for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.text import digest, text

SECRET = bytes(range(32))


def test_the_digest_of_a_text_is_this_for_ever() -> None:
    """HMAC-SHA256 with the key 00…1f over `comuna/text/1Agua`, as OpenSSL computes it."""
    assert digest(b"Agua", SECRET) == "e18836550eed1986ae417384f9654670844638d47ff7093f5c887e859c0825a7"
    assert text("Agua", SECRET).ref == digest(b"Agua", SECRET)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary(min_size=32, max_size=32))
def test_a_text_is_kept_in_utf8_with_its_secret(words: str, secret: bytes) -> None:
    kept = text(words, secret)
    assert kept.body.decode() == words
    assert kept.secret == secret
    assert kept.ref == digest(kept.body, secret)


@given(st.binary(max_size=50), st.binary(max_size=50), st.binary(min_size=32, max_size=32))
def test_another_text_or_another_secret_has_another_digest(one: bytes, other: bytes, secret: bytes) -> None:
    assert (digest(one, SECRET) == digest(other, SECRET)) == (one == other)
    assert (digest(one, SECRET) == digest(one, secret)) == (secret == SECRET)


def test_a_secret_is_32_bytes() -> None:
    with pytest.raises(AssertionError):
        text("Agua", SECRET[1:])
