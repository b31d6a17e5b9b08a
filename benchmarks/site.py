"""A generated news site for measuring crawlers: many pages, cheap to serve.

``python -m benchmarks.site --pages 1000`` prints one JSON line with its port once it listens, and
another with what it served when it is told to end (SIGINT, SIGTERM).

Page n is made from n alone, so that every run and every crawler meets the same bytes. About
60 KB of HTML, 21 KB gzipped, 45 links, as the front of a real news page weighs. All links are
paths: the site can stand behind any host name. It shares the machine with the crawler under
test, hence responses are made and compressed before the first request, and the server is a bare
protocol that looks a target up in a dictionary. With ``--lazy`` each is made when it is asked for,
in about 3 ms: for sites that are larger than the memory.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINKS = 45
#: So many links of a page go down a tree in which every page has its place; the rest, sideways.
CHILDREN = 40
EPOCH = datetime(2024, 10, 23, 12, tzinfo=UTC)
ONSETS = [
    "b",
    "br",
    "ch",
    "d",
    "dr",
    "g",
    "gr",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "s",
    "st",
    "t",
]
VOWELS = ["a", "e", "i", "o", "u", "ya", "yo"]
CODAS = ["", "", "n", "r", "s", "v", "m", "sk", "l", "nt"]


def vocabulary(size: int = 6000) -> Sequence[str]:
    """Return invented words; the earlier in the list, the shorter."""
    rng = random.Random(1)
    words: dict[str, None] = {}
    while len(words) < size:
        syllables = 1 + len(words) * 3 // size + rng.randint(0, 1)
        parts = (rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(syllables))
        words["".join(parts) + rng.choice(CODAS)] = None
    return list(words)


WORDS = vocabulary()
#: As in any language the n-th word is used about 1/n as often as the first.
WEIGHTS = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(WORDS))))


@dataclass(frozen=True, slots=True)
class Heading:
    """What other pages know of a page."""

    path: str
    title: str
    teaser: str
    published: datetime


def heading(number: int) -> Heading:
    """Return the heading of page `number`."""
    rng = random.Random(number * 2 + 1)
    title = _words(rng, 9).title()
    published = EPOCH - timedelta(minutes=number * 37)
    slug = title.lower().replace(" ", "-")
    path = f"/{published:%Y/%m/%d}/{slug}-a{number + 1}"
    return Heading(path, title, _words(rng, 18).capitalize() + ".", published)


def links(number: int, pages: int) -> Sequence[int]:
    """Return the pages that page `number` links to, out of `pages` in all."""
    rng = random.Random(number)
    down = (number * CHILDREN + child for child in range(1, CHILDREN + 1))
    sideways = (rng.randrange(pages) for _ in itertools.count())
    found: dict[int, None] = {}
    for target in itertools.chain(down, sideways):
        found[target % pages] = None
        if len(found) == min(LINKS, pages):
            break
    return list(found)


def page(number: int, headings: Sequence[Heading]) -> bytes:
    """Return the HTML of page `number`."""
    rng = random.Random(number * 2)
    own = headings[number]
    author = _words(rng, 2).title()
    section = ("News", "Business", "Opinion", "Regions")[number % 4]
    description = own.teaser
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": own.title,
        "datePublished": own.published.isoformat(),
        "author": [{"@type": "Person", "name": author}],
        "articleSection": section,
        "description": description,
    }
    # What a framework ships beside the text: it weighs, and no extractor wants it.
    state = {
        "session": rng.randbytes(6).hex(),
        "items": [
            {"id": rng.randbytes(8).hex(), "rank": rng.random(), "at": rng.randrange(10**9)}
            for _ in range(236)
        ],
    }
    paragraphs = [_paragraph(rng) for _ in range(20)]
    cards = "\n".join(_card(headings[target], rng) for target in links(number, len(headings)))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{own.title} | The Bench</title>
<link rel="canonical" href="{own.path}">
<meta name="description" content="{description}">
<meta property="og:type" content="article">
<meta property="og:site_name" content="The Bench">
<meta property="og:title" content="{own.title}">
<meta property="article:published_time" content="{own.published.isoformat()}">
<script type="application/ld+json">{json.dumps(data)}</script>
<style>{STYLE}</style>
</head>
<body>
<header class="page-header"><p class="page-header__name">The Bench</p></header>
<main>
<article class="article">
<header><h1>{own.title}</h1>
<p class="byline">By <span rel="author">{author}</span>
<time datetime="{own.published.isoformat()}">{own.published:%B %d, %Y}</time></p></header>
<div class="article__body">
{"".join(f"<p>{paragraph}</p>{chr(10)}" for paragraph in paragraphs)}</div>
</article>
<aside class="more"><h2>Read more</h2>
{cards}
</aside>
</main>
<script id="state" type="application/json">{json.dumps(state)}</script>
</body>
</html>
""".encode()


class Responses(Mapping[str, tuple[bytes, bytes]]):
    """For every page, by its path, the response in full: plain, and gzipped; made when asked for.

    Args:
        pages: how many there are, beside the home page.
    """

    def __init__(self, pages: int) -> None:
        self._headings = [heading(number) for number in range(pages)]
        self._numbers = {own.path: number for number, own in enumerate(self._headings)}

    def __getitem__(self, path: str) -> tuple[bytes, bytes]:
        body = self._home() if path == "/" else page(self._numbers[path], self._headings)
        packed = gzip.compress(body, 6, mtime=0)
        return _response(body, HTML), _response(packed, HTML, GZIP)

    def __iter__(self) -> Iterator[str]:
        yield "/"
        yield from self._numbers

    def __len__(self) -> int:
        return len(self._numbers) + 1

    def _home(self) -> bytes:
        cards = "\n".join(
            _card(own, random.Random(number)) for number, own in enumerate(self._headings[:LINKS])
        )
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Bench</title>'
            f"<style>{STYLE}</style></head><body><h1>The Bench</h1>{cards}</body></html>\n"
        ).encode()


class Connection(asyncio.Protocol):
    """One client: each request head is looked up and answered; bodies are not expected."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request head that has come."""
        *heads, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for head in heads:
            answer, close = self._site.answer(head)
            if self._site.latency:
                loop = asyncio.get_running_loop()
                loop.call_later(self._site.latency, self._send, answer, close)
            else:
                self._send(answer, close)

    def _send(self, answer: bytes, close: bool) -> None:
        self._transport.write(answer)
        if close:
            self._transport.close()


class Site:
    """The site and what it has served.

    Args:
        pages: how many.
        latency: seconds before each answer.
        lazy: make responses when they are asked for.

    Attributes:
        asked: how often each target was asked for.
        sent: bytes.
    """

    def __init__(self, pages: int, latency: float = 0.0, *, lazy: bool = False) -> None:
        self.latency = latency
        self.asked: Counter[str] = Counter()
        self.sent = 0
        responses = Responses(pages)
        self._responses: Mapping[str, tuple[bytes, bytes]] = (
            responses if lazy else dict(responses.items())
        )

    def pages(self) -> list[str]:
        """Return the paths of all pages, the home page apart."""
        return [path for path in self._responses if path != "/"]

    def answer(self, head: bytes) -> tuple[bytes, bool]:
        """Return the response to a request head, and whether the connection ends with it."""
        line, _, fields = head.partition(b"\r\n")
        target = line.split(b" ")[1].decode("latin-1")
        fields = fields.lower()
        known = self._responses.get(target)
        response = known[b"gzip" in fields] if known else self._special(target, fields)
        self.asked[target] += 1
        self.sent += len(response)
        return response, b"connection: close" in fields

    def _special(self, target: str, fields: bytes) -> bytes:
        host = fields.partition(b"host:")[2].partition(b"\r\n")[0].strip().decode("latin-1")
        if target == "/robots.txt":
            text = f"User-agent: *\nAllow: /\nSitemap: http://{host}/sitemap.xml\n"
            return _response(text.encode(), "Content-Type: text/plain")
        if target == "/sitemap.xml":
            entries = "\n".join(
                f"<url><loc>http://{host}{path}</loc></url>" for path in self.pages()
            )
            text = (
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
                f"{entries}\n</urlset>\n"
            )
            return _response(text.encode(), "Content-Type: text/xml")
        return _response(b"not found\n", "Content-Type: text/plain", status="404 Not Found")


@contextmanager
def served(site: Site) -> Iterator[int]:
    """Serve in a thread for as long as the block lasts; give the port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Connection(site), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def serve(site: Site, port: int, pages: int) -> None:
    """Serve until a signal comes."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: Connection(site), "127.0.0.1", port, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    print(
        json.dumps({"url": f"http://127.0.0.1:{port}/", "port": port, "pages": pages}), flush=True
    )
    await stop.wait()
    server.close()
    print(json.dumps({"requests": site.asked.total(), "bytes": site.sent}), flush=True)


def _words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=count))


def _paragraph(rng: random.Random) -> str:
    return " ".join(
        _words(rng, rng.randint(9, 22)).capitalize() + "." for _ in range(rng.randint(3, 5))
    )


def _card(own: Heading, rng: random.Random) -> str:
    return (
        f'<div class="card card--{rng.randbytes(3).hex()}"><a class="card__link" href="{own.path}" '
        f'data-track="{rng.randbytes(12).hex()}"><h3 class="card__title">{own.title}</h3>'
        f'<p class="card__teaser">{own.teaser}</p></a>'
        f'<time class="card__date" datetime="{own.published.isoformat()}">'
        f"{own.published:%d %b}</time></div>"
    )


def _response(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "Connection: keep-alive\r\n\r\n"]).encode() + body


def _rules() -> Iterator[str]:
    rng = random.Random(2)
    for number in range(160):
        color = f"#{rng.randrange(0x1000000):06x}"
        yield f".card--{number} {{ color: {color}; margin: {number % 7}px {number % 5}px; }}"


HTML = "Content-Type: text/html; charset=utf-8"
GZIP = "Content-Encoding: gzip\r\nVary: Accept-Encoding"
STYLE = "\n".join(_rules())


def main() -> None:
    """Run the site as a program of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--lazy", action="store_true", help="make pages when they are asked for")
    options = parser.parse_args()
    site = Site(options.pages, options.latency, lazy=options.lazy)
    asyncio.run(serve(site, options.port, options.pages))


if __name__ == "__main__":
    main()
