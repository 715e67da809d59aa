"""Names that need no coordination: of books, of people in a group, of everything else. Randomness is passed in."""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from hashlib import sha256
from typing import Final

ID: Final = re.compile(r"[a-z2-7]{26}")
"""How an id is written: 128 bits in base32."""


def id_of(random: bytes) -> str:
    """128 random bits as an id: base32, lower case, no padding."""
    assert len(random) == 16
    return b32encode(random).decode().rstrip("=").lower()


def book_id(public_key: bytes) -> str:
    """A book's id: base32 of the first 16 bytes of SHA-256 of its Ed25519 public key."""
    return id_of(sha256(public_key).digest()[:16])


def origin(book: str) -> str:
    """The book's name in checkpoints and signatures. It names the book, not the machine: a book moves house."""
    return f"comuna/{book}"


def member_number(random: bytes, taken: frozenset[str] | set[str]) -> str:
    """A number for a new member: six digits from `random`, unlike any in `taken`; more digits in a crowded group.
    `random` is at least 32 bytes."""
    number, digits = int.from_bytes(random), 6
    while True:
        low = 10 ** (digits - 1)
        number, rest = divmod(number, 9 * low)
        candidate = str(low + rest)
        if candidate not in taken:
            return candidate
        if number < 10**8:
            digits, number = digits + 1, int.from_bytes(sha256(random + bytes([digits])).digest())


def key_in_letters(key: bytes) -> str:
    """A 32-byte key as people copy it from paper: base32 in capitals with a checksum, in groups of four."""
    letters = b32encode(key + sha256(key).digest()[:3]).decode().rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def key_from_letters(letters: str) -> bytes | None:
    """The key that `key_in_letters` wrote, however it was spaced; None when the checksum says a letter is wrong."""
    packed = "".join(letters.split()).replace("-", "").upper().replace("0", "O").replace("1", "I").replace("8", "B")
    try:
        raw = b32decode(packed + "=" * (-len(packed) % 8))
    except ValueError:
        return None
    key, checksum = raw[:32], raw[32:]
    return key if len(key) == 32 and sha256(key).digest()[:3] == checksum else None
