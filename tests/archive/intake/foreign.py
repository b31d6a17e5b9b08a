"""Archive files as other programs write them, and as some have gone wrong."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable

import zstandard

SITE = "http://www.gazette.example"
URLS = [f"{SITE}/2024/{number}" for number in range(3)]
CRLF = b"\r\n"


def page(number: int) -> bytes:
    text = "".join(
        f"<p>The tram number {number} was late on Monday for the {times}th time, and the city"
        " council asked the company why nobody had been told before the morning.</p>"
        for times in range(2, 9)
    )
    return f"<html lang=en><title>Tram {number}</title><h1>Tram {number}</h1>{text}</html>".encode()


def answer(number: int) -> bytes:
    body = page(number)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head + body


def record(
    number: int,
    *,
    version: str = "WARC/1.0",
    uri: str = "{}",
    length: int = 0,
    padding: bytes = CRLF * 2,
    block: bytes | None = None,
    more: str = "",
) -> bytes:
    """Return a response record; `length` is added to Content-Length."""
    data = answer(number) if block is None else block
    lines = [
        version,
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "WARC-Date: 2024-10-23T08:15:00Z",
        f"WARC-Target-URI: {uri.format(URLS[number])}",
        "Content-Type: application/http; msgtype=response",
        *more.split("\n"),
        f"Content-Length: {len(data) + length}",
    ]
    head = "\r\n".join(line for line in lines if line)
    return head.encode("latin-1") + CRLF * 2 + data + padding


def plain(**options: object) -> bytes:
    return b"".join(record(number, **options) for number in range(3))  # type: ignore[arg-type]


def by_warcio(*, packed: bool) -> bytes:
    """Return what warcio writes, a request before each response; in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _BY_WARCIO, str(int(packed)), *URLS],
        input=b"\0".join(page(number) for number in range(3)),
        capture_output=True,
        check=True,
    )
    return done.stdout


_BY_WARCIO = """
import io, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
packed, *urls = sys.argv[1:]
writer = WARCWriter(sys.stdout.buffer, gzip=packed == "1")
writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "somebody"}))
for url, body in zip(urls, sys.stdin.buffer.read().split(b"\\0")):
    ask = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a")], is_http_request=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.write_request_response_pair(
        writer.create_warc_record(url, "request", http_headers=ask),
        writer.create_warc_record(url, "response", io.BytesIO(body), http_headers=head),
    )
"""


def gzip_records() -> bytes:
    return b"".join(gzip.compress(record(number), mtime=0) for number in range(3))


def zstd(*, dictionary: bool, packed: bool = False) -> bytes:
    """Return a file after the draft: a frame for each record, a dictionary in front."""
    if not dictionary:
        return b"".join(zstandard.compress(record(number)) for number in range(3))
    learned = zstandard.train_dictionary(2000, [record(number % 3) for number in range(60)])
    data = learned.as_bytes()
    data = zstandard.compress(data) if packed else data
    packer = zstandard.ZstdCompressor(dict_data=learned)
    frames = b"".join(packer.compress(record(number)) for number in range(3))
    return b"\x5d\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data + frames


def arc(version: int = 1) -> bytes:
    fields = b"URL IP-address Archive-date Content-type Archive-length\n"
    origin = b"%d 0 Somebody\n" % version + fields
    rest = b" 200 - - 0 -" if version == 2 else b""
    parts = [
        b"filedesc://a.arc 0.0.0.0 20070101000000 text/plain%s %d\n" % (rest, len(origin)) + origin,
        b"dns:www.gazette.example 192.0.2.1 20070101000001 text/dns%s 5\nx\r\ny\n" % rest,
    ]
    for number, url in enumerate(URLS):
        block = answer(number)
        line = b"%s 192.0.2.1 20070101001500 text/html%s %d\n" % (url.encode(), rest, len(block))
        parts.append(line + block)
    return b"\n".join(parts) + b"\n"


#: Name, content, how it is taken, oddities besides missing digests.
FORMS: list[tuple[str, Callable[[], bytes], str, set[str]]] = [
    ("warcio.warc.gz", lambda: by_warcio(packed=True), "copied", set()),
    ("warcio.warc", lambda: by_warcio(packed=False), "remade", set()),
    ("records.warc.gz", gzip_records, "copied", set()),
    ("whole.warc.gz", lambda: gzip.compress(plain()), "remade", set()),
    ("plain.warc", plain, "remade", set()),
    ("frames.warc.zst", lambda: zstd(dictionary=False), "remade", set()),
    ("one-frame.warc.zst", lambda: zstandard.compress(plain()), "remade", set()),
    ("dictionary.warc.zst", lambda: zstd(dictionary=True), "remade", set()),
    ("packed-dictionary.warc.zst", lambda: zstd(dictionary=True, packed=True), "remade", set()),
    ("v1.arc", arc, "remade", set()),
    ("v1.arc.gz", lambda: gzip.compress(arc()), "remade", set()),
    ("v2.arc", lambda: arc(2), "remade", set()),
    ("old.warc", lambda: plain(version="WARC/0.18"), "remade", {"older than WARC 1.0"}),
    ("new.warc", lambda: plain(version="WARC/1.1"), "remade", set()),
    ("brackets.warc", lambda: plain(uri="<{}>"), "remade", {"target URI in angle brackets"}),
    (
        "unpadded.warc",
        lambda: plain(padding=b""),
        "remade",
        {"no two line ends behind the block"},
    ),
    (
        "one-line-end.warc",
        lambda: plain(padding=b"\n"),
        "remade",
        {"no two line ends behind the block"},
    ),
    (
        "too-long.warc",
        lambda: plain(length=7),
        "remade",
        {"block shorter than its Content-Length"},
    ),
    (
        "too-long-by-records.warc",
        lambda: plain(length=3000),
        "remade",
        {"block shorter than its Content-Length"},
    ),
    (
        "latin-1.warc",
        lambda: plain(more="X-Title: L\xe4nder"),
        "remade",
        {"header that is not UTF-8"},
    ),
    (
        "latin-1.warc.gz",
        lambda: b"".join(gzip.compress(record(one, more="X-Title: L\xe4nder")) for one in range(3)),
        "copied",
        {"header that is not UTF-8"},
    ),
    ("too-short.warc", lambda: plain(length=-7), "remade", {"bytes between records"}),
    ("garbage.warc", lambda: plain(padding=b"\r\n\r\nx\r\n"), "remade", {"bytes between records"}),
]  # fmt: skip
