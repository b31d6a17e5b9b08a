"""The generated site weighs what it should and is the same each time."""

import gzip
from urllib.request import urlopen

from benchmarks.site import LINKS, Site, heading, links, page, served

PAGES = 300


def get(site, target, *fields):
    return site.answer("\r\n".join([f"GET {target} HTTP/1.1", *fields]).encode())


def test_every_page_is_reached_by_links():
    seen, level = {0}, [0]
    while level:
        level = [target for number in level for target in links(number, PAGES)]
        level = [target for target in dict.fromkeys(level) if target not in seen]
        seen.update(level)
    assert seen == set(range(PAGES))


def test_a_page_weighs_what_a_news_page_weighs():
    headings = [heading(number) for number in range(PAGES)]
    html = page(7, headings)
    assert html == page(7, headings)
    assert 52_000 < len(html) < 64_000
    assert 18_000 < len(gzip.compress(html, 6)) < 23_000
    assert html.count(b'class="card__link" href="/2024/') == LINKS


def test_answers():
    site = Site(pages=5)
    home, close = get(site, "/", "Host: bench.test")
    assert home.startswith(b"HTTP/1.1 200 OK\r\n")
    assert not close
    packed, close = get(site, "/", "Accept-Encoding: gzip", "Connection: close")
    assert b"Content-Encoding: gzip\r\n" in packed
    assert close
    assert gzip.decompress(packed.partition(b"\r\n\r\n")[2]) == home.partition(b"\r\n\r\n")[2]
    robots, _ = get(site, "/robots.txt", "Host: bench.test:8080")
    assert b"Sitemap: http://bench.test:8080/sitemap.xml" in robots
    sitemap, _ = get(site, "/sitemap.xml", "Host: bench.test")
    assert sitemap.count(b"<loc>http://bench.test/2024/10/23/") == 5
    assert get(site, "/none")[0].startswith(b"HTTP/1.1 404 ")
    assert site.asked.total() == 5


def test_pages_made_when_asked_for_are_the_same():
    lazy, eager = Site(pages=20, lazy=True), Site(pages=20)
    path = heading(7).path
    for target in ("/", path, "/none"):
        for fields in ("Host: bench.test", "Accept-Encoding: gzip"):
            assert get(lazy, target, fields) == get(eager, target, fields)


def test_it_is_served():
    site = Site(pages=3)
    with served(site) as port, urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert b"The Bench" in answer.read()
    assert site.asked == {"/": 1}
