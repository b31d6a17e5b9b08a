"""The rhythm of a source: how many articles to expect of it at which hour of the week.

Arrivals are taken for a Poisson process whose rate depends on the hour and the weekday. That news
pages change like one, and that a page is best asked at its own rate, is shown by Cho and
Garcia-Molina ("Effective page refresh policies for web crawlers", 2003; "Estimating frequency of
change", 2003). A rate is estimated from few observations by adding half an arrival to what was
counted (their bias-corrected estimator), and that of an hour of the week leans on that of the hour
of the day, which leans on the whole, for as long as little is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from crawler.model import Kind

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR

#: What was observed so long ago counts half (seconds).
HALF_LIFE = 14 * DAY
#: An hour of the day weighs as much as so many hours of its own, an hour of the week likewise.
_LEAN = 2.0
#: A listing is asked when so many articles are expected in it …
_WANTED = 0.5
#: … and, at the fastest pace it has shown, before this part of its length is new.
_PART = 1 / 3
#: Until a listing has been watched for a whole week, there are hours of which nothing is known: it
#: is asked again before it has been watched for so large a part longer.
_WEEK = 7 * DAY
_CAUTION = 1 / 8
#: The fastest pace is measured over this span or a longer one, in seconds.
_SHORTEST = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a kind of listing is asked, in seconds between two polls.

    Attributes:
        shortest: never sooner.
        first: after the first poll, when nothing is known.
        longest: never later.
    """

    shortest: float
    first: float
    longest: float


PACES = {
    Kind.FEED: Pace(5 * MINUTE, 15 * MINUTE, DAY),
    Kind.HOME: Pace(5 * MINUTE, 30 * MINUTE, DAY),
    Kind.SECTION: Pace(5 * MINUTE, 30 * MINUTE, DAY),
    Kind.SITEMAP: Pace(5 * MINUTE, 2 * HOUR, 7 * DAY),
}


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll of a listing brought.

    Attributes:
        time: when.
        items: the articles it named.
        new: how many of these it had not named at the poll before.
    """

    time: datetime
    items: int
    new: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and how many articles arrived in it."""

    start: datetime
    end: datetime
    arrivals: float


class Rhythm:
    """Arrivals per hour, by hour and weekday (UTC).

    Args:
        spans: what was observed.
        now: the present; what is older counts less.
        prior: time (seconds) in which half an arrival is taken as seen before anything was.
    """

    def __init__(self, spans: Iterable[Span], now: datetime, prior: float) -> None:
        arrivals: dict[tuple[int, int], float] = defaultdict(float)
        hours: dict[tuple[int, int], float] = defaultdict(float)
        for span in spans:
            seconds = (span.end - span.start).total_seconds()
            if seconds <= 0:
                continue
            weight = 0.5 ** (max(0.0, (now - span.end).total_seconds()) / HALF_LIFE)
            for moment, part in _hours(span.start, span.end):
                bucket = moment.weekday(), moment.hour
                arrivals[bucket] += weight * span.arrivals * part / seconds
                hours[bucket] += weight * part / HOUR
        overall = (sum(arrivals.values()) + 0.5) / (sum(hours.values()) + prior / HOUR)
        self._rates: dict[tuple[int, int], float] = {}
        for hour in range(24):
            week = [(day, hour) for day in range(7)]
            seen = sum(arrivals[bucket] for bucket in week)
            time = sum(hours[bucket] for bucket in week)
            daily = (seen + _LEAN * overall) / (time + _LEAN)
            for bucket in week:
                rate = (arrivals[bucket] + _LEAN * daily) / (hours[bucket] + _LEAN)
                self._rates[bucket] = rate

    def rate(self, moment: datetime) -> float:
        """Return how many arrivals an hour are usual at that time of the week."""
        return self._rates[moment.weekday(), moment.hour]

    def expected(self, start: datetime, end: datetime) -> float:
        """Return how many arrivals are to be expected in a stretch of time."""
        return sum(self.rate(moment) * part / HOUR for moment, part in _hours(start, end))

    def wait(self, start: datetime, wanted: float, longest: float) -> float:
        """Return the seconds until `wanted` arrivals are to be expected, at most `longest`."""
        left, waited = wanted, 0.0
        for moment, part in _hours(start, start + timedelta(seconds=longest)):
            coming = self.rate(moment) * part / HOUR
            if coming >= left:
                return waited + part * left / coming
            left -= coming
            waited += part
        return longest


def next_poll(kind: Kind, polls: Sequence[Poll]) -> float:
    """Return how many seconds after its last poll a listing is due again.

    Args:
        kind: of the listing.
        polls: those that are known, the first first; of the very first poll only the time counts,
            since what it brought had gathered for nobody knows how long.
    """
    pace = PACES[kind]
    if len(polls) < 2:
        return pace.first
    last = polls[-1]
    spans = [Span(one.time, other.time, other.new) for one, other in pairwise(polls)]
    rhythm = Rhythm(spans, last.time, pace.first)
    wait = rhythm.wait(last.time, _WANTED, pace.longest)
    watched = (last.time - polls[0].time).total_seconds()
    if watched < _WEEK:
        wait = min(wait, max(pace.first, _CAUTION * watched))
    fastest = max(
        span.arrivals / max((span.end - span.start).total_seconds(), _SHORTEST) for span in spans
    )
    if fastest and last.items:
        wait = min(wait, max(1.0, _PART * last.items) / fastest)
    return min(max(wait, pace.shortest), pace.longest)


def _hours(start: datetime, end: datetime) -> Iterable[tuple[datetime, float]]:
    """Yield a stretch of time in pieces that end with the hour, each with its seconds."""
    moment = start
    while moment < end:
        following = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = min(following, end)
        yield moment, (until - moment).total_seconds()
        moment = until
