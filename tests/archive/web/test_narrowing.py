"""What stands beside hits, and the links in it."""

from __future__ import annotations

import pytest

from archive.index.tally import FACETED, Count, Outline
from archive.web.asked import Asked
from archive.web.narrowing import Narrowing, chips
from tests.archive.web.paper import Get

FACETS: dict[str, list[Count]] = {
    "site": [Count("a.example", 3), Count("b.example", 1)],
    "section": [],
    "author": [Count("Ann & Co", 4)],
    "lang": [Count("en", 4)],
    "month": [Count("2024-09", 1), Count("2024-10", 3)],
}
DAYS = [Count("2024-10-01", 3), Count("2024-10-03", 1)]


def test_a_facet_narrows_and_takes_away() -> None:
    asked = Asked(query="x y", site="b.example", after="cursor", sort="date")
    found = Narrowing.of(asked, Outline(FACETS, DAYS, 4))
    site, month = found.facets
    assert [(choice.value, choice.chosen, choice.link) for choice in site.choices] == [
        ("a.example", False, "/?q=x+y&site=a.example&sort=date"),
        ("b.example", True, "/?q=x+y&sort=date"),
    ]
    assert [choice.link for choice in month.choices] == [
        "/?q=x+y&site=b.example&since=2024-09&until=2024-09&sort=date",
        "/?q=x+y&site=b.example&since=2024-10&until=2024-10&sort=date",
    ]
    assert found.newest is None
    assert found.states[0].link == "/?q=x+y&site=b.example&is=edited&sort=date"


def test_columns_are_links_to_their_time() -> None:
    found = Narrowing.of(Asked(query="x"), Outline(FACETS, DAYS, FACETED)).spread
    assert found
    assert [bar.link for bar in found.bars] == [
        "/?q=x&since=2024-10-01&until=2024-10-01",
        "/?q=x&since=2024-10-02&until=2024-10-02",
        "/?q=x&since=2024-10-03&until=2024-10-03",
    ]
    assert Narrowing.of(Asked(query="x"), Outline(FACETS, DAYS[:1], 3)).spread is None


def test_filters_that_are_set_can_be_taken_away() -> None:
    asked = Asked(query="x", since="2024", states=("edited", "removed"))
    assert [(chip.label, chip.link) for chip in chips(asked)] == [
        ("Since: 2024", "/?q=x&is=edited&is=removed"),
        ("Only edited", "/?q=x&since=2024&is=removed"),
        ("Only removed by the site", "/?q=x&since=2024&is=edited"),
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/?is=edited", "1 article"),
        ("/?q=bridge&is=removed", "Only removed by the site"),
        ("/?site=paper.example", "2 articles"),
        ("/?q=bridge", "edited without a word"),
        ("/?q=bridge&is=nonsense", "2 articles for bridge"),
    ],
)
def test_narrowed_pages(get: Get, path: str, said: str) -> None:
    answer = get(path)
    assert answer.status == 200
    assert said in answer.words


def test_pages_follow_each_other_by_cursor(get: Get) -> None:
    assert get("/?q=bridge&after=nonsense").status == 400
    assert "not a cursor" in get("/?q=bridge&after=nonsense").words
