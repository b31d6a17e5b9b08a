"""OPML: what feed readers write, what people write by hand, and what somebody wrote to hurt."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from crawler import opml
from crawler.model import Kind
from crawler.opml import Feed
from crawler.sources import Seed, Source, home_source

READER = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
  <head><title>Feeds of Anna</title></head>
  <body>
    <outline text="Russia" title="Russia">
      <outline text="MT" type="rss" xmlUrl="https://www.themoscowtimes.com/rss/news"
               htmlUrl="https://www.themoscowtimes.com/"/>
      <outline text="MT opinion" type="rss" xmlUrl="https://themoscowtimes.com/rss/opinion"/>
      <outline text="Meduza" xmlurl="https://meduza.io/rss/all" htmlurl="https://meduza.io"/>
    </outline>
    <outline text="away" type="rss" xmlUrl="http://feeds.feedburner.com/paper?format=xml"
             htmlUrl="http://paper.example/news/"/>
    <outline text="twice" type="rss" xmlUrl="https://meduza.io/rss/all"/>
    <outline text="a note"/>
    <outline text="not http" type="rss" xmlUrl="ftp://e.org/feed"/>
  </body>
</opml>
"""


def opml_of(body: str) -> bytes:
    return f'<opml version="2.0"><body>{body}</body></opml>'.encode()


def test_feeds_in_their_order() -> None:
    assert opml.feeds(READER) == [
        Feed("https://www.themoscowtimes.com/rss/news", "https://www.themoscowtimes.com/"),
        Feed("https://themoscowtimes.com/rss/opinion", None),
        Feed("https://meduza.io/rss/all", "https://meduza.io/"),
        Feed("http://feeds.feedburner.com/paper?format=xml", "http://paper.example/news/"),
    ]


def test_a_source_for_each_site() -> None:
    """By the site, not by the host of the feed; a page within a site is not its home page."""
    times, meduza, paper = opml.sources(opml.feeds(READER))
    assert times == Source(
        "themoscowtimes.com",
        (
            Seed("https://www.themoscowtimes.com/", Kind.HOME),
            Seed("https://www.themoscowtimes.com/rss/news", Kind.FEED),
            Seed("https://themoscowtimes.com/rss/opinion", Kind.FEED),
        ),
    )
    assert meduza.name == "meduza.io"
    assert paper.name == "paper.example"
    assert [seed.kind for seed in paper.seeds] == [Kind.FEED]
    assert paper.hosts == ("paper.example",)


def test_written_and_read_again() -> None:
    a = Source(
        "a",
        (
            Seed("https://a.org/", Kind.HOME),
            Seed("https://a.org/rss?x=1&y=2", Kind.FEED),
            Seed("https://a.org/en/rss", Kind.FEED),
            Seed("https://a.org/sitemap.xml", Kind.SITEMAP),
        ),
    )
    text = opml.document([a, home_source("https://b.org/")])
    assert text.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<opml version=\"2.0\">")
    assert b'text="a: /en/rss"' in text
    assert b'category="a"' in text
    assert b"b.org" not in text
    (again,) = opml.sources(opml.feeds(text))
    assert again.name == "a.org"
    assert again.seeds == a.seeds[:3]


def test_an_ill_formed_one_is_read_as_far_as_it_goes() -> None:
    text = opml_of('<outline text="A & B" xmlUrl="https://a.org/feed"/><outline xmlUrl="https://b')
    assert [feed.url for feed in opml.feeds(text)] == ["https://a.org/feed"]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "is no OPML"),
        (b"\x00\x01", "is no OPML"),
        (b"Dear Anna", "is no OPML"),
        (b"<rss><channel/></rss>", "does not begin with <opml>"),
        (b"<html><body><opml/></body></html>", "does not begin with <opml>"),
        (b" " * (opml.MAX_SIZE + 1), "is larger than 10 MB"),
        (
            opml_of("".join(f'<outline xmlUrl="http://e.org/{n}"/>' for n in range(10_001))),
            "names more than 10,000 feeds",
        ),
    ],
)
def test_what_is_none(document: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        opml.feeds(document)
    assert "\n" not in str(caught.value)


def test_entities_are_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://e.org/secret")
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(20)
    )
    document = (
        f'<!DOCTYPE opml [<!ENTITY own SYSTEM "{secret.as_uri()}">{laughs}]>'
        '<opml><body><outline text="&l19;" xmlUrl="https://e.org/feed"/>'
        '<outline xmlUrl="&own;"/><outline>&own;</outline></body></opml>'
    ).encode()
    assert all("secret" not in feed.url for feed in opml.feeds(document))


def test_a_deep_one_is_read_as_far_as_it_goes() -> None:
    deep = '<outline text="x">' * 100_000
    assert opml.feeds(opml_of(f'<outline xmlUrl="https://e.org/feed"/>{deep}')) == [
        Feed("https://e.org/feed", None)
    ]


def test_a_platform_is_cut() -> None:
    feeds = [Feed(f"https://e.org/{number}/feed", None) for number in range(600)]
    (source,) = opml.sources(feeds)
    assert len(source.seeds) == opml.MAX_FEEDS_OF_A_SITE
