"""The lock of a collection: one crawl at a time, whoever starts it and however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import storage_errors


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock of a collection while the block runs; give False if somebody else has it.

    The system lets go of it when the process ends, by whatever end: no stale lock is left.

    Raises:
        StorageError: the lock file cannot be made.
    """
    with storage_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield True
    finally:
        os.close(descriptor)
