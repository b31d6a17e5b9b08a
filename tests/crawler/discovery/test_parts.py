from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.discovery import Format, read
from crawler.model import Kind

URL = "https://example.org/api/news?offset=20"


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (
            {"html": '<a href="/2024/10/23/one">One</a><a href="two">'},
            ["/2024/10/23/one", "/api/two"],
        ),
        ({"data": {"posts": [{"url": "/1", "id": 7}, {"link": "/2"}]}}, ["/1", "/2"]),
        ([{"permalink": "https://example.org/1", "title": "A < B"}], ["/1"]),
        ({"items": [{"href": "slug-without-a-slash"}], "next": "/x"}, []),
        ({"url": None, "html": 3, "x": [[[[]]]]}, []),
        ("nothing", []),
    ],
)
def test_what_an_endpoint_answers(data: Any, paths: list[str]) -> None:
    document = read(json.dumps(data).encode(), URL, Kind.MORE, content_type="application/json")
    assert [one.url for one in document.candidates] == ["https://example.org" + p for p in paths]


def test_as_a_feed_json_without_items_is_none() -> None:
    assert read(b"{}", URL, Kind.FEED).format is Format.OTHER
    assert read(b'{"error": "<a href=/x>"}', URL, Kind.SITEMAP).candidates == []


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"a":' * 100_000, b"{}" * 100_000])
def test_what_is_no_json_names_nothing(body: bytes) -> None:
    assert read(body, URL, Kind.MORE).candidates == []


def test_the_number_of_links_is_bounded() -> None:
    body = json.dumps([{"url": f"/{number}"} for number in range(100_000)]).encode()
    document = read(body, URL, Kind.MORE)
    assert (len(document.candidates), document.cut) == (5_000, True)
