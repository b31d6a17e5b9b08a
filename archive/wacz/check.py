"""Is a WACZ whole? Its hashes, its structure, and whether its index points at its records."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from archive import timestamp
from archive.errors import DamagedArchive, DamagedRecord
from archive.wacz import index, layout
from archive.wacz.reader import WaczReader
from archive.warc.reader import read_record_in

_INDEXES: Final = (".cdx.gz", ".cdxj.gz", ".cdx", ".cdxj")
#: Of each kind of problem in an index or a list so many are told.
_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be.

    Attributes:
        path: the file in the WACZ.
        problem: what is wrong with it, one line.
    """

    path: str
    problem: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.path}: {self.problem}" if self.path else self.problem


def check(path: Path) -> Iterator[Problem]:
    """Yield what is wrong with a WACZ; nothing for one that is whole.

    Everything is read once for its hash, and the records once more, each at the offset that the
    index has for it.
    """
    try:
        with WaczReader(path) as wacz:
            yield from _package(wacz)
            yield from _forms(wacz)
            yield from _pages(wacz)
            yield from _index(wacz)
    except DamagedArchive as error:
        yield Problem("", str(error))


def _package(wacz: WaczReader) -> Iterator[Problem]:
    """Compare the files with what ``datapackage.json`` lists, and that with its own digest."""
    package = wacz.read_json(layout.DATAPACKAGE)
    if not isinstance(package, dict):
        yield Problem(layout.DATAPACKAGE, "is missing, or no JSON object")
        return
    if package.get("profile") != "data-package":
        yield Problem(layout.DATAPACKAGE, 'its profile is not "data-package"')
    if not str(package.get("wacz_version", "")).startswith("1."):
        yield Problem(layout.DATAPACKAGE, "it is of no version of WACZ that is known here")
    listed = {resource.path: resource for resource in wacz.resources()}
    for entry in wacz.entries():
        if entry.filename in (layout.DATAPACKAGE, layout.DATAPACKAGE_DIGEST):
            continue
        resource = listed.pop(entry.filename, None)
        if resource is None:
            yield Problem(entry.filename, "is not listed in datapackage.json")
            continue
        if resource.bytes != entry.file_size:
            problem = f"has {entry.file_size:,} bytes, {resource.bytes:,} are listed"
            yield Problem(entry.filename, problem)
        yield from _hash(wacz, entry, resource.hash)
    for missing in listed:
        yield Problem(missing, "is listed in datapackage.json, but not there")
    seal = wacz.read_json(layout.DATAPACKAGE_DIGEST)
    sealed = wacz.entry(layout.DATAPACKAGE)
    if isinstance(seal, dict) and sealed is not None:
        yield from _hash(wacz, sealed, str(seal.get("hash", "")))
    elif seal is not None:
        yield Problem(layout.DATAPACKAGE_DIGEST, "is no JSON object")


def _hash(wacz: WaczReader, entry: zipfile.ZipInfo, labelled: str) -> Iterator[Problem]:
    name, _, value = labelled.partition(":")
    if name not in ("sha256", "sha512", "md5"):
        yield Problem(entry.filename, f"nobody can check its hash: {labelled[:40]!r}")
        return
    digest = hashlib.new(name, usedforsecurity=False)
    try:
        for piece in wacz.pieces(entry):
            digest.update(piece)
    except DamagedArchive as error:
        yield Problem(entry.filename, str(error))
        return
    if digest.hexdigest() != value.lower():
        yield Problem(entry.filename, "is not what its hash says")


def _forms(wacz: WaczReader) -> Iterator[Problem]:
    """Yield what is packed twice, and so cannot be read by offset."""
    if not wacz.warcs():
        yield Problem(layout.ARCHIVE, "no WARC file is in it")
    for entry in wacz.entries():
        in_part = entry.filename.startswith((layout.ARCHIVE, "indexes/"))
        is_packed = entry.compress_type != zipfile.ZIP_STORED
        if in_part and is_packed and entry.filename.endswith(".gz"):
            yield Problem(entry.filename, "is packed once more, and cannot be read by offset")


def _pages(wacz: WaczReader) -> Iterator[Problem]:
    entry = wacz.entry(layout.PAGES)
    if entry is None:
        yield Problem(layout.PAGES, "is missing")
    for name in (layout.PAGES, layout.EXTRA_PAGES):
        entry = wacz.entry(name)
        if entry is None:
            continue
        told = 0
        for number, line in enumerate(index.lines(wacz.pieces(entry), packed=False), 1):
            if not line.strip() or told >= _TOLD:
                continue
            try:
                page = json.loads(line)
                is_page = "format" in page or {"url", "ts"} <= page.keys()
            except (ValueError, RecursionError, AttributeError, TypeError):
                is_page = False
            if not is_page:
                told += 1
                yield Problem(name, f"line {number} is no page")


def _index(wacz: WaczReader) -> Iterator[Problem]:
    found = [
        entry
        for entry in wacz.entries()
        if entry.filename.startswith("indexes/") and entry.filename.endswith(_INDEXES)
    ]
    if not found:
        yield Problem("indexes/", "no index is in it")
    for entry in found:
        before, told = b"", 0
        with _Records(wacz) as records:
            packed = entry.filename.endswith(".gz")
            for line in index.lines(wacz.pieces(entry), packed=packed):
                if not line.strip() or line.startswith((b"!meta", b" CDX")):
                    continue
                problem = "its lines are not sorted" if line < before else records.problem(line)
                before = line
                if problem is not None:
                    told += 1
                    yield Problem(entry.filename, problem)
                if told >= _TOLD:
                    yield Problem(entry.filename, "and so on")
                    break


class _Records:
    """The records of a WACZ, by file and offset."""

    def __init__(self, wacz: WaczReader) -> None:
        self._wacz = wacz
        self._entries = {PurePosixPath(entry.filename).name: entry for entry in wacz.warcs()}
        self._open: dict[str, BinaryIO | None] = {}
        self._stack = ExitStack()

    def __enter__(self) -> _Records:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def problem(self, line: bytes) -> str | None:
        """Return what is wrong with a line of the index, or None."""
        try:
            said = index.parse(line)
        except (ValueError, RecursionError):
            return f"no line of CDXJ: {line[:60]!r}"
        place = f"{said.file}:{said.offset}"
        name = PurePosixPath(said.file).name
        if name not in self._entries:
            return f"{place}: no such file is in archive/"
        if name not in self._open:
            stored = self._wacz.stored(self._entries[name])
            self._open[name] = stored and self._stack.enter_context(stored)
        file = self._open[name]
        if file is None or not name.endswith(".gz"):
            return None  # it cannot be read by offset, which is told elsewhere
        try:
            record = read_record_in(file, name, said.offset)
        except DamagedRecord as error:
            return str(error)
        if record.url != said.url:
            return f"{place}: the record is of another URL than {said.url[:200]}"
        if timestamp.from_datetime(record.date) != said.timestamp:
            return f"{place}: the record is of another time than {said.timestamp[:20]}"
        if record.location.length != said.length:
            return f"{place}: the record is {record.location.length:,} bytes long"
        return None
