"""What the words behind ``newswarc crawl`` mean: sources, sites, single pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.errors import UsageError
from crawler.sources import Configuration, Source, home_source, is_home, page_source


def resolve(targets: Sequence[str], configuration: Configuration) -> list[Source]:
    """Return the sources that a crawl follows.

    A URL with a path is one page; the home page of a site is the source that has it as a seed, or
    a source made for the occasion, with the defaults of ``[crawl]``; any other word is the name of
    a source; no word at all, all of them.

    Raises:
        UsageError: a URL is none, there is no such source, or none at all.
    """
    if not targets:
        if not configuration.sources:
            raise UsageError(
                "nothing to crawl: name a URL, or add a source with `newswarc source add URL`"
            )
        return list(configuration.sources)
    found: dict[tuple[str, bool], Source] = {}
    for target in targets:
        source = _resolve(target, configuration)
        key = (source.name, source.asked)
        if key in found:
            seeds = dict.fromkeys((*found[key].seeds, *source.seeds))
            source = replace(source, seeds=tuple(seeds))
        found[key] = source
    return list(found.values())


def _resolve(target: str, configuration: Configuration) -> Source:
    if "://" not in target:
        return configuration.source(target)
    if not is_home(target):
        page = page_source(target)
        for source in configuration.sources:
            if source.scope().owns(page.name):  # its pace and its rules hold for the page, too
                hosts = tuple(source.all_hosts)
                return replace(source, seeds=page.seeds, hosts=hosts, asked=True)
        return configuration.adopted(page)
    home = home_source(target)
    for source in configuration.sources:
        if home.seeds[0] in source.seeds:
            return source
    return configuration.adopted(home)
