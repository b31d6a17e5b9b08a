"""What can go wrong with a page in the browser. Its answer is stored by then."""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError


class NotRendered(DownloadCancelledError):
    """The browser did not make anything of the page. Scrapy does not try again."""


class BrowserGone(NotRendered):
    """The browser itself crashed or hangs; the next page is shown to another one."""
