from __future__ import annotations

import time

import pytest

from crawler.recent import Recent
from crawler.requisites import MAX_REQUISITES, css_requisites, page_requisites

URL = "https://example.org/2024/article"


def needs(html: str, *, everything: bool = False) -> list[str]:
    found = page_requisites(html.encode(), URL, everything=everything)
    return [one.url.removeprefix("https://example.org") for one in found]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="/a.jpg">', ["/a.jpg"]),
        ('<IMG SRC="b.jpg">', ["/2024/b.jpg"]),
        ('<img src="https://cdn.org/c.jpg">', ["https://cdn.org/c.jpg"]),
        ('<img data-src="/d.jpg" src="">', ["/d.jpg"]),
        ('<img srcset="/e.jpg 1x, /e2.jpg 2x">', ["/e.jpg", "/e2.jpg"]),
        ('<link rel="stylesheet" href="/f.css?v=1&amp;w=2">', ["/f.css?v=1&w=2"]),
        ('<link rel="icon" href="/g.ico">', ["/g.ico"]),
        ('<link rel="preload" as="font" href="/h.woff2">', ["/h.woff2"]),
        ("<style>@import '/i.css'; a { background: url(/i.png) }</style>", ["/i.css", "/i.png"]),
        ('<p style="background: url(/j.png)">', ["/j.png"]),
        ('<div data-bg="/k.png">', ["/k.png"]),
        ('<table background="/l.png">', ["/l.png"]),
        ('<picture><source srcset="/m.webp"><img src="/m.jpg"></picture>', ["/m.webp", "/m.jpg"]),
        ('<noscript><img src="/n.jpg"></noscript>', ["/n.jpg"]),
        ('<video poster="/o.jpg" src="/o.mp4">', ["/o.jpg"]),
        ('<base href="https://b.org/"><img src="p.jpg">', ["https://b.org/p.jpg"]),
        ('<a href="/q">', []),
        ('<script src="/r.js"></script>', []),
        ("<script>'<img src=/s.jpg>'</script>", []),
        ('<!-- <img src="/t.jpg"> -->', []),
        ('<link rel="canonical" href="/u"><link rel="preconnect" href="//v.org">', []),
        ('<img src="data:image/gif;base64,R0lGOD">', []),
        ('<img src="/w.jpg"><img src="/w.jpg">', ["/w.jpg"]),
    ],
)
def test_what_an_article_needs(html: str, expected: list[str]) -> None:
    assert needs(html) == expected


def test_everything() -> None:
    html = '<script src="/a.js"></script><video src="/b.mp4"></video><iframe src="/c"></iframe>'
    assert needs(html, everything=True) == ["/a.js", "/b.mp4", "/c"]


def test_of_many_widths_a_small_and_a_large_screen_get_theirs() -> None:
    widths = ", ".join(f"/{width}.jpg {width}w" for width in (160, 320, 640, 960, 1280, 1920, 3840))
    assert needs(f'<img srcset="{widths}" src="/src.jpg">') == ["/src.jpg", "/640.jpg", "/1920.jpg"]
    assert needs('<img srcset="/160.jpg 160w, /320.jpg 320w">') == ["/320.jpg"]


def test_a_page_cannot_need_without_end() -> None:
    html = "".join(f'<img src="/{number}.jpg">' for number in range(10_000))
    assert len(needs(html)) == MAX_REQUISITES


def test_familiar_tags_are_left_out_unless_they_are_relative() -> None:
    familiar = Recent(100)
    html = b'<img src="/a.jpg"><img src="b.jpg"><style>a{background:url(/c.png)}</style>'

    def found(url: str) -> list[str]:
        return [one.url for one in page_requisites(html, url, familiar=familiar)]

    assert found("https://example.org/1/x") == [
        "https://example.org/a.jpg",
        "https://example.org/1/b.jpg",
        "https://example.org/c.png",
    ]
    assert found("https://example.org/2/y") == ["https://example.org/2/b.jpg"]


def test_a_base_is_never_too_familiar() -> None:
    familiar = Recent(100)
    html = b'<base href="https://b.org/"><img src="a.jpg">'
    for _ in range(2):
        (one,) = page_requisites(html, URL, familiar=familiar)
        assert one.url == "https://b.org/a.jpg"


def test_css() -> None:
    css = b"@import 'b.css'; @font-face { src: url(../f.woff2) } a { background: url(data:,x) }"
    found = [one.url for one in css_requisites(css, "https://cdn.org/css/a.css")]
    assert found == ["https://cdn.org/css/b.css", "https://cdn.org/f.woff2"]


@pytest.mark.parametrize(
    "piece", ["<img ", "url(", "<p url(", "<", "url(>", "<style url(>", "<p x='", "<style>"]
)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    needs(piece * 30_000)
    assert time.process_time() - started < 2
