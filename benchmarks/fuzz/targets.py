"""Everything that reads what strangers wrote, each as a function of bytes.

A target may raise `NewswarcError`, which a person gets to see in one line, and what stands in
`Target.expected`; anything else is a fault.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from archive import timestamp
from archive.cdx import expression
from archive.cdx import parse as parse_cdx
from archive.collection import Collection
from archive.errors import DamagedRecord, NewswarcError
from archive.extract import extract
from archive.index.query import parse as parse_query
from archive.ingest.examine import examine
from archive.links.css import css_links
from archive.links.html import html_links
from archive.manifest.document import Manifest
from archive.manifest.minisign import PublicKey, SecretKey
from archive.model import Location
from archive.replay import address
from archive.replay.rewrite import refresh_target, rewrite_css, rewrite_html
from archive.urlkey import check_url, urlkey
from archive.verify.digests import digest_problems
from archive.warc import content
from archive.warc.reader import next_record, read_records
from archive.warc.record import parse as parse_record
from crawler import opml
from crawler.discovery import nature, read
from crawler.ledger.robots import RobotsFile
from crawler.model import Kind
from crawler.robots import Rules
from crawler.sources import load
from crawler.wire.chunked import ChunkedDecoder
from crawler.wire.head import parse_head

FIXTURES = Path(__file__).parents[2] / "fixtures"
URL = "https://www.example.com/2024/10/23/ferry"
_CODINGS = ("gzip", "deflate", "br", "zstd", "x-gzip", "identity", "sdch")
_MOST = 1_000_000
_ROBOTS = b"""User-agent: *
Disallow: /private/*.html$
Allow: /private/a
Crawl-delay: 3
Sitemap: https://www.example.com/sitemap.xml
"""
_CONFIG = b"""[[source]]
name = "times"
seeds = ["https://www.example.com/feed.xml"]
scope = ["https://www.example.com/"]
delay = 2.5
recheck = ["1h", "1d"]
"""
_HTTP = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
_QUERIES = (
    b'title:"a b" -c OR (d NEAR/3 e) site:f.example after:2024-10 g*',
    b"author:vera is:edited before:2024-10-23 has:image =exact",
)
_CDX = b"matchType=prefix&from=2024&limit=-5&filter=~status:2..&collapse=timestamp:8"
_IRI = "https://пример.example/é".encode()


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads foreign input.

    Attributes:
        name: of it.
        run: reads some bytes.
        seeds: what it can read.
        expected: what it may raise beside `NewswarcError`.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: Sequence[bytes]
    expected: tuple[type[Exception], ...] = ()

    def __call__(self, data: bytes) -> None:
        """Read `data`; what is no fault is caught."""
        try:
            self.run(data)
        except (NewswarcError, *self.expected):
            return


def _warc(data: bytes) -> None:
    """Read a WARC file with what the reader, ingest and verify do with each record."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.warc.gz"
        path.write_bytes(data)
        offset: int | None = 0
        while offset is not None:
            try:
                for record in read_records(path, offset):
                    examine(record)
                    record.body(_MOST)
                    list(digest_problems(record))
                return
            except DamagedRecord as damage:
                offset = next_record(path, (damage.offset or 0) + 1)


def _record(data: bytes) -> None:
    record = parse_record(data, len(data), Location("a.warc.gz", 0, len(data)))
    examine(record)
    record.body(_MOST)


def _coded(data: bytes) -> None:
    for coding in _CODINGS:
        content.decode(data, (coding,), _MOST)
    content.decode(data, ("gzip", "br"), _MOST)
    content.dechunk(data)


def _wire(data: bytes) -> None:
    parse_head(data)
    decoder = ChunkedDecoder()
    for start in range(0, len(data), 7):
        decoder.feed(data[start : start + 7])


def _html(data: bytes) -> None:
    for charset in (None, "utf-8", "utf-16", "shift_jis"):
        list(html_links(data, charset=charset))
        rewrite_html(data, base_url=URL, resolve=lambda url, kind: url, charset=charset)
    refresh_target(data, base_url=URL)


def _css(data: bytes) -> None:
    for charset in (None, "utf-16"):
        list(css_links(data, charset=charset))
        rewrite_css(data, base_url=URL, resolve=lambda url, kind: url, charset=charset)


def _discovered(data: bytes) -> None:
    for kind in (Kind.FEED, Kind.SITEMAP, Kind.SECTION):
        read(data, URL, kind)
    nature(data, URL)


def _robots(data: bytes) -> None:
    rules = Rules(RobotsFile(timestamp.now(), 200, data)).parsed
    if rules is not None:
        rules.can_fetch(URL, "newswarc")
        rules.crawl_delay("newswarc")
        list(rules.sitemaps)


def _query(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    parse_query(text)
    with tempfile.TemporaryDirectory() as place, Collection.create(Path(place) / "a") as empty:
        empty.search(text)


def _cdx(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    expression.parse(text)


def _cdx_query(data: bytes) -> None:
    pairs = [part.partition("=")[::2] for part in data.decode("utf-8", "replace").split("&")]
    parse_cdx([("url", URL), *pairs])


def _times(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read_time in (timestamp.parse, timestamp.to_datetime, timestamp.last_moment):
        try:
            timestamp.from_datetime(read_time(text))
        except NewswarcError:
            continue


def _urls(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read_url in (check_url, urlkey, address.parse):
        try:
            read_url(text)
        except NewswarcError:
            continue


def _config(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "newswarc.toml"
        path.write_bytes(data)
        load(path)


def _signed(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    readers: tuple[Callable[[], object], ...] = (
        lambda: Manifest.parse(data),
        lambda: PublicKey.parse(text),
        lambda: SecretKey.parse(text),
    )
    for read_one in readers:
        try:
            read_one()
        except NewswarcError:
            continue


def _files(pattern: str, largest: int = 60_000) -> tuple[bytes, ...]:
    found = (path.read_bytes() for path in sorted(FIXTURES.glob(pattern)))
    return tuple(data for data in found if len(data) < largest)[:40]


def _member(name: str) -> bytes:
    """Return what the first gzip member of a piece of the museum holds."""
    return zlib.decompressobj(31).decompress((FIXTURES / f"warcs/{name}.warc.gz").read_bytes())


@cache
def targets() -> tuple[Target, ...]:
    """Return everything that reads foreign input."""
    warcs = _files("warcs/*.warc.gz", 5000)
    pages = _files("pages/*/page.html")
    records = (_member("good"), _member("chunked"), _member("revisit-loop"))
    coded = tuple(gzip.compress(page) for page in pages[:3])
    manifest = Manifest(date(2024, 10, 23), "newswarc/0", None, {})
    listings = (*_files("feeds/*/document"), *_files("sitemaps/*/document"))
    outline = b'<opml><body><outline xmlUrl="https://a.example/f"/></body></opml>'
    return (
        Target("WARC files", _warc, warcs),
        Target("WARC records", _record, records, (ValueError,)),
        Target("content codings", _coded, (*coded, b"5\r\nhello\r\n0\r\n\r\n")),
        Target("HTTP from the wire", _wire, (_HTTP,)),
        Target("HTML links and rewriting", _html, pages),
        Target("CSS", _css, (b"@import url(a.css); a { b: url('c.png') } \\75rl(d)",)),
        Target("extraction", lambda data: extract(data, URL), pages),
        Target("feeds, sitemaps, sections", _discovered, listings),
        Target("robots.txt", _robots, (_ROBOTS,)),
        Target("OPML", opml.feeds, (outline,)),
        Target("queries", _query, _QUERIES),
        Target("CDX expressions", _cdx, (rb"^(a|b+)[c-e]{2,3}.*\d$", rb"[^\w\]-]")),
        Target("CDX queries", _cdx_query, (_CDX,)),
        Target("times", _times, (b"20241023", b"2024-10-23T08:15:00.5+03:00")),
        Target("URLs", _urls, (URL.encode(), b"/web/2024mp_/http://a.example:80/b?c=d#e", _IRI)),
        Target("newswarc.toml", _config, (_CONFIG,)),
        Target("manifests and keys", _signed, (bytes(manifest),)),
    )
