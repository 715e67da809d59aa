"""Drawing lots from a published seed, so that anyone can draw them again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

VERSION: Final = "lots/1"


def in_drawn_order(names: Sequence[str], seed: bytes) -> list[str]:
    """The names in the order of SHA-256(seed ‖ name): nobody can tell it before the seed is known, and whoever knows
    seed and names can make it again. The order in which names are given does not matter; doubles count once."""
    return sorted(set(names), key=lambda name: sha256(seed + name.encode()).digest())


def groups(names: Sequence[str], size: int, seed: bytes) -> list[list[str]]:
    """The names drawn into groups of `size`; who is left over makes some groups one larger. Where more are left over
    than there are groups, there is one group more, and some are smaller. No two groups differ by more than one.
    `size` is at least 2."""
    assert size >= 2, size
    drawn = in_drawn_order(names, seed)
    count, over = divmod(len(drawn), size)
    if over > count:
        count += 1
    return [drawn[place::count] for place in range(count)]
