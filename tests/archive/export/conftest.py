"""An archive to export: articles with versions, revisits and what their pages need."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from archive import snapshot
from archive.collection import Collection
from archive.ingest import ingest
from archive.model import Exchange, Rendering
from archive.timestamp import to_datetime
from archive.warc.dedup import Dedup
from archive.warc.writer import WarcWriter

SITE = "https://www.paper.example"
FERRY = f"{SITE}/2024/10/23/ferry"
BRIDGE = f"{SITE}/2024/10/24/bridge"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
SENTENCE = (
    "The {what} came back to the harbor on Wednesday with a hundred passengers, the city council"
    " said in a statement, and nobody on board could say why the crossing had taken two days."
)


def page(title: str, what: str, picture: str = "/ferry.png") -> bytes:
    body = "".join(
        f"<p>{SENTENCE.format(what=what)} It was the {number}th time.</p>" for number in range(2, 7)
    )
    return (
        f"<html lang=en><head><title>{title}</title><link rel=stylesheet href=/style.css>"
        '<meta name=author content="Ann Lee">'
        '<meta property="article:published_time" content="2024-10-23T08:00:00+02:00">'
        f"</head><body><article><h1>{title}</h1><img src={picture} alt=Ferry>{body}</article>"
        f"<a href={FERRY}>x</a></body></html>"
    ).encode()


LINKS = "".join(
    f"<li><a href=/2024/10/23/{number}>What the council said on day {number}</a></li>"
    for number in range(40)
)
FRONT = f"<html><title>The Paper</title><h1>Today</h1><ul>{LINKS}</ul></html>".encode()


class Press:
    """Writes exchanges as a crawl does: with notes, requests and revisits."""

    def __init__(self, path: Path) -> None:
        self.collection = Collection.create(path)
        self.open()

    def open(self) -> None:
        self._writer = WarcWriter(
            self.collection.archive_dir, info={"isPartOf": "test"}, dedup=self._dedup()
        )

    def _dedup(self) -> Dedup:
        self.dedup = getattr(self, "dedup", None) or Dedup()
        return self.dedup

    def answer(
        self, url: str, body: bytes, media: str, at: str, status: int = 200, more: str = ""
    ) -> str:
        head = f"HTTP/1.1 {status} Fine\r\nContent-Type: {media}\r\n{more}\r\n".encode()
        request = f"GET {url} HTTP/1.1\r\nHost: www.paper.example\r\n\r\n".encode()
        self._writer.write_exchange(
            Exchange(
                url, "GET", request, head, io.BytesIO(body), len(body), to_datetime(at), status,
                note={"via": SITE},
            )
        )  # fmt: skip
        return self._writer.last_id

    def rendering(self, url: str, at: str, response: str, dom: bytes) -> None:
        note = {"renderer": "a browser"}
        self._writer.write_rendering(Rendering(url, to_datetime(at), response, dom, PICTURE, note))

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
def archive(tmp_path: Path) -> Collection:
    press = Press(tmp_path / "paper")
    html = "text/html; charset=utf-8"
    press.answer(f"{SITE}/", FRONT, html, "20241023080000")
    press.answer(f"{SITE}/ferry.png", PICTURE, "image/png", "20241023081001")
    press.answer(f"{SITE}/style.css", b"@font-face{src:url(a.woff2)}", "text/css", "20241023081002")
    press.answer(f"{SITE}/a.woff2", b"wOF2", "font/woff2", "20241023081003")
    press.answer(FERRY, page("Ferry returns", "ferry"), html, "20241023081500")
    press.answer(f"{SITE}/other.png", b"\x89PNG other", "image/png", "20241023082000")
    press.answer(BRIDGE, page("Bridge opens", "bridge", "/copy.png"), html, "20241024090000")
    press.close()
    press.open()
    press.answer(f"{SITE}/copy.png", PICTURE, "image/png", "20241024090001")  # a revisit
    press.answer(FERRY, page("Ferry returns", "ferry"), html, "20241024100000")  # likewise
    press.answer(FERRY, page("Ferry sinks", "old ferry"), html, "20241025100000")
    empty = b"<html><head><title>Rendered</title></head><body><div id=app></div></body></html>"
    shown = press.answer(f"{SITE}/2024/10/26/app", empty, html, "20241026100000")
    press.answer(f"{SITE}/late.png", b"\x89PNG late", "image/png", "20241026100001")
    dom = page("Tunnel floods", "tunnel", "/late.png")
    press.rendering(f"{SITE}/2024/10/26/app", "20241026100000", shown, dom)
    press.answer(f"{SITE}/end.png", b"\x89PNG end", "image/png", "20241026100003")
    press.close()
    assert snapshot.page_of_dom(snapshot.dom_uri(FERRY)) == FERRY
    ingest(press.collection, workers=0)
    return press.collection
