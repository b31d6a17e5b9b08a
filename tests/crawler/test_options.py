from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from archive.collection import Collection
from archive.errors import UsageError
from archive.warc.reader import read_records
from crawler.demo.answer import Answer
from crawler.demo.server import DemoServer
from crawler.model import Kind
from crawler.options import Options, scrapy_settings, width
from crawler.run import CrawlSummary
from crawler.sources import Configuration, Seed, Source, home_source
from tests.crawler.pages import html


def settings(*sources: Source, options: Options | None = None, **crawl: Any) -> Settings:
    return scrapy_settings(Path("news"), Configuration(**crawl), sources, options or Options())


def source(host: str, **values: Any) -> Source:
    return Source(host, (Seed(f"https://{host}/", Kind.HOME),), **values)


def test_options_go_before_sources() -> None:
    slow = source("e.org", delay=9.0, depth=3, robots="ignore")
    applied = Options(delay=0.0, depth=1, robots="obey").applied(slow)
    assert (applied.delay, applied.depth, applied.robots) == (0.0, 1, "obey")
    assert Options().applied(slow) == slow


def test_a_connect_to_that_is_none() -> None:
    with pytest.raises(UsageError, match="HOST:PORT:ADDR:PORT"):
        Options(connect_to=("x",))


def test_connections_of_all_kinds() -> None:
    made = settings(
        source("e.org", connect_to=("c::127.0.0.1:3",)),
        options=Options(connect_to=("a::127.0.0.1:1",)),
        connect_to=("b::127.0.0.1:2",),
    )
    assert made.getlist("NEWSWARC_CONNECT_TO") == [
        "a::127.0.0.1:1",
        "b::127.0.0.1:2",
        "c::127.0.0.1:3",
    ]


def test_a_pace_holds_with_and_without_www() -> None:
    slots = settings(source("www.e.org", delay=5.0)).getdict("DOWNLOAD_SLOTS")
    assert slots == {"www.e.org": {"delay": 5.0}, "e.org": {"delay": 5.0}}


def test_sources_that_share_a_host_are_as_patient_as_the_most_patient() -> None:
    made = settings(
        source("e.org", delay=5.0, concurrency=4),
        Source("b", (Seed("https://e.org/b", Kind.SECTION),), delay=2.0, concurrency=2),
    )
    assert made.getdict("DOWNLOAD_SLOTS")["e.org"] == {"delay": 5.0, "concurrency": 2}
    assert width(made)("e.org") == 2
    assert width(made)("other.org") == 1


def test_who_we_are() -> None:
    assert "newswarc/" in settings(source("e.org"))["USER_AGENT"]
    assert "mailto:a@e.org" in settings(source("e.org"), contact="mailto:a@e.org")["USER_AGENT"]
    assert settings(source("e.org"), user_agent="me/1")["USER_AGENT"] == "me/1"


def test_a_source_has_a_user_agent_of_its_own(
    run: Callable[..., CrawlSummary],
    serve: Callable[..., DemoServer],
    collection: Collection,
) -> None:
    """On the wire, in the WARC, and before robots.txt, which is asked for under that name."""
    collection.config_path.write_text(
        "[crawl]\ncontact = 'us@e.org'\n"
        "[[source]]\nname = 'a'\nurl = 'http://news.example/'\n"
        "user_agent = 'friend/1 (hello)'\nlanguage = 'ru'\nrequisites = 'none'\n"
        "[[source]]\nname = 'b'\nurl = 'http://other.example/'\nrequisites = 'none'\n"
    )
    rules = Answer.text("User-agent: friend\nDisallow: /2024/10/23/two\n", "text/plain")
    one, two = "/2024/10/23/one-a1001", "/2024/10/23/two-a1002"
    server = serve(
        {"/robots.txt": rules, "/": html(one, two), one: html(), two: html()}, "other.example"
    )
    run(server)
    seen = {request.url: request.headers for request in server.requests}
    for path in ("/robots.txt", "/", one):
        assert seen[f"http://news.example{path}"]["user-agent"] == "friend/1 (hello)"
    assert seen[f"http://news.example{one}"]["accept-language"] == "ru,*;q=0.5"
    assert f"http://news.example{two}" not in seen
    assert "us@e.org" in seen[f"http://other.example{two}"]["user-agent"]
    assert seen[f"http://other.example{two}"]["accept-language"] == "en,*;q=0.5"
    stored = {
        record.url: record.head
        for path in collection.warc_files()
        for record in read_records(path)
        if record.type == "request"
    }
    assert b"User-Agent: friend/1 (hello)\r\n" in stored[f"http://news.example{one}"]


def test_no_delay_means_no_throttle() -> None:
    made = settings(source("e.org"), options=Options(delay=0.0, concurrency=8))
    assert made.getfloat("DOWNLOAD_DELAY") == 0
    assert not made.getbool("NEWSWARC_THROTTLE")
    assert width(made)("any.org") == 8
    assert settings(source("e.org")).getbool("NEWSWARC_THROTTLE")


def test_what_the_warc_files_say_of_robots() -> None:
    assert settings(source("e.org")).getbool("ROBOTSTXT_OBEY")
    assert not settings(source("e.org", robots="ignore")).getbool("ROBOTSTXT_OBEY")


def test_settings_of_the_caller_go_before_everything() -> None:
    made = settings(home_source("https://e.org/"), options=Options(settings={"USER_AGENT": "x"}))
    assert made["USER_AGENT"] == "x"
