"""What costs more than a page may cost, and need not be of this very second."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Kept(Generic[_T]):
    """A value that is made when it is asked for, and made again when it has become old.

    Safe to use from several threads: of those that ask at once, one makes it.

    Args:
        make: makes it.
        seconds: for so long it is given again.
    """

    def __init__(self, make: Callable[[], _T], seconds: float) -> None:
        self._make = make
        self._seconds = seconds
        self._lock = Lock()
        self._made: tuple[float, _T] | None = None

    def get(self) -> _T:
        """Return the value."""
        with self._lock:
            if self._made is None or time.monotonic() - self._made[0] > self._seconds:
                self._made = time.monotonic(), self._make()
            return self._made[1]
