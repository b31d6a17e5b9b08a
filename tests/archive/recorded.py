"""A collection as a crawl would leave it, made of answers written down in a test."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from archive.collection import Collection
from archive.ingest import ingest
from archive.model import Exchange
from archive.timestamp import to_datetime
from archive.warc.dedup import Dedup
from archive.warc.writer import WarcWriter

NOON = "20241023120000"


class Recorder:
    """Writes exchanges into a new collection.

    Args:
        path: where the collection shall be.
        dedup: a payload that was written before becomes a revisit.
        max_size: of a WARC file, after which the next is begun (bytes).
    """

    def __init__(self, path: Path, *, dedup: bool = False, max_size: int = 1_000_000_000) -> None:
        self.collection = Collection.create(path)
        self._writer = WarcWriter(
            self.collection.archive_dir,
            info={"isPartOf": "test"},
            max_size=max_size,
            dedup=Dedup() if dedup else None,
        )

    @classmethod
    def of(cls, collection: Collection) -> Recorder:
        """Return one that goes on in a collection that is there, in a file of its own."""
        made = cls.__new__(cls)
        made.collection = collection
        made._writer = WarcWriter(collection.archive_dir, info={"isPartOf": "test"})
        return made

    def record(
        self,
        url: str,
        body: bytes | str = b"",
        content_type: str | None = "text/html; charset=utf-8",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        at: str | datetime = NOON,
    ) -> None:
        """Write down that `url` was answered so at that time."""
        data = body.encode() if isinstance(body, str) else body
        fields = {"Content-Length": str(len(data)), **(headers or {})}
        if content_type:
            fields["Content-Type"] = content_type
        phrase = HTTPStatus(status).phrase
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._writer.write_exchange(
            Exchange(
                url=url,
                method="GET",
                request=f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode(),
                head=f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode("latin-1"),
                body=io.BytesIO(data),
                size=len(data),
                started=to_datetime(at) if isinstance(at, str) else at,
                status=status,
                ip="127.0.0.1",
            )
        )

    def redirect(self, url: str, target: str, *, status: int = 301, at: str = NOON) -> None:
        """Write down that `url` led to `target`."""
        self.record(url, "Moved", status=status, headers={"Location": target}, at=at)

    def close(self) -> None:
        """End the file; the collection is not indexed."""
        self._writer.close()

    def finished(self) -> Collection:
        """Return the collection, indexed."""
        self._writer.close()
        ingest(self.collection, workers=0)
        return self.collection
