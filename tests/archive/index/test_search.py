"""Search: what is found, in which order, and how it is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.index.search import MARK, UNMARK
from archive.model import Author, Refusal

MOSCOW = timezone(timedelta(hours=3))


@pytest.fixture
def press(shelf: Any) -> Any:
    shelf.put(
        "https://www.themoscowtimes.com/korea",
        "North Korea Sent 1,500 More Troops",
        "The intelligence agency told lawmakers.\n\nThe troops are in Russia.",
        site="The Moscow Times",
        section="news",
        language="en",
        authors=(Author("AFP"), Author("José Núñez")),
        published=datetime(2024, 10, 23, 12, 0, tzinfo=MOSCOW),
    )
    shelf.put(
        "https://ru.themoscowtimes.com/voiska",
        "Северная Корея отправила войска",
        "Разведка сообщила о войсках.",
        site="The Moscow Times",
        language="ru",
        authors=(Author("Анна Ёлкина"),),
        published=datetime(2024, 10, 24, 0, 30, tzinfo=MOSCOW),
    )
    shelf.put(
        "https://www.example.com/budget",
        "The budget",
        "Troops cost money, says the café owner. A speaker of Korea was there.",
        section="business",
        language="en",
        published=datetime(2024, 9, 1, tzinfo=UTC),
        published_has_time=False,
    )
    shelf.put("https://www.example.com/undated", "Undated", "About ferries.", at="20241101000000")
    return shelf


KOREA = "North Korea Sent 1,500 More Troops"
VOISKA = "Северная Корея отправила войска"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("troops", [KOREA, "The budget"]),  # title before text
        ("TROOPS", [KOREA, "The budget"]),
        ("cafe", ["The budget"]),  # diacritics
        ("café", ["The budget"]),
        ("войска", [VOISKA]),
        ("ВОЙСКА", [VOISKA]),
        ("войск*", [VOISKA]),
        ('"north korea"', [KOREA]),
        ('"korea north"', []),
        ("korea -budget", [KOREA]),
        ("ferries OR lawmakers", ["Undated", KOREA]),
        ("1,500", [KOREA]),
        ("1500", []),
        ("nowhere", []),
    ],
)
def test_found(press: Any, typed: str, found: list[str]) -> None:
    assert sorted(press.titles(typed)) == sorted(found)
    assert press.search(typed).total == len(found)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"site": "www.themoscowtimes.com"}, [KOREA, VOISKA]),  # subdomains count
        ({"site": "ru.themoscowtimes.com"}, [VOISKA]),
        ({"site": "moscowtimes.com"}, []),
        ({"site": "the moscow times"}, [KOREA, VOISKA]),
        ({"site": "%"}, []),
        ({"language": "RU"}, [VOISKA]),
        ({"section": "News"}, [KOREA]),
        ({"author": "afp"}, [KOREA]),
        ({"author": "núñez"}, [KOREA]),
        ({"author": "ёлкина"}, [VOISKA]),
        ({"since": datetime(2024, 10, 23, 21, 30, tzinfo=UTC)}, [VOISKA, "Undated"]),
        ({"until": datetime(2024, 10, 23, 9, 0, tzinfo=UTC)}, [KOREA, "The budget"]),
        ({"since": datetime(2024, 11, 1, tzinfo=UTC)}, ["Undated"]),  # by its first capture
        ({"site": "example.com", "section": "business", "language": "en"}, ["The budget"]),
    ],
)
def test_filters(press: Any, filters: dict[str, Any], found: list[str]) -> None:
    everything = "troops OR войсках OR ferries"
    assert sorted(press.titles(everything, **filters)) == sorted(found)


def test_the_title_weighs_more_than_the_text(press: Any) -> None:
    assert press.titles("korea")[0] == KOREA


def test_by_date(press: Any) -> None:
    assert press.titles("troops OR войсках OR ferries", sort="date") == [
        "Undated",
        VOISKA,
        KOREA,
        "The budget",
    ]
    with pytest.raises(UsageError, match="rank or date"):
        press.search("troops", sort="size")


def test_pages_of_hits(press: Any) -> None:
    query = "troops OR войсках OR ferries"
    everything = press.titles(query)
    assert [press.titles(query, limit=1, offset=n)[0] for n in range(4)] == everything
    assert press.search(query, limit=1, offset=9).hits == []
    assert press.search(query, limit=1, offset=9).total == 4
    assert press.search(query, limit=0).total == 4


def test_a_hit_says_all_that_is_needed_to_show_it(press: Any) -> None:
    (hit,) = press.search("lawmakers")
    assert hit.url == "https://www.themoscowtimes.com/korea"
    assert (hit.site, hit.published) == ("The Moscow Times", "2024-10-23T12:00:00+03:00")
    assert (hit.timestamp, hit.location.file) == ("20241023081500", "TEST-00000.warc.gz")
    assert (hit.versions, hit.current) == (1, True)
    assert hit.snippet == (
        f"The intelligence agency told {MARK}lawmakers{UNMARK}. The troops are in Russia."
    )
    (budget,) = press.search("budget")
    assert budget.published == "2024-09-01"


def test_one_hit_per_article_the_current_version_first(shelf: Any) -> None:
    shelf.put(title="Ferry sinks", text="The ferry sank, said an owner.", at="20240101000000")
    shelf.put(title="Ferry is safe", text="The ferry is safe.", at="20240102000000")

    (hit,) = shelf.search("ferry")
    assert (hit.title, hit.current, hit.versions) == ("Ferry is safe", True, 2)
    (hit,) = shelf.search("sank")
    assert (hit.title, hit.current, hit.timestamp) == ("Ferry sinks", False, "20240101000000")


def test_marks_of_strangers_do_not_pass_for_ours(shelf: Any) -> None:
    shelf.put(title=f"A {MARK}title\x1b[31m", text=f"Some {MARK}words{UNMARK} and\x00 \ud800more")
    (hit,) = shelf.search("more")
    assert hit.title == "A title[31m"
    assert hit.snippet.count(MARK) == 1
    assert hit.snippet.startswith("Some words and")


def test_pages_without_an_article_are_not_found(shelf: Any) -> None:
    shelf.capture("https://www.example.com/a", "20240101000000", Refusal("no-text"))
    assert shelf.titles("example") == []


WORDS = ["ferry", "harbor", "Korea", "войска", "café", "don't", "U.S."]


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), max_size=6), st.data())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_search_finds_what_a_plain_scan_finds(
    new_shelf: Any, texts: list[list[str]], data: st.DataObject
) -> None:
    shelf = new_shelf()
    for number, words in enumerate(texts):
        shelf.put(f"https://www.example.com/{number}", str(number), " ".join(words))
    wanted = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    unwanted = data.draw(st.lists(st.sampled_from(WORDS), max_size=2))

    found = shelf.titles(" ".join([*wanted, *(f"-{word}" for word in unwanted)]))

    assert sorted(found) == [
        str(number)
        for number, words in enumerate(texts)
        if set(wanted) <= set(words) and not set(unwanted) & set(words)
    ]
