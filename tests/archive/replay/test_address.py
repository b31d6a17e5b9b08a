"""The URLs below ``/web/``."""

from __future__ import annotations

import pytest

from archive.errors import UsageError
from archive.replay import address
from archive.replay.address import Address, View

URL = "https://news.example/a?b=1&c=2"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"20241023081500/{URL}", Address(View.FRAME, URL, "20241023081500")),
        (f"2024/{URL}", Address(View.FRAME, URL, "2024")),
        (f"20241023081500mp_/{URL}", Address(View.MEMENTO, URL, "20241023081500")),
        (f"20241023081500id_/{URL}", Address(View.RAW, URL, "20241023081500")),
        (URL, Address(View.TIMEGATE, URL)),
        (f"*/{URL}", Address(View.CALENDAR, URL)),
        (f"timemap/link/{URL}", Address(View.TIMEMAP, URL, form="link")),
        (f"timemap/cdxj/{URL}", Address(View.TIMEMAP, URL, form="cdxj")),
        # Some clients fold slashes; people leave out the scheme.
        ("2024/https:/news.example/", Address(View.FRAME, "https://news.example/", "2024")),
        ("2024/HTTPS://news.example/", Address(View.FRAME, "https://news.example/", "2024")),
        ("2024/news.example/a", Address(View.FRAME, "http://news.example/a", "2024")),
        ("news.example?u=https://x/", Address(View.TIMEGATE, "http://news.example?u=https://x/")),
        ("2024/http://[::1]:80/", Address(View.FRAME, "http://[::1]:80/", "2024")),
        ("2024/https://x/?u=http://y//z", Address(View.FRAME, "https://x/?u=http://y//z", "2024")),
        ("2024/https://x/%23%3F%2F..", Address(View.FRAME, "https://x/%23%3F%2F..", "2024")),
    ],
)
def test_is_understood(path: str, expected: Address) -> None:
    assert address.parse(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "2024/",
        "ftp://x/",
        "javascript:alert(1)",
        "2024mp_/file:///etc/passwd",
        "http://",
        "a b/",
    ],
)
def test_is_refused(path: str) -> None:
    with pytest.raises(UsageError):
        address.parse(path)


@pytest.mark.parametrize("view", [View.FRAME, View.MEMENTO, View.RAW])
@pytest.mark.parametrize("url", [URL, "https://x/%D0%B6?q=%20", "https://x/a;b=c,d:e@f!$'()*+"])
def test_there_and_back(url: str, view: View) -> None:
    path = address.path(url, "20241023081500", view)
    assert address.parse(path.removeprefix(address.PREFIX)) == Address(view, url, "20241023081500")


def test_nothing_can_break_out_of_a_header_or_an_attribute() -> None:
    path = address.path('https://x/"<>\\^`{|}\r\nж', "2024")
    assert path == "/web/2024/https://x/%22%3C%3E%5C%5E%60%7B%7C%7D%0D%0A%D0%B6"
