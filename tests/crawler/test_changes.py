"""Sources that are changed while they are followed: nothing is forgotten, nothing left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from archive.collection import Collection
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary
from tests.crawler.pages import asked, html

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]
Later = Callable[..., None]

HOME = "http://news.example/"


def story(number: int) -> str:
    return f"/2024/10/23/a-story-of-some-length-a{number}"


def feed(*urls: str) -> Answer:
    items = "".join(f"<item><link>{url}</link></item>" for url in urls)
    text = f"<rss><channel>{items}</channel></rss>"
    return Answer(200, {"Content-Type": "text/xml", "ETag": f'"{hash(text)}"'}, text.encode())


def ours(*numbers: int) -> Answer:
    return feed(*(HOME[:-1] + story(number) for number in numbers))


def source(name: str, **keys: Any) -> str:
    lines = "".join(f"{key} = {value!r}\n" for key, value in keys.items())
    return f'[[source]]\nname = "{name}"\n{lines}\n'


def of(collection: Collection, column: str) -> dict[str, Any]:
    with closing(sqlite3.connect(collection.ledger_path)) as db:
        return dict(db.execute(f"SELECT url, {column} FROM urls").fetchall())


def test_a_source_with_a_new_name_keeps_its_memory(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    answers = {"/feed": ours(1), story(1): html(), story(2): html()}
    server = serve(answers)
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"]))
    run(server)
    collection.config_path.write_text(source("moscowtimes", feeds=[HOME + "feed"]))
    answers["/feed"] = ours(1, 2)
    later(minutes=5)
    assert run(server).reason == "nothing due"
    later(hours=2)
    assert run(server).articles == 2  # the new one, and the old one is an hour old
    assert set(of(collection, "source").values()) == {"moscowtimes"}


def test_what_waited_for_a_source_that_is_gone_is_taken_by_another(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    server = serve({"/a": ours(1, 2), "/b": ours(2), story(1): html(), story(2): html()})
    collection.config_path.write_text(source("a", feeds=[HOME + "a"]))
    run(server, limit=1)
    collection.config_path.write_text(source("b", feeds=[HOME + "b"]))
    later(hours=1)
    run(server)
    assert of(collection, "state")[HOME[:-1] + story(2)] == "captured"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"allow": ["/sport/"]}, {}),
        ({"deny": ["story"]}, {"deny": ["/sport/"]}),
        ({}, {"hosts": ["other.example"]}),
    ],
)
def test_a_listing_is_read_again_when_other_urls_are_wanted(
    run: Run,
    serve: Serve,
    collection: Collection,
    later: Later,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """Though it has not changed, and its site says so."""
    where = "http://other.example" if after.get("hosts") else HOME[:-1]
    server = serve({"/feed": feed(where + story(1)), story(1): html()}, "other.example")
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"], **before))
    assert run(server, index=True).articles == 0
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"], **after))
    later(minutes=1)
    assert run(server, index=True).articles == 1
    later(minutes=1)
    assert run(server).reason == "nothing due"


def test_a_page_that_is_made_a_section_is_read_as_one(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    section = "/2024/10/23/all-of-our-opinions-o1"
    server = serve({"/feed": feed(HOME[:-1] + section), section: html(story(1)), story(1): html()})
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"]))
    run(server)
    assert story(1) not in asked(server)
    collection.config_path.write_text(
        source("times", feeds=[HOME + "feed"], sections=[HOME[:-1] + section])
    )
    later(minutes=1)
    assert run(server).articles == 1
    later(minutes=1)
    assert run(server).reason == "nothing due"


def test_a_url_that_is_two_seeds_is_one(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    server = serve({"/": html(story(1)), story(1): html()})
    collection.config_path.write_text(source("times", url=HOME, sections=[HOME]))
    run(server)
    assert of(collection, "kind")[HOME] == "home"
    later(minutes=1)
    assert run(server).reason == "nothing due"


def test_a_source_that_has_moved_is_at_home_where_it_is_now(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    there = "http://moved.example"
    answers: dict[str, Answer] = {
        "//news.example/feed": Answer.redirect(there + "/feed"),
        "//moved.example/feed": feed(there + story(1)),
        story(1): html(),
        story(2): html(),
    }
    server = serve(answers, "moved.example")
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"]))
    assert run(server).articles == 1
    later(minutes=20)
    run(server)
    answers["//moved.example/feed"] = feed(there + story(1), there + story(2))
    server.requests.clear()
    later(minutes=40)
    assert run(server).articles >= 1
    assert story(2) in asked(server)
    assert {HOME + "feed"}.isdisjoint(request.url for request in server.requests)


def test_two_sources_share_a_sitemap_and_each_takes_its_part(
    run: Run, serve: Serve, collection: Collection
) -> None:
    sport, politics = "/sport/a-story-of-some-length", "/politics/a-story-of-some-length"
    urls = "".join(f"<url><loc>{HOME[:-1]}{path}</loc></url>" for path in (sport, politics))
    sitemap = Answer.text(f"<urlset>{urls}</urlset>", "text/xml")
    server = serve({"/sitemap.xml": sitemap, sport: html(), politics: html()})
    collection.config_path.write_text(
        source("sport", sitemaps=[HOME + "sitemap.xml"], allow=["^/sport/"])
        + source("politics", sitemaps=[HOME + "sitemap.xml"], allow=["^/politics/"])
    )
    assert run(server, "sport").articles == 1
    assert run(server).articles == 1
    assert of(collection, "source") == {
        HOME + "sitemap.xml": "sport",
        HOME[:-1] + sport: "sport",
        HOME[:-1] + politics: "politics",
    }


def test_what_a_fault_of_our_own_has_spoilt_comes_again(
    run: Run, serve: Serve, collection: Collection, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    server = serve({"/feed": ours(1), story(1): html()})
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"]))
    with monkeypatch.context() as patch:
        patch.setattr("crawler.reader.page_requisites", broken)
        assert run(server).failed == 1
    later(minutes=16)
    assert run(server).articles == 1


def test_a_list_that_a_link_took_for_an_article_is_none(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    said = '{"@type": "CollectionPage"}'
    lists = html(head=f'<script type="application/ld+json">{said}</script>')
    server = serve({"/": html(story(1)), "/feed": ours(2), story(1): lists, story(2): lists})
    collection.config_path.write_text(source("times", url=HOME, feeds=[HOME + "feed"]))
    assert run(server).articles == 1
    kinds = of(collection, "kind")
    assert kinds[HOME[:-1] + story(1)] == "page"
    assert kinds[HOME[:-1] + story(2)] == "article"  # its feed says so
    later(days=2)
    run(server)
    assert (asked(server).count(story(1)), asked(server).count(story(2))) == (1, 2)


def test_a_feed_that_redirects_to_another_place_each_time(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    """As some do that count who reads them, or send a token along."""
    answers: dict[str, Answer] = {}
    server = serve(answers)
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"], recheck=[]))
    for number in range(6):
        answers["/feed"] = Answer.redirect(f"/feed?token={number}")
        answers[f"/feed?token={number}"] = ours(number, number + 1)
        answers[story(number)] = answers[story(number + 1)] = html()
        assert run(server).articles == (1 if number else 2)
        later(minutes=16)
    tokens = [path for path in asked(server) if path.startswith("/feed?token=")]
    assert tokens == [f"/feed?token={number}" for number in range(6)]
    later(days=30)
    run(server)
    assert asked(server)[-2:] == ["/feed", "/feed?token=5"]


def test_an_article_that_is_elsewhere_for_now_is_asked_for_again(
    run: Run, serve: Serve, collection: Collection, later: Later
) -> None:
    answers = {"/feed": ours(1), story(1): Answer.redirect("/consent", 302), "/consent": html()}
    server = serve(answers)
    collection.config_path.write_text(source("times", feeds=[HOME + "feed"]))
    run(server)
    assert of(collection, "last_status")[HOME[:-1] + story(1)] == 302
    answers[story(1)] = html()
    later(hours=1)
    run(server)
    assert of(collection, "last_status")[HOME[:-1] + story(1)] == 200
