from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crawler.model import Kind
from crawler.rhythm import DAY, HOUR, MINUTE, Poll, Rhythm, Span, next_poll

MONDAY = datetime(2024, 10, 21, tzinfo=UTC)


def polls(every: float, new: Sequence[int], items: int = 20) -> list[Poll]:
    return [
        Poll(MONDAY + timedelta(seconds=every * number), items, count)
        for number, count in enumerate(new)
    ]


@pytest.mark.parametrize(
    ("kind", "history", "shortest", "longest"),
    [
        (Kind.FEED, [], 15 * MINUTE, 15 * MINUTE),
        (Kind.FEED, polls(HOUR, [20]), 15 * MINUTE, 15 * MINUTE),
        (Kind.HOME, polls(HOUR, [20]), 30 * MINUTE, 30 * MINUTE),
        (Kind.SITEMAP, polls(HOUR, [20]), 2 * HOUR, 2 * HOUR),
        # Nothing new: each wait is an eighth of all that was watched so far, up to a week.
        (Kind.FEED, polls(15 * MINUTE, [20, 0]), 15 * MINUTE, 15 * MINUTE),
        (Kind.FEED, polls(HOUR, [20] + [0] * 8), HOUR, HOUR),
        (Kind.FEED, polls(HOUR, [20] + [0] * 160), 20 * HOUR, 20 * HOUR),
        (Kind.FEED, polls(HOUR, [20] + [0] * 200), DAY, DAY),
        (Kind.SITEMAP, polls(DAY, [20] + [0] * 20), 7 * DAY, 7 * DAY),
        # Half an article is waited for.
        (Kind.FEED, polls(HOUR, [20] + [1] * 48), 25 * MINUTE, 40 * MINUTE),
        (Kind.FEED, polls(HOUR, [20] + [2] * 48), 12 * MINUTE, 18 * MINUTE),
        (Kind.FEED, polls(HOUR, [20] + [20] * 48), 5 * MINUTE, 5 * MINUTE),
        # A burst of ten in an hour: a third of twenty items comes in forty minutes.
        (Kind.FEED, polls(HOUR, [20] + [0] * 40 + [10] + [0] * 40), 35 * MINUTE, 45 * MINUTE),
    ],
)
def test_when_a_listing_is_asked_again(
    kind: Kind, history: list[Poll], shortest: float, longest: float
) -> None:
    assert shortest <= next_poll(kind, history) <= longest


def test_a_night_is_learned() -> None:
    """Four articles an hour from 8 to 20, none at night, for three weeks."""
    spans = [
        Span(hour, hour + timedelta(hours=1), 4 if 8 <= hour.hour < 20 else 0)
        for hour in (MONDAY + timedelta(hours=number) for number in range(21 * 24))
    ]
    now = MONDAY + timedelta(days=21)
    rhythm = Rhythm(spans, now, HOUR)
    assert rhythm.rate(now.replace(hour=12)) > 3
    assert rhythm.rate(now.replace(hour=3)) < 0.5
    assert 40 < rhythm.expected(now, now + timedelta(days=1)) < 56
    assert rhythm.wait(now.replace(hour=12), 0.5, DAY) < 12 * MINUTE
    assert rhythm.wait(now.replace(hour=22), 0.5, DAY) > HOUR
    assert rhythm.wait(now, 1000, DAY) == DAY


def test_a_weekend_is_learned() -> None:
    spans = [
        Span(hour, hour + timedelta(hours=1), 2 if hour.weekday() < 5 else 0)
        for hour in (MONDAY + timedelta(hours=number) for number in range(28 * 24))
    ]
    rhythm = Rhythm(spans, MONDAY + timedelta(days=28), HOUR)
    sunday = MONDAY + timedelta(days=34)
    assert rhythm.rate(MONDAY) > 2 * rhythm.rate(sunday)


def test_a_span_without_length_tells_nothing() -> None:
    rhythm = Rhythm([Span(MONDAY, MONDAY, 99)], MONDAY, HOUR)
    assert rhythm.rate(MONDAY) == pytest.approx(0.5)


@pytest.mark.parametrize(("an_hour", "items"), [(0.01, 10), (0.2, 10), (2, 10), (10, 10), (12, 20)])
def test_a_feed_that_is_asked_by_its_rhythm_loses_nothing(an_hour: float, items: int) -> None:
    """Two weeks of articles at random times: no more between two polls than the feed has."""
    chance = random.Random(1)
    moments, moment = [], 0.0
    while moment < 14 * DAY:
        moment += chance.expovariate(an_hour / HOUR)
        moments.append(moment)
    known: list[Poll] = []
    now, last = 0.0, -1.0
    while now < 14 * DAY:
        new = sum(last < one <= now for one in moments)
        assert new < items
        known.append(Poll(MONDAY + timedelta(seconds=now), items, new))
        last = now
        now += next_poll(Kind.FEED, known[-100:])
    assert len(known) < 14 * 24 * max(4.0, 4 * an_hour)
