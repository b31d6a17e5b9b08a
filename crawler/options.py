"""What may be asked of one crawl, and the Scrapy settings that come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from crawler import settings as defaults
from crawler.connect import parse_connect_to
from crawler.render.chromium import DEFAULT, check_browser
from crawler.sources import Configuration, Source

#: So many sources are named in the WARC files.
_MAX_NAMES = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked of one crawl, beside what ``newswarc.toml`` says.

    Attributes:
        limit: end when so many articles are captured.
        max_time: end in good order after so many seconds.
        connect_to: ``HOST:PORT:ADDR:PORT``: where connections really go, as with curl.
        delay: seconds between two requests to one host, instead of the sources' own.
        concurrency: requests in flight to one host at once, instead of the sources' own.
        depth: link hops to follow, instead of the sources' own.
        requisites: ``none``, ``page`` or ``all``, instead of the sources' own.
        robots: ``obey``, ``robots-only`` or ``ignore``, instead of the sources' own.
        render: show pages to a browser or do not, instead of the sources' own.
        since: take what was published since then, instead of the sources' own backfill.
        recheck: fetch every captured article of the sources again.
        index: index what is captured, in a process beside the crawl.
        quiet: tell a person of problems only, even on a terminal.
        settings: Scrapy settings that go before everything else.

    Raises:
        UsageError: an entry of `connect_to` is none.
    """

    limit: int | None = None
    max_time: float | None = None
    connect_to: tuple[str, ...] = ()
    delay: float | None = None
    concurrency: int | None = None
    depth: int | None = None
    requisites: str | None = None
    robots: str | None = None
    render: bool | None = None
    since: datetime | None = None
    recheck: bool = False
    index: bool = True
    quiet: bool = False
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.connect_to:
            parse_connect_to(entry)

    def applied(self, source: Source) -> Source:
        """Return `source` with what these options say instead of it."""
        given: dict[str, Any] = {
            name: value
            for name in ("delay", "concurrency", "depth", "requisites", "robots", "render")
            if (value := getattr(self, name)) is not None
        }
        if self.since is not None:
            given["backfill"] = self.since
        return replace(source, **given)


def scrapy_settings(
    collection: Path, configuration: Configuration, sources: Sequence[Source], options: Options
) -> Settings:
    """Return Scrapy's settings: our defaults, then newswarc.toml, then the options.

    Args:
        collection: the directory.
        configuration: what newswarc.toml says.
        sources: that are followed, with the options applied.
        options: of the crawl.

    Raises:
        ConfigError: there is no browser where a source wants one.
    """
    settings = Settings(defaults.table(), priority="project")
    changed: dict[str, Any] = {
        "NEWSWARC_COLLECTION": str(collection),
        "NEWSWARC_CONNECT_TO": [
            *options.connect_to,
            *configuration.connect_to,
            *(entry for source in sources for entry in source.connect_to),
        ],
        "NEWSWARC_WARC_INFO": _warc_info(configuration, sources),
        "DOWNLOAD_SLOTS": _slots(sources),
        "ROBOTSTXT_OBEY": all(source.robots != "ignore" for source in sources),
    }
    if configuration.user_agent is not None:
        changed["USER_AGENT"] = configuration.user_agent
    elif configuration.contact is not None:
        changed["USER_AGENT"] = defaults.user_agent(configuration.contact)
    if configuration.min_free is not None:
        changed["NEWSWARC_WARC_MIN_FREE"] = configuration.min_free
    if any(source.render for source in sources):
        changed["DOWNLOAD_HANDLERS"] = defaults.DOWNLOAD_HANDLERS | defaults.RENDER_HANDLERS
        changed["NEWSWARC_RENDER_BROWSER"] = check_browser(configuration.browser or DEFAULT)
        if configuration.render_seconds is not None:
            changed["NEWSWARC_RENDER_SECONDS"] = configuration.render_seconds
    if options.delay is not None:
        changed["DOWNLOAD_DELAY"] = options.delay
        changed["NEWSWARC_THROTTLE"] = options.delay > 0
    if options.concurrency is not None:
        changed["CONCURRENT_REQUESTS_PER_DOMAIN"] = options.concurrency
    settings.update(changed | options.settings, priority="cmdline")
    return settings


def width(settings: Settings) -> Callable[[str], int]:
    """Return how many rows of a host may be in flight: as many as Scrapy fetches at once.

    None waits in Scrapy's own queue, so that a host that asks us to wait is asked nothing more.
    """
    slots: dict[str, dict[str, Any]] = settings.getdict("DOWNLOAD_SLOTS")
    usual = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    return lambda host: int(slots.get(host, {}).get("concurrency", usual))


def _warc_info(configuration: Configuration, sources: Sequence[Source]) -> dict[str, str]:
    """Return what the WARC files say of this crawl: who runs it, and what it follows."""
    names = [source.name for source in sources]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    info = {"description": f"a crawl of {', '.join(names[:_MAX_NAMES])}{more}"}
    if configuration.contact is not None:
        info["operator"] = configuration.contact
    return info


def _slots(sources: Sequence[Source]) -> dict[str, dict[str, Any]]:
    """Return the pace of each host that has one of its own; sources that share one are patient."""
    slots: dict[str, dict[str, Any]] = {}
    for source in sources:
        names = {host.removeprefix("www.") for host in source.all_hosts}
        for host in names | {f"www.{name}" for name in names} | set(source.all_hosts):
            slot = slots.setdefault(host, {})
            if source.delay is not None:
                slot["delay"] = max(source.delay, slot.get("delay", 0.0))
            if source.concurrency is not None:
                slot["concurrency"] = min(source.concurrency, slot.get("concurrency", 1_000))
    return {host: slot for host, slot in slots.items() if slot}
