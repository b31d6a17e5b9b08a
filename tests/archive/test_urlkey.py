"""URL keys: the forms of a URL that are one, and those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.urlkey import MAX_LENGTH, check_url, is_url, urlkey

ARTICLE = "com,themoscowtimes)/2024/10/23/north-korea-a86785"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.themoscowtimes.com/2024/10/23/north-korea-a86785",
        "http://themoscowtimes.com/2024/10/23/north-korea-a86785",
        "https://www2.themoscowtimes.com/2024/10/23/north-korea-a86785/",
        "HTTPS://WWW.TheMoscowTimes.com:443/2024/10/23/North-Korea-A86785#comments",
        "http://user:secret@themoscowtimes.com:80//2024/./10/x/../23/north-korea-a86785?",
        "https://themoscowtimes.com./2024/10/23/north%2Dkorea-a86785",
        f"  https://themoscowtimes.com/2024/10/23/north-korea-a86785;jsessionid={'0a' * 16} ",
    ],
)
def test_one_article_one_key(url: str) -> None:
    assert urlkey(url) == ARTICLE


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://example.com", "com,example)/"),
        ("https://example.com/?b=2&a=1&a=0", "com,example)/?a=0&a=1&b=2"),
        ("https://example.com/?sid=0123456789abcdef0123456789abcdef&a", "com,example)/?a"),
        ("https://example.com:8443/a", "com,example:8443)/a"),
        ("https://ru.example.com/a", "com,example,ru)/a"),
        ("https://example.com/a%20b", "com,example)/a%20b"),
        ("https://example.com/a%2520b", "com,example)/a%20b"),
        ("https://пример.рф/я", "xn--p1ai,xn--e1afmkfd)/%d1%8f"),
        ("https://127.0.0.1/", "1,0,0,127)/"),
        # what cannot be taken apart is its own key
        ("dns:example.com", "dns:example.com"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_keys(url: str, key: str) -> None:
    assert urlkey(url) == key


@given(st.text(max_size=80))
def test_any_string_has_a_key(text: str) -> None:
    assert isinstance(urlkey(text), str)
    assert isinstance(urlkey("https://example.com/" + text), str)


@given(st.text(alphabet="abAB01/.%-?&=;~", max_size=40))
def test_a_key_is_ascii_and_lower_case(path: str) -> None:
    key = urlkey("https://www.example.com/" + path)
    assert key.isascii()
    assert key == key.lower()
    assert key.startswith("com,example)/")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://www.example.com/a#top", "https://www.example.com/a"),
        (" http://example.com ", "http://example.com"),
        ("HTTPS://example.com/Ä", "HTTPS://example.com/Ä"),
    ],
)
def test_urls_we_take(text: str, url: str) -> None:
    assert check_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "/a",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "https://",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://exa mple.com/",
        "https://example.com/a\nb",
        "https://example.com/\x1b[2J",
        "https://example.com/" + "a" * MAX_LENGTH,
    ],
)
def test_urls_we_do_not_take(text: str) -> None:
    assert not is_url(text)
    with pytest.raises(UsageError, match="not an http or https URL"):
        check_url(text)
