"""What lists and pages of sites show: a few articles at once, sites, what was removed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.index import articles, cards, coverage, removed
from archive.index.query import parse
from archive.index.tally import outline, vocabulary
from archive.model import Author, Image
from tests.archive.index.conftest import Shelf

NOW = datetime(2024, 10, 24, 12, tzinfo=UTC)
WORDS = " ".join(f"word{number} of the agency" for number in range(80))


def moment(day: int, hour: int = 0) -> datetime:
    return datetime(2024, 10, day, hour, 30, tzinfo=UTC)


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """Three papers: one is edited, one copies, one takes an article away."""
    shelf.put(
        "https://a.example/1", "Ferry", WORDS, published=moment(21, 9), authors=(Author("Ann"),),
        section="World", language="en", image=Image("https://a.example/i.png"),
        at="20241021100000",
    )  # fmt: skip
    shelf.put("https://b.example/1", "Ferry!", WORDS, published=moment(22), at="20241022100000")
    shelf.put("https://b.example/2", "Bridge", "A bridge.", published=moment(23, 9))
    shelf.put(
        "https://b.example/2", "Bridge shut", "No bridge.", published=moment(23, 9),
        modified=moment(23, 9), at="20241023120000",
    )  # fmt: skip
    shelf.put("https://c.example/1", "Gone soon", "It will go.", published=moment(20))
    shelf.capture("https://c.example/1", "20241024080000", status=404)
    shelf.capture("https://c.example/1", "20241024090000", status=410)
    return shelf


def id_of(shelf: Shelf, url: str) -> int:
    ((found,),) = shelf.rows("SELECT id FROM articles WHERE url = ?", url)
    return int(found)


def test_cards_tell_of_states_pictures_and_copies(full: Shelf) -> None:
    ids = [id_of(full, f"https://{url}") for url in ("a.example/1", "b.example/2", "c.example/1")]
    with full.reader.reading() as db:
        found = cards.cards(db, [*ids, 999])
    ferry, bridge, gone = (found[one] for one in ids)
    assert set(found) == set(ids)
    assert (ferry.host, ferry.section, ferry.image_url) == (
        "a.example", "World", "https://a.example/i.png",
    )  # fmt: skip
    assert [(copy.host, copy.first_seen) for copy in ferry.copies] == [
        ("a.example", True), ("b.example", False),
    ]  # fmt: skip
    assert (ferry.copy_count, ferry.cluster) == (2, min(ids[0], id_of(full, "https://b.example/1")))
    assert bridge.cluster is None
    assert (ferry.states, bridge.states, gone.states) == ((), ("edited",), ("removed",))


def test_what_was_removed_is_listed_until_it_is_back(full: Shelf) -> None:
    with full.reader.reading() as db:
        (gone,), whole = removed.find(db, limit=5)
        assert (gone.title, gone.status, gone.since) == ("Gone soon", 404, "20241024080000")
        assert whole
        assert removed.find(db, "b.example", limit=5) == ([], True)
    full.put("https://c.example/1", "Back", "It is back.", at="20241024100000")
    with full.reader.reading() as db:
        assert removed.find(db, limit=5) == ([], True)


def test_only_the_newest_files_are_looked_through(
    full: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removed, "LOOKED_THROUGH", -1)
    with full.reader.reading() as db:
        assert removed.find(db, limit=5) == ([], False)


def test_an_outline_has_facets_and_days(full: Shelf) -> None:
    with full.reader.reading() as db:
        found = outline(db, parse("ferry OR bridge"))
        names = vocabulary(db, 10)
    assert found.counted == 3
    assert found.days == [("2024-10-21", 1), ("2024-10-22", 1), ("2024-10-23", 1)]
    assert found.facets["site"] == [("b.example", 2), ("a.example", 1)]
    assert names["author"] == [("Ann", 1)]


def test_a_site_is_told_of(full: Shelf) -> None:
    with full.reader.reading() as db:
        sites = coverage.sites(db)
        found = coverage.of_site(db, "b.example", NOW, 30)
        nothing = coverage.of_site(db, "x.example", NOW, 30)
        recent = coverage.recent(db, moment(22))
    assert [(site.host, site.articles) for site in sites] == [
        ("b.example", 2), ("a.example", 1), ("c.example", 1),
    ]  # fmt: skip
    assert found
    assert nothing is None
    assert found.published == (("2024-10-22", 1), ("2024-10-23", 1))
    assert found.captured == (("2024-10-22", 1), ("2024-10-23", 1))
    assert found.hours[2][9] == 1
    assert recent == {"b.example": {"2024-10-23": 1, "2024-10-22": 1}}


def test_versions_are_told_of_without_their_texts(full: Shelf) -> None:
    article = id_of(full, "https://b.example/2")
    with full.reader.reading() as db:
        newest, first = articles.notes(db, article, 5)
        assert len(articles.notes(db, article, 1)) == 1
        version = articles.numbered(db, article, 1)
        assert articles.numbered(db, article, 3) is None
    assert (newest.title, newest.kind, newest.words_added) == ("Bridge shut", "substantial", 2)
    assert (first.number, first.kind) == (1, None)
    assert version
    assert version.article.text == "A bridge."
