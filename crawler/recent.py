"""A bounded memory of what was seen lately."""

from __future__ import annotations


class Recent:
    """Remembers at least the last `size` strings, and at most twice as many.

    Only their 64-bit hashes are kept, about 70 bytes each however long the strings are. That two
    of them have the same is so unlikely that a link lost by it is no matter.

    Args:
        size: how many.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: set[int] = set()
        self._old: set[int] = set()

    def __contains__(self, text: str) -> bool:
        key = hash(text)
        return key in self._young or key in self._old

    def add(self, text: str) -> None:
        """Remember one more."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, set()
        self._young.add(hash(text))
