"""The five papers, and everything that is built into their month."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from benchmarks.month import story as invent
from benchmarks.month.paper import MappedPaper, Paper
from benchmarks.month.story import Absence, Event, Story, Text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: How much of a day's news comes in each hour (UTC): little at night, most before noon.
_RHYTHM = (1, 1, 1, 1, 2, 3, 6, 9, 10, 10, 9, 8, 7, 8, 8, 7, 6, 6, 5, 4, 3, 3, 2, 1)
_DAYTIME = (0,) * 7 + (3, 5, 6, 6, 5, 4, 5, 6, 6, 5, 4, 3, 2) + (0,) * 4
_BOTH = frozenset({"ETag", "Last-Modified"})


@dataclass(frozen=True, slots=True)
class Month:
    """What is played.

    Attributes:
        days: how long it goes on; the removals and their return need 15.
        every: how often cron runs the crawl.
        seed: of everything that is invented.
        volume: how many stories the fast paper publishes, as a part of 20 to 60 a day.
    """

    days: int = 31
    every: timedelta = timedelta(minutes=15)
    seed: int = 1
    volume: float = 1.0

    #: A Monday; another month begins within.
    START = datetime(2026, 3, 9, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.START + self.days * DAY

    def day(self, part: float) -> datetime:
        """Return the beginning of the day that lies so far into the month, from 0 to 1."""
        return self.START + round(self.days * part) * DAY

    # What is built in ------------------------------------------------------------------------

    @property
    def burst(self) -> datetime:
        """When the fast paper publishes more in six minutes than its feed holds."""
        return self.day(0.55) + 14 * HOUR + timedelta(minutes=7)

    @property
    def refused(self) -> datetime:
        """When the harbour paper's server begins to refuse connections."""
        return self.day(0.52) + 6 * HOUR

    @property
    def overloaded(self) -> datetime:
        """When it begins to answer 503 instead."""
        return self.refused + DAY

    @property
    def silent(self) -> datetime:
        """When it is well again, but nothing new comes."""
        return self.overloaded + DAY

    @property
    def resumed(self) -> datetime:
        """When it publishes again."""
        return self.silent + 4 * DAY


def papers(month: Month) -> list[Paper]:
    """Invent the five papers of a month."""
    return [_fast(month), _weekly(month), _failing(month), _moving(month), _editing(month)]


def _fast(month: Month) -> Paper:
    """Return a paper with a feed of 10 items, which one burst washes out."""
    rng = random.Random(f"{month.seed} fast")
    moments = list(_arrivals(rng, month, 20, 60, _RHYTHM, before=1, volume=month.volume))
    moments += [month.burst + timedelta(seconds=25 * number) for number in range(15)]
    return Paper(
        "The Daily Kestrel",
        "www.kestrel.example",
        _stories(rng, moments),
        items=10,
        validators=_BOTH,
        seeds={"feeds": "http://www.kestrel.example/rss"},
    )


def _weekly(month: Month) -> Paper:
    """Return a paper that comes out on Thursday mornings."""
    rng = random.Random(f"{month.seed} weekly")
    first = month.START + 3 * DAY + 9 * HOUR - 6 * 7 * DAY
    weeks = (first + 7 * DAY * number for number in range(month.days // 7 + 8))
    moments = [week + timedelta(minutes=rng.randrange(50)) for week in weeks if week < month.end]
    return Paper(
        "Larch Weekly",
        "larch.example",
        _stories(rng, moments, dated=False),
        feed="/feed.atom",
        items=10,
        atom=True,
        validators=frozenset({"Last-Modified"}),
        seeds={"url": "http://larch.example/", "feeds": "http://larch.example/feed.atom"},
    )


def _failing(month: Month) -> Paper:
    """Return a paper whose server fails for two days; then it is silent for four."""
    rng = random.Random(f"{month.seed} failing")
    moments = [
        moment
        for moment in _arrivals(rng, month, 7, 11, _DAYTIME, before=3)
        if not month.refused <= moment < month.resumed
    ]
    return Paper(
        "Harbour Lantern",
        "www.lantern.example",
        _stories(rng, moments),
        feed="/feed/",
        items=30,
        seeds={"feeds": "http://www.lantern.example/feed/"},
    )


def _moving(month: Month) -> Paper:
    """Return a paper whose sitemaps move: redirected at first, then gone from the old place."""
    rng = random.Random(f"{month.seed} moving")
    return MappedPaper(
        "Mill Street Courier",
        "millstreet.example",
        _stories(rng, _arrivals(rng, month, 3, 6, _DAYTIME, before=14)),
        feed="",
        validators=frozenset({"ETag"}),
        seeds={
            "url": "http://millstreet.example/",
            "sitemaps": f"http://static.millstreet.example{MappedPaper.OLD}",
        },
        moved=month.day(0.3) + 11 * HOUR,
        dropped=month.day(0.5) + 11 * HOUR,
    )


def _editing(month: Month) -> Paper:
    """Return a paper that edits its articles and takes some away."""
    rng = random.Random(f"{month.seed} editing")
    stories = _stories(rng, _arrivals(rng, month, 4, 7, _DAYTIME, before=2))
    fresh = [place for place, one in enumerate(stories) if one.published >= month.START + DAY / 2]
    # From the first day on, every third story; then the rest of the month is quiet.
    for place, happen in zip(fresh[::3], _FATES * 2, strict=False):
        events = happen(stories[place], rng)
        if events[-1].moment + _NOTICED.get(happen, 5 * DAY) < month.end:
            stories[place] = replace(stories[place], events=events)
    return Paper(
        "Vale Observer",
        "www.vale.example",
        stories,
        feed="/rss.xml",
        items=25,
        seeds={"feeds": "http://www.vale.example/rss.xml"},
    )


# What may happen to a story ------------------------------------------------------------------

Fate = Callable[[Story, random.Random], tuple[Event, ...]]
Edit = Callable[[Text, random.Random], Text]


def _edited(what: str, after: timedelta, edit: Edit) -> Fate:
    def events(one: Story, rng: random.Random) -> tuple[Event, ...]:
        return (Event(one.published + after, what, edit(one.text, rng)),)

    return events


def _rolled_back(one: Story, rng: random.Random) -> tuple[Event, ...]:
    return (
        Event(one.published + 3 * HOUR, "another body", invent.with_body(one.text, rng)),
        Event(one.published + 30 * HOUR, "roll-back", one.text),
    )


def _removed(how: Absence) -> Fate:
    def events(one: Story, rng: random.Random) -> tuple[Event, ...]:
        return (Event(one.published + 8 * HOUR, f"removed ({how})", how),)

    return events


def _back(away: timedelta, after: timedelta) -> Fate:
    def events(one: Story, rng: random.Random) -> tuple[Event, ...]:
        return (
            Event(one.published + after, "removed (404)", Absence.NOT_FOUND),
            Event(one.published + after + away, "put back", one.text),
        )

    return events


_put_back = _back(5 * DAY, 8 * HOUR)
_away_for_a_moment = _back(3 * HOUR, 5 * HOUR)
_FATES: tuple[Fate, ...] = (
    _put_back,
    _edited("typo", 2 * HOUR, invent.with_typo),
    _removed(Absence.NOT_FOUND),
    _edited("headline", 4 * HOUR, invent.with_headline),
    _removed(Absence.GONE),
    _edited("silent change of the body", 2 * DAY, invent.with_body),
    _removed(Absence.SOFT),
    _edited("correction", 10 * HOUR, invent.with_correction),
    _removed(Absence.HOME),
    _rolled_back,
    _away_for_a_moment,
)
#: How long it may take until that is noticed, where that is long.
_NOTICED: dict[Fate, timedelta] = {_put_back: 8 * DAY}


# When stories come ---------------------------------------------------------------------------


def _arrivals(
    rng: random.Random,
    month: Month,
    fewest: int,
    most: int,
    rhythm: tuple[int, ...],
    *,
    before: int,
    volume: float = 1.0,
) -> Iterable[datetime]:
    """Yield moments of publication: so many a day, by the rhythm of its hours, at random.

    Args:
        rng: where they come from.
        month: in which they lie, and the days before it.
        fewest: a day.
        most: a day.
        rhythm: how much comes in each of 24 hours.
        before: so many days before the month count, too.
        volume: a part of all of that.
    """
    for number in range(-before, month.days):
        for _ in range(round(rng.randint(fewest, most) * volume)):
            hour = rng.choices(range(24), rhythm)[0]
            yield month.START + number * DAY + hour * HOUR + timedelta(seconds=rng.randrange(3600))


def _stories(rng: random.Random, moments: Iterable[datetime], *, dated: bool = True) -> list[Story]:
    return [
        invent.story(rng, 1000 + number, moment, dated=dated)
        for number, moment in enumerate(sorted(moments))
    ]
