"""The Merkle tree of RFC 6962 §2.1: hashes and an appendable root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

BLOCK: Final = 256
"""Leaves whose subtree is made at once when many are added: a power of two, and the width of a tile."""
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, the largest first. Takes O(log n) memory."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        assert len(peaks) == size.bit_count()
        self.size = size
        self.peaks = list(peaks)

    def copy(self) -> Frontier:
        """A frontier that grows on its own."""
        return Frontier(self.size, self.peaks)

    def append(self, hashed: bytes) -> None:
        """Add the next leaf, by its leaf hash."""
        self._add(hashed, 1)

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Add the next leaves, by their leaf hashes: as `append` for each, but faster for many."""
        done = 0
        while done < len(hashes):
            if self.size % BLOCK or done + BLOCK > len(hashes):
                self._add(hashes[done], 1)
                done += 1
            else:
                self._add(full_root(hashes[done : done + BLOCK]), BLOCK)
                done += BLOCK

    def _add(self, hashed: bytes, width: int) -> None:
        """Add the root of a full subtree of `width` leaves, a power of two that divides the size so far."""
        subtrees = self.size // width
        while subtrees & 1:
            hashed = node_hash(self.peaks.pop(), hashed)
            subtrees >>= 1
        self.peaks.append(hashed)
        self.size += width

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def full_root(level: Sequence[bytes]) -> bytes:
    """The root of a complete subtree over these hashes; their number is a power of two."""
    assert len(level).bit_count() == 1
    while len(level) > 1:
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def root(hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    frontier = Frontier()
    frontier.extend(list(hashes))
    return frontier.root()
