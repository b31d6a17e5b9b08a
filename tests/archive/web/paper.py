"""A small newspaper, written down, and what a client gets from the server that shows it."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.collection import Collection
from tests.archive.recorded import Recorder

#: The only script that our own pages have.
OWN_SCRIPT = '<script src="/static/newswarc.js" defer></script>'
PAPER = "https://www.paper.example"
STORY = f"{PAPER}/2024/10/23/bridge-reopens"
#: A picture of 64 by 48 pixels.
PICTURE = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'>"
    b"<rect width='64' height='48' fill='teal'/></svg>"
)

_PARAGRAPHS = tuple(
    """
The bridge over the Lipka opened again on Wednesday after eleven months of repairs, and the first to
cross it was a tractor.

The council had promised the opening for spring. The steel came late, then the rain came early, and
the ferryman did the best business of his life.

“I shall miss them,” said the ferryman, Anton Bely, who has rowed eighty people a day since last
December. “They had begun to talk to each other.”

Lorries of more than ten tons must still take the long way by Zarechensk until the bearings have
settled, the engineer in charge said.
""".strip().split("\n\n")
)
FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Paper</title>
<item><title>Bridge Over the Lipka Reopens</title><link>{STORY}</link>
<pubDate>Wed, 23 Oct 2024 06:30:00 GMT</pubDate>
<description>The first to cross it was a tractor.</description></item>
<item><title>&lt;script&gt;alert(1)&lt;/script&gt; Ferry</title><link>{PAPER}/evil</link></item>
<item><title>Hostile</title><link>javascript:alert(1)</link></item>
</channel></rss>"""


def story(title: str, paragraphs: tuple[str, ...] = _PARAGRAPHS) -> str:
    """Return the page of an article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="{STORY}">
<link rel="stylesheet" href="/style.css?v=7">
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="og:site_name" content="The Paper">
<meta property="og:image" content="{PAPER}/lead.svg">
<meta property="article:published_time" content="2024-10-23T09:30:00+03:00">
<meta name="author" content="Vera Melnik"></head>
<body><header><a href="/">The Paper</a></header>
<article><h1>{title}</h1><p class="byline">By Vera Melnik</p>
<figure><img src="/lead.svg" alt="The bridge"><figcaption>The bridge.</figcaption></figure>
{text}<p>More <a id="more" href="/2024/10/22/ferry">about the ferry</a>, and
<a href="https://elsewhere.example/">elsewhere</a>.</p></article></body></html>"""


def record_paper(path: Path) -> Collection:
    """Return a new collection with the paper in it."""
    recorder = Recorder(path)
    recorder.redirect("http://paper.example/", f"{PAPER}/", at="20241023090000")
    recorder.record(f"{PAPER}/", "<h1>Front page</h1><a href='/old'>old</a>", at="20241023090001")
    recorder.record(STORY, story("Bridge Over the Lipka Reopens"), at="20241023093000")
    later = ("On Thursday the bridge was closed again, for the paint.", *_PARAGRAPHS[:-1])
    recorder.record(
        STORY, story("Bridge Over the Lipka Reopens, Briefly", later), at="20241024080000"
    )
    recorder.record(
        f"{PAPER}/style.css",
        "@import url(more.css); body { color: rgb(1, 2, 3) }",
        "text/css",
        at="20241023093001",
    )
    recorder.record(
        f"{PAPER}/more.css", "h1 { color: rgb(4, 5, 6) }", "text/css", at="20241023093002"
    )
    recorder.record(f"{PAPER}/lead.svg", PICTURE, "image/svg+xml", at="20241023093003")
    recorder.redirect(f"{PAPER}/old", f"{PAPER}/new", at="20241023093004")
    recorder.redirect(f"{PAPER}/old-story", STORY, at="20241023093004")
    recorder.record(f"{PAPER}/gone", "No such page", status=404, at="20241023093005")
    recorder.record(f"{PAPER}/film.mp4", b"0123456789", "video/mp4", at="20241023093006")
    recorder.record(f"{PAPER}/feed.xml", FEED, "application/rss+xml", at="20241023093008")
    recorder.record(
        f"{PAPER}/evil",
        story(
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Ferry",
            (
                "A &lt;b&gt;ferry&lt;/b&gt; &lt;script&gt;alert(2)&lt;/script&gt; sank.",
                *_PARAGRAPHS,
            ),
        ).replace(STORY, f"{PAPER}/evil"),
        at="20241023093007",
    )
    return recorder.finished()


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """The text without markup, white space folded."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())


Get = Callable[..., Answer]


def asking(url: str) -> Get:
    """Return what asks the server at `url` for a path, exactly as it is written."""
    address = urlsplit(url).netloc

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.putrequest(method, path, skip_host="host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    return ask
