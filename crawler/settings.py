"""The settings of newswarc: one table, polite by default.

They are Scrapy's settings and our own (``NEWSWARC_*``); ``scrapy.cfg`` names this module, so that
Scrapy's tools work here as well. What a person may set is in ``newswarc.toml`` and in the options
of ``newswarc crawl``.
"""

from __future__ import annotations

from typing import Any

from archive.version import __version__

BOT_NAME = "newswarc"
SPIDER_MODULES = ["crawler.spiders"]


def user_agent(contact: str) -> str:
    """Return the user agent that names somebody to write to."""
    return f"newswarc/{__version__} (news archive; +{contact})"


USER_AGENT = user_agent("https://pypi.org/project/newswarc/")

# Everything of ours is asyncio; without Twisted's reactor a process can crawl more than once.
TWISTED_REACTOR_ENABLED = False
ADDONS = {"crawler.wire.Addon": 0}
SCHEDULER = "crawler.scheduler.LedgerScheduler"

# Pace: per host one request at a time, one a second, slower where the host is slow. No jitter: it
# would undercut what a site or a person has asked for.
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 64
NEWSWARC_THROTTLE = True
NEWSWARC_THROTTLE_MAX_DELAY = 30.0
#: A crawl-delay in robots.txt is honoured up to this many seconds.
NEWSWARC_CRAWL_DELAY_CAP = 30.0
#: A robots.txt is believed for so many seconds (RFC 9309, clause 2.4, allows a day).
NEWSWARC_ROBOTS_AGE = 12 * 3600.0
#: A fetch that failed in passing is tried again so often in one crawl …
NEWSWARC_RETRY_TIMES = 2
#: … first after this many seconds, then four times as long each time.
NEWSWARC_RETRY_DELAY = 2.0
#: A host that asks for a longer wait (Retry-After, seconds) is left alone until a later crawl.
NEWSWARC_RETRY_AFTER_CAP = 60.0
#: So is a host after this many failures without a success between them.
NEWSWARC_HOST_FAILURES = 5
#: Acknowledge, that is sync the WARC and commit the ledger, every so many seconds.
NEWSWARC_COMMIT_INTERVAL = 1.0
#: How many parts of a section are asked for behind its first page, in one crawl.
NEWSWARC_MORE_PARTS = 50
#: A requisite is fetched again when its capture is older than this many days.
NEWSWARC_REQUISITE_DAYS = 30

# Bounds.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 120
#: Stop while the disk still has so many bytes free.
NEWSWARC_WARC_MIN_FREE = 256 * 1024 * 1024

# What is sent. No brotli or zstd: common WARC tools cannot read bodies in these codings.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en,*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
COOKIES_ENABLED = False

# Nothing of Scrapy's is in place but what is named here: a list of what is switched off would have
# to grow with Scrapy, and each part on it would still be imported (a web server for the remote
# control, for one). The ledger and the spider do what the others do in other projects: a redirect
# is a row of the ledger, a failed row is tried again; bodies are decoded where they are read.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.slot.SharedSlot": 50,
    "crawler.redacted.Redacted": 75,
    "crawler.robots.Robots": 100,
    "crawler.salvage.Salvage": 200,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES: dict[str, int | None] = {}
EXTENSIONS_BASE: dict[str, int] = {"scrapy.extensions.corestats.CoreStats": 0}
EXTENSIONS: dict[str, int | None] = {"crawler.throttle.Throttle": 0}
#: Each of these is a task that is made for every response, and waits for items; we have no items.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_DUMP = False
LOG_VERSIONS: list[str] = []
LOG_FORMATTER = "crawler.progress.QuietFormatter"

# Nothing but http and https, and no way in from outside.
# (Without a reactor Scrapy puts a handler of its own before that of an add-on, not before ours.)
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.wire.handler.WireDownloadHandler",
    "https": "crawler.wire.handler.WireDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
#: In their place in a crawl that renders; what one page may cost its browser, and how many are
#: shown at once.
RENDER_HANDLERS: dict[str, str | None] = dict.fromkeys(
    ("http", "https"), "crawler.render.handler.RenderDownloadHandler"
)
NEWSWARC_RENDER_SECONDS = 30.0
NEWSWARC_RENDER_REQUESTS = 300
NEWSWARC_RENDER_SIZE = 64 * 1024 * 1024
NEWSWARC_RENDER_PAGES = 2
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False


def table() -> dict[str, Any]:
    """Return the settings as Scrapy takes them: every name in capitals."""
    return {name: value for name, value in globals().items() if name.isupper()}
