"""The versions of an article from its captures, through WARC files and the index."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from tests.archive.recorded import Recorder

URL = "https://www.example.com/2024/10/23/ferry"
TITLE = "North Korea sent 1,500 more troops to the harbor"
BODY = tuple(
    """\
The ferry came back to the harbor on Wednesday with 1,500 passengers on board, the city council \
said in a statement that was sent to reporters late in the evening.
Nobody could say why the crossing had taken two days, and the captain refused to anser questions \
when he stepped ashore with his officers and a parrot.
The minister praised the crew, who had shared their bread with the passengers, and announced an \
inquiry into the company that has run the line for sixty years.
A second ferry is to leave on Friday, when the wind is expected to turn, the harbor office said, \
and tickets for it will be free for all who were on the first one.""".splitlines()
)
TYPO = (BODY[0], BODY[1].replace("anser", "answer"), *BODY[2:])
SILENT = (TYPO[0].replace("1,500", "900"), TYPO[1], TYPO[3])
ADS = "<aside>Buy a boat! <a href=/ad/{0}>Offer {0}</a></aside><p class=views>{0} views</p>"
CAPTCHA = (
    "<title>Just a moment...</title><h1>www.example.com</h1><p>Verify you are human</p>"
    "<script>window._cf_chl_opt = {}</script>"
)


def page(
    body: tuple[str, ...] = BODY,
    *,
    title: str = TITLE,
    modified: str = "2024-10-23T08:15:00+03:00",
    noise: int = 1,
) -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>"
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2024-10-23T08:00:00+03:00">'
        f'<meta property="article:modified_time" content="{modified}">'
        f"<meta name=csrf content={noise}></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{title}</h1>{''.join(f'<p>{text}</p>' for text in body)}</article>"
        f"{ADS.format(noise)}</body></html>"
    )


LATER = "2024-10-23T10:00:00+03:00"
LATEST = "2024-10-23T12:00:00+03:00"
HEADLINE = "North Korea sent no troops to the harbor"
SIX = (
    page(),
    page(noise=2),
    page(TYPO, modified=LATER),
    page(TYPO, title=HEADLINE, modified=LATEST),
    page(SILENT, title=HEADLINE, modified=LATEST),
    page(TYPO, title=HEADLINE, modified=LATEST),
)


def captured(path: Path, *pages: str) -> Collection:
    recorder = Recorder(path)
    for hour, html in enumerate(pages):
        recorder.record(URL, html, at=f"20241024{hour:02}0000")
    return recorder.finished()


def test_six_captures_are_five_versions(tmp_path: Path) -> None:
    collection = captured(tmp_path / "news", *SIX[:4], CAPTCHA, *SIX[4:])
    article = collection.article(URL)
    assert article is not None
    versions = collection.versions(article.article_id)
    assert [
        (version.number, version.kind, version.stealth, version.captures, version.reverts_to)
        for version in versions
    ] == [
        (1, None, False, 2, None),
        (2, "minor", False, 1, None),
        (3, "headline", False, 1, None),
        (4, "substantial", True, 1, None),
        (5, "substantial", False, 1, 3),
    ]
    assert (versions[1].words_added, versions[1].words_removed) == (1, 1)
    assert versions[3].words_removed > versions[3].words_added == 1
    assert versions[4].words_added == versions[3].words_removed
    (kept,) = collection.quarantined()
    assert (kept.url, kept.timestamp, kept.status) == (URL, "20241024040000", 200)
    assert (kept.reason, kept.detail) == ("captcha", "Cloudflare: _cf_chl_opt")
    assert [capture.version for capture in collection.captures(URL)] == [1, 1, 2, 3, None, 4, 5]
    assert [edit.after.number for edit in collection.edits(stealth=True)] == [4]


def history(collection: Collection) -> list[tuple[Any, ...]]:
    """What is said of an article, but for the ids of rows."""
    db = sqlite3.connect(collection.index_path)
    rows = db.execute(
        "SELECT url, number, versions.title, kind, stealth, words_added, words_removed,"
        " similarity, reverts_to, versions.first_capture, versions.last_capture, captures,"
        " versions.id = current_version_id FROM versions"
        " JOIN articles ON articles.id = article_id ORDER BY url, number"
    ).fetchall()
    rows += db.execute(
        "SELECT url, timestamp, refusal, refusal_detail FROM captures"
        " WHERE refusal IS NOT NULL ORDER BY url, timestamp"
    ).fetchall()
    db.close()
    return rows


FEW = (SIX[0], CAPTCHA, SIX[4], page(("The site is being mended.",) * 2, title="Please wait"))


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_in_whatever_order_captures_are_indexed(tmp_path: Path, order: tuple[int, ...]) -> None:
    expected = history(captured(tmp_path / "straight", *FEW))
    recorder = Recorder(tmp_path / "news")
    for place in order:
        recorder.record(URL, FEW[place], at=f"20241024{place:02}0000")
    assert history(recorder.finished()) == expected
    assert [row[2:4] for row in expected[-2:]] == [
        ("quarantined:captcha", "Cloudflare: _cf_chl_opt"),
        ("quarantined:shrunk", "10 words where there were 91, and another title"),
    ]


def test_a_file_that_is_found_later_changes_what_is_said(newsroom: Any, tmp_path: Path) -> None:
    expected = history(captured(tmp_path / "straight", *SIX))
    for places in ((2, 4), (0, 5), (3, 1)):
        for place in places:
            newsroom.answer(URL, SIX[place].encode(), at=f"20241024{place:02}0000")
        newsroom.close()
        newsroom.index()
    assert history(newsroom.collection) == expected
    newsroom.index(rebuild=True)
    assert history(newsroom.collection) == expected


MENDED = page(("We are mending the site and shall be back in an hour or two.",) * 3, title="Soon")


@pytest.mark.parametrize("first", [0, 2])
def test_a_text_that_several_articles_get_at_once_is_none_of_theirs(
    newsroom: Any, first: int
) -> None:
    urls = [f"https://www.example.com/2024/10/{day}/{day}" for day in range(10, 14)]
    for number, url in enumerate(urls[first:], first):
        body = (f"This is the story number {number}.", *BODY[number % 3 : number % 3 + 1])
        newsroom.answer(url, page(body, title="Ferry").encode(), at=f"202410240{number}0000")
    for number, url in enumerate(urls):
        newsroom.answer(url, MENDED.encode(), at=f"202410250{number}0000")
    newsroom.index()
    same = [kept.url for kept in newsroom.collection.quarantined() if kept.reason == "same-text"]
    shown = [newsroom.collection.article(url) for url in urls]
    if first:  # two that had a text before may be two URLs of one article
        assert same == []
        assert [version.article.title for version in shown] == ["Soon"] * 4
    else:
        assert sorted(same) == urls
        assert [version.article.title for version in shown] == ["Ferry"] * 4
    before = history(newsroom.collection)
    newsroom.index(rebuild=True)
    assert history(newsroom.collection) == before


def test_a_copy_under_another_url_is_no_stand_in(newsroom: Any) -> None:
    for edition in (BODY, SILENT):
        for number in range(5):
            html = page(edition, noise=number).encode()
            newsroom.answer(f"https://www.example.com/print/{number}", html)
    newsroom.index()
    assert newsroom.collection.quarantined() == []
    assert newsroom.collection.status()["versions"] == 10


def test_an_error_page_that_is_a_challenge_is_quarantined_too(newsroom: Any) -> None:
    newsroom.answer(URL, SIX[0].encode(), at="20241024000000")
    newsroom.answer(URL, CAPTCHA.encode(), status=403, at="20241024010000")
    newsroom.index()
    (kept,) = newsroom.collection.quarantined()
    assert (kept.status, kept.reason) == (403, "captcha")
    version = newsroom.collection.article(URL)
    assert (version.number, version.captures) == (1, 1)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Retraction", "We were wrong about the harbor office, and have taken the report back."),
        ("This article has been withdrawn", "We published it by mistake."),
        ("Editor’s note", "An earlier version of this article named the wrong company."),
        ("Материал удалён", "Редакция просит прощения у капитана и команды парома."),
        (TITLE, "The harbor office denies it."),
    ],
)
def test_an_article_taken_back_is_an_edit(tmp_path: Path, title: str, text: str) -> None:
    collection = captured(tmp_path / "news", SIX[0], page((text,), title=title))
    assert collection.quarantined() == []
    (edit,) = collection.edits()
    assert edit.after.article.title == title
    assert edit.after.article.text == text


PAY = "Subscribe to continue reading."
TEASER = page((BODY[0], PAY))


def test_the_beginning_shown_to_those_who_do_not_pay_is_found(tmp_path: Path) -> None:
    collection = captured(tmp_path / "news", TEASER)
    (hit,) = collection.search("passengers")
    article = collection.article(URL)
    assert hit.url == URL
    assert article is not None
    assert article.article.paywall is True
    assert article.article.sources["paywall"] == "the page says: Subscribe to continue"


def test_the_beginning_of_what_was_read_whole_is_no_edit(tmp_path: Path) -> None:
    collection = captured(tmp_path / "news", SIX[0], TEASER, SIX[0])
    assert [capture.version for capture in collection.captures(URL)] == [1, None, 1]
    (kept,) = collection.quarantined()
    assert kept.reason == "paywall-stub"
    assert kept.detail.endswith("words where there were 119, and a paywall")


def test_what_becomes_readable_is_no_stealth(tmp_path: Path) -> None:
    collection = captured(tmp_path / "news", TEASER, SIX[0])
    assert [edit.after.stealth for edit in collection.edits()] == [False]


def test_one_text_under_several_urls_that_is_edited_is_no_stand_in(newsroom: Any) -> None:
    """Looked at while it was being written, each URL showed another state of it."""
    for number in range(4):
        url = f"https://www.example.com/print/{number}"
        earlier = (f"At {number} o'clock the ferry was late.", *BODY)
        newsroom.answer(url, page(earlier).encode(), at=f"202410240{number}0000")
        newsroom.answer(url, page().encode(), at=f"202410250{number}0000")
    newsroom.index()
    assert newsroom.collection.quarantined() == []
