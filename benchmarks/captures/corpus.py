"""Captures as crawls of news sites over some months leave them, the same in every run.

Of fourteen captures seven are of article pages (each is asked again after an hour, six hours, …;
of the later ones half are revisits), five are of images and style sheets, two of listings: a few
URLs with thousands of captures, the first of them with a seventh of all these.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from archive import digest
from archive.model import Capture, Location
from archive.timestamp import from_datetime, to_datetime
from archive.urlkey import urlkey

SITES = 100
LISTINGS = 400
#: How many stories ago the articles were published that are asked again.
_AGAIN = (5, 30, 120, 360, 1_700, 11_000)
#: A file has so many bytes; a story comes every so many seconds.
_FILE = 1_000_000_000
PACE = 30
FIRST = to_datetime("20240101000000")
_FIRST_MINUTE = int(FIRST.timestamp()) // 60
_WORDS = (
    *("minister", "council", "bridge", "ferry", "winter", "border", "price", "harbor", "talks"),
    *("army", "vote", "court", "power", "grain", "school", "river", "fire", "strike", "league"),
    *("museum", "railway", "budget", "storm", "teacher", "hospital", "airport"),
)


def site(number: int) -> str:
    """Return the origin of a site."""
    return f"https://www.daily-{number % SITES}.example"


@lru_cache(maxsize=20_000)
def article(number: int) -> str:
    """Return the URL of a story."""
    chance = random.Random(number)
    day = FIRST + timedelta(seconds=number * PACE)
    slug = "-".join(chance.choices(_WORDS, k=chance.randrange(4, 9)))
    return f"{site(number)}/{day:%Y/%m/%d}/{slug}-a{number}"


def listing(number: int) -> str:
    """Return the URL of a home page, a section or a feed."""
    section = ("", "news", "feeds/all.xml", "world")[number // SITES % 4]
    return f"{site(number)}/{section}"


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What came, and what is known of it.

    Attributes:
        url: that was asked for.
        mime: media type.
        payload: stands for it; the same for the same bytes.
        version: of an article that it shows.
        first: number of the story with which the same payload came before, or None.
    """

    url: str
    mime: str
    payload: str
    version: int | None = None
    first: int | None = None


def corpus(rows: int) -> Iterator[tuple[Capture, int | None]]:
    """Yield captures in the order in which they were made, with the version that each shows."""
    writer = _Writer()
    story = 0
    while True:
        for fetched in _round(story):
            if writer.written == rows:
                return
            yield writer.capture(fetched, story), fetched.version
        story += 1


def _round(story: int) -> Iterator[_Fetched]:
    """Yield what is captured around one story."""
    chance = random.Random(-1 - story)
    for place, again in enumerate((0, *_AGAIN)):
        number = story - again
        if number >= 0:
            version = (_FIRST_MINUTE + number) * 16
            changed = place in (1, 3)
            payload = f"{number}/{place}" if changed else str(number)
            first = number if place and not changed else None
            yield _Fetched(article(number), "text/html", payload, version, first)
    for place in range(4):
        name = hashlib.md5(f"{story}/{place}".encode()).hexdigest()
        name = name if place else name.upper()
        folder = f"{site(story)}/media/{name[:2]}"
        yield _Fetched(f"{folder}/{name}_{chance.randrange(320, 2000)}.jpg", "image/jpeg", name)
    first = story % SITES if story >= SITES else None
    yield _Fetched(f"{site(story)}/static/site.css", "text/css", site(story), first=first)
    for _ in range(2):
        number = int(LISTINGS * chance.random() ** 3)
        mime = "application/rss+xml" if "feeds" in listing(number) else "text/html"
        yield _Fetched(listing(number), mime, f"{story}/{number}")


class _Writer:
    """Makes captures of what is fetched, one behind the other in WARC files."""

    def __init__(self) -> None:
        self.written = 0
        self._file, self._offset = 0, 0

    def capture(self, fetched: _Fetched, story: int) -> Capture:
        """Return the next capture."""
        scattered = self.written * 2_654_435_761 % 2**32
        again = fetched.first is not None
        length = 400 + scattered % 300 if again else 2_000 + scattered % 88_000
        if self._offset + length > _FILE:
            self._file, self._offset = self._file + 1, 0
        name = f"NEWSWARC-20240101000000000-{self._file:05}-crawler.warc.gz"
        location = Location(name, self._offset, length)
        self._offset += length + 700  # the request
        self.written += 1
        return Capture(
            url=fetched.url,
            urlkey=_key(fetched.url),
            timestamp=_moment(story, self.written % 14),
            record_type="revisit" if again else "response",
            status=200,
            mime=fetched.mime,
            digest=digest.sha1(fetched.payload.encode()),
            location=location,
            refers_to=(fetched.url, _moment(fetched.first)) if fetched.first is not None else None,
        )


@lru_cache(maxsize=20_000)
def _key(url: str) -> str:
    return urlkey(url)


def _moment(story: int, place: int = 0) -> str:
    return from_datetime(FIRST + timedelta(seconds=story * PACE + place * 2))
