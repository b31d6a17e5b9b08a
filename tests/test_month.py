"""Two weeks of five invented papers: everything is found, and nothing that is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archive import timestamp
from benchmarks.month.clock import Clock
from benchmarks.month.papers import Month, papers
from benchmarks.month.play import Played, play
from benchmarks.month.records import Records, read
from benchmarks.month.report import report
from benchmarks.month.stand import Stand
from benchmarks.month.verdict import failures

#: As short as the removals and their return allow; cron runs every two hours, to save runs, and the
#: fast paper is slower, so that its feed is not washed out in between.
MONTH = Month(days=15, every=timedelta(hours=2), volume=0.1)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(MONTH, tmp_path_factory.mktemp("month") / "news", lambda _: None)


@pytest.fixture(scope="module")
def records(played: Played) -> Records:
    return read(played)


def test_the_month_is_as_it_should_be(played: Played, records: Records) -> None:
    assert failures(played, records) == []


def test_all_that_is_built_in_happened(played: Played, records: Records) -> None:
    happened = {one.event.what for one in played.promises if one.event is not None}

    assert happened == {
        "typo",
        "headline",
        "silent change of the body",
        "correction",
        "another body",
        "roll-back",
        "removed (404)",
        "removed (410)",
        "removed (soft 404)",
        "removed (redirect to the home page)",
        "put back",
    }
    assert {gap.kind for gap in records.gaps} == {"no item in common", "silent"}


def test_the_report_has_a_line_for_each_paper(played: Played, records: Records) -> None:
    told = "\n".join(report(played, records))

    assert all(told.count(f"\n| {paper.name} |") == 2 for paper in played.papers)


# The verdict itself can fail ----------------------------------------------------------------


def test_a_gap_that_was_not_told_is_told_of(played: Played, records: Records) -> None:
    wrong = failures(played, replace(records, gaps=[]))

    assert any("the burst washed out the feed" in line for line in wrong)
    assert any("was silent, and no gap was told" in line for line in wrong)
    assert any("never captured, no gap told" in line for line in wrong)


def test_a_gap_that_is_none_is_told_of(played: Played, records: Records) -> None:
    other = replace(records.gaps[0], source=played.papers[1].host)

    wrong = failures(played, replace(records, gaps=[*records.gaps, *records.gaps, other]))

    assert sum("a gap told twice" in line for line in wrong) == 2
    assert sum("a gap that is none" in line for line in wrong) == 1


def test_a_story_that_came_late_is_told_of(played: Played, records: Records) -> None:
    promise = next(one for one in played.promises if one.event is None)
    url = promise.paper.url(promise.story)
    later = [one for one in records.captures[url][1:] if one.status == 200]
    late = timestamp.from_datetime(promise.moment + timedelta(days=2))
    captures = [replace(one, timestamp=late) for one in records.captures[url][:1]] + later

    wrong = failures(played, replace(records, captures={**records.captures, url: captures}))

    assert any(line.startswith(f"{url}: captured") for line in wrong)


def test_an_edit_or_a_removal_that_was_not_seen_is_told_of(
    played: Played, records: Records
) -> None:
    versions = {url: found[:1] for url, found in records.versions.items()}

    wrong = failures(played, replace(records, versions=versions, removals=[]))

    assert any("2 texts, 1 versions" in line for line in wrong)
    assert any("removed (410)" in line and "not noticed" in line for line in wrong)


# Its parts ----------------------------------------------------------------------------------


def test_the_clock_is_that_of_the_project_and_goes_forward_only() -> None:
    clock = Clock(MONTH.START)

    with clock.installed():
        clock.set(MONTH.burst)
        assert MONTH.burst <= timestamp.now() < MONTH.burst + timedelta(minutes=1)
        with pytest.raises(ValueError, match="already"):
            clock.set(MONTH.START)

    assert timestamp.now() != clock.now()


def test_the_same_seed_invents_the_same_month() -> None:
    month = Month(days=2)

    assert [one.stories for one in papers(month)] == [one.stories for one in papers(month)]
    assert papers(month)[0].stories != papers(replace(month, seed=2))[0].stories


def test_a_page_is_not_sent_again_to_who_has_it() -> None:
    five = papers(MONTH)
    clock = Clock(MONTH.START)
    stand = Stand(five, five[2].host, MONTH, clock.now)
    fast = five[0]
    path = fast.stories[0].path

    whole = stand.respond(fast.host, path, {})
    again = stand.respond(fast.host, path, {"if-none-match": whole.headers["ETag"]})
    dated = {"if-modified-since": whole.headers["Last-Modified"]}

    assert (whole.status, again.status) == (200, 304)
    assert again.body == b""
    assert stand.respond(fast.host, path, dated).status == 304
    assert stand.respond(fast.host, path, {"if-none-match": '"another"'}).status == 200


def test_a_server_that_fails_refuses_first_and_then_asks_to_wait() -> None:
    five = papers(MONTH)
    clock = Clock(MONTH.START)
    stand = Stand(five, five[2].host, MONTH, clock.now)

    assert not stand.refuses(five[2].host)
    clock.set(MONTH.refused)
    assert stand.refuses(five[2].host)
    assert not stand.refuses(five[0].host)
    clock.set(MONTH.overloaded)
    busy = stand.respond(five[2].host, "/feed/", {})
    assert not stand.refuses(five[2].host)
    assert (busy.status, busy.headers["Retry-After"]) == (503, "3600")
    clock.set(MONTH.silent)
    assert stand.respond(five[2].host, "/feed/", {}).status == 200
