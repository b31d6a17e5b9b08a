"""Extracting again: what changes is shown, put in its place once, and nothing else is touched."""

from __future__ import annotations

from typing import Any

import pytest

from archive.errors import ConfigError
from archive.ingest import extractors
from archive.model import Refusal
from archive.reextract import reextract
from tests.archive.test_ingest import dump

URL = "https://www.example.com/2024/10/23/ferry"
OTHER = "https://news.example.org/2024/10/23/bridge"
RULE = 'hosts = ["example.com"]\n[title]\nsubtitle = "h2"\n[authors]\nselect = ".who"\n'
STRIP = '[body]\nselect = "article"\nstrip = ["h1", "p:last-child"]\n'


def put_rule(newsroom: Any, text: str) -> None:
    newsroom.collection.rules_dir.mkdir(exist_ok=True)
    (newsroom.collection.rules_dir / "example.toml").write_text(text)


@pytest.fixture
def two(newsroom: Any) -> Any:
    newsroom.page(URL)
    newsroom.page(OTHER, title="Bridge closes")
    newsroom.page(URL, title="Ferry is back")
    newsroom.index()
    return newsroom


def test_what_is_as_it_was_stays_as_it_is(two: Any) -> None:
    before = dump(two.collection.index_path)
    result = reextract(two.collection, workers=0)
    assert (result.pages, result.changed) == (3, 0)
    assert dump(two.collection.index_path) == before


def test_a_dry_run_tells_and_changes_nothing(two: Any) -> None:
    before = dump(two.collection.index_path)
    put_rule(two, RULE + STRIP)
    result = reextract(two.collection, workers=0, dry_run=True)
    assert (result.pages, result.changed) == (3, 2)
    assert result.fields["text"] == 2
    assert {url for url, _, _ in result.examples} == {URL}
    assert dump(two.collection.index_path) == before


def test_it_ends_where_a_new_index_would(two: Any) -> None:
    put_rule(two, RULE + STRIP)
    assert reextract(two.collection, workers=0).changed == 2
    article = two.collection.article(URL).article
    assert "6th time" not in article.text
    assert article.title == "Ferry is back"
    assert article.rules.startswith("sha256:")
    assert len(two.collection.versions(two.collection.article(URL).article_id)) == 2
    assert two.collection.search("6th").total == 1
    again = reextract(two.collection, workers=0)
    assert again.changed == 0
    texts = [
        version.digest
        for version in two.collection.versions(two.collection.article(URL).article_id)
    ]
    two.index(rebuild=True)
    assert [
        version.digest
        for version in two.collection.versions(two.collection.article(URL).article_id)
    ] == texts


def test_what_is_said_beside_the_text_is_replaced_too(two: Any) -> None:
    two.page(URL, title="Ferry is back")
    two.index()
    put_rule(two, 'hosts = ["example.com"]\n[title]\nsubtitle = "p"\n')
    assert reextract(two.collection, workers=0).fields["subtitle"] == 2  # one for a version
    version = two.collection.versions(two.collection.article(URL).article_id)[-1]
    assert version.captures == 2
    assert version.article.subtitle
    assert reextract(two.collection, workers=0).changed == 0


def test_other_processes_find_the_same(two: Any) -> None:
    put_rule(two, RULE + STRIP)
    assert reextract(two.collection, workers=1).fields["text"] == 2


def test_it_keeps_to_what_was_asked_for(two: Any) -> None:
    assert reextract(two.collection, site="example.org", workers=0).pages == 1
    assert reextract(two.collection, site="www.example.com", workers=0).pages == 2
    assert reextract(two.collection, site="ample.com", workers=0).pages == 0
    moment = two.collection.captures(URL)[0].timestamp
    from_then = two.collection.captures(URL)[1].timestamp
    assert moment < from_then


def test_a_page_that_becomes_no_article_and_one_again(
    two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(two.collection.index_path)
    with monkeypatch.context() as patch:
        patch.setattr(extractors, "extract", lambda *_, **__: Refusal("not-an-article", "a list"))
        assert reextract(two.collection, workers=0).fields == {"article": 3}
        assert two.collection.search("ferry").total == 0
        assert two.collection.captures(URL)[0].refusal == "not-an-article"
        assert reextract(two.collection, workers=0).changed == 0
    assert reextract(two.collection, workers=0).changed == 3
    after = dump(two.collection.index_path)
    assert [row[:3] for row in after["articles"]] == [row[:3] for row in before["articles"]]
    assert len(after["versions"]) == len(before["versions"])


def test_nothing_is_taken_away_because_reading_failed(
    two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(two.collection.index_path)
    monkeypatch.setattr(extractors, "extract", lambda *_, **__: Refusal("failed", "MemoryError"))
    result = reextract(two.collection, workers=0)
    assert (result.changed, len(result.failed)) == (0, 3)
    assert dump(two.collection.index_path) == before


def test_pages_that_failed_are_tried_apart(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.page(OTHER, title="Bridge closes")
    newsroom.index()
    newsroom.page(URL)
    with monkeypatch.context() as patch:
        patch.setattr(extractors, "extract", lambda *_, **__: Refusal("failed", "it crashed"))
        assert newsroom.index().failed == [(URL, "it crashed")]
    result = reextract(newsroom.collection, failed=True)  # in a process of its own
    assert (result.pages, result.changed) == (1, 1)
    assert newsroom.collection.article(URL) is not None
    assert reextract(newsroom.collection, failed=True).pages == 0


def test_an_error_page_out_of_quarantine_is_no_article(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.page(URL, status=403)
    newsroom.index()
    monkeypatch.setattr(extractors, "quarantine", lambda *_: None)
    assert reextract(newsroom.collection, workers=0).fields == {"refusal": 1}
    assert newsroom.collection.article(URL) is None


def test_a_wrong_rule_stops_it_before_it_begins(two: Any) -> None:
    put_rule(two, "hosts = 1")
    with pytest.raises(ConfigError, match=r"example\.toml: rule example: hosts must list"):
        reextract(two.collection, workers=0)
