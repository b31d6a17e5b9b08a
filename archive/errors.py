"""The errors a person can meet, each with the exit code of the command that meets it.

::

    NewswarcError            1  something failed and is named
    ├── UsageError           2  the call is wrong: not a URL, not a time, no such article
    ├── StorageError         3  the disk is full, read-only or refuses us
    ├── ConfigError          4  newswarc.toml says something it cannot mean
    ├── NotACollection       4  the directory holds no collection
    └── DamagedArchive       5  a WARC or the index is not what it should be
        └── DamagedRecord    5  one record of a WARC cannot be read

The text of an error is one line, names the thing it is about and tells the way out.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

#: ``errno`` values that mean "this storage cannot take what we want to write".
STORAGE_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG}
)


class NewswarcError(Exception):
    """Something failed that the person who ran the command should know, in one line."""

    exit_code = 1


class UsageError(NewswarcError):
    """The call is wrong: a URL that is none, a time that is none, a name nobody knows."""

    exit_code = 2


class StorageError(NewswarcError):
    """The disk is full or read-only, or the permission to write is missing."""

    exit_code = 3


class ConfigError(NewswarcError):
    """``newswarc.toml`` is wrong; the text names the place and the remedy."""

    exit_code = 4


class NotACollection(ConfigError):
    """The directory is not a collection."""


class DamagedArchive(NewswarcError):
    """A WARC file or the index is damaged; the text names the command that repairs it."""

    exit_code = 5


class DamagedRecord(DamagedArchive):
    """One WARC record cannot be read.

    Args:
        message: what is wrong with it.
        offset: where in its file the record begins, in bytes, where that is known.
    """

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset


@contextmanager
def storage_errors(place: object) -> Iterator[None]:
    """Turn the ``OSError`` of a disk that cannot take our bytes into a `StorageError`.

    Args:
        place: the file or directory concerned, for the message.

    Raises:
        StorageError: for an `errno` of `STORAGE_ERRNOS`; any other ``OSError`` passes through.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in STORAGE_ERRNOS:
            raise
        raise StorageError(f"cannot write {place}: {error.strerror}") from error
