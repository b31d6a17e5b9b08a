"""Whatever the bytes are, an article or a reason comes out, and soon."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive.extract import MAX_SIZE, extract
from archive.model import Article, Refusal

URL = "https://example.com/2024/10/23/x"
HEAD = (
    b'<!doctype html><title>Title</title><meta property="og:type" content="article"><h1>Title</h1>'
)
PROSE = b"<p>" + b"The quick brown fox jumps over the lazy dog today. " * 8 + b"</p>"
#: Seconds of processor time a hostile page may take on a slow machine; most take a tenth.
LIMIT = 20


TAGS = [
    b"<p>", b"</p>", b"<div>", b"</div>", b"<table>", b"<tr>", b"<td>", b"<a href=x>", b"</a>",
    b"<b>", b"</b>", b"<i>", b"<ul>", b"<li>", b"</ul>", b"<h1>", b"</h1>", b"<h2>", b"<pre>",
    b"<blockquote>", b"<figure>", b"<img src=x>", b"<br>", b"<article>", b"<!--", b"-->", b"<",
    b'<script type="application/ld+json">{"@type":"NewsArticle"', b"}</script>", b"<meta ",
    b'<base href="//[">', b"&amp;", b"&#0;", b"\xff", b"\x00", b" ", b"word ", b"Title", PROSE,
    b'property="article:published_time" content="2024">', b"<title>", b"</title>", HEAD,
]  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TAGS) | st.binary(max_size=6), max_size=40).map(b"".join))
@example(b"<a<p>-->")  # an element called a<p
def test_any_tag_soup(page: bytes) -> None:
    found = extract(page, URL)
    assert isinstance(found, Article) or found.reason != "failed", found


@settings(deadline=None)
@given(st.binary(max_size=400), st.text(max_size=30))
def test_any_bytes_and_any_url(data: bytes, url: str) -> None:
    found = extract(HEAD + data, url)
    assert isinstance(found, Article) or found.reason != "failed", found


def ld(text: bytes) -> bytes:
    return b'<title>T</title><script type="application/ld+json">' + text + b"</script>" + PROSE * 9


MANY = 8_000
HOSTILE = {
    "nothing": b"",
    "zeros": b"\x00" * 100_000,
    "noise": random.Random(1).randbytes(300_000),
    "zip": b"PK\x03\x04" + random.Random(2).randbytes(5000),
    "deep": HEAD + b"<div>" * 200_000 + PROSE,
    "deep lists": HEAD + b"<ul><li>word word " * 120 + PROSE * 20,
    "deep tables": HEAD + b"<table><tr><td>word<td>b" * 80 + PROSE * 20,
    "links": HEAD + b"<a href='/x'>link text</a> " * 100_000,
    "some links": HEAD + PROSE * 9 + b"<a href='/x'>the text of a link</a> " * MANY,
    "paragraphs": HEAD + b"<p>word number x</p>" * MANY,
    "a form": HEAD + b"<form>" + b"<p>word word word</p>" * MANY,
    "spans of a table": HEAD
    + PROSE * 5
    + b"<table>"
    + b"<tr><td colspan=99999 rowspan=99999>a" * 500,
    "one word": HEAD + b"<p>" + b"w" * 3_000_000,
    "backticks": HEAD + b"<p>" + b"`*_[]<&" * 100_000,
    "number signs": HEAD + PROSE * 9 + b"<h2>" + b"#" * 1_000_000,
    "bold dots": HEAD + PROSE * 9 + b"<p>a<b>" + b"." * 1_000_000 + b"</b>c",
    "brackets of JSON": ld(b"[" * 500_000),
    "objects of JSON": ld(b'{"@type":"NewsArticle","headline":"x"},' * 50_000),
    "quotes of JSON": ld(b'{"a":"' + b'\\"' * 1_000_000),
    "commas of JSON": ld(b'{"a":1' + b"," * 1_000_000),
    "comments of JSON": ld(b"//\n" * 300_000),
    "tags in <meta>": b'<meta name="author" content="' + b"&lt;a " * 300_000 + b'">' + PROSE * 9,
    "bars in the title": b"<title>" + b"a | " * 100_000 + b"</title>" + PROSE * 9,
    "unclosed comments": HEAD + PROSE * 5 + b"<!--" * 500_000,
    "large": HEAD + PROSE * 3000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages(kind: str) -> None:
    started = time.process_time()
    found = extract(HOSTILE[kind], URL)
    assert time.process_time() - started < LIMIT
    assert isinstance(found, Article | Refusal)
    assert not isinstance(found, Refusal) or found.reason != "failed"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "not-html"),
        (b"%PDF-1.7 ...", "not-html"),
        (b'{"title": "<p>"}', "not-html"),
        (b"<html><body></body></html>", "no-text"),
        (b"<html><body><p>A word.</p></body></html>", "not-an-article"),
        (HEAD, "no-text"),
        (b"<p>" * (MAX_SIZE // 3 + 1), "too-large"),
        (HEAD + b"<p>x</p>" * 40_000, "too-large"),
    ],
)
def test_refusals(page: bytes, reason: str) -> None:
    found = extract(page, URL)
    assert isinstance(found, Refusal)
    assert found.reason == reason


def test_a_very_long_article_is_whole() -> None:
    page = HEAD + b"".join(b"<p>Paragraph %d. " % n + PROSE[3:] for n in range(1500))
    found = extract(page, URL)
    assert isinstance(found, Article)
    assert found.text.count("\n\n") == 1499


def test_a_page_without_a_title_keeps_its_text() -> None:
    found = extract(PROSE * 3, URL)
    assert isinstance(found, Article)
    assert found.title.startswith("The quick brown fox")
    assert len(found.title) <= 100
