"""Feeds and sitemaps as a reader sees them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.replay.listing import MAX_ENTRIES, Entry, listing

FIXTURES = Path(__file__).parents[3] / "fixtures"
URL = "https://news.example/feeds/all"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>The News &amp; More</title><link>https://news.example/</link>
<image><title>Logo</title></image>
<item><title>A &lt;b&gt;bridge&lt;/b&gt;</title><link>/bridge?a=1&amp;b=2</link>
<pubDate>Wed, 23 Oct 2024 08:15:00 GMT</pubDate>
<description><![CDATA[<p>It <i>opened</i>.</p>]]></description></item>
<item><guid isPermaLink="false">17</guid><title>No link</title></item>
<item><guid>https://news.example/by-guid</guid><dc:date>2024-10-23</dc:date></item>
<item><link>javascript:alert(1)</link><title>Hostile</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title>
<entry><title type="html">One</title>
<link rel="self" href="/self"/><link href="one"/><updated>2024-10-23T08:15:00Z</updated>
<author><name>Nobody</name></author></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://news.example/a </loc>
<image:image><image:loc>https://news.example/a.jpg</image:loc></image:image>
<lastmod>2024-10-23</lastmod></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>https://news.example/1.xml.gz</loc></sitemap></sitemapindex>"


def test_rss() -> None:
    found = listing(RSS.encode(), URL)
    assert found
    assert (found.kind, found.title, found.whole) == ("feed", "The News & More", True)
    assert found.entries == [
        Entry(
            "https://news.example/bridge?a=1&b=2",
            "A bridge",
            "Wed, 23 Oct 2024 08:15:00 GMT",
            "It opened .",
        ),
        Entry("", "No link"),
        Entry("https://news.example/by-guid", "", "2024-10-23"),
        Entry("", "Hostile"),
    ]


def test_atom() -> None:
    found = listing(ATOM.encode(), URL)
    assert found
    assert (found.kind, found.title) == ("feed", "Atom")
    assert found.entries == [Entry("https://news.example/feeds/one", "One", "2024-10-23T08:15:00Z")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_sitemaps(pack: type[bytes]) -> None:
    found = listing(pack(SITEMAP.encode()), URL)
    assert found
    assert (found.kind, found.title) == ("sitemap", "")
    assert found.entries == [Entry("https://news.example/a", "", "2024-10-23")]
    others = listing(pack(INDEX.encode()), URL)
    assert others
    assert (others.kind, others.entries[0].url) == ("sitemaps", "https://news.example/1.xml.gz")


def test_json_feed() -> None:
    items = b'"items": [{"url": "/a"}, 7]'
    found = listing(
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", %b}' % items, URL
    )
    assert found
    assert (found.title, found.entries) == ("J", [Entry("https://news.example/a")])


def test_charsets() -> None:
    rss = "<?xml version='1.0' encoding='windows-1251'?><rss><title>Новости</title></rss>"
    for charset in ("windows-1251", None, "no-such-charset"):
        found = listing(rss.encode("windows-1251"), URL, charset=charset)
        assert found
        assert found.title == "Новости"


def test_ill_formed_and_hostile_files() -> None:
    bomb = (
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    )
    found = listing(
        f"<?xml version='1.0'?>{bomb}{RSS[21:].replace('A &lt;', '&b;&file; &lt;')}".encode(), URL
    )
    assert found
    assert "root:" not in str(found)
    assert len(str(found)) < 2000
    cut = listing(RSS[:420].encode(), URL)
    assert cut
    assert cut.entries[0].title == "A bridge"
    many = listing(f"<rss>{'<item><link>/a</link></item>' * (MAX_ENTRIES + 1)}</rss>".encode(), URL)
    assert many
    assert (len(many.entries), many.whole) == (MAX_ENTRIES, False)
    long = listing(f"<rss><item><title>{'word ' * 100_000}</title></item></rss>".encode(), URL)
    assert long
    assert len(long.entries[0].title) <= 300


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>x", b"{}", b"<?xml version='1.0'?><svg/>", b"\x1f\x8bno"]
)
def test_other_files_are_none(body: bytes) -> None:
    assert listing(body, URL) is None


@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(rest: bytes) -> None:
    listing(b"<rss><channel><item>" + rest, URL)
    listing(b"\x1f\x8b" + rest, URL)
    listing(b'{"version": "jsonfeed.org", "items": [' + rest, URL)


@pytest.mark.parametrize(
    "file",
    sorted(
        path
        for kind in ("feeds", "sitemaps")
        for path in (FIXTURES / kind).rglob("*")
        if path.is_file() and path.name != "expected.json"
    ),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_files_of_all_kinds_can_be_looked_at(file: Path) -> None:
    found = listing(file.read_bytes(), URL)
    assert found is None or all(entry.url.startswith(("http", "")) for entry in found.entries)


@pytest.mark.parametrize(
    "name",
    [
        *("rss-0.90", "rss-0.91", "rss-0.92", "rss-1.0", "rss-2.0", "atom-0.3", "atom-1.0"),
    ],
)
def test_every_form_of_feed_is_read(name: str) -> None:
    place = FIXTURES / "feeds" / name
    expected = json.loads((place / "expected.json").read_text())
    found = listing((place / "document").read_bytes(), expected["url"])
    assert found
    urls = [entry.url for entry in found.entries if entry.url]
    assert urls == [one["url"] for one in expected["found"] if one["kind"] == "article"]
