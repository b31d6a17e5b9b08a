from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.discovery import span

CHANGED = datetime(2024, 10, 23, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [
        ("2024-9.xml", "2024-09-01", "2024-09-30"),
        ("2024-10.xml", "2024-10-01", "2024-10-31"),
        ("sitemap-2024-10.xml.gz", "2024-10-01", "2024-10-31"),
        ("sitemap-2024-02.xml", "2024-02-01", "2024-02-29"),
        ("sitemap_2024_10_23.xml", "2024-10-23", "2024-10-23"),
        ("sitemap-20241023.xml", "2024-10-23", "2024-10-23"),
        ("sitemap-202410.xml", "2024-10-01", "2024-10-31"),
        ("sitemap-2024.xml", "2024-01-01", "2024-12-31"),
        ("news/2024/sitemap.xml", "2024-01-01", "2024-12-31"),
        ("2024/10/23/sitemap.xml", "2024-10-23", "2024-10-23"),
        ("sitemap.xml/2024/10", "2024-10-01", "2024-10-31"),
        ("sitemap-2024-q3.xml", "2024-07-01", "2024-09-30"),
        ("sitemap-2024Q4.xml", "2024-10-01", "2024-12-31"),
        ("sitemap-2024-W43.xml", "2024-10-21", "2024-10-27"),
        ("sitemap-2024-October.xml", "2024-10-01", "2024-10-31"),
        ("sitemap-oct-2024-1.xml", "2024-10-01", "2024-10-31"),
        ("map-20240901-20240930.xml", "2024-09-01", "2024-09-30"),
        ("map_2024-09-01_2024-09-30.xml", "2024-09-01", "2024-09-30"),
        ("map.php?date_start=20240901&date_end=20240930", "2024-09-01", "2024-09-30"),
        ("map?from=2024-09-01&to=2024-10-15", "2024-09-01", "2024-10-15"),
        ("map?date=2024-09", "2024-09-01", "2024-09-30"),
        ("map?yyyy=2024&mm=9&dd=3", "2024-09-03", "2024-09-03"),
        ("map?year=2024&month=12", "2024-12-01", "2024-12-31"),
        ("map?year=2023", "2023-01-01", "2023-12-31"),
        ("map-2019.php?date=2024-09-02", "2024-09-02", "2024-09-02"),
        ("map?date=2024%2D09%2D02", "2024-09-02", "2024-09-02"),
    ],
)
def test_what_a_name_says(part: str, first: str, last: str) -> None:
    expected = date.fromisoformat(first), date.fromisoformat(last)
    assert span("https://static.example.org/sitemap/" + part) == expected
    # A part of a past year that is written anew each night holds nothing new.
    assert span("https://static.example.org/sitemap/" + part, CHANGED) == expected


@pytest.mark.parametrize(
    "part",
    [
        "post-sitemap37.xml",
        "post-sitemap2024.xml",
        "sitemap_news0.xml",
        "sitemap-1.xml",
        "sitemap-20249999.xml",
        "sitemap-1812-05.xml",
        "sitemap-2024a.xml",
        "map?page=12",
        "map?id=120241023",
        "map?mm=10",
        "",
        "%",
        "x" * 100_000,
    ],
)
def test_a_name_that_says_nothing(part: str) -> None:
    assert span("https://example.org/" + part) is None
    assert span("https://example.org/" + part, CHANGED) == (date.min, date(2024, 10, 24))


def test_the_end_of_time() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert span("https://[broken/2024-10.xml", last) == (date.min, date.max)
