"""Fields of a query: what is said about an article, and the archive as it was known at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from archive import timestamp
from archive.model import Author, Image, Refusal

OCTOBER, NOVEMBER, DECEMBER = "20241001000000", "20241101000000", "20241201000000"
SITE = "https://www.example.com"


@pytest.fixture
def press(shelf: Any) -> Any:
    """Articles that have each gone through something."""
    dated = {"published": datetime(2024, 9, 30, 21, tzinfo=timezone(timedelta(hours=-5)))}
    shelf.put(f"{SITE}/plain", "Plain", "Ferries come.", at=OCTOBER, **dated)
    shelf.put(
        f"{SITE}/edited",
        "Reworded",
        "Ferries come and go in the harbor, the captain said.",
        at=OCTOBER,
        modified=datetime(2024, 10, 1, tzinfo=UTC),
        section="World News",
        tags=("North Korea", "ships"),
        authors=(Author("Anna Ёлкина"), Author("José Núñez")),
    )
    shelf.put(
        f"{SITE}/edited",
        "Reworded",
        "Ferries come and go in the harbor, seven owners denied, but not the mayor of the town.",
        at=NOVEMBER,
        modified=datetime(2024, 10, 1, tzinfo=UTC),
        section="World News",
        tags=("North Korea", "ships"),
        authors=(Author("Anna Ёлкина"), Author("José Núñez")),
    )
    shelf.put(f"{SITE}/2024/10/23/removed-a123", "Taken down", "Ferries came.", at=OCTOBER)
    shelf.capture(f"{SITE}/2024/10/23/removed-a123", NOVEMBER, status=410)
    shelf.put(f"{SITE}/back", "Back", "Ferries were away.", at=OCTOBER)
    shelf.capture(f"{SITE}/back", NOVEMBER, status=404)
    shelf.put(f"{SITE}/back", "Back", "Ferries were away.", at=DECEMBER)
    shelf.put(f"{SITE}/walled", "Walled", "Ferries cost money.", at=OCTOBER)
    shelf.capture(f"{SITE}/walled", NOVEMBER, Refusal("quarantined:consent-wall"))
    shelf.put(
        "https://pictures.example.org/a",
        "Picture",
        "Ferries in the sun.",
        at=NOVEMBER,
        image=Image("https://pictures.example.org/a.jpg"),
        language="ru",
    )
    return shelf


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is:edited", ["Reworded"]),
        ("is:stealth", ["Reworded"]),
        ("is:removed", ["Taken down"]),
        ("is:quarantined", ["Walled"]),
        ("has:image", ["Picture"]),
        ("ferries -is:edited -is:removed -has:image", ["Back", "Plain", "Walled"]),
        ("is:removed OR has:image", ["Picture", "Taken down"]),
        ("(is:removed OR captain OR sun) -site:example.org", ["Reworded", "Taken down"]),
        ("url:removed", ["Taken down"]),
        ("url:example.com/2024/10", ["Taken down"]),
        ("url:https://www.example.com/back", ["Back"]),
        ("url:EXAMPLE.ORG", ["Picture"]),
        ("url:example.com/nothing/", []),
        ("author:ёлкина", ["Reworded"]),
        ("author:elkina", []),
        ('author:"jose nunez"', ["Reworded"]),
        ("author:юлкина", []),
        ("tag:ships", ["Reworded"]),
        ('tag:"north korea"', ["Reworded"]),
        ("tag:korea", []),
        ('section:"world news"', ["Reworded"]),
        ("lang:RU", ["Picture"]),
        ("title:plain", ["Plain"]),
        ("title:pla*", ["Plain"]),
        ("title:ferries", []),
        ("on:2024-10-01 -title:reworded", ["Back", "Plain", "Taken down", "Walled"]),  # UTC
        ("before:2024-10-01", []),
        ("before:2024-10-01T02:00:01Z title:plain", ["Plain"]),
        ("after:2024-11", ["Picture"]),
        ("until:2024-10 site:www.example.com is:edited", ["Reworded"]),
        ("after:9d", []),
        ("on:2024 is:removed", ["Taken down"]),
        # an older version is found by what it said
        ("captain is:edited", ["Reworded"]),
    ],
)
def test_fields(press: Any, query: str, found: list[str]) -> None:
    results = press.search(query, sort="date")
    assert (sorted(hit.title for hit in results), results.hint) == (found, None)
    assert results.total == len(found)


@pytest.mark.parametrize(
    ("query", "at", "found"),
    [
        ("ferries", "2024-09", []),
        ("ferries", "2024-10", ["Back", "Plain", "Reworded", "Taken down", "Walled"]),
        ("captain", "2024-10", ["Reworded"]),
        ("denied", "2024-10", []),
        ("denied", "2024-11", ["Reworded"]),
        ("is:edited", "2024-10", []),
        ("is:edited", "2024-11", ["Reworded"]),
        ("is:stealth", "2024-10", []),
        ("is:removed", "2024-10", []),
        ("is:removed", "2024-11", ["Back", "Taken down"]),
        ("is:removed", "2024-12", ["Taken down"]),
        ("is:quarantined", "2024-10", []),
        ("ferries has:image", "2024-10", []),
    ],
)
def test_the_archive_as_it_was_known(press: Any, query: str, at: str, found: list[str]) -> None:
    moment = timestamp.last_moment(at.replace("-", ""))
    for sort in ("rank", "date"):
        results = press.search(query, at=moment, sort=sort)
        assert sorted(hit.title for hit in results) == found
        assert results.total == len(found)


def test_what_was_current_then_is_the_hit(press: Any) -> None:
    (then,) = press.search("harbor", at=timestamp.last_moment("202410"))
    (now,) = press.search("harbor")
    assert (then.timestamp, then.current, then.versions) == (OCTOBER, True, 1)
    assert (now.timestamp, now.current, now.versions) == (NOVEMBER, True, 2)
    (past,) = press.search("captain", at=timestamp.last_moment("202411"))
    assert (past.timestamp, past.current, past.versions) == (OCTOBER, False, 2)


def test_pages_neither_overlap_nor_leave_a_gap_while_a_crawl_writes(shelf: Any) -> None:
    def put(number: int, words: str) -> None:
        moment = datetime(2024, 10, 1 + number % 28, tzinfo=UTC)
        shelf.put(f"{SITE}/{number}", f"Story {number}", words, published=moment)

    for number in range(0, 40, 2):
        put(number, "The ferry came. " + "It was late. " * (number % 7))
    for sort in ("rank", "date"):
        before = [hit.url for hit in shelf.search("ferry", sort=sort, limit=100)]
        seen: list[str] = []
        page = shelf.search("ferry", sort=sort, limit=3)
        turn = 0
        while True:
            seen += [hit.url for hit in page]
            if page.cursor is None:
                break
            put(1001 + 2 * turn + 500 * (sort == "date"), "The ferry, the ferry! Ferry.")
            turn += 1
            page = shelf.search("ferry", sort=sort, limit=3, after=page.cursor)
        assert len(seen) == len(set(seen))
        assert set(before) <= set(seen)
