"""Whatever the bytes are, reading them raises nothing and ends soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import nature, read, span
from crawler.discovery.dates import moment
from crawler.model import Kind

FIXTURES = Path(__file__).parents[3] / "fixtures"
DOCUMENTS = sorted(
    path.read_bytes()
    for pattern in ("feeds/*/document", "sitemaps/*/document", "pages/*/page.html")
    for path in FIXTURES.glob(pattern)
)
URL = "https://paper.example/x"
KINDS = st.sampled_from(list(Kind))
CHARSETS = st.sampled_from([None, "utf-8", "utf-16", "windows-1251", "idna", "base64", "x", "\0"])


@settings(max_examples=150, deadline=None)
@given(st.data(), KINDS, CHARSETS)
def test_documents_that_something_has_happened_to(
    data: st.DataObject, kind: Kind, charset: str | None
) -> None:
    body = data.draw(st.sampled_from(DOCUMENTS))
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 40)))
        body = body[:start] + data.draw(st.binary(max_size=12)) + body[end:]
    read(body, URL, kind, charset=charset)
    nature(body, URL, charset=charset)


@given(st.text(max_size=80))
def test_dates(text: str) -> None:
    moment(text)
    span("https://paper.example/" + text)
    span(text)


PIECES = (
    *("<", "<rss><item>", "<item><link>", "<urlset><url>", "<a>", "&", "&x;", "<![CDATA[", "<!--"),
    *("<?x ", "<!DOCTYPE [", "<rss a='", "]]>", "[", '{"items":[', '{"a":', " ", "\x00", "<url"),
)


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_documents_take_linear_time(piece: str) -> None:
    body = (piece * (200_000 // len(piece))).encode()
    for beginning in (b"", b"<rss>", b"<urlset>", b'{"items":['):
        started = time.process_time()
        read(beginning + body, URL, Kind.FEED)
        assert time.process_time() - started < 1.5
