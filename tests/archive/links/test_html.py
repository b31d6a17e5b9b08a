"""Which URLs a page holds, what for, and where they stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.links import Kind, html_links


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/a">', [("/a", Kind.NAVIGATION)]),
        ("<A HREF='/a'>", [("/a", Kind.NAVIGATION)]),
        ("<a href=/a>", [("/a", Kind.NAVIGATION)]),
        ("<a href = /a/ >", [("/a/", Kind.NAVIGATION)]),
        ('<area href="/a"><form action=/f><button formaction="/g">', None),
        ('<base href="https://x.example/">', [("https://x.example/", Kind.BASE)]),
        ('<img src="a.png">', [("a.png", Kind.IMAGE)]),
        ('<input type=image src="a.png">', [("a.png", Kind.IMAGE)]),
        ('<body background="a.png">', [("a.png", Kind.IMAGE)]),
        ('<video poster="p.jpg" src="v.mp4">', [("p.jpg", Kind.IMAGE), ("v.mp4", Kind.MEDIA)]),
        ('<video><source src="v.webm"><track src="v.vtt">', None),
        ('<iframe src="/f">', [("/f", Kind.FRAME)]),
        ('<object data="o.svg"></object>', [("o.svg", Kind.OBJECT)]),
        ('<script src="s.js"></script>', [("s.js", Kind.SCRIPT)]),
        ('<link rel=stylesheet href="s.css">', [("s.css", Kind.STYLE)]),
        ('<link rel="alternate stylesheet" href="s.css">', [("s.css", Kind.STYLE)]),
        ('<link href="s.css" REL="StyleSheet">', [("s.css", Kind.STYLE)]),
        ('<link rel="shortcut icon" href="i.ico">', [("i.ico", Kind.ICON)]),
        ('<link rel=preload as=font href="f.woff2">', [("f.woff2", Kind.FONT)]),
        ('<link rel=preload as=fetch href="d.json">', [("d.json", Kind.OTHER)]),
        ('<link rel=preconnect href="//cdn.example">', [("//cdn.example", Kind.HINT)]),
        ('<link rel=canonical href="/a">', [("/a", Kind.OTHER)]),
        ('<svg><image xlink:href="a.png"/><use href="s.svg#i"/></svg>', None),
        ('<meta property="og:image" content="/lead.jpg">', [("/lead.jpg", Kind.OTHER)]),
        ('<meta name=description content="/no/url">', []),
        ('<meta http-equiv=refresh content="5; URL=/next">', [("/next", Kind.REFRESH)]),
        ("<meta http-equiv=Refresh content=\"0;url='/next'\">", [("/next", Kind.REFRESH)]),
        ('<meta http-equiv=refresh content="300">', []),
        ('<p style="background: url(a.png)">', [("a.png", Kind.IMAGE)]),
        ('<p style="background: url(&quot;a.png&quot;)">', [("a.png", Kind.IMAGE)]),
        ("<style>@import 'a.css'; p { background: url(b.png) }</style>", None),
        ('<img src="" data-src="lazy.jpg">', [("lazy.jpg", Kind.IMAGE)]),
        ('<div data-bg="url(lazy.jpg)">', [("lazy.jpg", Kind.IMAGE)]),
        ('<div data-bg="lazy.jpg">', [("lazy.jpg", Kind.IMAGE)]),
        ('<iframe data-src="/player">', [("/player", Kind.FRAME)]),
        ('<noscript><img src="plain.jpg"></noscript>', [("plain.jpg", Kind.IMAGE)]),
        # Nothing to follow here.
        ('<a href="#top">', []),
        ('<a href="javascript:void(0)">', []),
        ('<a href=" mailto:desk@news.example">', []),
        ('<img src="data:image/gif;base64,R0lGOD">', []),
        ('<a name=href title="href=/a">', []),
        ('<!-- <img src="a.png"> -->', []),
        ('<!--><img src="a.png">', [("a.png", Kind.IMAGE)]),
        ("<script>var s = '<img src=\"a.png\">'</script>", []),
        ('<title><img src="a.png"></title>', []),
        ('<textarea><img src="a.png"></textarea>', []),
    ],
)
def test_finds(html: str, expected: list[tuple[str, Kind]] | None) -> None:
    links = list(html_links(html.encode()))
    if expected is not None:
        assert [(link.url, link.kind) for link in links] == expected
    else:
        assert len(links) >= 2
    for link in links:
        assert html[link.start : link.end] == link.url


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        ('<a href="/a?x=1&amp;y=2">', ["/a?x=1&y=2"]),
        ('<a href="/a?x=1&copy=2">', ["/a?x=1&copy=2"]),
        ('<a href="/a?x=1&#38;y=2">', ["/a?x=1&y=2"]),
        ('<a href="&#x68;ttps://x.example/">', ["https://x.example/"]),
        ('<a href=" \n/a\nb\t ">', ["/ab"]),
        ('<a href="/a" href="/b">', ["/a", "/b"]),
        ("<a/href=/a/title=x>", ["/a/title=x"]),
        ('<a href="/a"class=b><b href=/c><a href=/d>', ["/a", "/d"]),
        ('<a href="/a"<a href="/b">', ["/a", "/b"]),
        ("< a href=/a><a href=/b>", ["/b"]),
        ("<a href=/a", []),
        ('<a href=/a><a href="/b', ["/a"]),
        ("<p>a < b <a href=/a>", ["/a"]),
        ("</p <a href=/no><a href=/a>", ["/a"]),
    ],
)
def test_reads_values_as_browsers_do(html: str, urls: list[str]) -> None:
    assert [link.url for link in html_links(html.encode())] == urls


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.jpg 1x, b.jpg 2x", [("a.jpg", "1x"), ("b.jpg", "2x")]),
        ("a.jpg 320w,b.jpg 640w", [("a.jpg", "320w"), ("b.jpg", "640w")]),
        ("a.jpg", [("a.jpg", "")]),
        ("a,b.jpg 1x", [("a,b.jpg", "1x")]),
        ("a.jpg, b.jpg", [("a.jpg", ""), ("b.jpg", "")]),
        ("/r?w=1&amp;h=2 1x, /r?w=2&amp;h=4 2x", [("/r?w=1&h=2", "1x"), ("/r?w=2&h=4", "2x")]),
        ("data:image/png;base64,AA== 1x, b.jpg 2x", [("b.jpg", "2x")]),
        ("a.jpg calc(1,2), b.jpg 2x", [("a.jpg", "calc(1,2)"), ("b.jpg", "2x")]),
        (" , ,, ", []),
    ],
)
def test_splits_srcset(srcset: str, expected: list[tuple[str, str]]) -> None:
    html = f'<img srcset="{srcset}">'
    links = list(html_links(html.encode()))
    assert [(link.url, link.descriptor) for link in links] == expected
    assert [html[link.start : link.end].replace("&amp;", "&") for link in links] == [
        url for url, _ in expected
    ]


def test_spans_count_bytes_behind_entities_in_a_style() -> None:
    html = '<p style="a:&quot;&#1084;&quot;;background:url(&quot;/x&amp;y.png&quot;)">'
    (link,) = html_links(html.encode())
    assert (link.url, html[link.start : link.end]) == ("/x&y.png", "/x&amp;y.png")


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r"])
def test_urls_are_read_in_the_charset_of_the_page(charset: str) -> None:
    html = f'<meta charset={charset}><a href="/новости">'.encode(charset)
    (link,) = html_links(html)
    assert link.url == "/новости"
    assert html[link.start : link.end].decode(charset) == "/новости"


def test_the_http_charset_outweighs_the_declared_one() -> None:
    html = '<meta charset="utf-8"><a href="/новости">'.encode("windows-1251")
    assert [link.url for link in html_links(html, charset="windows-1251")] == ["/новости"]


@pytest.mark.parametrize("charset", ["utf-16", "rot13", "undefined", "a\0b", "no-such"])
def test_a_charset_that_cannot_be_true_is_passed_over(charset: str) -> None:
    html = "<a href='/новость'>".encode()
    assert [link.url for link in html_links(html, charset=charset)] == ["/новость"]


def test_rel_tells_links_apart() -> None:
    html = (
        b'<link rel=alternate type=application/rss+xml href=/rss><meta name="twitter:image"'
        b" content=/lead.jpg>"
    )
    assert [link.rel for link in html_links(html)] == ["alternate", "twitter:image"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_complaint(html: bytes) -> None:
    for link in html_links(b"<a href='" + html):
        assert 0 <= link.start <= link.end <= len(html) + 9


@given(
    st.lists(
        st.sampled_from(
            [
                "<a ",
                "<img ",
                "<style>",
                "</style>",
                "src=",
                "srcset=",
                '"',
                "'",
                ">",
                "<!--",
                "-->",
                "a.png",
                " ",
                "style=",
                "url(",
                ")",
                "&amp;",
                "&#1084;",
                "ÿ",
                ",",
                "content=",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_spans_lie_in_order_inside_the_page(html: str) -> None:
    position = 0
    for link in html_links(html.encode("latin-1")):
        assert position <= link.start < link.end <= len(html)
        position = link.end


@pytest.mark.parametrize(
    "piece",
    [
        "<meta http-equiv=refresh content='0 ",
        "<",
        "<!--",
        "<a ",
        "<a href='",
        "<a b=",
        "</",
        "</a",
        "<style>",
        "<script>",
        "&",
        "<a b = ' ",
        "<p ",
        " ",
        "<img srcset='a (",
        "<img srcset='a ,",
        "<p style='url(",
        "<p style='image-set(",
        "href=a ",
        "content=a ",
    ],
)
@pytest.mark.parametrize("before", ["", "<link ", "<meta "])
def test_time_is_linear(before: str, piece: str) -> None:
    html = (before + piece * (300_000 // len(piece))).encode()
    started = time.process_time()
    list(html_links(html))
    list(html_links(html + b">"))
    assert time.process_time() - started < 3
