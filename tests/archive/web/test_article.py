"""The article page."""

from __future__ import annotations

from archive.collection import Collection
from tests.archive.web.paper import OWN_SCRIPT, STORY, Get


def path_of(collection: Collection, url: str) -> str:
    version = collection.article(url)
    assert version
    return f"/article/{version.article_id}"


def test_an_article_is_shown_with_its_record(get: Get, collection: Collection) -> None:
    answer = get(path_of(collection, STORY))
    assert answer.status == 200
    for said in (
        "Bridge Over the Lipka Reopens, Briefly",
        "By Vera Melnik",
        "On Thursday the bridge was closed again, for the paint.",
        "Published October 23, 2024, 09:30 +0300",
        "Captured October 24, 2024, 08:00 UTC",
        "2 versions",
        "2 captures",
        STORY,
    ):
        assert said in answer.words
    assert f'href="/web/20241024080000/{STORY}"' in answer.text


def test_links_and_images_lead_into_the_archive(get: Get, collection: Collection) -> None:
    text = get(path_of(collection, STORY)).text
    assert 'src="/web/20241024080000mp_/https://www.paper.example/lead.svg"' in text
    assert 'href="/web/20241024080000/https://www.paper.example/2024/10/22/ferry"' in text
    assert 'href="/web/20241024080000/https://elsewhere.example/"' in text
    assert 'href="http' not in text
    assert 'src="http' not in text


def test_an_older_version_is_said_to_be_one(get: Get, collection: Collection) -> None:
    answer = get(path_of(collection, STORY) + "?at=20241023")
    assert "This is how the article stood on October 23, 2024, 09:30 UTC" in answer.words
    assert "for the paint" not in answer.words


def test_what_a_page_says_is_only_text(get: Get, collection: Collection) -> None:
    text = get(path_of(collection, "https://www.paper.example/evil")).text
    assert "<script" not in text.replace(OWN_SCRIPT, "")
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in text


def test_there_is_no_such_article(get: Get) -> None:
    for number in ("99", "0", str(2**70)):
        answer = get(f"/article/{number}")
        assert answer.status == 404
        assert f"There is no article {number} in this collection." in answer.words
    assert get("/article/x").status == 404
    assert get("/article/1?at=never").status == 400
