"""Copies among the articles of an index, as articles come, change and go."""

from __future__ import annotations

import random
from typing import Any

import pytest

from archive.index import likeness
from archive.model import Copy

CHANCE = random.Random(4)
WORDS = [f"{a}{b}" for a in "bdfgklmn" for b in ("a", "er", "ion", "ost", "ull", "eck", "ith")]


def prose(seed: int, size: int = 200) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(size))


AGENCY = prose(1)


def cluster(shelf: Any, number: int) -> list[Copy]:
    with shelf.reader.reading() as db:
        found: list[Copy] = likeness.cluster(db, number)
        return found


def put(shelf: Any, host: str, text: str, hour: int) -> None:
    shelf.put(f"https://{host}/a", host, text, at=f"2024102308{hour:02}00")


def test_a_cluster_names_who_was_first_and_how_much_is_shared(shelf: Any) -> None:
    put(shelf, "second.example", AGENCY, 5)
    put(shelf, "www.first.example", AGENCY + " " + prose(2), 1)
    put(shelf, "alone.example", prose(3), 2)
    put(shelf, "third.example", AGENCY[: len(AGENCY) // 2] + " " + prose(5, 40), 7)
    found = cluster(shelf, 1)
    assert [(copy.host, copy.first_seen) for copy in found] == [
        ("first.example", True),
        ("second.example", False),
        ("third.example", False),
    ]
    assert [copy.share for copy in found] == [1, 1, pytest.approx(0.5, abs=0.03)]
    assert cluster(shelf, 2)[1].share == pytest.approx(0.5, abs=0.03)
    assert cluster(shelf, 3) == []
    assert shelf.rows("SELECT DISTINCT cluster_id, count(*) FROM clusters") == [(1, 3)]


def test_an_article_that_is_rewritten_leaves_its_cluster(shelf: Any) -> None:
    for number, host in enumerate(("a.example", "b.example", "c.example")):
        put(shelf, host, AGENCY, number)
    put(shelf, "a.example", prose(9), 5)
    assert [copy.host for copy in cluster(shelf, 2)] == ["b.example", "c.example"]
    assert shelf.rows("SELECT cluster_id FROM clusters") == [(2,), (2,)]
    put(shelf, "b.example", prose(10), 6)
    assert shelf.rows("SELECT count(*) FROM clusters") == [(0,)]
    assert shelf.rows("SELECT count(*) FROM copies") == [(0,)]


def test_pages_of_one_site_are_no_copies_of_each_other(shelf: Any) -> None:
    shelf.put("https://www.example.com/a", text=AGENCY)
    shelf.put("https://example.com/b", text=AGENCY)
    assert shelf.rows("SELECT count(*) FROM copies") == [(0,)]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)])
def test_the_order_of_arrival_changes_nothing(new_shelf: Any, order: tuple[int, ...]) -> None:
    texts = (AGENCY, AGENCY + prose(2), prose(2), prose(7))
    shelf = new_shelf()
    for number in order:
        put(shelf, f"{number}.example", texts[number], number)
    members = shelf.rows("SELECT host, first_seen FROM copied_articles ORDER BY host")
    assert members == [("0.example", 1), ("1.example", 0), ("2.example", 0)]
