from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.discovery.feed import feed_candidates
from crawler.model import Candidate, Kind

URL = "https://example.org/rss/news"

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>News</title><link>https://example.org/</link>
<item><title>One</title><link>
   https://example.org/2024/10/23/one?utm_source=rss&amp;a=1
</link><pubDate>Wed, 23 Oct 2024 08:15:00 +0300</pubDate></item>
<item><title>Two</title><link>/2024/10/22/two</link></item>
<item><title>Three</title><guid isPermaLink="true">https://example.org/three</guid></item>
<item><title>Nothing to see</title></item>
</channel></rss>"""

ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
<entry><title>E</title><link rel="alternate" href="https://example.org/e"/>
<link rel="enclosure" href="https://example.org/e.mp3"/><id>urn:x:1</id>
<updated>2024-10-23T05:15:00Z</updated></entry></feed>"""

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>R</title></channel>
<item rdf:about="https://example.org/r"><title>r</title><link>https://example.org/r</link>
<dc:date>2024-10-23T05:15:00+00:00</dc:date></item></rdf:RDF>"""

JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [
 {"id": "1", "url": "https://example.org/j", "date_published": "2024-10-23T05:15:00Z"},
 {"id": "2", "url": "/k"}, {"id": "3"}, 4]}"""

MOMENT = datetime(2024, 10, 23, 5, 15, tzinfo=UTC)


def article(url: str, moment: datetime | None = None) -> Candidate:
    return Candidate(url, Kind.ARTICLE, "M", moment)


def test_rss() -> None:
    assert list(feed_candidates(RSS, URL)) == [
        article("https://example.org/2024/10/23/one?utm_source=rss&a=1", MOMENT),
        article("https://example.org/2024/10/22/two"),
        article("https://example.org/three"),
    ]


@pytest.mark.parametrize(("body", "url"), [(ATOM, "e"), (RDF, "r")])
def test_atom_and_rdf(body: bytes, url: str) -> None:
    assert list(feed_candidates(body, URL)) == [article(f"https://example.org/{url}", MOMENT)]


def test_json_feed() -> None:
    assert list(feed_candidates(JSON, URL)) == [
        article("https://example.org/j", MOMENT),
        article("https://example.org/k"),
    ]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"items": 3}', b'{"items": {"url": "x"}}', b"<rss"]
)
def test_what_is_no_feed_names_nothing(body: bytes) -> None:
    assert list(feed_candidates(body, URL)) == []


def test_an_ill_formed_feed_is_read_as_far_as_it_goes() -> None:
    body = RSS.replace(b"<title>Two</title>", b"<title>Two & a half <b></title>")
    assert [one.url for one in feed_candidates(body, URL)][:2] == [
        "https://example.org/2024/10/23/one?utm_source=rss&a=1",
        "https://example.org/2024/10/22/two",
    ]


def test_declared_as_windows_1251_though_utf_8() -> None:
    body = RSS.replace(b'encoding="UTF-8"', b'encoding="windows-1251"')
    body = body.replace(b"<title>One</title>", "<title>Одно</title>".encode())
    assert len(list(feed_candidates(body, URL))) == 3


def test_entities_of_a_feed_are_not_expanded_without_end() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (ord("b") + n, b"&%c;" % (ord("a") + n) * 10) for n in range(7)
    )
    body = b'<?xml version="1.0"?>' + bomb + b"]>" + RSS.split(b"?>", 1)[1]
    body = body.replace(b"<title>One</title>", b"<title>&h;</title>")
    assert len(list(feed_candidates(body, URL))) <= 3
