from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.guard import Refused
from crawler.model import Kind, Row, State
from crawler.outcome import DAY, HOUR, Failure, captured, of_error, of_status, retry_after, settled
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
    assert settled(row(Kind.FEED, attempts=50), failure).wait == 921_600


def test_what_is_gone_is_gone_but_a_feed_may_come_back() -> None:
    gone = Failure("404 Not Found", status=404, gone=True)
    assert settled(row(), gone).state is State.GONE
    assert settled(row(), gone).wait is None
    assert settled(row(Kind.FEED), gone).state is State.GONE
    assert settled(row(Kind.FEED), gone).wait == 7 * DAY


def test_a_seed_that_is_not_there_has_failed() -> None:
    seed = Row(1, "https://e.org/a", "e.org", Kind.FEED, "e", "", 0, 1, 0, 0, None, None)
    assert settled(seed, Failure("404 Not Found", status=404, gone=True)).state is State.FAILED


def test_a_server_that_asks_for_a_long_wait_gets_it() -> None:
    assert settled(row(), Failure("429", True, "strained", 429, 86_400.0)).wait == 86_400


def test_articles_are_captured_once_and_listings_again() -> None:
    assert captured(row(), 200, 0).wait is None
    assert captured(row(), 200, 0).state is State.CAPTURED
    assert captured(row(), 304, 0).state is State.UNCHANGED
    assert captured(row(Kind.FEED), 200, 3).wait == 0


def test_a_listing_without_news_is_asked_less_and_less_often() -> None:
    waits = [captured(row(Kind.SITEMAP, idle=idle), 200, 0).wait for idle in (0, 1, 2, 20)]
    assert waits == [HOUR, 3 * HOUR, 7 * HOUR, 7 * DAY]
    assert captured(row(Kind.SITEMAP, idle=20), 200, 1).idle == 0


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
