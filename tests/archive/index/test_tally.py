"""Counts and facets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from archive.errors import UsageError
from archive.index import tally as counting
from archive.index.query import parse
from archive.index.tally import FACETS, facets, tally
from archive.model import Author


@pytest.fixture
def press(shelf: Any) -> Any:
    """Five articles of three hosts; the word "navy" stands only in a version of old."""
    for number, host in enumerate(
        ("a.example", "a.example", "b.example", "a.example", "c.example")
    ):
        shelf.put(
            f"https://www.{host}/{number}",
            f"Ferry {number}",
            "The navy has it." if number == 2 else "All is well.",
            authors=(Author("A. Yolkina"), Author(f"Writer {number % 2}")),
            published=datetime(2024, 8 + number % 2, 1, 23, 30, tzinfo=UTC),
            section="world" if number else None,
            language="en",
            at="20241023081500",
        )
    shelf.put(
        "https://www.b.example/2",
        "Ferry 2",
        "The fleet has it.",
        language="en",
        section="world",
        published=datetime(2024, 8, 1, 23, 30, tzinfo=UTC),
        authors=(Author("A. Yolkina"), Author("Writer 0")),
        at="20241101081500",
    )
    return shelf


@pytest.mark.parametrize(
    ("query", "by", "counts"),
    [
        ("ferry", "month", [("2024-08", 3), ("2024-09", 2)]),
        ("ferry", "year", [("2024", 5)]),
        ("ferry", "day", [("2024-08-01", 3), ("2024-09-01", 2)]),
        ("ferry", "site", [("a.example", 3), ("b.example", 1), ("c.example", 1)]),
        ("ferry", "lang", [("en", 5)]),
        ("ferry", "section", [("world", 4), ("", 1)]),
        ("ferry", "author", [("A. Yolkina", 5), ("Writer 0", 3), ("Writer 1", 2)]),
        ("ferry site:a.example", "site", [("a.example", 3)]),
        ("navy", "site", [("b.example", 1)]),
        ("submarine", "month", []),
        ("", "year", [("2024", 5)]),
    ],
)
def test_counts(press: Any, query: str, by: Any, counts: list[tuple[str, int]]) -> None:
    with press.reader.reading() as db:
        assert tally(db, parse(query), by) == counts


@pytest.mark.parametrize(
    "query", ["ferry", "navy", "fleet", "site:a.example", "", "nothing", "-navy x"]
)
def test_facets_are_the_most_frequent_of_the_counts(press: Any, query: str) -> None:
    with press.reader.reading() as db:
        found = facets(db, parse(query))
        for by in FACETS:
            counted = [count for count in tally(db, parse(query), by) if count.value]
            assert found[by] == counted, by


def test_facets_of_then(press: Any) -> None:
    with press.reader.reading() as db:
        then = datetime(2024, 10, 25, tzinfo=UTC)
        assert facets(db, parse("fleet"), at=then)["site"] == []
        assert facets(db, parse("navy"), at=then)["site"] == [("b.example", 1)]


def test_of_many_matches_the_newest_make_the_facets(
    press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FACETED", 2)
    with press.reader.reading() as db:
        assert facets(db, parse("ferry"))["month"] == [("2024-09", 2)]


def test_what_cannot_be_counted(press: Any) -> None:
    with press.reader.reading() as db:
        with pytest.raises(UsageError, match="count by year, month, day, site"):
            tally(db, parse("ferry"), "size")  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="nothing to search for"):
            facets(db, parse("!!!"))
