"""The Merkle tree, held against RFC 6962 written out naively and against the known vectors."""

from __future__ import annotations

import itertools
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.tree import EMPTY_ROOT, Frontier, leaf_hash, root


def by_the_letter(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as it stands there: split at the largest power of two smaller than n."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_the_letter(leaves[:k]) + by_the_letter(leaves[k:])).digest()


VECTORS = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
"""The leaves that Certificate Transparency's own tests use."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_known_vectors(size: int) -> None:
    assert root(leaf_hash(leaf) for leaf in VECTORS[:size]).hex() == ROOTS[size]
    assert by_the_letter(VECTORS[:size]).hex() == ROOTS[size]


def test_the_empty_tree() -> None:
    assert EMPTY_ROOT == Frontier().root() == root([]) == sha256(b"").digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_at_every_size_the_root_is_that_of_the_rfc(leaves: list[bytes]) -> None:
    frontier = Frontier()
    for n, leaf in enumerate(leaves):
        frontier.append(leaf_hash(leaf))
        assert frontier.size == n + 1
        assert frontier.root() == by_the_letter(leaves[: n + 1])
    assert root(leaf_hash(leaf) for leaf in leaves) == by_the_letter(leaves)


@given(st.lists(st.binary(max_size=4), max_size=40), st.data())
def test_a_frontier_kept_and_taken_up_again_grows_as_if_never_put_down(
    leaves: list[bytes], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    before = Frontier()
    for leaf in leaves[:cut]:
        before.append(leaf_hash(leaf))
    taken_up = Frontier(before.size, before.peaks)
    copied = before.copy()
    for leaf in leaves[cut:]:
        taken_up.append(leaf_hash(leaf))
        copied.append(leaf_hash(leaf))
    assert taken_up.root() == copied.root() == by_the_letter(leaves)
    assert (before.size, before.root()) == (cut, by_the_letter(leaves[:cut]))


@pytest.mark.parametrize("cuts", [[0], [1, 256], [255, 257, 700], [256, 511, 768], [768], [3, 3, 1000]])
def test_many_leaves_added_at_once_make_the_tree_that_they_make_one_by_one(cuts: list[int]) -> None:
    hashes = [leaf_hash(n.to_bytes(2)) for n in range(1_100)]
    slowly, at_once = Frontier(), Frontier()
    for before, after in itertools.pairwise([0, *cuts, len(hashes)]):
        at_once.extend(hashes[before:after])
        for hashed in hashes[before:after]:
            slowly.append(hashed)
        assert (at_once.size, at_once.peaks) == (slowly.size, slowly.peaks)
    assert at_once.root() == root(hashes) == by_the_letter([n.to_bytes(2) for n in range(1_100)])


def test_a_frontier_whose_size_and_peaks_disagree_is_a_mistake() -> None:
    Frontier(3, [bytes(32), bytes(32)])
    with pytest.raises(AssertionError):
        Frontier(3, [bytes(32)])


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert root([left, right]) != leaf_hash(left + right)
