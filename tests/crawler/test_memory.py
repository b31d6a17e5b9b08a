"""Crawls that remember: polls by rhythm, rechecks, articles that go and come back, gaps."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import timestamp
from archive.collection import Collection
from archive.warc.reader import read_records
from crawler import ledger, sources
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.gap import SILENT, Gap
from crawler.health import examine
from crawler.model import Kind
from crawler.run import NOTHING_DUE, CrawlSummary
from crawler.sources import Seed, Source
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]
Later = Callable[..., None]
Answers = dict[str, Any]

HOME = "http://news.example/"
FEED = HOME + "feed"


def story(number: int) -> str:
    return f"/2024/10/23/a-story-of-some-length-a{number}"


def feed(*paths: str) -> Answer:
    items = "".join(f"<item><link>http://news.example{path}</link></item>" for path in paths)
    return Answer.text(f"<rss><channel>{items}</channel></rss>", "application/rss+xml")


def sitemap(**dated: str) -> Answer:
    urls = "".join(
        f"<url><loc>{HOME}{path}</loc><lastmod>{day}</lastmod></url>" for path, day in dated.items()
    )
    return Answer.text(f"<urlset>{urls}</urlset>", "text/xml")


def rows(collection: Collection, columns: str, table: str = "urls") -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(collection.ledger_path)) as db:
        return db.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()


def state_of(collection: Collection, path: str) -> tuple[Any, ...]:
    with closing(sqlite3.connect(collection.ledger_path)) as db:
        found: tuple[Any, ...] = db.execute(
            "SELECT state, misses, last_status, why FROM urls WHERE url = ?", [HOME + path[1:]]
        ).fetchone()
    return found


@pytest.fixture
def paper(serve: Serve, collection: Collection) -> Callable[..., tuple[DemoServer, Answers]]:
    """Serve a source whose only seed is a feed, or what is given instead."""

    def paper(answers: Answers, *, source: Source | None = None) -> tuple[DemoServer, Answers]:
        sources.add(collection.config_path, source or Source("times", (Seed(FEED, Kind.FEED),)))
        return serve(answers), answers

    return paper


Paper = Callable[..., tuple[DemoServer, Answers]]


# Rhythm ------------------------------------------------------------------------------------------


def test_a_crawl_with_nothing_due_fetches_nothing_and_ends_at_once(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    server, _ = paper({"/feed": feed(story(1)), story(1): html()})
    assert run(server, index=True).articles == 1
    before, logs = len(server.requests), len(list(collection.logs_dir.iterdir()))
    started = time.monotonic()
    later(minutes=1)
    summary = run(server, index=True)
    assert time.monotonic() - started < 0.5
    assert (summary.reason, summary.exit_code, summary.log) == (NOTHING_DUE, 0, "")
    assert len(server.requests) == before
    assert len(list(collection.logs_dir.iterdir())) == logs
    assert [reason for _, reason in rows(collection, "id, reason", "crawls")] == [
        "finished",
        NOTHING_DUE,
    ]


def test_what_is_not_indexed_yet_is_indexed_though_nothing_is_due(
    run: Run, paper: Paper, collection: Collection
) -> None:
    server, _ = paper({"/feed": feed(story(1)), story(1): html()})
    run(server)
    assert not collection.index_path.exists()
    assert run(server, index=True).reason == NOTHING_DUE
    assert collection.index_path.exists()
    assert run(server, index=True).log == ""


def test_a_feed_is_due_by_its_rhythm_or_by_name(run: Run, paper: Paper, later: Later) -> None:
    server, _ = paper({"/feed": feed(story(1)), story(1): html()})
    run(server)
    later(minutes=10)
    run(server)
    assert asked(server).count("/feed") == 1
    run(server, "times")
    assert asked(server).count("/feed") == 2
    later(minutes=40)
    run(server)
    assert asked(server).count("/feed") == 3


def test_a_source_that_names_the_seed_of_another_leaves_it_there(
    run: Run, paper: Paper, collection: Collection
) -> None:
    server, _ = paper({"/feed": feed(story(1)), story(1): html()})
    sources.add(collection.config_path, Source("other", (Seed(FEED, Kind.FEED),)))
    run(server)
    (problem,) = run(server, "other").problems
    assert problem == f"{FEED} is a seed of times as well, and crawled with that"
    assert run(server, "other", "times").problems == ()
    assert set(ledger.states(collection.ledger_path)) == {"times"}


# Conditional requests ----------------------------------------------------------------------------


def conditional(server: DemoServer, path: str) -> list[bool]:
    wanted = [one for one in server.requests if one.url == HOME + path[1:]]
    return ["if-none-match" in {name.lower() for name in one.headers} for one in wanted]


def test_what_is_unchanged_is_not_sent_again(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    tagged = {"ETag": '"one"', "Content-Type": "text/html"}
    page = Answer(200, tagged, html().body)
    listing = Answer(200, tagged | {"Content-Type": "text/xml"}, feed(story(1)).body)
    server, answers = paper({"/feed": listing, story(1): page})
    run(server, index=True)
    answers["/feed"] = Answer(304, {"ETag": '"one"'})
    answers[story(1)] = Answer(304, {"ETag": '"one"'})
    later(hours=2)
    summary = run(server, index=True)
    assert (summary.unchanged, summary.failed, summary.problems) == (2, 0, ())
    assert conditional(server, "/feed") == [False, True]
    assert conditional(server, story(1)) == [False, True]
    records = [one for path in collection.warc_files() for one in read_records(path)]
    revisits = [one for one in records if one.type == "revisit"]
    assert {one.url for one in revisits} == {FEED, HOME + story(1)[1:]}
    assert all("not-modified" in one.headers["WARC-Profile"] for one in revisits)
    assert state_of(collection, story(1))[0] == "unchanged"


def test_not_modified_since_never(run: Run, paper: Paper, collection: Collection) -> None:
    server, _ = paper({"/feed": feed(story(1)), story(1): Answer(304)})
    run(server)
    assert state_of(collection, story(1))[::2] == ("failed", 304)


def test_what_was_stored_and_never_read_is_asked_for_whole(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    """A kill has left the second answer in the WARC, and the ledger as it was after the first."""

    def tagged(*paths: str) -> Answer:
        fields = {"ETag": f'"{len(paths)}"', "Content-Type": "text/xml"}
        return Answer(200, fields, feed(*paths).body)

    server, answers = paper({"/feed": tagged(story(1)), story(1): html(), story(2): html()})
    run(server, index=True)
    before = collection.path / "before.db"
    shutil.copy(collection.ledger_path, before)
    answers["/feed"] = tagged(story(1), story(2))
    later(hours=2)
    run(server, index=True)
    before.replace(collection.ledger_path)
    run(server)
    assert conditional(server, "/feed") == [False, True, False]
    assert state_of(collection, story(2))[0] == "captured"


def test_an_answer_that_would_not_do_is_not_asked_for_again(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    listing = Answer(200, {"ETag": '"a"', "Content-Type": "text/xml"}, feed(story(1)).body)
    page = Answer(200, {"ETag": '"b"', "Content-Type": "text/html"}, b"<p>We will be back soon")
    server, answers = paper({"/feed": listing, story(1): html()})
    run(server, index=True)
    answers["/feed"] = page
    later(hours=2)
    assert run(server, index=True).failed == 1
    answers["/feed"] = listing
    later(hours=2)
    assert run(server, index=True).problems == ()
    assert conditional(server, "/feed") == [False, True, False]


# Rechecks ----------------------------------------------------------------------------------------


def test_articles_are_looked_at_again_by_their_age(run: Run, paper: Paper, later: Later) -> None:
    server, _ = paper({"/feed": feed(story(1)), story(1): html(head='<img src="/a.png">')})
    counts = []
    for hours in (0, 0.5, 0.7, 3, 3, 10, 10, 48, 24 * 12, 24 * 30, 24 * 60, 24 * 365):
        later(hours=hours)
        run(server)
        counts.append(asked(server).count(story(1)))
    assert counts == [1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 7]
    assert asked(server).count("/a.png") == 1


def test_a_person_may_have_all_of_them_looked_at(run: Run, paper: Paper) -> None:
    server, _ = paper({"/feed": feed(story(1), story(2)), story(1): html(), story(2): html()})
    run(server)
    assert run(server, recheck=True).articles == 2
    assert asked(server).count("/feed") == 1


# Gone and back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "absent",
    [
        Answer(404),
        Answer(410),
        Answer.redirect("/"),
        Answer.redirect("/feed"),
        Answer.text("<title>404 Not Found</title><h1>Page not found</h1><p>Sorry", "text/html"),
    ],
)
def test_an_article_that_goes_and_comes_back(
    run: Run, paper: Paper, collection: Collection, later: Later, absent: Answer
) -> None:
    server, answers = paper({"/feed": feed(story(1)), story(1): html()})
    run(server)
    answers[story(1)] = absent
    seen = []
    for hours in (2, 7, 25, 49):
        later(hours=hours)
        run(server)
        seen.append(state_of(collection, story(1))[:2])
    assert seen == [("failed", 1), ("failed", 2), ("failed", 3), ("gone", 4)]
    ((since, noticed, returned),) = rows(collection, "since, noticed, returned", "removals")
    assert since < noticed
    assert returned is None
    answers[story(1)] = html()
    later(days=8)
    assert run(server).articles == 1
    assert state_of(collection, story(1))[:2] == ("captured", 0)
    assert rows(collection, "returned", "removals")[0][0] is not None


def test_one_miss_is_none(run: Run, paper: Paper, collection: Collection, later: Later) -> None:
    server, answers = paper({"/feed": feed(story(1)), story(1): html()})
    run(server)
    answers[story(1)] = Answer(404)
    later(hours=2)
    run(server)
    answers[story(1)] = html()
    later(hours=7)
    run(server)
    assert state_of(collection, story(1))[:2] == ("captured", 0)
    assert rows(collection, "id", "removals") == []


def test_what_stands_in_for_an_article_is_quarantined(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    wall = Answer.text(
        "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>", "text/html"
    )
    server, answers = paper({"/feed": feed(story(1)), story(1): wall})
    summary = run(server)
    assert (summary.articles, summary.quarantined) == (0, 1)
    state, _, status, why = state_of(collection, story(1))
    assert (state, status) == ("quarantined", 200)
    assert why.startswith("captcha: ")
    answers[story(1)] = html()
    later(hours=2)
    assert run(server).articles == 1


# Gaps --------------------------------------------------------------------------------------------


def test_a_feed_that_rolled_over_is_a_gap(
    run: Run, paper: Paper, collection: Collection, later: Later, capfd: pytest.CaptureFixture[str]
) -> None:
    told = collection.path / "told.json"
    server, answers = paper({"/feed": feed(story(1), story(2))})
    config = collection.config_path
    config.write_text(f"[crawl]\non_gap = \"tee '{told}'\"\n\n" + config.read_text())
    run(server)
    answers["/feed"] = feed(story(2), story(3))
    later(hours=1)
    assert run(server).gaps == ()
    answers["/feed"] = feed(story(4), story(5))
    later(hours=1)
    summary = run(server)
    assert (summary.exit_code, len(summary.gaps)) == (10, 1)
    assert "gap in times since" in capfd.readouterr().err
    assert json.loads(told.read_text())["kind"] == "no item in common"
    ((source, kind, until),) = rows(collection, "source, kind, until", "gaps")
    assert (source, kind, until is None) == ("times", "no item in common", False)
    assert json.loads(Path(summary.log).read_text().splitlines()[-1])["gaps"][0]["url"] == FEED
    later(hours=23)
    assert examine(collection).exit_code == 10
    later(hours=2)
    health = examine(collection)
    assert (health.exit_code, len(health.gaps)) == (0, 1)


def test_a_source_that_falls_silent_and_speaks_again(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    items: list[str] = []
    server, answers = paper(
        {"/feed": lambda: feed(*items[-5:])},
        source=Source("times", (Seed(FEED, Kind.FEED),), recheck=()),
    )
    for number in range(40):
        items.append(story(number))
        answers[story(number)] = html()
        assert run(server, "times").gaps == ()
        later(hours=5)
    noticed = []
    for _ in range(24):
        noticed += run(server, "times").gaps
        later(hours=5)
    (gap,) = noticed
    assert (gap.kind, gap.until) == ("silent", None)
    later(days=3)
    assert examine(collection).exit_code == 10
    items.append(story(99))
    answers[story(99)] = html()
    assert run(server, "times").exit_code == 0
    assert rows(collection, "until", "gaps")[0][0] is not None


def test_a_source_that_is_not_followed_any_more_has_no_gap(
    run: Run, paper: Paper, collection: Collection
) -> None:
    server, _ = paper({"/feed": feed(story(1))})
    now = timestamp.now()
    with closing(ledger.Ledger(collection.ledger_path)) as books:
        for name in ("times", "removed"):
            books.gaps.add(Gap(name, SILENT, now, now, None, "nothing new"))
        books.commit(lambda: None)
    run(server)
    assert rows(collection, "source, until IS NULL", "gaps") == [("times", 1), ("removed", 0)]


# Twins -------------------------------------------------------------------------------------------


def test_the_url_that_a_page_claims_is_the_one_that_is_followed(
    run: Run, paper: Paper, collection: Collection, later: Later
) -> None:
    twin, own = "/2024/10/23/the-story-of-the-day-a1?ref=feed", "/kursk"
    page = html(head=f'<link rel="canonical" href="{own}">')
    server, _ = paper({"/feed": feed(twin), twin: page, own: page})
    run(server)
    later(hours=2)
    run(server)
    assert (asked(server).count(twin), asked(server).count(own)) == (1, 2)
    claimed = dict(rows(collection, "url, canonical"))
    assert claimed[HOME + twin[1:]] == HOME + own[1:]
    assert claimed[HOME + own[1:]] is None


def test_two_pages_that_each_claim_to_be_the_other(run: Run, paper: Paper, later: Later) -> None:
    one = html(head=f'<link rel="canonical" href="{story(2)}">')
    two = html(head=f'<link rel="canonical" href="{story(1)}">')
    server, _ = paper({"/feed": feed(story(1)), story(1): one, story(2): two})
    run(server)
    later(hours=2)
    run(server)
    assert asked(server).count(story(1)) + asked(server).count(story(2)) == 3


def test_the_url_as_it_was_found_is_kept(run: Run, paper: Paper, collection: Collection) -> None:
    server, _ = paper({"/feed": feed(story(1) + "?utm_source=rss"), story(1): html()})
    run(server)
    found = dict(rows(collection, "url, found"))
    assert found[HOME + story(1)[1:]] == HOME + story(1)[1:] + "?utm_source=rss"


# Backfill ----------------------------------------------------------------------------------------


def test_since(run: Run, paper: Paper, collection: Collection) -> None:
    index = "".join(
        f"<sitemap><loc>{HOME}sitemap-{year}.xml</loc></sitemap>" for year in (2021, 2022, 2024)
    )
    source = Source("times", (Seed(HOME + "sitemap.xml", Kind.SITEMAP),))
    server, _ = paper(
        {
            "/sitemap.xml": Answer.text(f"<sitemapindex>{index}</sitemapindex>", "text/xml"),
            "/sitemap-2021.xml": sitemap(**{"of-the-year-2021": "2021-03-01"}),
            "/sitemap-2022.xml": sitemap(**{"of-the-year-2022": "2022-03-01"}),
            "/sitemap-2024.xml": sitemap(may="2024-05-01", june="2024-06-01"),
            **dict.fromkeys(["/may", "/june", "/of-the-year-2022", "/of-the-year-2021"], html()),
        },
        source=source,
    )
    config = collection.config_path
    config.write_text(config.read_text() + 'backfill = "2024-05-15"\n')
    assert run(server).articles == 1
    assert {"/june", "/sitemap-2024.xml"} < set(asked(server))
    assert not {"/may", "/sitemap-2022.xml"} & set(asked(server))
    assert state_of(collection, "/may")[::3] == ("out of scope", "before the backfill window")
    summary = run(server, "times", since=timestamp.parse("2022-01-01"))
    assert summary.articles == 2
    assert "/sitemap-2021.xml" not in asked(server)
    assert asked(server).count("/sitemap-2024.xml") == 1


def test_from_now_on(run: Run, paper: Paper, collection: Collection, later: Later) -> None:
    server, answers = paper({"/feed": feed(story(1), story(2))})
    config = collection.config_path
    config.write_text(config.read_text() + 'backfill = "none"\n')
    for number in range(4):
        answers[f"/a-new-story-of-ours-{number}"] = html()
    answers["/feed"] = feed(story(1), "/a-new-story-of-ours-1")
    assert run(server).articles == 0
    answers["/feed"] = feed("/a-new-story-of-ours-2", "/a-new-story-of-ours-1")
    later(hours=1)
    assert run(server).articles == 1
    assert asked(server)[-1] == "/a-new-story-of-ours-2"
