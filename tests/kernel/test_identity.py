"""Names that need no coordination, and keys that people copy from paper."""

from __future__ import annotations

from base64 import b32decode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.act import BOOK, BY
from comuna.kernel.identity import ID, book_id, id_of, key_from_letters, key_in_letters, member_number, origin

keys = st.binary(min_size=32, max_size=32)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_128_bits_in_base32(random: bytes) -> None:
    made = id_of(random)
    assert ID.fullmatch(made)
    assert BOOK.fullmatch(made)
    assert b32decode(made.upper() + "======") == random


def test_an_id_is_made_of_exactly_128_bits() -> None:
    with pytest.raises(AssertionError):
        id_of(bytes(15))


def test_a_book_is_named_after_its_key() -> None:
    assert book_id(bytes(32)) == id_of(sha256(bytes(32)).digest()[:16]) == "mzuhvlpymk6xo3epygfy5h4oea"
    assert book_id(bytes(32)) != book_id(bytes(31) + b"\x01")
    assert origin("abc") == "comuna/abc"


@given(st.lists(keys, max_size=60))
def test_members_never_share_a_number(random: list[bytes]) -> None:
    taken: set[str] = set()
    for each in random + random[:5]:
        number = member_number(each, taken)
        assert number not in taken
        assert BY.fullmatch(number)
        taken.add(number)


@given(keys)
def test_where_the_first_choices_are_taken_another_is_found(random: bytes) -> None:
    taken: set[str] = set()
    for _ in range(40):
        taken.add(member_number(random, taken))
    assert len(taken) == 40


def test_a_crowded_group_gets_longer_numbers() -> None:
    everyone = {str(n) for n in range(100_000, 1_000_000)}
    number = member_number(bytes(range(32)), everyone)
    assert number not in everyone
    assert len(number) > 6
    assert len(member_number(bytes(range(32)), set())) == 6


@given(keys)
def test_a_key_in_letters_is_read_back_however_it_is_spaced(key: bytes) -> None:
    letters = key_in_letters(key)
    assert key_from_letters(letters) == key
    for copied in (
        letters.lower(),
        letters.replace(" ", ""),
        letters.replace(" ", "-"),
        f"  {letters}\n",
        letters.replace(" ", "\n"),
    ):
        assert key_from_letters(copied) == key
    assert key_from_letters(letters.replace("O", "0").replace("I", "1").replace("B", "8")) == key


@given(keys, st.integers(0, 55), st.sampled_from(ALPHABET))
def test_a_wrong_letter_is_noticed(key: bytes, place: int, letter: str) -> None:
    letters = key_in_letters(key).replace(" ", "")
    assert len(letters) == 56
    changed = letters[:place] + letter + letters[place + 1 :]
    assert key_from_letters(changed) == (key if changed == letters else None)


@given(keys, st.integers(0, 54))
def test_two_letters_in_the_wrong_order_are_noticed(key: bytes, place: int) -> None:
    letters = key_in_letters(key).replace(" ", "")
    changed = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    assert key_from_letters(changed) == (key if changed == letters else None)


@given(keys, st.integers(0, 55))
def test_a_letter_left_out_or_written_twice_is_noticed(key: bytes, place: int) -> None:
    letters = key_in_letters(key).replace(" ", "")
    assert key_from_letters(letters[:place] + letters[place + 1 :]) is None
    assert key_from_letters(letters[:place] + letters[place] + letters[place:]) is None


@given(st.text(max_size=80))
def test_anything_else_is_no_key(noise: str) -> None:
    assert key_from_letters(noise) is None
