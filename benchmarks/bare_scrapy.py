"""The peer: Scrapy as it comes, tuned, following links and storing nothing.

``python -m benchmarks.bare_scrapy http://127.0.0.1:PORT/ CONCURRENCY``. Scrapy's own download
handler and middlewares; hrefs are found by a regular expression and held against a set before a
request is made of them, and few items are processed at once: with that it is about five times as
fast as with a LinkExtractor and its defaults.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

_HREF = re.compile(rb'href="(/[^"]+)"')


class BareSpider(Spider):
    """Asks for every page of a site once."""

    name = "bare"

    async def start(self) -> AsyncIterator[Any]:
        """Begin at the home page."""
        self.seen: set[bytes] = set()
        yield Request(self.home, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """Follow what is new."""
        for path in _HREF.findall(response.body):
            if path not in self.seen:
                self.seen.add(path)
                yield Request(response.urljoin(path.decode("ascii")), dont_filter=True)


def main() -> None:
    """Crawl, and say how many pages there were."""
    home, concurrency = sys.argv[1], int(sys.argv[2])
    process = CrawlerProcess(
        {
            "CONCURRENT_ITEMS": 4,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "DOWNLOAD_DELAY": 0,
            "COOKIES_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, home=home)
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("response_received_count"))


if __name__ == "__main__":
    main()
