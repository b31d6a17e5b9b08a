from __future__ import annotations

from datetime import UTC, datetime

from crawler.discovery.sitemap import sitemap_candidates, text_sitemap_candidates
from crawler.model import Candidate, Kind

URL = "https://static.example.org/sitemap/sitemap.xml"
NS = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def test_an_index_names_sitemaps() -> None:
    body = b"<sitemapindex %b><sitemap><loc>https://e.org/2024-9.xml</loc></sitemap>" % NS
    body += b"<sitemap><loc> 2024-10.xml </loc><lastmod>2024-10-23</lastmod></sitemap>"
    assert list(sitemap_candidates(body + b"</sitemapindex>", URL)) == [
        Candidate("https://e.org/2024-9.xml", Kind.SITEMAP, "M"),
        Candidate(
            "https://static.example.org/sitemap/2024-10.xml",
            Kind.SITEMAP,
            "M",
            datetime(2024, 10, 23, tzinfo=UTC),
        ),
    ]


def test_a_news_sitemap_tells_when_its_articles_were_published() -> None:
    body = b"<urlset %b %b><url><loc>https://e.org/a</loc><lastmod>2025-01-01</lastmod>" % (
        NS,
        NEWS,
    )
    body += b"<news:news><news:publication_date>2024-10-23T08:15:00+03:00</news:publication_date>"
    body += b"<news:title>A</news:title></news:news></url></urlset>"
    (found,) = sitemap_candidates(body, URL)
    assert found.published == datetime(2024, 10, 23, 5, 15, tzinfo=UTC)


def test_a_raw_ampersand_in_a_title_does_no_harm() -> None:
    body = b"<urlset %b %b>" % (NS, NEWS)
    for name in (b"a", b"b", b"c"):
        body += b"<url><loc>https://e.org/%b</loc><news:news><news:title>" % name
        body += b"Trade & war: <5 % & more &nbsp;</news:title></news:news></url>"
    found = list(sitemap_candidates(body + b"</urlset>", URL))
    assert [one.url for one in found] == ["https://e.org/a", "https://e.org/b", "https://e.org/c"]


def test_one_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    body = b"<urlset %b><url><loc>https://e.org/a</loc></url><url><loc>https://e.org/b" % NS
    assert [one.url for one in sitemap_candidates(body, URL)][:1] == ["https://e.org/a"]


def test_images_are_no_pages() -> None:
    body = b'<urlset %b xmlns:image="i"><url><loc>https://e.org/a</loc>' % NS
    body += b"<image:image><image:loc>https://e.org/a.jpg</image:loc></image:image></url></urlset>"
    assert [one.url for one in sitemap_candidates(body, URL)] == ["https://e.org/a"]


def test_a_date_that_is_none_is_no_date() -> None:
    body = b"<urlset><url><loc>https://e.org/a</loc><lastmod>yesterday</lastmod></url></urlset>"
    assert list(sitemap_candidates(body, URL)) == [
        Candidate("https://e.org/a", Kind.ARTICLE, "M"),
    ]


def test_no_entity_reads_a_file() -> None:
    body = b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body += b"<urlset><url><loc>https://e.org/&x;</loc></url></urlset>"
    assert all("root" not in one.url for one in sitemap_candidates(body, URL))


def test_twenty_thousand_urls() -> None:
    body = b"<urlset>" + b"".join(
        b"<url><loc>https://e.org/%d</loc></url>" % number for number in range(20_000)
    )
    assert sum(1 for _ in sitemap_candidates(body + b"</urlset>", URL)) == 20_000


def test_text() -> None:
    body = "\ufeffhttps://e.org/a\r\n\r\nnonsense\nhttps://e.org/b".encode()
    assert [one.url for one in text_sitemap_candidates(body)] == [
        "https://e.org/a",
        "https://e.org/b",
    ]
