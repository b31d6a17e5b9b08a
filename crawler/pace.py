"""How much patience a crawl has with a host that fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from scrapy.settings import BaseSettings

from crawler.outcome import Failure


@dataclass
class Patience:
    """When to try again, and when to leave a host alone until a later crawl.

    Attributes:
        retries: how often a fetch that failed in passing is tried again.
        delay: before the first of these, in seconds; then four times as long each time.
        retry_after_cap: the longest wait that a server may ask for within this crawl, in seconds.
        failures: as many in a row, and a host is left alone.
        probation: hosts that were left alone before and have not answered since: one failure will
            do.
    """

    retries: int
    delay: float
    retry_after_cap: float
    failures: int
    probation: set[str] = field(default_factory=set)
    _in_a_row: Counter[str] = field(default_factory=Counter)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Patience:
        """Read it from Scrapy's settings."""
        return cls(
            settings.getint("NEWSWARC_RETRY_TIMES"),
            settings.getfloat("NEWSWARC_RETRY_DELAY"),
            settings.getfloat("NEWSWARC_RETRY_AFTER_CAP"),
            settings.getint("NEWSWARC_HOST_FAILURES"),
        )

    def succeeded(self, host: str) -> bool:
        """Take note that a host answers; tell whether it was on probation until now."""
        self._in_a_row.pop(host, None)
        if host not in self.probation:
            return False
        self.probation.discard(host)
        return True

    def gives_up(self, host: str, failure: Failure) -> bool:
        """Take note of a failure; tell whether the host is to be left alone from now on."""
        if failure.host is None:
            return False
        self._in_a_row[host] += 1
        asked_too_much = self.asked(failure) is not None
        allowed = 1 if host in self.probation else self.failures
        return failure.host == "down" or asked_too_much or self._in_a_row[host] >= allowed

    def asked(self, failure: Failure) -> float | None:
        """Return a Retry-After that this crawl does not sit out, in seconds."""
        seconds = failure.retry_after
        return seconds if seconds is not None and seconds > self.retry_after_cap else None

    def wait(self, tries: int, failure: Failure) -> float | None:
        """Return how many seconds to wait before another try, None for no other in this crawl.

        Args:
            tries: how often it was tried again already.
            failure: how the last try ended.
        """
        if not failure.passing or tries >= self.retries:
            return None
        if failure.retry_after is not None:
            return failure.retry_after if failure.retry_after <= self.retry_after_cap else None
        return self.delay * 4.0**tries
