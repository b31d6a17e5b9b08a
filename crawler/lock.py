"""The lock of a collection: one crawl at a time, whoever starts it and however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import storage_errors

#: Whoever asks by `held` has the lock for a moment, too: it is tried again (times, seconds).
_TRIES, _MOMENT = 3, 0.05


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
        if not _taken(descriptor, fcntl.LOCK_EX):
            yield False
            return
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield True
    finally:
        os.close(descriptor)


def held(path: Path) -> bool:
    """Tell whether somebody has the lock now; nothing is made."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _taken(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _taken(descriptor: int, kind: int) -> bool:
    for number in range(_TRIES):
        if number:
            time.sleep(_MOMENT)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False
