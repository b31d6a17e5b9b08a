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
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Self

from archive.version import __version__
from archive.wacz import layout, pages, zipnum
from archive.wacz.layout import Resource
from archive.wacz.pages import Page
from archive.zipped import entry


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

    def add(self, path: str, pieces: Iterable[bytes], *, pack: bool = True) -> Resource:
        """Add a file; it is listed with its size and hash.

        Args:
            path: in the WACZ, ``signatures/manifest.txt``.
            pieces: its content.
            pack: compress it (deflate). What is compressed already must be stored, so that it can
                be read by offset (clause "Zip Compression").
        """
        size, digest = 0, hashlib.sha256()
        # How long it becomes is not known yet, and it may be long.
        with self._zip.open(entry(path, pack=pack), "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        resource = Resource(path, f"sha256:{digest.hexdigest()}", size)
        self._resources.append(resource)
        return resource

    def add_warc(self, name: str, pieces: Iterable[bytes]) -> Resource:
        """Add a WARC file.

        Args:
            name: ends with ``.warc.gz``; the lines of the index name it so.
            pieces: gzip members, one for each record.
        """
        return self.add(layout.ARCHIVE + name, pieces, pack=False)

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
