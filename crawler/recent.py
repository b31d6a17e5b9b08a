"""A bounded memory of what was seen lately."""

from __future__ import annotations


class Recent:
    """Remembers at least the last `size` strings, and at most twice as many.

    Args:
        size: how many; about 100 bytes each.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: set[str] = set()
        self._old: set[str] = set()

    def __contains__(self, text: str) -> bool:
        return text in self._young or text in self._old

    def add(self, text: str) -> None:
        """Remember one more."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, set()
        self._young.add(text)
