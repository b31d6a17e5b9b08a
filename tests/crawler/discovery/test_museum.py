"""The feeds and sitemaps in ``fixtures``: documents as servers give them, and what they name."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import feedparser
import pytest

from crawler.discovery import read
from crawler.model import Kind

FIXTURES = Path(__file__).parents[3] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("[fs]*s/*/expected.json"))


def named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def test_there_are_enough() -> None:
    assert len(CASES) > 90


@pytest.mark.parametrize("folder", CASES, ids=named)
def test_what_it_names(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    document = read(
        (folder / "document").read_bytes(),
        expected["url"],
        Kind(expected["kind"]),
        content_type=expected["content_type"],
        charset=expected["charset"],
    )
    found = [
        {
            "url": one.url,
            "kind": one.kind.value,
            "published": one.published and one.published.replace(microsecond=0).isoformat(),
        }
        for one in document.candidates
    ]
    assert (document.format.value, found) == (expected["format"], expected["found"])


@pytest.mark.parametrize("folder", CASES, ids=named)
def test_what_feedparser_finds_is_not_missed(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))["found"]
    ours = [(one["url"].rpartition("/")[2], one["published"]) for one in expected]
    entries = feedparser.parse((folder / "document").read_bytes()).entries
    theirs = [
        (entry.link.rpartition("/")[2], entry.get("published_parsed"))
        for entry in entries
        if entry.get("link", "").startswith("http") and entry.link.isascii()
    ]
    found = iter(ours)
    for name, parsed in theirs:
        at = next((ours_at for ours_name, ours_at in found if ours_name == name), "missed")
        assert at != "missed"
        if parsed is not None and folder.name != "dates":
            assert at is not None
            assert datetime.fromisoformat(at).timetuple()[:6] == parsed[:6]
