"""How a fetch ended and what follows from it: once more now, once more later, or never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from archive import timestamp
from crawler.guard import Refused
from crawler.ledger.hosts import LONGEST_ASKED
from crawler.model import Kind, Outcome, Row, State
from crawler.robots import Unreachable

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: After so many failures in a row an article or requisite is given up.
_GIVE_UP = 6
#: A listing that fails is asked again no later than this: when it recovers, it may show the news of
#: the last hours only. One that is not there at all may wait longer; one that was named by another
#: listing, which would name it again, longer still.
_LISTING_FAILS = 4 * HOUR
_LISTING_IS_NOT_THERE = DAY
_LISTING_IS_GONE = 7 * DAY
#: An article is gone when so many answers in a row say so, over so long; each of these is waited
#: for so long (seconds).
_MISSES = 3
_MISSING_FOR = timedelta(days=2)
_MISS_WAITS = (6 * HOUR, DAY, 2 * DAY)
#: A gone article is asked for once in a week, so often, and then once in a month.
_WEEKS = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_NOW = frozenset({302, 303, 307})
_GONE = frozenset({404, 410})
#: Statuses that may be different in a moment.
_PASSING = frozenset({408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524})
#: Statuses that ask for a slower pace.
_SLOW_DOWN = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a fetch failed, and whether it is worth another try in the same crawl.

    Attributes:
        why: one line for a person.
        passing: it may go well in a moment.
        host: the whole host is at fault, not the one URL: ``down`` (no use asking it again in
            this crawl), ``strained`` (one more sign that it is), or None.
        status: HTTP status, None without an answer.
        retry_after: how long the server asks us to wait, in seconds, or None.
        gone: there is nothing at that URL, or nothing of the kind.
        absent: nobody was there to be bothered by the request.
    """

    why: str
    passing: bool = False
    host: str | None = None
    status: int | None = None
    retry_after: float | None = None
    gone: bool = False
    absent: bool = False


def of_status(status: int, wait: str = "") -> Failure | None:
    """Return what is wrong with an answer of that status, None when nothing is.

    Args:
        status: HTTP status.
        wait: the Retry-After field of the answer.
    """
    if 200 <= status < 300 or status in _REDIRECTS or status == 304:
        return None
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    strained = status in _SLOW_DOWN or status >= 500
    return Failure(
        f"{status} {phrase}".strip(),
        passing=status in _PASSING or status in _SLOW_DOWN,
        host="strained" if strained else None,
        status=status,
        retry_after=retry_after(wait) if status in _SLOW_DOWN else None,
        gone=status in _GONE,
    )


def of_error(error: BaseException) -> Failure:
    """Return what a download handler's exception means."""
    detail = " ".join(str(error).split())
    match error:
        case CannotResolveHostError():
            return Failure(f"unknown host: {detail}", host="down", absent=True)
        case Refused():
            return Failure(f"refused: {detail}")
        case DownloadConnectionRefusedError():
            return Failure(f"connection refused: {detail}", host="down", absent=True)
        case Unreachable():
            return Failure(detail, host="down", retry_after=retry_after(error.wait))
        case DownloadTimeoutError():
            return Failure(f"timeout: {detail}", passing=True, host="strained")
        case DownloadCancelledError():
            return Failure(f"not taken: {detail}")
        case ResponseDataLossError():
            return Failure(f"not whole: {detail}", passing=True)
    return Failure(detail or type(error).__name__, passing=True, host="strained")


def settled(row: Row, failure: Failure) -> Outcome:
    """Return where a row goes that failed for good in this crawl."""
    times = 4.0 ** min(row.attempts, 5)
    if failure.gone and row.path:
        if row.kind is Kind.ARTICLE:
            return _missed(row, failure)
        again = min(HOUR * times, _LISTING_IS_GONE) if row.kind.lists else None
        return Outcome(State.GONE, failure.status, failure.why, wait=again)
    wait = 15 * MINUTE * times
    if row.kind.lists:
        wait = min(wait, _LISTING_IS_NOT_THERE if failure.gone else _LISTING_FAILS)
    wait = max(wait, min(failure.retry_after or 0, LONGEST_ASKED))
    given_up = row.attempts + 1 >= _GIVE_UP and not row.kind.lists and row.captured is None
    return Outcome(State.FAILED, failure.status, failure.why, wait=None if given_up else wait)


def _missed(row: Row, failure: Failure) -> Outcome:
    """Return where an article goes that is not there: one answer that says so is not enough."""
    now = timestamp.now()
    since = row.missing_since or now
    misses = row.misses + 1
    if misses >= _MISSES and now - since >= _MISSING_FOR:
        wait = 7 * DAY if misses < _MISSES + _WEEKS else 30 * DAY
        return Outcome(State.GONE, failure.status, failure.why, wait=wait, missed=True)
    wait = _MISS_WAITS[min(misses, len(_MISS_WAITS)) - 1]
    return Outcome(State.FAILED, failure.status, failure.why, wait=wait, missed=True)


def captured(row: Row, status: int, wait: float | None, new: int = 0) -> Outcome:
    """Return where a row goes that was captured.

    Args:
        row: that was fetched.
        status: of the answer.
        wait: seconds until it is due again; None for never.
        new: for a listing, how many articles it names that it did not name before.
    """
    state = State.UNCHANGED if status == 304 else State.CAPTURED
    idle = 0 if new or not row.kind.lists else row.idle + 1
    return Outcome(state, status, wait=wait, idle=idle)


def quarantined(row: Row, status: int, why: str) -> Outcome:
    """Return where a row goes that got something else in place of its page."""
    wait = min(HOUR * 4 ** min(row.attempts, 5), 7 * DAY)
    return Outcome(State.QUARANTINED, status, why, wait=wait)


def is_redirect(status: int) -> bool:
    """Tell whether an answer of that status sends us elsewhere."""
    return status in _REDIRECTS


def is_for_now(status: int) -> bool:
    """Tell whether a redirect of that status is to be asked for at its old place again."""
    return status in _FOR_NOW


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """Return the seconds of a Retry-After field (RFC 9110, clause 10.2.3), None for no valid one.

    >>> retry_after("120")
    120.0
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - (now or timestamp.now())).total_seconds())
