"""The front page, and the results."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.recorded import Recorder
from tests.archive.web.paper import OWN_SCRIPT, STORY, Get, story


def test_the_front_page_shows_the_newest_articles(get: Get) -> None:
    answer = get("/")
    assert answer.status == 200
    assert "Bridge Over the Lipka Reopens, Briefly" in answer.words
    assert "2 articles · " not in answer.words  # the dots are for the style sheet
    assert "2 articles paper.example captured October 23, 2024 – October 24, 2024" in answer.words
    assert 'src="/web/20241023093003mp_/https://www.paper.example/lead.svg"' in answer.text


def test_a_search_finds_articles_and_marks_the_words(get: Get) -> None:
    answer = get("/?q=bridge+tractor")
    assert "2 articles for bridge tractor" in answer.words
    assert "<mark>tractor</mark>" in answer.text
    assert f"/web/20241024080000/{STORY}" in answer.text


def test_an_older_version_that_matches_is_said_to_be_old(get: Get) -> None:
    answer = get("/?q=bearings+-alert")
    assert "no longer in the current one 2 versions" in answer.words
    assert "?at=20241023093000" in answer.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=bridge&site=paper.example", 2),
        ("q=bridge&site=other.example", 0),
        ("q=bridge&author=melnik", 2),
        ("q=bridge&since=2024-10-23&until=2024-10-23", 2),
        ("q=bridge&until=2024-09", 0),
        ("q=bridge&sort=date", 2),
    ],
)
def test_filters(get: Get, query: str, count: int) -> None:
    assert f"{count} articles for bridge" in get(f"/?{query}").words


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=%22%22", "search for"),
        ("q=bridge&since=yesterday", "not a time"),
        ("q=bridge&sort=mood", "sort"),
    ],
)
def test_a_wrong_search_says_why(get: Get, query: str, said: str) -> None:
    answer = get(f"/?{query}")
    assert answer.status == 400
    assert said in answer.words


def test_the_query_stays_in_its_field_and_is_only_text(get: Get) -> None:
    answer = get("/?q=%22%3E%3Cscript%3Ebridge")
    assert "&#34;&gt;&lt;script&gt;bridge" in answer.text
    assert "<script" not in answer.text.replace(OWN_SCRIPT, "")


def test_markup_in_titles_and_snippets_is_only_text(get: Get) -> None:
    answer = get("/?q=alert")
    assert "1 article for alert" in answer.words
    assert "&lt;script&gt;<mark>alert</mark>(2)" in answer.text
    assert "<script" not in answer.text.replace(OWN_SCRIPT, "")


def test_an_empty_collection_says_what_to_do(tmp_path: Path) -> None:
    with ReplayServer(Collection.create(tmp_path / "news"), port=0) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        connection.request("GET", "/")
        assert b"<code>newswarc crawl URL</code>" in connection.getresponse().read()
        connection.close()


def test_copies_of_one_text_are_one_hit(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "news")
    text = tuple(f"The agency says {number} things about the ferry." for number in range(30))
    for host in ("one", "two", "three"):
        url = f"https://{host}.example/ferry"
        recorder.record(url, story(f"Ferry, by {host}", text).replace(STORY, url))
    with ReplayServer(recorder.finished(), port=0) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        connection.request("GET", "/?q=ferry")
        page = connection.getresponse().read().decode()
        connection.close()
    assert page.count('<article class="hit">') == 1
    assert "Also in 2 other papers" in page
