"""The pace of a host follows its speed: who answers slowly is asked less often."""

from __future__ import annotations

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response


class Throttle:
    """Extension that sets the delay of each host by the latency of its answers.

    This is the rule of Scrapy's AutoThrottle with a floor for each host instead of one for all:
    what a source asks for, or the crawl-delay of a robots.txt, is never undercut and, where it is
    below the default, not exceeded without a reason.

    Settings: ``NEWSWARC_THROTTLE``: whether to. ``NEWSWARC_THROTTLE_MAX_DELAY``: seconds.
    ``DOWNLOAD_DELAY``: the floor of hosts without one of their own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._floor = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._cap = crawler.settings.getfloat("NEWSWARC_THROTTLE_MAX_DELAY")

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
        floor = downloader.per_slot_settings.get(key, {}).get("delay", self._floor)
        delay = next_delay(slot.delay, latency, floor, self._cap)
        # An error is often quick to send; that is no reason to ask faster.
        if response.status == 200 or delay > slot.delay:
            slot.delay = delay


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
