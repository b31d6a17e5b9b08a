"""Run probes: Scrapy with the settings of a crawl, but without ledger, archive and schedule."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from scrapy.crawler import Crawler

from archive.errors import NewswarcError
from crawler.model import Kind
from crawler.options import Options, scrapy_settings
from crawler.outcome import Failure
from crawler.probe.fetch import Fetcher
from crawler.probe.finding import Finding, read
from crawler.probe.site import Search, Site, Tell, descend
from crawler.settings import DOWNLOADER_MIDDLEWARES
from crawler.sources import Configuration, Seed, Source
from crawler.spiders.probe import ProbeSpider

#: Nothing more is asked of one site after so many seconds.
SECONDS = 300.0
#: Sources that are checked at the same time.
_AT_ONCE = 8
_SETTINGS = {
    "NEWSWARC_RECORDER": None,
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    # All of a crawl's but those that look into a collection.
    "DOWNLOADER_MIDDLEWARES": {
        **DOWNLOADER_MIDDLEWARES,
        "crawler.redacted.Redacted": None,
        "crawler.salvage.Salvage": None,
    },
    "DOWNLOAD_TIMEOUT": 30,
}
_NO_OPTIONS = Options()
_NOTHING: Mapping[str, str] = MappingProxyType({})

Result = TypeVar("Result")


def look(
    source: Source,
    configuration: Configuration,
    options: Options = _NO_OPTIONS,
    tell: Tell = lambda finding: None,
    held: Mapping[str, str] = _NOTHING,
) -> Site:
    """Search the site of a source for its feeds, sitemaps and sections.

    Args:
        source: with the home page as its seed, and the pace and policy to search with.
        configuration: what newswarc.toml says beside it.
        options: see there.
        tell: is told of each finding when it is made.
        held: hosts that crawls leave alone at present, without ``www.``, and why.

    Raises:
        NewswarcError: the site cannot be reached, or there is nothing at it.
    """
    source = _shown(source, options)
    home = source.seeds[0].url

    async def work(crawler: Crawler) -> Site | Failure:
        fetcher = Fetcher(crawler, source, SECONDS, held)
        return await Search(fetcher, source.scope(), tell).at(home)

    site = _run(work, [source], configuration, options)
    if isinstance(site, Failure):
        raise NewswarcError(f"{home}: {site.why}")
    return site


def check(
    sources: Sequence[Source],
    configuration: Configuration,
    options: Options = _NO_OPTIONS,
    tell: Tell = lambda finding: None,
    held: Mapping[str, str] = _NOTHING,
) -> list[Finding]:
    """Ask every seed of some sources what it yields today.

    Args:
        sources: different ones at the same time, the seeds of each one after another.
        configuration: what newswarc.toml says beside them.
        options: see there.
        tell: is told of each finding when it is made.
        held: hosts that crawls leave alone at present, without ``www.``, and why.

    Returns:
        A finding for each seed, in the order of the sources; its origin is the source's name.
    """
    sources = [_shown(source, options) for source in sources]

    async def work(crawler: Crawler) -> list[Finding]:
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(source: Source) -> list[Finding]:
            async with turns:
                fetcher = Fetcher(crawler, source, SECONDS, held)
                findings = []
                for seed in source.seeds:
                    findings.append(await _seed(fetcher, source, seed))
                    tell(findings[-1])
                return findings

        return list(chain.from_iterable(await asyncio.gather(*map(one, sources))))

    return _run(work, sources, configuration, options)


async def _seed(fetcher: Fetcher, source: Source, seed: Seed) -> Finding:
    """Return what one seed yields."""
    answer = await fetcher(seed.url)
    if isinstance(answer, Failure):
        return Finding(seed.url, seed.kind, source.name, seed.kind.value, why=answer.why)
    scope = source.scope()
    finding = await descend(read(answer, seed.kind, source.name, scope), fetcher, scope)
    if finding.kind is not seed.kind and seed.kind is not Kind.HOME:
        finding = replace(finding, note=finding.note or f"a {finding.kind}, no {seed.kind}")
    if answer.url != seed.url:
        finding = replace(finding, url=seed.url, note=finding.note or f"moved to {answer.url}")
    return finding


def _run(
    work: Callable[[Crawler], Coroutine[Any, Any, Result]],
    sources: Sequence[Source],
    configuration: Configuration,
    options: Options,
) -> Result:
    """Do some work in a running crawler of Scrapy's and return what comes of it."""
    settings = scrapy_settings(Path(), configuration, sources, options)
    settings.update(_SETTINGS, priority="cmdline")
    crawler = Crawler(ProbeSpider, settings)
    silence = logging.NullHandler()  # without any, warnings of Scrapy would go to stderr
    logging.getLogger().addHandler(silence)
    try:
        asyncio.run(crawler.crawl_async(work=work))
    finally:
        logging.getLogger().removeHandler(silence)
    spider = crawler.spider
    assert isinstance(spider, ProbeSpider)
    assert spider.task is not None
    if spider.task.cancelled():  # by Ctrl-C, of which Scrapy says nothing
        raise KeyboardInterrupt
    result: Result = spider.task.result()
    return result


def _shown(source: Source, options: Options) -> Source:
    """Return a source as the options want it, without a browser: a look is at what is sent."""
    return replace(options.applied(source), render=False)
