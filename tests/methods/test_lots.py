"""Lots: drawn from a published seed, again by anyone, and nobody is left out or alone."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.methods import lots

SEED = bytes(range(32))
names = st.lists(st.text(max_size=8), max_size=60, unique=True)
seeds = st.binary(min_size=1, max_size=32)


def test_the_order_is_that_of_the_published_digests() -> None:
    drawn = lots.in_drawn_order(["Amaru", "Inés", "Noor"], SEED)
    assert drawn == sorted(["Amaru", "Inés", "Noor"], key=lambda name: sha256(SEED + name.encode()).hexdigest())
    assert drawn == ["Amaru", "Noor", "Inés"]


@pytest.mark.parametrize(
    ("present", "size", "sizes"),
    [
        (0, 2, []),
        (1, 2, [1]),
        (2, 2, [2]),
        (3, 2, [3]),
        (7, 2, [3, 2, 2]),
        (3, 4, [3]),
        (5, 4, [5]),
        (6, 4, [3, 3]),
        (7, 4, [4, 3]),
        (10, 4, [5, 5]),
        (11, 4, [4, 4, 3]),
        (9, 5, [5, 4]),
        (39, 20, [20, 19]),
    ],
)
def test_groups_are_as_large_as_asked_or_nearly(present: int, size: int, sizes: list[int]) -> None:
    drawn = lots.groups([f"p{n}" for n in range(present)], size, SEED)
    assert [len(group) for group in drawn] == sizes


@given(names, st.integers(2, 20), seeds)
def test_everybody_is_in_one_group_and_no_group_is_much_larger_or_smaller(
    people: list[str], size: int, seed: bytes
) -> None:
    drawn = lots.groups(people, size, seed)
    assert sorted(name for group in drawn for name in group) == sorted(people)
    sizes = [len(group) for group in drawn]
    if drawn:
        assert max(sizes) <= size + 1
        assert max(sizes) - min(sizes) <= 1
        assert min(sizes) >= min(2, len(people))


@given(names, st.integers(2, 20), seeds, st.randoms())
def test_who_knows_seed_and_names_draws_the_same_again(people: list[str], size: int, seed: bytes, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = [*people, *people[:3]]
    random.shuffle(shuffled)
    assert lots.groups(shuffled, size, seed) == lots.groups(people, size, seed)


def test_another_seed_draws_others() -> None:
    people = [f"p{n}" for n in range(20)]
    assert len({tuple(lots.in_drawn_order(people, bytes([n]))) for n in range(50)}) == 50
