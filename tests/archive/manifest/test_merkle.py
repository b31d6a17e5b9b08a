"""Merkle trees: the roots of RFC 6962's own test data, and audit paths."""

from __future__ import annotations

import hashlib

import pytest

from archive.manifest import merkle

#: Leaves and roots of the trees over the first 0 … 8 of them, as the log implementations of
#: RFC 6962 are tested with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
LEAVES.append("606162636465666768696a6b6c6d6e6f")
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


def leaf(data: bytes) -> bytes:
    made = merkle.new_leaf()
    made.update(data)
    return made.digest()


@pytest.mark.parametrize("count", range(9))
def test_the_roots_of_known_trees(count: int) -> None:
    leaves = [leaf(bytes.fromhex(data)) for data in LEAVES[:count]]
    assert merkle.root(leaves).hex() == ROOTS[count]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 8, 13, 64, 65])
def test_every_leaf_leads_to_the_root_by_its_path_and_nothing_else_does(count: int) -> None:
    leaves = [leaf(str(number).encode()) for number in range(count)]
    root = merkle.root(leaves)
    for number in range(count):
        path = merkle.path(leaves, number)
        assert merkle.root_by_path(leaves[number], number, count, path) == root
        assert merkle.root_by_path(leaf(b"other"), number, count, path) != root
        assert merkle.root_by_path(leaves[number], number, count, [*path, root]) is None
        for wrong in range(count):
            if wrong != number:
                assert merkle.root_by_path(leaves[number], wrong, count, path) != root
    assert merkle.root_by_path(root, count, count, []) is None
    with pytest.raises(IndexError):
        merkle.path(leaves, count)


def test_a_node_is_no_leaf() -> None:
    pair = [leaf(b"a"), leaf(b"b")]
    assert leaf(pair[0] + pair[1]) != merkle.root(pair)
    assert hashlib.sha256(b"a").digest() != leaf(b"a")
