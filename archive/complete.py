"""A file or directory that appears under its name when all of it is there, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import STORAGE_ERRNOS, UsageError, storage_errors

#: Beside the name, while it is being written; what a kill left there goes with the next try.
NEW_SUFFIX = ".new"


@contextmanager
def complete_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` when the block ends well.

    It is durable then. When the block fails, what was at `path` is there as before. A device or a
    pipe (``/dev/null``) is written to as it is: nothing can take its place. A link stays, and what
    it leads to is replaced.

    Raises:
        UsageError: its directory is not there, `path` is a directory, or no file can be there.
        StorageError: the file cannot be written.
    """
    with storage_errors(path):
        with _wrong_call(path):
            _check_parent(path)
            if path.is_dir():
                raise UsageError(f"{path} is a directory; name a file")
            final = path.resolve()
            as_it_is = path.exists() and not path.is_file()
            new = path if as_it_is else final.with_name(final.name + NEW_SUFFIX)
            file = new.open("wb")
        if as_it_is:
            with file:
                yield file
            return
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            new.replace(final)
        finally:
            new.unlink(missing_ok=True)
        sync_directory(final.parent)


@contextmanager
def complete_directory(path: Path) -> Iterator[Path]:
    """Give a directory to fill, which becomes `path` when the block ends well.

    Raises:
        UsageError: its parent is not there, or `path` is there and not an empty directory.
        StorageError: it cannot be written.
    """
    _check_parent(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path} is there already; name a new directory")
    new = path.with_name(path.name + NEW_SUFFIX)
    with storage_errors(path):
        try:
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir()
            yield new
            new.replace(path)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        sync_directory(path.parent)


@contextmanager
def _wrong_call(path: Path) -> Iterator[None]:
    """Take a path that can be no file (a name too long, a place in /proc) for a wrong call."""
    try:
        yield
    except OSError as error:
        if error.errno in STORAGE_ERRNOS:
            raise
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _check_parent(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"there is no directory {path.parent}")


def sync_directory(directory: Path) -> None:
    """Make names that were made, changed or removed in `directory` durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
