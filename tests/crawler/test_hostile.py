"""What a hostile site can do to a crawl: each ends within its bounds and says what was refused.

Bombs and bodies without end are in ``test_bombs.py``: they want a process of their own. A page of a
hundred thousand links is in ``test_crawl.py``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import NamedTuple

import pytest

from archive.collection import Collection
from archive.ingest import ingest
from archive.warc.reader import Record, read_records
from crawler import sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.demo.site import Site
from crawler.model import Kind
from crawler.run import CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

HOME = "http://news.example/"
DAY = "/2024/10/23"
#: Bounds of every crawl here.
SECONDS, BYTES = 60.0, 4 * 1024 * 1024
SETTINGS = {
    "DOWNLOAD_TIMEOUT": 1,
    "NEWSWARC_ANSWER_TIMEOUT": 1,
    "DOWNLOAD_MAXSIZE": 1024 * 1024,
    "NEWSWARC_RETRY_TIMES": 1,
    "NEWSWARC_HOST_FAILURES": 100,
}


class Stand(NamedTuple):
    """Where a URL stands in the ledger."""

    state: str
    why: str


def ledger(collection: Collection) -> dict[str, Stand]:
    """Return where every URL stands, by its path, or whole where the host is another."""
    with closing(sqlite3.connect(collection.ledger_path)) as connection:
        rows = connection.execute("SELECT url, state, coalesce(why, '') FROM urls").fetchall()
    return {url.replace("http://news.example", ""): Stand(state, why) for url, state, why in rows}


def records(collection: Collection) -> Iterator[Record]:
    for path in collection.warc_files():
        yield from read_records(path)


def within_bounds(summary: CrawlSummary, server: DemoServer, requests: int) -> None:
    """Hold a crawl against its bounds."""
    assert summary.reason == "finished"
    assert summary.seconds < SECONDS
    assert summary.size < BYTES
    assert len(server.requests) <= requests


def page(body: bytes, head: bytes = b"Content-Type: text/html; charset=utf-8\r\n") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body


class Trait(NamedTuple):
    """Something that a page does, what becomes of it, and how often it is asked for at most."""

    answer: Answer
    state: str
    why: str = ""
    requests: int = 1


LONG = b"<p>" + b"A sentence of a perfectly ordinary article. " * 40
TRAITS = {
    "hangs-up": Trait(Answer(raw=b""), "failed", "no answer", 3),
    "ends-early": Trait(
        Answer(raw=page(b"<p>cut", b"Content-Type: text/html\r\nContent-Length: 9999\r\n")),
        "failed",
        "not whole",
        2,
    ),
    "chunks-end-early": Trait(
        Answer(raw=page(b"5\r\nabcde\r\n", b"Transfer-Encoding: chunked\r\n")),
        "failed",
        "not whole",
        2,
    ),
    "length-too-short": Trait(
        Answer(raw=page(LONG, b"Content-Type: text/html\r\nContent-Length: 50\r\n")), "captured"
    ),
    "two-lengths": Trait(
        Answer(raw=page(LONG, b"Content-Length: 5\r\nContent-Length: 7\r\n")), "captured"
    ),
    "length-no-number": Trait(Answer(raw=page(LONG, b"Content-Length: -1e9\r\n")), "captured"),
    "too-large": Trait(Answer(raw=page(b"x" * (2 * 1024 * 1024))), "failed", "not taken"),
    "never-answers": Trait(Answer(delay=30.0), "failed", "timeout", 2),
    "no-http": Trait(Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), "failed", "not HTTP", 2),
    "endless-head": Trait(
        Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Pad: " + b"a" * 2_000_000),
        "failed",
        "the head is longer",
    ),
    "odd-head": Trait(
        Answer(raw=page(LONG, b"no colon here\r\n: no name\r\nX-\xff\x00: \x00\r\n")),
        "captured",
    ),
    "same-head-twice": Trait(
        Answer(
            raw=page(
                LONG,
                b"Content-Type: text/html\r\nContent-Type: image/png\r\n"
                b"Set-Cookie: a=1\r\nSet-Cookie: a=2\r\nX-Robots-Tag: noai\r\nX-Robots-Tag: x\r\n",
            )
        ),
        "captured",
    ),
    "is-a-zip": Trait(
        Answer(200, {"Content-Type": "text/html"}, b"PK\x03\x04\x14\x00" + bytes(9999)), "captured"
    ),
    "nul-bytes": Trait(
        Answer.text("<title>a\x00b</title><p>\x00\x00<a href='/\x00'>x</a>" * 9, "text/html"),
        "captured",
    ),
    "wrong-charset": Trait(
        Answer(
            200,
            {"Content-Type": "text/html; charset=windows-1251"},
            "<article><p>Обычная статья, и вовсе не в той кодировке. ".encode() * 40,
        ),
        "captured",
    ),
    "script-in-title": Trait(
        Answer.text(
            f"<title>&lt;script&gt;alert(1)&lt;/script&gt;</title><article>{LONG.decode()}",
            "text/html",
        ),
        "captured",
    ),
    "redirects-to-itself": Trait(
        Answer.redirect(f"{DAY}/redirects-to-itself"), "failed", "redirects to itself"
    ),
    "redirects-inside": Trait(
        Answer.redirect("http://169.254.169.254/latest/meta-data/"), "failed", "out of scope"
    ),
}
CHAIN = 30


@pytest.fixture
def crawled(run: Run, serve: Serve) -> tuple[CrawlSummary, DemoServer]:
    """One crawl of a site that has every trait."""
    pages = {f"{DAY}/{name}": trait.answer for name, trait in TRAITS.items()}
    chain = {f"{DAY}/hop-{n}": Answer.redirect(f"{DAY}/hop-{n + 1}") for n in range(CHAIN)}
    ring = {f"{DAY}/ring-{n}": Answer.redirect(f"{DAY}/ring-{(n + 1) % 3}") for n in range(3)}
    good = {f"{DAY}/good": html()}
    home = html(*pages, f"{DAY}/hop-0", f"{DAY}/ring-0", f"{DAY}/good")
    server = serve({"/": home} | pages | chain | ring | good, compress=False, chunked=False)
    return run(server, HOME, settings=SETTINGS), server


def test_every_trait_has_an_end_and_a_name(
    crawled: tuple[CrawlSummary, DemoServer], collection: Collection
) -> None:
    summary, server = crawled
    within_bounds(summary, server, 80)
    assert summary.exit_code == 0  # single pages that fail are the ledger's matter
    stands = ledger(collection)
    for name, trait in TRAITS.items():
        found = stands[f"{DAY}/{name}"]
        assert found.state == trait.state, (name, found)
        assert trait.why in found.why, (name, found)
        assert found.state == "captured" or found.why, name
        assert len(asked(server, f"{DAY}/{name}")) <= trait.requests, name
    assert stands[f"{DAY}/good"].state == "captured"
    hops = [path for path in asked(server) if "/hop-" in path]
    assert len(hops) == 7
    assert stands[hops[-1]] == Stand("failed", "too many redirects")
    assert len([path for path in asked(server) if "/ring-" in path]) <= 7
    assert not [path for path, stand in stands.items() if stand.state == "due"]


def test_what_came_is_stored_as_it_came(
    crawled: tuple[CrawlSummary, DemoServer], collection: Collection
) -> None:
    found = {r.url.rpartition("/")[2]: r for r in records(collection) if r.type == "response"}
    assert found["ends-early"].headers["WARC-Truncated"]
    assert found["too-large"].headers["WARC-Truncated"] == "length"
    assert len(found["too-large"].payload) == 1024 * 1024
    assert found["is-a-zip"].payload.startswith(b"PK\x03\x04")
    assert b"a\x00b" in found["nul-bytes"].payload
    summary = ingest(collection, workers=1)
    assert not summary.damaged


def test_inside_is_never_asked(run: Run, serve: Serve, collection: Collection) -> None:
    inside = [
        "http://127.0.0.1:8080/a.png",
        "http://localhost/b.png",
        "http://169.254.169.254/latest/meta-data/c.png",
        "http://10.0.0.1/d.png",
        "http://192.168.1.1/e.png",
        "http://[::1]/f.png",
        "http://[::ffff:127.0.0.1]/g.png",
        "http://2130706433/h.png",
        "http://0x7f.1/i.png",
    ]
    images = "".join(f'<img src="{url}">' for url in inside)
    links = "".join(f'<a href="{url}{DAY}/slug">x</a>' for url in inside)
    server = serve({"/": html(f"{DAY}/a"), f"{DAY}/a": Answer.text(images + links, "text/html")})
    summary = run(server, HOME, depth=2, settings=SETTINGS)
    within_bounds(summary, server, 15)
    failed = {url: stand for url, stand in ledger(collection).items() if stand.state == "failed"}
    assert len(failed) >= 8  # two may be spellings of one
    for url, stand in failed.items():
        assert stand.why.startswith("refused: "), url
        assert "not a public address" in stand.why, url
    assert not [record for record in records(collection) if ".png" in record.url]


class Endless:
    """A site whose every page names more of its kind."""

    def __init__(self, more: Callable[[int], list[str]]) -> None:
        self._number = count()
        self._more = more

    def __call__(self) -> Answer:
        return html(*self._more(next(self._number)))


@pytest.mark.parametrize(
    ("trap", "start"),
    [
        (lambda n: [f"/calendar/{2030 + n}/{m:02}/" for m in range(1, 13)], "/calendar/2029/01/"),
        (lambda n: [f"/s/{n * 9 + k:032x}/news" for k in range(9)], "/s/" + "a1" * 16 + "/news"),
        (lambda n: [f"/list?page={n * 9 + k}&sort=a" for k in range(9)], "/list?page=0"),
        (lambda n: ["/a" * (n + 2) + "/b"], "/a/b"),
        (lambda n: ["/f?" + "&".join(f"p{k}={n}" for k in range(n + 1))], "/f?x=1"),
    ],
    ids=["calendar", "session ids", "parameters", "growing paths", "growing queries"],
)
def test_a_trap_has_an_end(
    run: Run,
    serve: Serve,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
    trap: Callable[[int], list[str]],
    start: str,
) -> None:
    monkeypatch.setattr("crawler.traps._RARE", 40)
    sources.add(collection.config_path, Source("news", (Seed(HOME, Kind.SECTION),), depth=10_000))
    endless = Endless(trap)

    def answer(host: str, target: str) -> Answer:
        return html(start) if target == "/" else endless()

    server = serve({})
    server.site = Site(("news.example",), answer)
    summary = run(server, settings={**SETTINGS, "NEWSWARC_RETRY_TIMES": 0}, max_time=50)
    within_bounds(summary, server, 1_200)
    trapped = [stand.why for stand in ledger(collection).values() if "trap: " in stand.why]
    assert trapped
    assert len(trapped) <= 1_000 * len(set(trapped))  # rows of one trap; the rest is counted
