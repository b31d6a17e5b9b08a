"""Rewriting: what changes in a page, and that nothing else does."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.links import Kind, tags
from archive.replay.rewrite import as_utf8, refresh_target, rewrite_css, rewrite_html
from archive.replay.scripted import module

PAGE = "https://news.example/2024/story"


def into_archive(url: str, kind: Kind) -> str | None:
    return None if kind is Kind.OTHER else f"/w/{url}"


def same(url: str, kind: Kind) -> str | None:
    return url


def rewritten(html: str, charset: str = "utf-8") -> str:
    page = rewrite_html(html.encode(charset), base_url=PAGE, resolve=into_archive, charset=charset)
    return page.decode(charset)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/a">x</a>', '<a href="/w/https://news.example/a">x</a>'),
        ("<A HREF='a?b=1&amp;c'>", "<A HREF='/w/https://news.example/2024/a?b=1&amp;c'>"),
        ("<a href=/a>x", "<a href=/w/https://news.example/a>x"),
        ("<a href=/a?b=1>", "<a href=/w/https://news.example/a?b=1>"),
        ('<a href=" /a ">', '<a href=" /w/https://news.example/a ">'),
        ('<img src="//cdn.example/i.png">', '<img src="/w/https://cdn.example/i.png">'),
        (
            '<img srcset="a.jpg 1x, /b 2x">',
            '<img srcset="/w/https://news.example/2024/a.jpg 1x, /w/https://news.example/b 2x">',
        ),
        ('<form action="/find">', '<form action="/w/https://news.example/find">'),
        ("<object data=o.svg>", "<object data=/w/https://news.example/2024/o.svg>"),
        (
            "<svg><use xlink:href='/i.svg#x'/></svg>",
            "<svg><use xlink:href='/w/https://news.example/i.svg#x'/></svg>",
        ),
        (
            "<p style=\"background:url('/b.png')\">",
            "<p style=\"background:url('/w/https://news.example/b.png')\">",
        ),
        (
            "<style>p { background: url(/b.png) }</style>",
            "<style>p { background: url(/w/https://news.example/b.png) }</style>",
        ),
        ('<video poster="p.jpg">', '<video poster="/w/https://news.example/2024/p.jpg">'),
        # Untouched: what leads nowhere, and what only tells an address.
        ('<a href="#top">', '<a href="#top">'),
        ('<a href="javascript:go()">', '<a href="javascript:go()">'),
        ('<a href="mailto:desk@news.example">', '<a href="mailto:desk@news.example">'),
        ('<img src="data:image/gif;base64,R0">', '<img src="data:image/gif;base64,R0">'),
        ('<link rel=canonical href="/a">', '<link rel=canonical href="/a">'),
        # Taken out.
        ('<a ping="https://t.example/" href="#">', '<a  href="#">'),
        ('<script integrity="sha256-x" nonce=a>f()</script>', "<script  >f()</script>"),
        ('<link rel="stylesheet preconnect" href="https://t.example/">', ""),
        ('<LINK HREF=//t.example REL="Pre&#99;onnect">', ""),
        ('<link rel=manifest href="/app.json">', ""),
        ('<meta http-equiv="Content-Security-Policy" content="img-src *">', ""),
        ('<meta http-equiv=refresh content="0;url=/next">', ""),
        ('<meta http-equiv="x-dns-prefetch-control" content=on>', ""),
        ("<script type=speculationrules>{}</script>", "</script>"),
        ("<html manifest=app.cache>", "<html >"),
        ("<svg><set attributeName=xlink:href to=//t.example /></svg>", "<svg></svg>"),
        # Kept in the frame.
        ('<a target="_top" href="#">', '<a target="_self" href="#">'),
        ("<a target=side href=#>", '<a target="_self" href=#>'),
        ("<button formtarget=_blank>", '<button formtarget="_self">'),
        # Declared, and left alone.
        ('<meta http-equiv="content-type" content="text/html">', None),
    ],
)
def test_rewrites(before: str, after: str | None) -> None:
    assert rewritten(before) == (before if after is None else after)


def test_base_is_obeyed_and_taken_out() -> None:
    html = '<base href="https://cdn.example/x/" target="_blank"><base href="/no/"><img src="i.png">'
    assert rewritten(html) == '<img src="/w/https://cdn.example/x/i.png">'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<img src="" data-src="i.jpg">', "i.jpg"),
        ('<img data-src="i.jpg">', "i.jpg"),
        ('<img src="grey.gif" data-lazy-src="i.jpg" alt=>', "i.jpg"),
        ('<img src="data:image/gif;base64,R0" data-original="i.jpg">', "i.jpg"),
    ],
)
def test_lazy_images_are_put_in_their_place(before: str, after: str) -> None:
    assert rewritten(before).startswith(f'<img src="/w/https://news.example/2024/{after}" ')


def test_lazy_srcset_and_background() -> None:
    assert rewritten('<img data-srcset="a.jpg 1x, b.jpg 2x">').startswith(
        '<img srcset="/w/https://news.example/2024/a.jpg 1x, /w/https://news.example/2024/b.jpg 2x"'
    )
    assert rewritten('<div data-bg="/b.png">').startswith(
        '<div style="background-image:url(/w/https://news.example/b.png)"'
    )
    assert rewritten('<div style="color:red" data-bg="url(/b.png)">').startswith(
        '<div style="color:red;background-image:url(/w/https://news.example/b.png)"'
    )


def test_a_lazy_image_is_not_shown_again_by_its_noscript() -> None:
    lazy = '<img data-src="i.jpg">'
    shown = rewritten(lazy)
    again = '<noscript><img src="/2024/i.jpg"></noscript>'
    assert rewritten(f"{lazy} {again}") == f"{shown} <noscript></noscript>"
    other = rewritten('<noscript><img src="other.jpg"></noscript>')
    assert rewritten(f"{lazy} {again.replace('i.jpg', 'other.jpg')}") == f"{shown} {other}"
    far = "<p>" + "text " * 40
    assert rewritten(lazy + far + again) == shown + far + rewritten(again)


def test_a_page_inside_an_attribute_is_a_page() -> None:
    html = '<iframe srcdoc="&lt;img src=&quot;/i.png&quot;&gt;&lt;base href=x&gt;"></iframe>'
    assert 'srcdoc="&lt;img src=&quot;/w/https://news.example/i.png&quot;&gt;"' in rewritten(html)


@pytest.mark.parametrize(
    "html",
    [
        "<svg><style><p><link rel=preconnect href=//t.example></style>",
        "<svg><title><link rel=preconnect href=//t.example></title></svg>",
        "<select><xmp></select><link rel=preconnect href=//t.example></xmp>",
        '<svg><![CDATA[><a title="]]><p><LINK rel=preconnect href=//t.example>">',
        "<svg><desc><![CDATA[ > <!-- ]]><link/rel=preconnect href=//t.example> -->",
        "<math><title></math><iframe srcdoc='&lt;link href=//t.example&gt;'></title>",
        "<frameset><xmp><object data=//t.example></xmp><!-- <a href=//t.example> -->",
    ],
)
def test_no_connection_is_opened_by_what_only_looks_like_text(html: str) -> None:
    """A policy stops requests; a preconnect it does not stop."""
    assert "t.example" in html
    assert not re.search("<(?:link|iframe|object|a )[^<]*t.example", rewritten(html), re.IGNORECASE)


@pytest.mark.parametrize("charset", ["windows-1251", "shift_jis", "koi8-r"])
def test_bytes_of_any_charset_survive(charset: str) -> None:
    text = "ソ表" if charset == "shift_jis" else "Москва и область"
    html = f'<meta charset={charset}><title>{text}</title><a href="/a" title="{text}">{text}</a>'
    page = rewrite_html(html.encode(charset), base_url=PAGE, resolve=into_archive, charset=None)
    assert page.decode(charset) == html.replace('"/a"', '"/w/https://news.example/a"')


def test_urls_of_a_page_in_another_charset_are_read_in_it() -> None:
    html = '<meta charset=windows-1251><a href="/новости">'.encode("windows-1251")
    page = rewrite_html(html, base_url=PAGE, resolve=into_archive, charset=None)
    assert b"/w/https://news.example/%D0%BD%D0%BE%D0%B2" in page


def test_utf_16_becomes_utf_8() -> None:
    html = "<a href='/a'>Ж</a>"
    assert as_utf8(html.encode("utf-16"), None) == (html.encode(), "utf-8") or as_utf8(
        html.encode("utf-16"), None
    ) == (("\ufeff" + html).encode(), "utf-8")
    assert as_utf8(html.encode("utf-16-be"), "UTF-16BE") == (html.encode(), "utf-8")
    assert as_utf8(html.encode(), "utf-8") == (html.encode(), "utf-8")
    assert as_utf8(html.encode("koi8-r"), None) == (html.encode("koi8-r"), None)


def test_iso_2022_jp_becomes_utf_8() -> None:
    html = "<p>日本<link rel=preconnect href=//t.example>"
    assert as_utf8(html.encode("iso-2022-jp"), None) == (html.encode(), "utf-8")


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<meta http-equiv=refresh content="0; url=/next">', "https://news.example/next"),
        ('<base href="/x/"><meta http-equiv=Refresh content="1;next">', "https://news.example/x/next"),
        ('<meta http-equiv=refresh content="300; url=/next">', None),
        ('<meta http-equiv=refresh content="300">', None),
        ("<p>refreshing", None),
    ],
)  # fmt: skip
def test_meta_refresh_is_found(html: str, target: str | None) -> None:
    assert refresh_target(html.encode(), base_url=PAGE) == target


def test_style_sheets() -> None:
    css = (
        b"@import 'a.css'; @font-face { src: url(/f.woff2) } p { x: url( 'b c.png' ) } /* url(d) */"
    )
    assert rewrite_css(css, base_url=PAGE, resolve=into_archive, charset=None) == (
        b"@import '/w/https://news.example/2024/a.css';"
        b" @font-face { src: url(/w/https://news.example/f.woff2) }"
        b" p { x: url( '/w/https://news.example/2024/b%20c.png' ) } /* url(d) */"
    )


def test_what_a_url_holds_cannot_break_out_of_where_it_stands() -> None:
    def hostile(url: str, kind: Kind) -> str:
        return "/w/\"'<>) \\é</style>"

    def page(html: bytes) -> bytes:
        return rewrite_html(html, base_url=PAGE, resolve=hostile, charset=None)

    assert page(b"<a href=/a>") == b"<a href=/w/&quot;&#x27;&lt;&gt;)%20\\%C3%A9&lt;/style&gt;>"
    assert page(b"<style>a{x:url(/a)}</style>") == (
        b"<style>a{x:url(/w/%22%27%3C%3E%29%20%5C%C3%A9%3C/style%3E)}</style>"
    )


@given(st.binary(max_size=300))
def test_any_bytes_can_be_rewritten(html: bytes) -> None:
    rewrite_html(b"<a href='" + html, base_url=PAGE, resolve=into_archive, charset=None)
    rewrite_css(b"url(" + html, base_url=PAGE, resolve=into_archive, charset=None)


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<a href='https://x.example/a'>", "<a href=https://x.example/>", "</a"),
        *('<img src="https://x.example/i.png?a&amp;b" alt>', "<!-- ", " -->", "<script>", "<b"),
        *("</script>", "<style>", "p{background:url(https://x.example/b)}", "</style>", ">", "'"),
        *('"', "&amp;", "&", "<", "\xe9\xff", "text ", "=", "</title>", "<title>", "<noscript>"),
        *("<p style='x:url(https://x.example/c)'>", "<div>", "<![CDATA[", "]]>", "<?xml ?>"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_rewriting_to_the_same_urls_changes_no_byte(html: str) -> None:
    page = html.encode("latin-1")
    assert rewrite_html(page, base_url=PAGE, resolve=lambda url, kind: None, charset=None) == page


@given(st.lists(PIECES, max_size=30).map("".join))
def test_rewriting_with_identity_changes_no_byte(html: str) -> None:
    page = html.encode("latin-1")
    assert rewrite_html(page, base_url=PAGE, resolve=same, charset=None) == page


#: Pages that are captured or invented in this repository, in many charsets and states.
FILES = sorted(
    path
    for place in ("pages", "sites")
    for path in (Path(__file__).parents[3] / "fixtures" / place).rglob("*")
    if path.suffix == ".html"
)


def beside_tags(html: bytes) -> str:
    """Return all of a page but its start tags."""
    text = html.decode("latin-1")
    parts, end = [], 0
    for tag in tags(text):
        parts.append(text[end : tag.start])
        end = tag.end
    return "".join([*parts, text[end:]])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(path.parents[2])))
def test_of_a_real_page_nothing_changes_but_tags(path: Path) -> None:
    html = path.read_bytes()
    page = rewrite_html(html, base_url=PAGE, resolve=lambda url, kind: None, charset=None)
    assert beside_tags(page) == beside_tags(html)
    before, after = (list(tags(text.decode("latin-1"))) for text in (html, page))
    dropped = {"base", "link", "meta", "script"}
    assert [tag.name for tag in before if tag.name not in dropped] == [
        tag.name for tag in after if tag.name not in dropped
    ]


def test_there_are_real_pages() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        ("<link ", "href=a "),
        ("<meta ", "content=a "),
        ("", "<img data-src=x><noscript>"),
        ("", "<use href='/icons.svg#none'>"),
    ],
)
def test_time_is_linear(before: str, piece: str) -> None:
    html = (before + piece * (300_000 // len(piece)) + ">").encode()
    started = time.process_time()
    rewrite_html(
        html,
        base_url=PAGE,
        resolve=into_archive,
        charset=None,
        load=lambda url: b"<svg " * 100_000 + b"</svg>",
    )
    assert time.process_time() - started < 3


def test_time_of_a_module_is_linear() -> None:
    started = time.process_time()
    module(b"from" + b" " * 300_000, PAGE, str)
    assert time.process_time() - started < 3


def test_frames_of_markup_in_one_another_end_somewhere() -> None:
    page = "<img src=/i>"
    for _ in range(400):
        inside = page.replace("&", "&amp;").replace(">", "&gt;").replace(" ", "&#32;")
        page = f"<iframe/srcdoc={inside}>"
    result = rewritten(page)
    for _ in range(9):
        assert result.startswith("<iframe/srcdoc=")
        result = unescape(result[len("<iframe/srcdoc=") + 1 : -2])
    assert result == ""


@pytest.mark.parametrize(
    "end",
    [
        "<link rel=preconnect href=//other.example ",
        "<link rel=preconnect href=//other.example </body",
        '<p title="</body x><link rel=preconnect href=//other.example>">',
        "<!--</body --><link rel=preconnect href=//other.example>",
    ],
)
def test_drawings_that_are_added_open_nothing_that_was_closed(end: str) -> None:
    html = rewrite_html(
        f'<svg></svg><use href="/i.svg#a"><p>{end}'.encode(),
        base_url=PAGE,
        resolve=into_archive,
        charset=None,
        load=lambda url: b'<svg><g id="a"/></svg>',
    ).decode()
    assert 'id="newswarc-1-a"' in html
    found = [tag.name for tag in tags(html)]
    assert "div" in found
    assert "link" not in found


def test_a_script_that_goes_on_behind_its_end_hides_no_link() -> None:
    page = rewritten(
        "<script><!--<script></script><textarea></script><link rel=preconnect href=//other.example>"
    )
    assert "<!link" in page
    kept = "<script><!-- a --> '<script'</script><textarea><link rel=preconnect></textarea>"
    assert rewritten(kept) == kept


def test_a_number_of_any_length_is_no_failure() -> None:
    digits = "9" * 5000
    assert "&amp;#65533;" in rewritten(f"<iframe srcdoc='<p>&#{digits};<a target=b>'>")
    assert "/w/https://news.example/" in rewritten(f'<a href="/&#{digits};">')


def test_a_large_page_takes_no_time_to_speak_of() -> None:
    card = (
        b'<div class="c"><a href="/a?x=1&amp;y=2"><img data-src="/i.jpg" srcset="/i 1x"></a></div>'
    )
    started = time.process_time()
    rewrite_html(card * (300_000 // len(card)), base_url=PAGE, resolve=same, charset=None)
    assert time.process_time() - started < 3
