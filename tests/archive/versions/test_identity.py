"""Which article a page is a version of."""

from __future__ import annotations

import pytest

from archive.versions import article_url

PAGE = "https://www.example.com/2024/10/23/ferry?utm_source=x#top"
PLAIN = "https://www.example.com/2024/10/23/ferry?utm_source=x"


@pytest.mark.parametrize(
    ("claimed", "captured", "url"),
    [
        ("https://www.example.com/ferry", PAGE, "https://www.example.com/ferry"),
        ("https://www.example.com/ferry#top", PAGE, "https://www.example.com/ferry"),
        # the same site under another name
        ("https://example.com/ferry", PAGE, "https://example.com/ferry"),
        ("http://www.example.com/ferry", PAGE, "http://www.example.com/ferry"),
        ("https://www.example.com/f", "https://m.example.com/f", "https://www.example.com/f"),
        ("https://www.example.com/f", "https://amp.example.com/f", "https://www.example.com/f"),
        # another site's URL is not to be had
        ("https://www.bbc.com/ferry", PAGE, PLAIN),
        ("https://ru.example.com/ferry", PAGE, PLAIN),
        ("https://www.example.com/f", "https://www.example.com.evil.org/f", None),
        ("https://www.example.com/f", "https://evil-example.com/f", None),
        # the home page is nobody's canonical URL but its own
        ("https://www.example.com/", PAGE, PLAIN),
        ("https://www.example.com", "https://www.example.com/", "https://www.example.com"),
        ("https://www.example.com/?p=7", PAGE, "https://www.example.com/?p=7"),
        # no URL at all
        ("", PAGE, PLAIN),
        ("/ferry", PAGE, PLAIN),
        ("javascript:alert(1)", PAGE, PLAIN),
        ("https://[broken/", PAGE, PLAIN),
        ("https://www.example.com/\ud800", PAGE, PLAIN),
    ],
)
def test_article_url(claimed: str, captured: str, url: str | None) -> None:
    assert article_url(claimed, captured) == (captured if url is None else url)
