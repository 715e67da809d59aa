"""Sharing a whole number exactly: by largest remainders, in whole units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

VERSION: Final = "largest-remainder/1"


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` shared in proportion to whole weights. Everybody gets the whole part of their share, and what is left
    goes one by one to the largest remainders; of equal ones, to who stands first (Hamilton's method). The parts sum to
    `total` exactly. Nothing is negative; if all weights are nought, so must `total` be."""
    assert total >= 0, total
    assert all(weight >= 0 for weight in weights), weights
    together = sum(weights)
    if together == 0:
        assert total == 0, total
        return [0 for _ in weights]
    parts = [total * weight // together for weight in weights]
    rest = total - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % together), i))
    for i in by_remainder[:rest]:
        parts[i] += 1
    return parts
