"""Merkle proofs of RFC 6962 §2.1, made from the roots of complete subtrees and checked without the tree.

Whoever makes a proof passes `subtree(level, number)`: the root of the complete subtree over the leaves from
number · 2^level to before (number + 1) · 2^level. Checking needs nothing but the proof and the roots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from comuna.kernel.tree import EMPTY_ROOT, node_hash

Subtree = Callable[[int, int], bytes]


def root_of(subtree: Subtree, start: int, stop: int) -> bytes:
    """The root over the leaves from `start` to before `stop`. `start` is a multiple of a power of two that is not
    below the number of leaves, as every part that RFC 6962 speaks of is."""
    assert 0 <= start <= stop
    if start == stop:
        return EMPTY_ROOT
    peaks = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        peaks.append(subtree(level, start >> level))
        start += 1 << level
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def inclusion(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves: hashes from the leaf's sibling up to below the
    root (RFC 6962 §2.1.1)."""
    assert 0 <= index < size
    start, stop = 0, size
    path: list[bytes] = []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(root_of(subtree, middle, stop))
            stop = middle
        else:
            path.append(root_of(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency(subtree: Subtree, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `new` leaves (RFC 6962 §2.1.2). Empty where
    there is nothing to prove: for an empty tree, and for equal sizes."""
    assert 0 <= old <= new
    if old in (0, new):
        return []
    start, stop, whole = 0, new, True
    path: list[bytes] = []
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(root_of(subtree, middle, stop))
            stop = middle
        else:
            path.append(root_of(subtree, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(root_of(subtree, start, stop))
    return path[::-1]


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves."""
    return 1 << ((leaves - 1).bit_length() - 1)


class Step(NamedTuple):
    """A step up the tree: the sibling, whether it stands on the left, and the node over both."""

    sibling: bytes
    left: bool
    node: bytes


def climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> list[Step] | None:
    """The way from a leaf's hash up to the root, along a proof (RFC 9162 §2.1.3.2); None if the proof is of another
    length than that leaf's in a tree of that size."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    steps: list[Step] = []
    for hashed in path:
        if last == 0:
            return None
        left = bool(at & 1) or at == last
        found = node_hash(hashed, found) if left else node_hash(found, hashed)
        steps.append(Step(hashed, left, found))
        while left and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return steps if last == 0 else None


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf of this hash stands at `index` in the tree of that size and root."""
    steps = climb(leaf, index, size, path)
    return steps is not None and (steps[-1].node if steps else leaf) == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `old` leaves and root is the beginning of that of `new` leaves and root
    (RFC 9162 §2.1.4.2). An empty tree begins every tree, so nothing can be proved of it: False, but for two empty
    trees."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root and (old > 0 or old_root == EMPTY_ROOT)
    if old == 0:
        return False
    rest = list(path)
    if old & (old - 1) == 0:
        rest.insert(0, old_root)
    if not rest:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = rest[0]
    for hashed in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(hashed, first), node_hash(hashed, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, hashed)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
