"""Writing a WACZ: one entry after another, none of them in memory.

The same entries in the same order make the same bytes: the ZIP has no times of its own, and
nothing in it is random.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from archive.version import __version__
from archive.wacz import layout, pages, zipnum
from archive.wacz.layout import Resource
from archive.wacz.pages import Page
from archive.zipped import entry

#: What is longer is kept on disk until its length is known (bytes).
_IN_MEMORY: Final = 16 * 1024 * 1024
_PIECE: Final = 1024 * 1024


class WaczWriter:
    """Writes one WACZ.

    Add at least a WARC file, an index and pages; leaving the block ends it. When the block fails,
    what was written is no WACZ: write into `archive.complete.complete_file`.

    Args:
        file: to write to, empty; it must be able to seek.
        title: of the whole, for people.
        created: when, as the WACZ says it.
        description: Markdown, longer than the title.
        main_page: with which a reader begins.
        extra: more properties of ``datapackage.json``.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        title: str,
        created: datetime,
        description: str = "",
        main_page: Page | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._properties: dict[str, Any] = {"title": title}
        if description:
            self._properties["description"] = description
        self._properties["created"] = pages.rfc3339(created)
        self._properties["software"] = f"newswarc/{__version__}"
        if main_page is not None:
            self._properties["mainPageUrl"] = main_page.url
            self._properties["mainPageDate"] = pages.rfc3339_of(main_page.timestamp)
        self._properties |= extra or {}
        self._resources: list[Resource] = []
        self._zip = zipfile.ZipFile(file, "w")
        name = getattr(file, "name", None)
        self._directory = str(Path(name).parent) if isinstance(name, str | Path) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._end()
            return
        with suppress(OSError, ValueError):  # what failed fails again, and is on its way up
            self._zip.close()

    def add(
        self, path: str, pieces: Iterable[bytes], *, pack: bool = True, size: int | None = None
    ) -> Resource:
        """Add a file; it is listed with its size and hash.

        Args:
            path: in the WACZ, ``signatures/manifest.txt``.
            pieces: its content.
            pack: compress it (deflate). What is compressed already must be stored, so that it can
                be read by offset (clause "Zip Compression").
            size: how long it is (bytes). Where that is not known, it is written beside first.

        Raises:
            ValueError: it is longer or shorter than `size`.
        """
        if size is not None:
            return self._add(path, pieces, size, pack=pack)
        with SpooledTemporaryFile[bytes](_IN_MEMORY, dir=self._directory) as spool:
            for piece in pieces:
                spool.write(piece)
            length = spool.tell()
            spool.seek(0)
            return self._add(path, iter(lambda: spool.read(_PIECE), b""), length, pack=pack)

    def _add(self, path: str, pieces: Iterable[bytes], size: int, *, pack: bool) -> Resource:
        # ZIP64 only where it must be: wabac.js takes a local header for as long as the one in the
        # directory, where Python leaves out what is not needed.
        left, digest = size, hashlib.sha256()
        with self._zip.open(
            entry(path, pack=pack), "w", force_zip64=size > zipfile.ZIP64_LIMIT
        ) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                left -= len(piece)
        if left:
            raise ValueError(f"{path} is not {size:,} bytes long")
        resource = Resource(path, f"sha256:{digest.hexdigest()}", size)
        self._resources.append(resource)
        return resource

    def add_warc(self, name: str, pieces: Iterable[bytes], *, size: int | None = None) -> Resource:
        """Add a WARC file.

        Args:
            name: ends with ``.warc.gz``; the lines of the index name it so.
            pieces: gzip members, one for each record.
            size: see `add`.
        """
        return self.add(layout.ARCHIVE + name, pieces, pack=False, size=size)

    def add_index(self, lines: Iterable[str]) -> None:
        """Add the index of the WARC files.

        Args:
            lines: of CDXJ, sorted by their bytes, each with its end.
        """
        blocks: list[str] = []
        self.add(layout.INDEX, zipnum.members(lines, blocks), pack=False)
        head = zipnum.header(PurePosixPath(layout.INDEX).name)
        self.add(layout.INDEX_BLOCKS, (line.encode() for line in (head, *blocks)))

    def add_pages(self, listed: Iterable[Page], *, extra: bool = False) -> None:
        """Add the list of pages.

        Args:
            listed: in their order.
            extra: those that are not what the WACZ is about, in a list of their own.
        """
        if extra:
            self.add(layout.EXTRA_PAGES, pages.lines(listed, "extraPages", "Other pages"))
        else:
            self.add(layout.PAGES, pages.lines(listed, "pages", "Pages"))

    def _end(self) -> None:
        """Write what lists and seals the rest."""
        package = {
            "profile": "data-package",
            "wacz_version": layout.WACZ_VERSION,
            **self._properties,
            "resources": [
                {
                    "name": PurePosixPath(resource.path).name.lower(),
                    "path": resource.path,
                    "hash": resource.hash,
                    "bytes": resource.bytes,
                }
                for resource in self._resources
            ],
        }
        listed = _json(package)
        seal = {
            "path": layout.DATAPACKAGE,
            "hash": f"sha256:{hashlib.sha256(listed).hexdigest()}",
        }
        for path, data in ((layout.DATAPACKAGE, listed), (layout.DATAPACKAGE_DIGEST, _json(seal))):
            self._zip.writestr(entry(path, pack=True), data)
        self._zip.close()


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode("ascii")
