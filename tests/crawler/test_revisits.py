from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from archive.collection import Collection
from crawler.demo.server import DemoServer
from crawler.run import CrawlSummary
from tests.crawler.pages import html


def test_an_old_article_in_a_sidebar_is_no_news(
    run: Callable[..., CrawlSummary],
    serve: Callable[..., DemoServer],
    collection: Collection,
    later: Callable[..., None],
) -> None:
    articles = [f"/2024/10/23/slug-{number}" for number in range(7)]
    front = [articles[:6], articles[:2], articles[2:4], [articles[6], *articles[4:6]]]
    pages = {article: html() for article in articles}
    server = serve(pages | {"/": lambda: html(*front.pop(0))})

    for _ in range(4):
        run(server, "http://news.example/")
        later(hours=1)

    with closing(sqlite3.connect(collection.ledger_path)) as ledger:
        new = [number for (number,) in ledger.execute("SELECT new FROM polls ORDER BY id")]
    assert new[1:] == [0, 0, 1]
