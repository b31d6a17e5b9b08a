"""Templates that change, and sites that are only as they always were."""

from __future__ import annotations

import random
from typing import Any

import pytest

from archive.index import drift
from archive.index.drift import Traits, jumps
from archive.model import Author


def told(articles: list[Traits]) -> list[str]:
    return [found.what for found in jumps("example.com", articles)]


def site(count: int, *, seed: int, bylines: float = 0.9) -> list[Traits]:
    """Articles of a site that names authors now and then."""
    chance = random.Random(seed)
    return [
        Traits(chance.random() < bylines, chance.random() < 0.98, int(chance.gauss(600, 200)))
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("author", Traits(False, True, 600)),
        ("date", Traits(True, False, 600)),
        ("length", Traits(True, True, 9)),
        ("length", Traits(True, True, 9000)),
    ],
)
def test_a_new_template_is_named_within_ten_articles(seed: int, what: str, changed: Traits) -> None:
    past = site(120, seed=seed)
    assert told(past) == []
    named = next(n for n in range(1, 11) if told(past + [changed] * n) == [what])
    assert named <= 7


def test_where_few_have_a_byline_anyway_it_takes_all_ten() -> None:
    past = site(150, seed=3, bylines=0.7)
    named = next(n for n in range(1, 11) if told(past + [Traits(False, True, 600)] * n))
    assert named <= 10


def test_no_false_alarm_in_years() -> None:
    alarms = 0
    for seed in range(10):
        articles = site(1500, seed=seed)
        alarms += sum(bool(told(articles[:end])) for end in range(30, 1500, 10))
    assert alarms <= 3  # of 1470


@pytest.mark.parametrize("count", [0, 1, 10, 24])
def test_a_site_without_a_past_tells_nothing(count: int) -> None:
    assert told([Traits(False, False, 1)] * count) == []


def test_what_is_new_becomes_the_usual() -> None:
    past = site(120, seed=1)
    assert told(past + [Traits(False, True, 600)] * 400) == []


def test_in_an_index(shelf: Any) -> None:
    for number in range(40):
        authors = (Author("A. Writer"),) if number < 32 else ()
        shelf.put(
            f"https://www.example.com/{number}",
            text="word " * (300 + number),
            at=f"202410230{number // 10}{number % 10:02}00",
            authors=authors,
        )
        shelf.put(
            f"https://other.example/{number}", at=f"202410230{number // 10}{number % 10:02}00"
        )
    with shelf.reader.reading() as db:
        (found,) = drift.find(db)
    assert (found.host, found.what, found.before, found.now) == ("example.com", "author", 0, 1)
    assert found.articles == 8
