"""One WARC file while it is being written: its name, its lock, its whole records.

The file is called ``X.warc.gz.open`` and locked (``flock``) until it is closed, so that nobody
repairs what is still in work. What is appended is appended whole or not at all.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
from pathlib import Path

from archive import timestamp
from archive.complete import sync_directory
from archive.errors import StorageError, storage_errors

OPEN_SUFFIX = ".open"

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.]+")


class OpenFile:
    """A WARC file that is being written.

    Args:
        path: its final path, without ``.open``.

    Raises:
        FileExistsError: there is such a file, or somebody else has just made it.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileExistsError(path)
        self.path = path
        self.size = 0
        self._torn = False
        self._at_work = path.with_name(path.name + OPEN_SUFFIX)
        self._descriptor = os.open(
            self._at_work, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644
        )
        try:
            lock(self._descriptor)
        except BlockingIOError:  # `recover` was quicker; it removes an empty file
            os.close(self._descriptor)
            raise FileExistsError(path) from None

    @property
    def name(self) -> str:
        """The name the file will have."""
        return self.path.name

    def free(self) -> int:
        """Return how many bytes the file system can still take from us."""
        state = os.fstatvfs(self._descriptor)
        return state.f_bavail * state.f_frsize

    def append(self, data: bytes) -> None:
        """Append all of `data`.

        Raises:
            StorageError: it does not fit; the caller cuts the file back to where it was.
        """
        if self._torn:
            raise StorageError(f"cannot write {self._at_work}: its end is damaged")
        rest = memoryview(data)
        with storage_errors(self._at_work):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self.size += len(data)

    def cut(self, size: int) -> None:
        """Cut the file back to `size` bytes; where even that fails, take no more."""
        try:
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)
        except OSError:
            self._torn = True
        else:
            self.size = size

    def sync(self) -> None:
        """Make what was written durable."""
        with storage_errors(self._at_work):
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Make it durable and give it its final name; an empty file goes, a torn one stays."""
        with storage_errors(self._at_work):
            try:
                if self._torn:
                    return
                if not self.size:
                    self._at_work.unlink()
                    return
                os.fsync(self._descriptor)
                self._at_work.rename(self.path)
                sync_directory(self.path.parent)
            finally:
                os.close(self._descriptor)


def new_file(directory: Path, prefix: str, serial: int) -> OpenFile:
    """Make the next WARC file of `directory`, by the naming convention (WARC 1.1, annex C).

    Args:
        directory: made where it is missing.
        prefix: of the name.
        serial: number of the file in this run; a higher one is taken where a file is in the way.

    Raises:
        StorageError: the directory takes no file.
    """
    host = _NOT_IN_A_NAME.sub("-", socket.gethostname()).strip("-.") or "localhost"
    with storage_errors(directory):
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise StorageError(f"cannot write {directory}: it is not a directory") from None
        while True:
            moment = timestamp.now()
            stamp = f"{timestamp.from_datetime(moment)}{moment.microsecond // 1000:03d}"
            try:
                file = OpenFile(directory / f"{prefix}-{stamp}-{serial:05d}-{host}.warc.gz")
            except FileExistsError:
                serial += 1
            else:
                sync_directory(directory)
                return file


def lock(descriptor: int) -> None:
    """Take the lock of an open WARC file.

    Raises:
        BlockingIOError: somebody else has it.
    """
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
