"""Which files are meant by what a person names: files, directories, collections of pywb, WACZ."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from archive.errors import DamagedArchive, UsageError
from archive.wacz import WaczReader

_ZIP: Final = b"PK\x03\x04"
_SUFFIXES: Final = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")
_PACKINGS: Final = re.compile(r"(?i)(?:\.(?:warc|arc|gz|zst|zstd|open))+$")
_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9._+@=-]+")
#: Names are cut to this (bytes); something is put behind them.
_MAX_NAME: Final = 180


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be taken in.

    Attributes:
        path: of the file, or of the WACZ that it is in.
        entry: its path in the WACZ; empty where it is none.
        size: in bytes, as it lies there.
        problem: why it cannot be taken in, or empty.
    """

    path: Path
    entry: str = ""
    size: int = 0
    problem: str = ""

    def __str__(self) -> str:
        """Return its name for people."""
        return f"{self.path}:{self.entry}" if self.entry else str(self.path)

    @property
    def name(self) -> str:
        """The name that it has in a collection, if no other file has it."""
        return file_name(PurePosixPath(self.entry).name if self.entry else self.path.name)


def file_name(name: str) -> str:
    """Return the name of a WARC file in a collection, whatever the source is called.

    >>> file_name("CC-NEWS-20240101-00001.warc.gz"), file_name("a b.ARC"), file_name("../x.zst")
    ('CC-NEWS-20240101-00001.warc.gz', 'a_b.warc.gz', 'x.warc.gz')
    """
    stem = _NOT_IN_A_NAME.sub("_", _PACKINGS.sub("", PurePosixPath(name).name))
    return f"{stem.lstrip('._')[:_MAX_NAME] or 'import'}.warc.gz"


def find(paths: Iterable[Path]) -> Iterator[Source]:
    """Yield the files that are meant, those of a directory in the order of their names.

    Of a directory of pywb's (``collections/NAME/archive/``) or of newswarc's only the WARC files
    are taken; of any other one all files whose name is that of a WARC, ARC or WACZ.

    Raises:
        UsageError: there is no such file, or nothing to take in a directory.
    """
    for path in paths:
        if path.is_dir():
            found = list(_in_directory(path))
            if not found:
                raise UsageError(f"{path} has no WARC, ARC or WACZ file in it")
            for one in found:
                yield from _in_file(one)
        elif path.is_file():
            yield from _in_file(path)
        else:
            raise UsageError(f"there is no file {path}")


def _in_directory(path: Path) -> Iterator[Path]:
    archives = sorted((path / "collections").glob("*/archive")) or [path / "archive"]
    roots = [one for one in archives if one.is_dir()] or [path]
    for root in roots:
        for directory, below, names in os.walk(root):
            below.sort()
            for name in sorted(names):
                if name.lower().endswith(_SUFFIXES):
                    yield Path(directory, name)


def _in_file(path: Path) -> Iterator[Source]:
    try:
        with path.open("rb") as file:
            is_zip = file.read(len(_ZIP)) == _ZIP
        if not is_zip:
            yield Source(path, size=path.stat().st_size)
            return
        with WaczReader(path) as wacz:
            entries = wacz.warcs()
    except OSError as error:
        yield Source(path, problem=f"it cannot be read: {error.strerror}")
        return
    except DamagedArchive as error:
        yield Source(path, problem=str(error))
        return
    if not entries:
        yield Source(path, problem="it is a ZIP file, but no WACZ: no WARC file is in its archive/")
    for entry in sorted(entries, key=lambda one: one.filename):
        yield Source(path, entry.filename, entry.compress_size)
