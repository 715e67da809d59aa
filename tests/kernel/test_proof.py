"""Proofs against a naive tree, against published vectors, and against whoever would forge one."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel import proof
from comuna.kernel.tree import EMPTY_ROOT, leaf_hash, node_hash, root

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "merkle" / "consistency"


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(b"act %d" % n) for n in range(size)]


def mth(of: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 §2.1 writes it down."""
    if not of:
        return sha256(b"").digest()
    if len(of) == 1:
        return of[0]
    k = 1
    while k * 2 < len(of):
        k *= 2
    return node_hash(mth(of[:k]), mth(of[k:]))


def naive_path(m: int, of: Sequence[bytes]) -> list[bytes]:
    """PATH as RFC 6962 §2.1.1 writes it down."""
    if len(of) == 1:
        return []
    k = 1
    while k * 2 < len(of):
        k *= 2
    return [*naive_path(m, of[:k]), mth(of[k:])] if m < k else [*naive_path(m - k, of[k:]), mth(of[:k])]


def naive_subproof(m: int, of: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF as RFC 6962 §2.1.2 writes it down."""
    if m == len(of):
        return [] if whole else [mth(of)]
    k = 1
    while k * 2 < len(of):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, of[:k], whole), mth(of[k:])]
    return [*naive_subproof(m - k, of[k:], False), mth(of[:k])]


def subtree_of(leaves: Sequence[bytes]) -> proof.Subtree:
    def subtree(level: int, number: int) -> bytes:
        part = leaves[number << level : (number + 1) << level]
        assert len(part) == 1 << level, "only complete subtrees are asked for"
        return mth(part)

    return subtree


sizes = st.integers(1, 700)


@given(sizes, st.data())
def test_inclusion_proofs_are_those_of_the_standard(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    path = proof.inclusion(subtree_of(leaves), index, size)
    assert path == naive_path(index, leaves)
    assert proof.includes(leaves[index], index, size, path, mth(leaves))


@given(sizes, st.data())
def test_consistency_proofs_are_those_of_the_standard(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = hashes(new)
    path = proof.consistency(subtree_of(leaves), old, new)
    assert path == naive_subproof(old, leaves, True)
    assert proof.consistent(old, mth(leaves[:old]), new, mth(leaves), path)


@given(st.integers(0, 700))
def test_roots_are_those_of_the_standard(size: int) -> None:
    leaves = hashes(size)
    assert proof.root_of(subtree_of(leaves), 0, size) == root(leaves) == mth(leaves)


def spoilt(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    """Another list than `path`."""
    other = list(path)
    how = draw(st.sampled_from(["flip", "drop", "double", "add", "swap"] if path else ["add"]))
    at = draw(st.integers(0, max(0, len(path) - 1)))
    if how == "flip":
        bit = draw(st.integers(0, 255))
        other[at] = (int.from_bytes(other[at]) ^ (1 << bit)).to_bytes(32)
    elif how == "drop":
        del other[at]
    elif how == "double":
        other.insert(at, other[at])
    elif how == "add":
        other.insert(at, draw(st.binary(min_size=32, max_size=32)))
    else:
        other.reverse()
    return other


@st.composite
def forged_inclusions(draw: st.DrawFn) -> tuple[bytes, int, int, list[bytes], bytes, bool]:
    size = draw(st.integers(1, 200))
    index = draw(st.integers(0, size - 1))
    leaves = hashes(size)
    path = proof.inclusion(subtree_of(leaves), index, size)
    other = spoilt(draw, path)
    return leaves[index], index, size, other, mth(leaves), other == path


@given(forged_inclusions())
def test_a_spoilt_inclusion_proof_proves_nothing(forged: tuple[bytes, int, int, list[bytes], bytes, bool]) -> None:
    leaf, index, size, path, whole, same = forged
    assert proof.includes(leaf, index, size, path, whole) == same


@given(st.integers(2, 200), st.data())
def test_a_leaf_is_proved_at_its_own_place_only(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.permutations(range(size)))[:2]
    leaves = hashes(size)
    path = proof.inclusion(subtree_of(leaves), index, size)
    assert not proof.includes(leaves[other], index, size, path, mth(leaves))
    assert not proof.includes(leaves[index], other, size, path, mth(leaves))
    assert not proof.includes(leaves[index], index, 0, path, mth(leaves))
    assert not proof.includes(leaves[index], -1, size, path, mth(leaves))


@given(st.integers(2, 200), st.data())
def test_a_rewritten_past_is_never_consistent(new: int, data: st.DataObject) -> None:
    """Whatever proof is offered: that of the honest book, that of the rewritten one, a spoilt one."""
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    honest = hashes(new)
    rewritten = [*honest]
    rewritten[changed] = leaf_hash(b"something else")
    draw = data.draw
    paths = [proof.consistency(subtree_of(of), old, new) for of in (honest, rewritten)]
    for path in (*paths, spoilt(draw, paths[0]), spoilt(draw, paths[1])):
        assert not proof.consistent(old, mth(honest[:old]), new, mth(rewritten), path)


@pytest.mark.skipif(not VECTORS.exists(), reason="the published vectors lie outside the repository")
def test_the_published_vectors() -> None:
    """Consistency proofs, good and bad (transparency-dev/merkle, Apache-2.0), zero sizes included."""
    files = sorted(VECTORS.rglob("*.json"))
    assert len(files) >= 98
    for file in files:
        case = json.loads(file.read_text())
        first, second = (b64decode(case[name]) for name in ("root1", "root2"))
        path = [b64decode(each) for each in case["proof"] or []]
        agrees = proof.consistent(case["size1"], first, case["size2"], second, path)
        assert agrees != case["wantErr"], file


def test_two_empty_trees_agree() -> None:
    assert proof.consistent(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert proof.consistency(subtree_of([]), 0, 0) == []
