from __future__ import annotations

from datetime import date

import pytest

from crawler.traps import Traps, shape

HOME = "https://example.org"
TODAY = date(2024, 10, 23)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("/", "/"),
        ("/news", "/W"),
        ("/opinion", "/W"),
        ("/2024/10/23/a-slug-of-words-a86785", "/N/N/N/S"),
        ("/politics/271205", "/politics/S"),
        ("/politics/page/12", "/politics/page/N"),
        ("/article/5f3e9c2ab14d4e00", "/article/H"),
        ("/s/0123456789abcdef0123/news", "/s/H/W"),
        ("/Events//2031/05/", "/events/N/N"),
        ("/list?sort=up&page=3&page=4", "/W?page&sort"),
        ("/list?" + "x" * 1000 + "=1", "/W?" + "x" * 20),
    ],
)
def test_shapes(resource: str, expected: str) -> None:
    path, _, query = resource.partition("?")
    assert shape(path, query) == expected


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ("/2024/10/23/slug", None),
        ("/2024/12/31/slug", None),
        ("/2024/11", None),
        ("/1995/05/", None),
        ("/1871/05/18/the-commune", None),
        ("/news/2712/", None),
        ("/news/20991231", None),
        ("/list?start=1980", None),
        ("/list?date=2024-10-01", None),
        ("/2031/05/12/slug", "trap: a date far ahead"),
        ("/calendar/2031-05", "trap: a date far ahead"),
        ("/2025/01/", "trap: a date far ahead"),
        ("/events?month=2031-5", "trap: a date far ahead"),
        ("/events?x=1&tribe-bar-date=2031-05-01", "trap: a date far ahead"),
        ("/events?date=20310501", "trap: a date far ahead"),
        ("/events?year=2031", "trap: a date far ahead"),
        ("/calendar/1901/05", "trap: a date far back"),
        ("/events?from=1901-05-01", "trap: a date far back"),
    ],
)
def test_calendars(resource: str, why: str | None) -> None:
    assert Traps(today=TODAY).refuses(HOME + resource, "L") == why


def test_a_calendar_without_end_ends() -> None:
    traps = Traps(today=TODAY)
    months = [f"{HOME}/archive/{y}/{m}/{d}" for y in range(1990, 2024) for m in range(1, 13)
              for d in range(1, 29)]  # fmt: skip
    assert sum(traps.refuses(url, "L") is None for url in months) == 200
    assert traps.counts == {"trap: endless /archive/N/N/N": len(months) - 200}


@pytest.mark.parametrize(
    ("template", "taken"),
    [
        ("/list?filter={}", 30),
        ("/s/0123456789abcdef{:04}/news", 30),
        ("/{}/{}", 30),
        ("/2024/10/23/a-story-of-many-words-{:05}", 60),
        ("/article/0123456789abcdef{:04}", 60),
    ],
)
def test_one_shape_has_its_limit(template: str, taken: int) -> None:
    traps = Traps(limit=30, articles=60, today=TODAY)
    answers = [traps.refuses(HOME + template.format(n, n), "L") for n in range(1, 101)]
    assert answers.count(None) == taken
    assert sum(traps.counts.values()) == 100 - taken


def test_the_same_link_on_every_page_counts_once() -> None:
    traps = Traps(limit=2)
    assert [traps.refuses(HOME + "/list?page=1", "L") for _ in range(9)] == [None] * 9
    traps.refuses(HOME + "/list?page=2", "L")
    assert [traps.refuses(HOME + "/list?page=3", "L") for _ in range(9)].count(None) == 0
    assert sum(traps.counts.values()) == 1
    assert traps.refuses(HOME + "/list?page=3", "M") is None


def test_shapes_without_end_are_one_shape() -> None:
    traps = Traps(limit=30, today=TODAY)
    words = [a + b + c for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyzabcdefghij"]
    answers = [traps.refuses(f"{HOME}/{word}/x", "L") for word in words]
    assert answers.count(None) == 1_000 + 30
    assert set(traps.counts) == {"trap: endless /…"}


@pytest.mark.parametrize("letter", ["L", "M", "R"])
@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ("/a/b/a/b/a/b/2024/10/23/slug", "trap: a path that repeats itself"),
        ("/1/2/3/4/5/6/7/8/9/10/11/12/13", "trap: too many path segments"),
        ("/x?a=1&b=2&c=3&d=4&e=5&f=6&g=7", "trap: too many parameters"),
        ("/" + "x" * 1000, "trap: too long"),
    ],
)
def test_what_has_outgrown_every_page(resource: str, why: str, letter: str) -> None:
    traps = Traps()
    assert traps.refuses(HOME + resource, letter) == why
    assert traps.counts == {why: 1}


def test_a_report_for_people() -> None:
    traps = Traps(limit=5, today=TODAY)
    for number in range(2_000):
        traps.refuses(f"{HOME}/list?page={number}", "L")
    traps.refuses(HOME + "/2031/05/12/slug", "L")
    assert traps.report() == [
        "1,995 URLs left alone (endless /W?page)",
        "1 URLs left alone (a date far ahead)",
    ]
    for number in range(60):
        traps.refuses(f"{HOME}/{'abcdef'[number % 6] * 3}/{number}/x", "L")
    assert traps.report()[-1] == "11 URLs left alone in smaller traps"
