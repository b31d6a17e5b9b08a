"""A crawl of the museum, as a process of its own: arguments in, what the spider saw out (JSON)."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure


class OddSpider(scrapy.Spider):
    """Asks for each answer once, a few at a time, so that connections are used again."""

    name = "odd"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for asked in json.loads(sys.argv[1])["requests"]:
            yield scrapy.Request(
                asked["url"],
                method=asked["method"],
                body=bytes.fromhex(asked["body"]),
                callback=self.saw,
                errback=self.failed,
                dont_filter=True,
                meta={
                    "dont_redirect": True,
                    "dont_retry": True,
                    "handle_httpstatus_all": True,
                    "asked": asked["url"],
                    **asked["meta"],
                },
            )

    def saw(self, response: Response) -> None:
        show(
            url=response.meta["asked"],
            status=response.status,
            size=len(response.body),
            digest=hashlib.sha1(response.body).hexdigest(),
            flags=response.flags,
            ip=str(response.ip_address),
            certificate=bool(response.certificate),
            headers=[
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, values in response.headers.items()
                for value in values
            ],
        )

    def failed(self, failure: Failure) -> None:
        show(url=failure.request.meta["asked"], error=type(failure.value).__name__)


def show(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    process = AsyncCrawlerProcess(
        {
            "ADDONS": {"crawler.wire.Addon": 0},
            "COOKIES_ENABLED": False,  # they would want the public suffix list of the live web
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            **json.loads(sys.argv[1])["settings"],
        }
    )
    process.crawl(OddSpider)
    process.start()
