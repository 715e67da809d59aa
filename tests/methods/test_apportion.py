"""Sharing by largest remainders: exact, close to the proportion, and the same every time."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from comuna.methods.apportion import largest_remainder

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any)


def test_a_surplus_of_a_hundred_among_three() -> None:
    assert largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert largest_remainder(10, [5, 3, 3]) == [4, 3, 3]  # 4.54, 2.73, 2.73
    assert largest_remainder(0, [1, 2]) == [0, 0]
    assert largest_remainder(0, []) == []


@given(st.integers(0, 2**53 - 1), WEIGHTS)
def test_nothing_is_created_or_lost_and_nobody_is_a_whole_unit_off(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert part == 0 or weight > 0


@given(st.integers(0, 10**9), WEIGHTS)
def test_whoever_has_more_does_not_get_less(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    for i, part in enumerate(parts):
        for j, other in enumerate(parts):
            if weights[i] > weights[j] or (weights[i] == weights[j] and i < j):
                assert part >= other
