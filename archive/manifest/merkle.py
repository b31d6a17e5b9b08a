"""Merkle trees over the records of a file (RFC 6962, 2.1): one hash that each of them is part of.

With the tree's hash signed, a record proves that it was in the file without the rest of the file:
by its own bytes and some 17 hashes, its audit path. A leaf is a gzip member, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

#: Leaves and nodes are hashed differently, so that none passes for the other.
_LEAF, _NODE = b"\x00", b"\x01"


def new_leaf() -> hashlib._Hash:
    """Return what takes the bytes of a leaf; its digest is the leaf's hash."""
    return hashlib.sha256(_LEAF)


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the hash of the tree over the hashes of leaves."""
    whole: list[tuple[int, bytes]] = []  # perfect subtrees, by how many leaves they have
    for leaf in leaves:
        size, made = 1, leaf
        while whole and whole[-1][0] == size:
            made = _node(whole.pop()[1], made)
            size *= 2
        whole.append((size, made))
    if not whole:
        return hashlib.sha256().digest()
    made = whole.pop()[1]
    while whole:
        made = _node(whole.pop()[1], made)
    return made


def path(leaves: Sequence[bytes], number: int) -> list[bytes]:
    """Return the audit path of a leaf: the hashes it is combined with on the way to the root.

    Args:
        leaves: their hashes.
        number: of the leaf, from 0.
    """
    if not 0 <= number < len(leaves):
        raise IndexError(number)
    found: list[bytes] = []
    begin, end = 0, len(leaves)
    while end - begin > 1:
        middle = begin + _half(end - begin)
        if number < middle:
            found.append(root(leaves[middle:end]))
            end = middle
        else:
            found.append(root(leaves[begin:middle]))
            begin = middle
    return found[::-1]


def root_by_path(leaf: bytes, number: int, count: int, hashes: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf and its audit path lead to; None when the path is none of its.

    Args:
        leaf: its hash.
        number: of the leaf, from 0.
        count: of all leaves.
        hashes: the audit path.
    """
    sides = []
    begin, end = 0, count
    if not 0 <= number < count:
        return None
    while end - begin > 1:
        middle = begin + _half(end - begin)
        left = number < middle
        sides.append(left)
        begin, end = (begin, middle) if left else (middle, end)
    if len(sides) != len(hashes):
        return None
    made = leaf
    for left, other in zip(reversed(sides), hashes, strict=True):
        made = _node(made, other) if left else _node(other, made)
    return made


def _half(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
