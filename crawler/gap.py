"""Gaps: stretches of time of which something may be missing, and what gives them away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.rhythm import Rhythm, Span

ROLLED_OVER = "no item in common"
SILENT = "silent"

#: A habit is known after so long, or after so many articles over a whole week: before, nobody knows
#: its nights and weekends; …
_LONG_ENOUGH = timedelta(days=14)
_MANY_ENOUGH = 30
_WEEK = timedelta(days=7)
#: … after fewer than these, never.
_TOO_FEW = 4
#: A source is silent when so many articles were to be expected since the last one, …
_EXPECTED = 8.0
#: … and when it has been silent for so many times its longest silence so far, and for so long.
_TIMES = 1.5
_SHORTEST = timedelta(hours=6)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something may be missing.

    Attributes:
        source: of which.
        kind: `ROLLED_OVER` or `SILENT`.
        since: when it began.
        noticed: when we saw it.
        until: when it ended; None while it lasts.
        detail: one line for a person.
        url: of the listing, or None.
    """

    source: str
    kind: str
    since: datetime
    noticed: datetime
    until: datetime | None
    detail: str
    url: str | None = None

    @property
    def line(self) -> str:
        """The gap in one line."""
        end = f" until {self.until:%Y-%m-%d %H:%M}" if self.until else ""
        return f"gap in {self.source} since {self.since:%Y-%m-%d %H:%M}{end} (UTC): {self.detail}"

    @property
    def facts(self) -> dict[str, str | None]:
        """The gap as JSON has it; times as RFC 3339."""
        return {
            "source": self.source,
            "kind": self.kind,
            "since": self.since.isoformat(),
            "noticed": self.noticed.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "detail": self.detail,
            "url": self.url,
        }


def rolled_over(before: Collection[int], after: Collection[int]) -> bool:
    """Tell whether a list went on so far between two polls that what lies between is not known.

    Args:
        before: the items of the poll before, by their hashes.
        after: the items now.

    >>> rolled_over({1, 2}, {2, 3}), rolled_over({1, 2}, {3, 4}), rolled_over({1, 2}, set())
    (False, True, False)
    """
    return bool(before) and bool(after) and set(before).isdisjoint(after)


def silent(arrivals: Mapping[datetime, int], started: datetime, now: datetime) -> str | None:
    """Return why a source is silent far beyond its habit, None when it is not.

    Args:
        arrivals: articles by the hour (UTC) in which they came, those hours alone that had some.
        started: since when the source has been watched.
        now: when nothing new was found once more.
    """
    number = sum(arrivals.values())
    if number < _TOO_FEW:
        return None
    hours = sorted(arrivals)
    last = hours[-1] + _HOUR
    watched = last - started
    if watched < _WEEK or (watched < _LONG_ENOUGH and number < _MANY_ENOUGH):
        return None
    silence = now - last
    ends = [max(started, hours[0]), *hours]
    longest = max(after - before for before, after in zip(ends, hours, strict=False))
    if silence < max(_SHORTEST, _TIMES * longest):
        return None
    expected = _rhythm(arrivals, ends[0], last).expected(last, now)
    if expected < _EXPECTED:
        return None
    return f"nothing new for {silence.total_seconds() / 3600:.0f} h, {expected:.0f} were expected"


def _rhythm(arrivals: Mapping[datetime, int], start: datetime, end: datetime) -> Rhythm:
    """Return the rhythm of a source up to its last article."""
    spans = []
    moment = start.replace(minute=0, second=0, microsecond=0)
    while moment < end:
        spans.append(Span(moment, moment + _HOUR, arrivals.get(moment, 0)))
        moment += _HOUR
    return Rhythm(spans, end, _HOUR.total_seconds())
