"""Locks: one process at a time writes the index of a collection, one crawls into it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import storage_errors


@contextmanager
def only_writer(
    path: Path, *, wait: bool, waiting: Callable[[], object] = lambda: None
) -> Iterator[bool]:
    """Hold a lock; give False when somebody else does and we are not to wait.

    Args:
        path: of the lock.
        wait: until it is free.
        waiting: is called before that, where it is not.

    Raises:
        StorageError: there can be no lock.
    """
    with storage_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        free = _taken(descriptor)
        if wait and not free:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            free = True
        yield free
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Take a lock if it is free, and tell whether it was."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
