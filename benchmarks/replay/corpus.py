"""A collection to replay: article pages, large pages, images, and captures for their number alone.

Pages are those of `benchmarks.site`, stored gzipped as servers send them: about 57 KB of HTML with
45 links, and four times as much. Images are of 40 KB that cannot be compressed.
"""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from archive.collection import Collection
from archive.ingest import ingest
from archive.model import Exchange
from archive.timestamp import from_datetime, to_datetime
from archive.warc.writer import WarcWriter
from benchmarks.site import heading, page

SITE = "https://www.daily.example"
PAGES, LARGE, IMAGES = 60, 20, 40
#: The article pages are captured so often, an hour apart.
TIMES = 3
BEGIN = to_datetime("20241023080000")
_IMAGE = 40_000


def record(
    path: Path, captures: int = 0, *, pages: int = PAGES, large: int = LARGE, images: int = IMAGES
) -> Mapping[str, list[tuple[str, str]]]:
    """Write a collection and index it.

    Args:
        path: where it shall be.
        captures: so many are in it at least; small ones make up the number.
        pages: so many articles.
        large: so many large pages.
        images: so many images.

    Returns:
        For each kind of what is replayed, timestamps and URLs.
    """
    collection = Collection.create(path)
    writer = WarcWriter(collection.archive_dir, info={"isPartOf": "benchmark"})
    kinds: dict[str, list[tuple[str, str]]] = {"article": [], "large page": [], "image": []}
    for kind, url, mime, body, at in _parts(pages, large, images):
        _write(writer, url, mime, body, at)
        kinds[kind].append((from_datetime(at), url))
    for number in range(captures - sum(map(len, kinds.values()))):
        at = BEGIN + timedelta(seconds=number % 100_000)
        _write(writer, f"{SITE}/i/{number // 3}.svg", "image/svg+xml", b"<svg>%d" % number, at)
    writer.close()
    ingest(collection, workers=0)
    collection.close()
    return kinds


def _parts(pages: int, large: int, images: int) -> Iterator[tuple[str, str, str, bytes, datetime]]:
    headings = [heading(number) for number in range(pages + 4 * large)]
    for time in range(TIMES):
        for number in range(pages):
            at = BEGIN + timedelta(hours=time, seconds=number)
            html = page(number, headings)
            yield "article", SITE + headings[number].path, "text/html; charset=utf-8", html, at
    for number in range(large):
        first = pages + 4 * number
        html = page(first, headings)
        more = [_body(page(other, headings)) for other in range(first + 1, first + 4)]
        whole = html.replace(b"</body>", b"".join(more) + b"</body>")
        url = SITE + headings[first].path
        yield "large page", url, "text/html; charset=utf-8", whole, BEGIN
    for number in range(images):
        data = b"\xff\xd8\xff\xe0" + random.Random(number).randbytes(_IMAGE)
        yield "image", f"{SITE}/media/{number}.jpg", "image/jpeg", data, BEGIN


def _body(html: bytes) -> bytes:
    return html.partition(b"<body")[2].partition(b">")[2].partition(b"</body>")[0]


def _write(writer: WarcWriter, url: str, mime: str, body: bytes, at: datetime) -> None:
    fields = f"Content-Type: {mime}\r\n"
    if mime.startswith("text/html"):
        body = gzip.compress(body, 6, mtime=0)
        fields += "Content-Encoding: gzip\r\n"
    head = f"HTTP/1.1 200 OK\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
    parts = urlsplit(url)
    writer.write_exchange(
        Exchange(
            url=url,
            method="GET",
            request=f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode(),
            head=head.encode(),
            body=io.BytesIO(body),
            size=len(body),
            started=at,
            status=200,
        )
    )
