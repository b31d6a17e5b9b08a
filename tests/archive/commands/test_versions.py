"""history, diff, edits, similar: what was said before, as a person and a program read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from archive import timestamp
from archive.errors import UsageError

URL = "https://www.example.com/2024/10/01/ferry"
OTHER = "https://other.example/ferry"
Run = Callable[..., Any]
TEXT = (
    "The ferry came back to the harbor on Wednesday with {} passengers on board, the city council"
    " said in a statement, and nobody could say why the crossing had taken two days. <b>{}</b>"
)
EVIL = "&lt;script&gt;alert(1)&lt;/script&gt; \x1b[2J\u202e"
ATOM = "{http://www.w3.org/2005/Atom}"


def page(title: str, passengers: int, *, modified: str, note: str = "Weather permitting.") -> bytes:
    body = TEXT.format(passengers, note)
    return (
        f"<html lang=en><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:modified_time' content='{modified}'></head>"
        f"<body><article><h1>{title}</h1><p>{body}</p><p>Tickets are free for all who were on the"
        " first one, the harbor office said on its website, and a second ferry is to leave on"
        " Friday.</p></article></body></html>"
    ).encode()


@pytest.fixture
def edited(newsroom: Any) -> Any:
    day = "2024-10-01T12:00:00+03:00"
    newsroom.answer(URL, page("Ferry returns", 1500, modified=day), at="20241001120000")
    newsroom.answer(URL, page("Ferry returns", 900, modified=day, note=EVIL), at="20241002120000")
    newsroom.answer(
        URL,
        page("Ferry is back", 900, modified="2024-10-03T12:00:00+03:00", note=EVIL),
        at="20241003120000",
    )
    newsroom.answer(URL, b"<title>Just a moment...</title><p>Wait", at="20241004120000")
    newsroom.answer(
        OTHER, page("Ferry, by mail", 900, modified=day, note=EVIL), at="20241005120000"
    )
    newsroom.close()
    newsroom.index()
    return newsroom


def test_history_says_what_kind_of_change_it_was(edited: Any, newswarc: Run) -> None:
    lines = newswarc("history", URL).out.splitlines()
    assert lines[0].endswith("1 capture  Ferry returns")
    assert "1 capture  substantial  stealth  +" in lines[1]
    assert "1 capture  headline  +2 -1 words  Ferry is back" in lines[2]
    assert "no article: quarantined:captcha" in lines[-1]
    versions = json.loads(newswarc("history", URL, "--json").out)["versions"]
    assert [(one["kind"], one["stealth"]) for one in versions] == [
        (None, False),
        ("substantial", True),
        ("headline", False),
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "Ferry [-returns-]{+is back+}"),
        (("--from", "1", "--to", "2"), "with [-1500-]{+900+} passengers"),
        (("--from", "2024-10-01", "--to", "2024-10-02"), "with [-1500-]{+900+} passengers"),
        (("--to", "20241002"), "[-1500-]{+900+}"),
        (("--from", "3", "--to", "1"), "[-900-]{+1500+}"),
        (("--from", "1", "--to", "2"), "(1 paragraph unchanged)"),
    ],
)
def test_diff(edited: Any, newswarc: Run, arguments: tuple[str, ...], expected: str) -> None:
    done = newswarc("diff", URL, *arguments)
    assert (done.code, done.err) == (0, "")
    assert expected in done.out


def test_a_diff_in_colour(edited: Any, newswarc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    out = newswarc("diff", URL, "--from", "1", "--to", "2").out
    assert "\x1b[9;31m1500\x1b[0m\x1b[4;32m900\x1b[0m" in out
    assert "\x1b[2J" not in out


def test_a_diff_for_a_browser_holds_no_markup_of_others(edited: Any, newswarc: Run) -> None:
    out = newswarc("diff", URL, "--from", "1", "--html").out
    assert "<del>1500</del><ins>900</ins>" in out
    assert "<h1>Ferry <del>returns</del><ins>is back</ins></h1>" in out
    assert "<script" not in out
    assert "&lt;script&gt;alert(1)" in out
    assert "default-src 'none'" in out


def test_a_diff_for_programs(edited: Any, newswarc: Run) -> None:
    found = json.loads(newswarc("diff", URL, "--to", "2", "--json").out)
    assert (found["from"]["number"], found["to"]["number"], found["to"]["stealth"]) == (1, 2, True)
    assert ["removed", "1500"] in found["body"]
    assert found["title"] == [["same", "Ferry returns"]]


def test_a_unified_diff(edited: Any, newswarc: Run) -> None:
    lines = newswarc("diff", URL, "--unified").out.splitlines()
    assert lines[:4] == [
        "--- version 2, 2024-10-02 12:00:00 UTC",
        "+++ version 3, 2024-10-03 12:00:00 UTC",
        "@@ -1,4 +1,4 @@",
        "-Ferry returns",
    ]
    assert [line[0] for line in lines[3:]] == ["-", "+", " ", " ", " "]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--from", "9"), "there is no version 9; the article has 3 versions"),
        (("--to", "1"), "version 1 is the first; name another with --from"),
        (("--from", "soon"), "not a time: 'soon'"),
        (("--html", "--json"), "take one of --html, --json and --unified"),
    ],
)
def test_a_diff_that_cannot_be(
    edited: Any, newswarc: Run, arguments: tuple[str, ...], error: str
) -> None:
    done = newswarc("diff", URL, *arguments)
    assert (done.code, done.out) == (2, "")
    assert error in done.err


def test_one_version_has_no_diff(edited: Any, newswarc: Run) -> None:
    done = newswarc("diff", OTHER)
    assert (done.code, done.out) == (0, "")
    assert "has one version, nothing to compare" in done.err
    assert newswarc("diff", URL + "x").code == 2


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ((), [3, 2]),
        (("--stealth",), [2]),
        (("--kind", "headline"), [3]),
        (("--kind", "headline", "--kind", "substantial"), [3, 2]),
        (("--site", "example.com"), [3, 2]),
        (("--site", "other.example"), []),
        (("--since", "2024-10-03"), [3]),
        (("--until", "2024-10-02"), [2]),
        (("--limit", "1"), [3]),
    ],
)
def test_edits(edited: Any, newswarc: Run, arguments: tuple[str, ...], numbers: list[int]) -> None:
    done = newswarc("edits", "--since", "2024-01-01", *arguments, "--json")
    rows = json.loads(done.out)
    assert [row["to"] for row in rows] == numbers
    assert all(row["from"] == row["to"] - 1 for row in rows)


def test_edits_of_the_last_days(
    edited: Any, newswarc: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timestamp, "now", lambda: datetime(2024, 10, 9, 13, tzinfo=UTC))
    assert newswarc("edits").err == "newswarc: 1 edit\n"
    assert newswarc("edits", "--since", "8d").err == "newswarc: 2 edits\n"
    assert newswarc("edits", "--since", "1w").err == "newswarc: 1 edit\n"
    assert newswarc("edits", "--since", "145h").err == "newswarc: 1 edit\n"
    assert newswarc("edits", "--since", "999999999w").code == UsageError.exit_code


def test_edits_for_a_person(edited: Any, newswarc: Run) -> None:
    out = newswarc("edits", "--since", "2024", "--stealth", "--diff").out
    assert out.startswith("2024-10-02 12:00:00  STEALTH substantial   +")
    assert f"{URL}  version 2" in out
    assert "[-1500-]{+900+}" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_the_feed_of_edits(edited: Any, newswarc: Run, tmp_path: Path) -> None:
    path = tmp_path / "edits.xml"
    assert newswarc("edits", "--since", "2024", "--atom", str(path)).code == 0
    first = path.read_bytes()
    feed = ElementTree.fromstring(first)
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):  # RFC 4287, 4.1.1 and 4.1.2
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == 2
    assert entries[1].findtext(f"{ATOM}title") == "[stealth, substantial] Ferry returns"
    assert entries[1].find(f"{ATOM}link").get("href") == URL  # type: ignore[union-attr]
    assert "[-1500-]{+900+}" in (entries[1].findtext(f"{ATOM}summary") or "")
    parsed = feedparser.parse(first)
    assert (parsed.bozo, parsed.version, len(parsed.entries)) == (False, "atom10", 2)
    edited.index(rebuild=True)
    newswarc("edits", "--since", "2024", "--atom", str(path))
    assert path.read_bytes() == first
    assert list(tmp_path.glob("*.new")) == []
    assert newswarc("edits", "--since", "2024", "--atom", "-").out.encode() == first


def test_a_feed_without_edits_is_one(newsroom: Any, newswarc: Run) -> None:
    parsed = feedparser.parse(newswarc("edits", "--atom", "-").out)
    assert (parsed.bozo, parsed.entries) == (False, [])


def test_similar(edited: Any, newswarc: Run) -> None:
    lines = newswarc("similar", OTHER).out.splitlines()
    assert len(lines) == 2
    assert "example.com  Ferry is back" in lines[0]
    assert lines[0].split("  ")[1].strip() == "100%"
    assert lines[1].split("  ")[1].strip() == "this"
    found = json.loads(newswarc("similar", URL, "--json").out)
    assert found["first_seen"] == "example.com"
    assert [copy["host"] for copy in found["copies"]] == ["example.com", "other.example"]


def test_nothing_similar(newsroom: Any, newswarc: Run) -> None:
    newsroom.page(URL)
    newsroom.index()
    done = newswarc("similar", URL)
    assert (done.code, done.out) == (0, "")
    assert "nothing in the collection shares text with" in done.err
    assert newswarc("similar", URL + "x").code == 2


def test_a_feed_that_cannot_be_there(edited: Any, newswarc: Run, tmp_path: Path) -> None:
    done = newswarc("edits", "--atom", str(tmp_path / "none" / "edits.xml"))
    assert done.code == UsageError.exit_code
    assert done.err == f"newswarc: there is no directory {tmp_path / 'none'}\n"


def test_more_edits_than_there_can_be(edited: Any, newswarc: Run) -> None:
    done = newswarc("edits", "--since", "2024", "--limit", str(10**20), "--json")
    assert done.code == 0
    assert json.loads(done.out)
