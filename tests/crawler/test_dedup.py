"""Whole crawls that meet the same payloads again: within one, and from one to the next."""

from __future__ import annotations

import random
from collections.abc import Callable

from archive.collection import Collection
from archive.ingest import ingest
from archive.replay.response import memento
from archive.warc.reader import Record, read_records
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary

Run = Callable[..., CrawlSummary]
Serve = Callable[..., DemoServer]

HOME = "http://news.example/"
ONE = "/2024/10/23/one-a1001"
TWO = "/2024/10/22/two-a1002"
LOGO = Answer(200, {"Content-Type": "image/png"}, b"\x89PNG" + random.Random(1).randbytes(2000))
#: More than the smallest payload that is worth a revisit, also in gzip.
WORDS = [f"{number:x}" for number in random.Random(2).choices(range(1_000_000), k=400)]


def article(image: str) -> Answer:
    page = f"<!doctype html><meta name=robots content=noai><img src={image}><p>{' '.join(WORDS)}"
    return Answer.text(page, "text/html", X_Robots_Tag="noarchive")


SITE = {ONE: article("/one.png"), TWO: article("/two.png"), "/one.png": LOGO, "/two.png": LOGO}


def records(collection: Collection, *types: str) -> list[Record]:
    return [
        record
        for path in collection.warc_files()
        for record in read_records(path)
        if record.type in types and "robots.txt" not in record.url
    ]


def test_one_crawl_stores_a_payload_once(serve: Serve, run: Run, collection: Collection) -> None:
    server = serve(SITE)
    run(server, f"{HOME}{ONE[1:]}", f"{HOME}{TWO[1:]}")
    images = [one for one in records(collection, "response", "revisit") if "png" in one.url]
    assert [record.type for record in images] == ["response", "revisit"]
    ingest(collection, workers=0)
    shown = [collection.captures(record.url)[0] for record in images]
    assert [memento(capture, collection.record(capture)).body for capture in shown] == [
        LOGO.body,
        LOGO.body,
    ]


def test_next_crawl_refers_to_the_one_before(
    serve: Serve, run: Run, collection: Collection
) -> None:
    server = serve(SITE, validators=False)
    run(server, f"{HOME}{ONE[1:]}")
    ingest(collection, workers=0)
    run(server, f"{HOME}{ONE[1:]}", settings={"NEWSWARC_REQUISITE_DAYS": 0})
    ingest(collection, workers=0)
    files = collection.warc_files()
    assert len(files) == 2
    captures = collection.captures(f"{HOME}{ONE[1:]}")
    assert [capture.record_type for capture in captures] == ["response", "revisit"]
    assert captures[0].location.file == files[0].name
    assert captures[1].location.file == files[1].name
    first, last = (collection.record(capture) for capture in captures)
    assert first.body() == last.body()


def test_not_modified_shows_what_was_captured_before(
    serve: Serve, run: Run, collection: Collection
) -> None:
    server = serve(SITE)
    run(server, f"{HOME}{ONE[1:]}")
    ingest(collection, workers=0)
    url = f"{HOME}{ONE[1:]}"
    first = collection.record(collection.captures(url)[0])
    conditional = {"DEFAULT_REQUEST_HEADERS": {"If-None-Match": first.header("ETag")}}
    run(server, url, settings=conditional)
    ingest(collection, workers=0)
    capture = collection.captures(url)[-1]
    assert (capture.record_type, capture.status) == ("revisit", 304)
    assert memento(capture, collection.record(capture)).body == memento(capture, first).body


def test_dedup_can_be_switched_off(serve: Serve, run: Run, collection: Collection) -> None:
    run(serve(SITE), f"{HOME}{ONE[1:]}", f"{HOME}{TWO[1:]}", settings={"NEWSWARC_DEDUP": False})
    assert records(collection, "revisit") == []


def test_files_say_whose_crawl_they_are_of(serve: Serve, run: Run, collection: Collection) -> None:
    with collection.config_path.open("a") as config:
        config.write('[crawl]\ncontact = "desk@newsroom.example"\n')
    run(serve(SITE), f"{HOME}{ONE[1:]}")
    run(serve(SITE), f"{HOME}{TWO[1:]}")
    infos = [record.payload.decode() for record in records(collection, "warcinfo")]
    assert len(infos) == 2
    for info in infos:
        assert "\noperator: desk@newsroom.example\r\n" in info
        assert "\ndescription: a crawl of news.example\r\n" in info
        assert "isPartOf: news/20" in info
    ingest(collection, workers=0)
    names = [crawl["name"] for crawl in collection.status()["crawls"]]
    assert all(name.startswith("news/20") for name in names)


def test_metadata_says_how_a_page_was_found_and_what_it_asks_of_archives(
    serve: Serve, run: Run, collection: Collection
) -> None:
    run(serve(SITE), f"{HOME}{ONE[1:]}")
    notes = {record.url: record.payload for record in records(collection, "metadata")}
    page = notes[f"{HOME}{ONE[1:]}"]
    assert b"source: news.example\r\n" in page
    assert b"x-robots-tag: noarchive\r\n" in page
    assert b"meta-robots: noai\r\n" in page
    image = notes[f"{HOME}one.png"]
    assert b"hopsFromSeed: E\r\n" in image
    assert b"via: http://news.example/2024/10/23/one-a1001\r\n" in image
