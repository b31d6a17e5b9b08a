"""The pace of a host follows its speed: who answers slowly is asked less often."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.settings import Settings

#: Statuses that say that we are too fast.
TOO_FAST = frozenset({429, 503})
#: A floor that is doubled was at least so many seconds.
_LEAST = 0.5


class Throttle:
    """Extension that sets the delay of each host by the latency of its answers.

    This is the rule of Scrapy's AutoThrottle with a floor for each host instead of one for all:
    what a source asks for, or the crawl-delay of a robots.txt, is never undercut and, where it is
    below the default, not exceeded without a reason. An answer of 429 or 503 doubles the floor for
    the rest of the crawl: the host has said that the pace was too fast. Not so the answer to the
    first request of a crawl, which has no pace: that host has other trouble.

    Settings: ``NEWSWARC_THROTTLE``: whether to. ``NEWSWARC_THROTTLE_MAX_DELAY``: seconds.
    ``DOWNLOAD_DELAY``: the floor of hosts without one of their own.

    Attributes:
        raised: the floors that were raised in this crawl, by slot, in seconds.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._floor = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._cap = crawler.settings.getfloat("NEWSWARC_THROTTLE_MAX_DELAY")
        self.raised: dict[str, float] = {}
        self._asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Throttle:
        """Make it, as Scrapy does.

        Raises:
            NotConfigured: it is not wanted.
        """
        if not crawler.settings.getbool("NEWSWARC_THROTTLE"):
            raise NotConfigured
        throttle = cls(crawler)
        crawler.signals.connect(throttle.response_downloaded, signals.response_downloaded)
        return throttle

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Take an answer into account."""
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        slot = downloader.slots.get(key)
        latency = request.meta.get("download_latency")
        if slot is None or latency is None:
            return
        own = downloader.per_slot_settings.get(key, {}).get("delay", self._floor)
        floor = max(own, self.raised.get(key, 0.0))
        if response.status in TOO_FAST and key in self._asked:
            floor = self.raised[key] = max(min(2 * max(floor, _LEAST), self._cap), own)
        self._asked.add(key)
        delay = next_delay(slot.delay, latency, floor, self._cap)
        # An error is often quick to send; that is no reason to ask faster.
        if response.status == 200 or delay > slot.delay:
            slot.delay = delay


def keep_floors(settings: Settings, floors: Mapping[str, float]) -> None:
    """Let the delay of no slot be below its floor.

    Args:
        settings: of a crawl to be; ``DOWNLOAD_SLOTS`` is changed.
        floors: what hosts want since an earlier crawl, by slot, in seconds.
    """
    slots = {slot: dict(own) for slot, own in settings.getdict("DOWNLOAD_SLOTS").items()}
    usual = settings.getfloat("DOWNLOAD_DELAY")
    for slot, floor in floors.items():
        own = slots.setdefault(slot, {})
        own["delay"] = max(floor, own.get("delay", usual))
    settings.set("DOWNLOAD_SLOTS", slots, "cmdline")


def next_delay(delay: float, latency: float, floor: float, cap: float) -> float:
    """Return the delay that follows an answer.

    Args:
        delay: so far; all in seconds.
        latency: of the answer.
        floor: no delay is shorter.
        cap: no delay is longer, unless the floor is.

    >>> next_delay(1.0, 3.0, 1.0, 30.0), next_delay(3.0, 0.2, 1.0, 30.0)
    (3.0, 1.6)
    """
    return max(min(max(latency, (delay + latency) / 2), cap), floor)
