"""A collection, packed as it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archive import cdx
from archive.collection import Collection
from archive.index.cdxj import Span, in_order_of_lines
from archive.wacz import Page, WaczWriter

CREATED = datetime(2024, 11, 1, 12, tzinfo=UTC)


def pack(collection: Collection, path: Path) -> Path:
    """Write the WARC files of a collection, its index and a page for each article."""
    with path.open("wb") as file, WaczWriter(file, title="Ferries", created=CREATED) as wacz:
        for warc in collection.warc_files():
            wacz.add_warc(warc.name, [warc.read_bytes()])
        wacz.add_index(in_order_of_lines(collection.walk(Span()), cdx.line))
        wacz.add_pages(
            Page(one.article.url, one.first_capture, one.article.title, one.article.text)
            for one in collection.articles()
        )
    return path
