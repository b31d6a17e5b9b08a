"""What the crawler tells the web page of the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import Collection
from archive.desk import Report, Room, SourceState
from crawler.commands.replay import command
from crawler.desk import LedgerDesk


def test_a_collection_that_was_never_crawled_has_little_to_tell(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "news")
    with collection.config_path.open("a") as config:
        config.write('[[source]]\nname = "paper"\nurl = "https://www.paper.example/"\n')
    desk = LedgerDesk(collection)
    report = desk.report()
    assert [(source.name, source.hosts) for source in report.sources] == [
        ("paper", ("paper.example",))
    ]
    assert (report.runs, report.gaps, desk.gaps("paper")) == ([], [], [])
    assert desk.report() is report


def test_the_command_of_the_crawler_has_a_desk(tmp_path: Path) -> None:
    assert command.name == "replay"
    assert command.desk is not None
    desk = command.desk(Collection.create(tmp_path / "news"))
    assert desk.report().sources == []
    assert desk.gaps("paper") == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [("paper", "paper"), ("news.paper.example", "paper"), ("post.example", "post"), ("x", None)],
)
def test_a_source_is_found_by_name_or_host(asked: str, found: str | None) -> None:
    def state(name: str, *hosts: str) -> SourceState:
        return SourceState(name, hosts, True, {}, 0, 0, 0, None, False)

    sources = [state("paper", "paper.example"), state("post", "post.example")]
    report = Report("20241023120000", [], sources, [], [], [], Room(0, 0, None))
    source = report.source(asked)
    assert (source and source.name) == found
