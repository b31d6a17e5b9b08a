"""Which URLs a style sheet holds."""

from __future__ import annotations

import time

import pytest

from archive.links import Kind, css_links


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p { background: url(a.png) }", [("a.png", Kind.IMAGE)]),
        ("p { background: URL( 'a b.png' ) }", [("a b.png", Kind.IMAGE)]),
        ('p { x: url("a.png"), url(b) }', [("a.png", Kind.IMAGE), ("b", Kind.IMAGE)]),
        ("@import 'a.css';", [("a.css", Kind.STYLE)]),
        ('@import url("a.css") screen;', [("a.css", Kind.STYLE)]),
        ("@import url(a.css) layer(url);p{src:url(b)}", [("a.css", Kind.STYLE), ("b", Kind.IMAGE)]),
        ("@font-face { src: url(a.woff2), local('x') } p { x: url(b.png) }", None),
        ("p { content: 'url(no.png)' }", []),
        ("p { content: 'a.png' }", []),
        ("/* url(no.png) */ p { x: url(a.png) }", [("a.png", Kind.IMAGE)]),
        ("/* url(no.png)", []),
        ("@namespace url(http://www.w3.org/1999/xhtml); p { x: url(a) }", [("a", Kind.IMAGE)]),
        ("p { x: url(#clip) } p { x: url(data:image/png;base64,AA==) }", []),
        ("p { x: image-set('a.png' 1x, url(b.png) 2x); y: 'c' }", None),
        ("p { x: -webkit-image-set(var(--a, 'n'), 'm.png' 1x) }", None),
        ("p { x: myurl(a.png) }", []),
        (r"p { x: url(a\.png) }", [("a.png", Kind.IMAGE)]),
        (r"p { x: url('a\26 b\
c') }", [("a&bc", Kind.IMAGE)]),
        ("p { x: url('a.png", [("a.png", Kind.IMAGE)]),
        ("p { x: url(a b.png) } q { x: url(c.png) }", None),
    ],
)  # fmt: skip
def test_finds(css: str, expected: list[tuple[str, Kind]] | None) -> None:
    links = list(css_links(css.encode()))
    if expected is not None:
        assert [(link.url, link.kind) for link in links] == expected
    else:
        assert len(links) == 2


def test_knows_a_font_from_an_image() -> None:
    css = "@font-face{font-family:x;src:url(a.woff2)}p{background:url(b.png)}"
    assert [link.kind for link in css_links(css)] == [Kind.FONT, Kind.IMAGE]


def test_spans_are_byte_offsets_in_any_charset() -> None:
    css = "/* стиль */ p { background: url('/ё.png') }".encode("windows-1251")
    (link,) = css_links(css, charset="windows-1251")
    assert link.url == "/ё.png"
    assert css[link.start : link.end] == "/ё.png".encode("windows-1251")


@pytest.mark.parametrize(
    "piece",
    ["url(", "url('", "/*", "/* */", "image-set(", "@import", "'\\", "url(\\", "(", "url(  "],
)
def test_time_is_linear(piece: str) -> None:
    css = piece * (300_000 // len(piece))
    started = time.process_time()
    list(css_links(css))
    assert time.process_time() - started < 3
