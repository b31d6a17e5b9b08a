from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from archive import timestamp
from crawler.guard import Refused
from crawler.model import Kind, Outcome, Row, State
from crawler.outcome import (
    DAY,
    HOUR,
    Failure,
    captured,
    of_error,
    of_status,
    quarantined,
    retry_after,
    settled,
)
from crawler.pace import Patience
from crawler.robots import Unreachable


def row(kind: Kind = Kind.ARTICLE, attempts: int = 0, idle: int = 0) -> Row:
    return Row(1, "https://e.org/a", "e.org", kind, "e", "L", 1, 9, attempts, idle, None, None)


@pytest.mark.parametrize("status", [200, 204, 206, 301, 302, 303, 304, 307, 308])
def test_statuses_that_are_fine(status: int) -> None:
    assert of_status(status) is None


@pytest.mark.parametrize(
    ("status", "passing", "host"),
    [
        (400, False, None),
        (403, False, None),
        (404, False, None),
        (408, True, None),
        (410, False, None),
        (429, True, "strained"),
        (451, False, None),
        (500, True, "strained"),
        (501, False, "strained"),
        (503, True, "strained"),
        (599, False, "strained"),
    ],
)
def test_statuses_that_are_not(status: int, passing: bool, host: str | None) -> None:
    failure = of_status(status)
    assert failure is not None
    assert (failure.passing, failure.host, failure.status) == (passing, host, status)
    assert failure.why.startswith(str(status))


def test_an_answer_may_say_how_long_to_wait() -> None:
    assert of_status(429, "30") == Failure("429 Too Many Requests", True, "strained", 429, 30.0)
    unrelated = of_status(500, "30")
    assert unrelated is not None
    assert unrelated.retry_after is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Wed, 23 Oct 2024 08:16:00 GMT", 60.0),
        ("Wed, 23 Oct 2024 08:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("9" * 400, 999999999.0),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, datetime(2024, 10, 23, 8, 15, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("error", "why", "passing", "host"),
    [
        (CannotResolveHostError("e.org: nope"), "unknown host: e.org: nope", False, "down"),
        (DownloadConnectionRefusedError("e.org"), "connection refused: e.org", False, "down"),
        (Refused("10.0.0.1 is private"), "refused: 10.0.0.1 is private", False, None),
        (DownloadTimeoutError("e.org"), "timeout: e.org", True, "strained"),
        (DownloadCancelledError("too large"), "not taken: too large", False, None),
        (ResponseDataLossError("cut"), "not whole: cut", True, None),
        (DownloadFailedError("hung up"), "hung up", True, "strained"),
        (Unreachable("robots.txt answers 503"), "robots.txt answers 503", False, "down"),
        (ValueError(), "ValueError", True, "strained"),
    ],
)
def test_errors(error: Exception, why: str, passing: bool, host: str | None) -> None:
    absent = isinstance(error, CannotResolveHostError | DownloadConnectionRefusedError)
    assert of_error(error) == Failure(why, passing, host, absent=absent)


def test_what_fails_is_tried_less_and_less_often_and_then_given_up() -> None:
    failure = Failure("500", True, "strained", 500)
    waits = [settled(row(attempts=attempts), failure).wait for attempts in range(6)]
    assert waits == [900, 3600, 14_400, 57_600, 230_400, None]


@pytest.mark.parametrize(
    ("path", "failure", "hours"),
    [
        ("", Failure("500", True, "strained", 500), [0.25, 1, 4, 4, 4, 4]),
        ("M", Failure("500", True, "strained", 500), [0.25, 1, 4, 4, 4, 4]),
        ("", Failure("404", status=404, gone=True), [0.25, 1, 4, 16, 24, 24]),
        ("M", Failure("404", status=404, gone=True), [1, 4, 16, 64, 168, 168]),
        ("", Failure("429", True, "strained", 429, 8 * HOUR), [8, 8, 8, 8, 8, 8]),
        ("", Failure("429", True, "strained", 429, 1e11), [24, 24, 24, 24, 24, 24]),
    ],
)
def test_a_listing_that_fails_is_asked_before_much_can_have_gone_by(
    path: str, failure: Failure, hours: list[float]
) -> None:
    listings = [replace(row(Kind.FEED, attempts=times), path=path) for times in range(6)]
    assert [settled(one, failure).wait for one in listings] == [hour * HOUR for hour in hours]


GONE = Failure("404 Not Found", status=404, gone=True)


def test_what_is_gone_is_gone_but_a_feed_may_come_back() -> None:
    assert settled(row(Kind.REQUISITE), GONE).state is State.GONE
    assert settled(row(Kind.REQUISITE), GONE).wait is None
    assert settled(row(Kind.FEED), GONE).state is State.GONE
    assert settled(row(Kind.FEED), GONE).wait == HOUR


@pytest.mark.parametrize(
    ("misses", "days", "state", "wait"),
    [
        (0, 0, State.FAILED, 6 * HOUR),
        (1, 0.25, State.FAILED, DAY),
        (2, 1.25, State.FAILED, 2 * DAY),
        (3, 3.25, State.GONE, 7 * DAY),
        (2, 2.0, State.GONE, 7 * DAY),
        (1, 90, State.FAILED, DAY),
        (5, 30, State.GONE, 7 * DAY),
        (6, 40, State.GONE, 30 * DAY),
    ],
)
def test_an_article_is_gone_when_several_answers_over_days_say_so(
    misses: int, days: float, state: State, wait: float
) -> None:
    since = timestamp.now() - timedelta(days=days)
    missing = replace(row(), misses=misses, missing_since=since if misses else None)
    outcome = settled(missing, GONE)
    assert (outcome.state, outcome.wait, outcome.missed) == (state, wait, True)


def test_a_page_that_something_stands_in_for_is_tried_again_ever_more_rarely() -> None:
    waits = [quarantined(row(attempts=attempts), 200, "captcha").wait for attempts in range(6)]
    assert waits == [HOUR, 4 * HOUR, 16 * HOUR, 64 * HOUR, 7 * DAY, 7 * DAY]


def test_what_was_captured_once_is_never_given_up() -> None:
    known = replace(row(attempts=50), captured=timestamp.now())
    assert settled(known, Failure("500", True, "strained", 500)).wait == 921_600


def test_a_seed_that_is_not_there_has_failed() -> None:
    seed = Row(1, "https://e.org/a", "e.org", Kind.FEED, "e", "", 0, 1, 0, 0, None, None)
    assert settled(seed, Failure("404 Not Found", status=404, gone=True)).state is State.FAILED


def test_a_server_that_asks_for_a_long_wait_gets_it() -> None:
    assert settled(row(), Failure("429", True, "strained", 429, 86_400.0)).wait == 86_400


def test_what_was_captured() -> None:
    assert captured(row(), 200, None).state is State.CAPTURED
    assert captured(row(), 304, 60.0) == Outcome(State.UNCHANGED, 304, wait=60.0)
    assert captured(row(Kind.FEED, idle=3), 200, 60.0, 0).idle == 4
    assert captured(row(Kind.FEED, idle=3), 200, 60.0, 2).idle == 0


# Patience ----------------------------------------------------------------------------------------


@pytest.fixture
def patience() -> Patience:
    return Patience(retries=2, delay=2.0, retry_after_cap=60.0, failures=3)


def test_waits_grow_and_end(patience: Patience) -> None:
    failure = Failure("500", passing=True)
    assert [patience.wait(tries, failure) for tries in range(3)] == [2.0, 8.0, None]
    assert patience.wait(0, Failure("404")) is None


def test_retry_after_goes_before_our_own_idea(patience: Patience) -> None:
    assert patience.wait(0, Failure("429", True, "strained", 429, 0.5)) == 0.5
    assert patience.wait(0, Failure("429", True, "strained", 429, 61.0)) is None


def test_a_host_is_left_alone_after_failures_in_a_row(patience: Patience) -> None:
    strained = Failure("500", True, "strained", 500)
    assert [patience.gives_up("e.org", strained) for _ in range(2)] == [False, False]
    patience.succeeded("e.org")
    assert [patience.gives_up("e.org", strained) for _ in range(3)] == [False, False, True]
    assert not patience.gives_up("other.org", strained)


def test_a_host_that_is_down_or_asks_for_a_long_wait_is_left_alone_at_once(
    patience: Patience,
) -> None:
    assert patience.gives_up("e.org", Failure("unknown host", host="down"))
    assert patience.gives_up("f.org", Failure("429", True, "strained", 429, 3600.0))
    assert not patience.gives_up("g.org", Failure("404", status=404))
