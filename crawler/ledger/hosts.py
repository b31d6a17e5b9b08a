"""The hosts that are left alone, and until when: patience that outlives the run.

A crawl is started anew every few minutes. What a host has asked for (Retry-After), or what its
failures ask for without words, must hold for the crawls to come as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import timestamp
from crawler.ledger.transaction import Transaction

#: How long a host is left alone the first time, in seconds; then twice as long each time …
FIRST = 15 * 60.0
#: … up to this. A host that has recovered is found out within that time, and one request in four
#: hours is no burden for one that has not.
LONGEST = 4 * 3600.0
#: A Retry-After is believed up to this many seconds: a mistyped year is no reason to lose a source.
LONGEST_ASKED = 24 * 3600.0

_HOLD = """
INSERT INTO hosts (host, failures, until, why) VALUES (?, ?, ?, ?)
ON CONFLICT (host) DO UPDATE
SET failures = excluded.failures, until = excluded.until, why = excluded.why
"""


_SLOW = """
INSERT INTO paces (host, delay, until) VALUES (?, ?, ?)
ON CONFLICT (host) DO UPDATE SET delay = excluded.delay, until = excluded.until
"""
#: A host that was asked too fast is asked slowly for so many seconds.
SLOW_FOR = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a host is left alone.

    Attributes:
        until: it may be asked again from this moment on.
        why: what it said, or did not say, last.
    """

    until: datetime
    why: str

    def __str__(self) -> str:
        return f"left alone until {self.until:%Y-%m-%d %H:%M} UTC: {self.why}"


class Hosts:
    """The tables ``hosts`` and ``paces``. A name and the same with ``www.`` are one host.

    Args:
        transaction: of the crawl.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def hold(self, host: str, why: str, asked: float | None = None) -> Hold:
        """Leave a host alone, longer each time until it answers.

        Args:
            host: that failed.
            why: one line for a person.
            asked: the seconds of its Retry-After; they are taken as they are, up to a day.
        """
        failures = self.failures(host)
        if asked is None:
            seconds = min(FIRST * 2.0 ** min(failures, 20), LONGEST)
        else:
            seconds = min(asked, LONGEST_ASKED)
        # Timestamps have whole seconds: rounded up, so that no host is asked too early.
        until = (timestamp.now() + timedelta(seconds=seconds + 1)).replace(microsecond=0)
        values = [plain(host), failures + 1, timestamp.from_datetime(until), why]
        self._transaction.write(_HOLD, values)
        return Hold(until, why)

    def failures(self, host: str) -> int:
        """Return how often a host was left alone since it last answered."""
        found = self._transaction.read("SELECT failures FROM hosts WHERE host = ?", [plain(host)])
        return int(found[0][0]) if found else 0

    def held(self, now: datetime) -> dict[str, Hold]:
        """Return the hosts that are left alone, under both of their names."""
        found = self._transaction.read(
            "SELECT host, until, why FROM hosts WHERE until > ?", [timestamp.from_datetime(now)]
        )
        return {
            name: Hold(timestamp.to_datetime(until), why)
            for host, until, why in found
            for name in _names(host)
        }

    def on_probation(self, now: datetime) -> set[str]:
        """Return the hosts that were left alone, may be asked again and have not answered yet."""
        found = self._transaction.read(
            "SELECT host FROM hosts WHERE until <= ?", [timestamp.from_datetime(now)]
        )
        return {name for (host,) in found for name in _names(host)}

    def clear(self, host: str) -> None:
        """Forget the failures of a host: it has answered."""
        self._transaction.write("DELETE FROM hosts WHERE host = ?", [plain(host)])

    def slow(self, host: str, delay: float) -> None:
        """Remember for a day that a host wants so many seconds between two requests."""
        until = timestamp.now() + timedelta(seconds=SLOW_FOR)
        self._transaction.write(_SLOW, [plain(host), delay, timestamp.from_datetime(until)])

    def slowed(self, now: datetime) -> dict[str, float]:
        """Return the hosts that were asked too fast and what they want, in seconds.

        Only their plain names: by these Scrapy's slots are called, see `crawler.slot`.
        """
        return dict(
            self._transaction.read(
                "SELECT host, delay FROM paces WHERE until > ?", [timestamp.from_datetime(now)]
            )
        )


def plain(host: str) -> str:
    """Return the name of a host without the ``www.`` that most sites have and not have.

    >>> plain("www.e.org"), plain("e.org")
    ('e.org', 'e.org')
    """
    return host.removeprefix("www.")


def _names(host: str) -> Iterator[str]:
    yield host
    yield f"www.{host}"
