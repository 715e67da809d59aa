"""Drawing lots from a published seed, so that anyone can draw them again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def in_drawn_order(names: Sequence[str], seed: bytes) -> list[str]:
    """The names in the order of SHA-256(seed ‖ name): nobody can tell it before the seed is known, and whoever knows
    seed and names can make it again. The order in which names are given does not matter; doubles count once."""
    return sorted(set(names), key=lambda name: sha256(seed + name.encode()).digest())


def groups(names: Sequence[str], size: int, seed: bytes) -> list[list[str]]:
    """The names drawn into groups of `size`; who is left over makes some groups one larger, or, where that would not
    do (fewer than `size` in all), the only one. `size` is at least 2."""
    assert size >= 2, size
    drawn = in_drawn_order(names, seed)
    count = max(1, len(drawn) // size) if drawn else 0
    return [drawn[place::count] for place in range(count)]
