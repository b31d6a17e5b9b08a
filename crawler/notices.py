"""What a person is told at the end of a crawl: seeds that failed, hosts that are left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from crawler.job import Job, selected


def problems(job: Job, held: Mapping[str, str], *, named: bool) -> Iterator[str]:
    """Yield what did not go as it should, a line each.

    Args:
        job: that is done.
        held: hosts that were left alone from the beginning, and why.
        named: a person named the sources or pages: that one of them is left alone is worth a
            line, while cron need not hear of it every few minutes.
    """
    for url, why in job.failed_seeds.items():
        yield f"{url}: {why}"
    if named:
        for host in sorted(_asked(job) & held.keys()):
            yield f"{host} is {held[host]}"
        yield from _elsewhere(job)
    told = {urlsplit(url).hostname for url in job.failed_seeds} | held.keys()
    for host, why in job.frontier.shut.items():
        if host in _ours(job) - told:
            yield f"{host}: {why}; what else is due there waits for a later crawl"


def left_alone(job: Job, held: Mapping[str, str]) -> dict[str, str]:
    """Return the hosts of which nothing (more) was asked, and why: those the log should name."""
    ours = _ours(job)
    return {
        host: why for host, why in job.frontier.shut.items() if host not in held or host in ours
    }


def _ours(job: Job) -> set[str]:
    return {host for source in job.sources for host in source.all_hosts}


def _asked(job: Job) -> set[str]:
    """Return the hosts of the seeds."""
    return {urlsplit(seed.url).hostname or "" for source in job.sources for seed in source.seeds}


def _elsewhere(job: Job) -> Iterator[str]:
    """Tell which seeds are crawled with another source, which has named them first."""
    followed = selected(job.sources)
    for source in job.sources:
        urls = [] if source.asked else [seed.url for seed in source.seeds]
        for url, owner in job.ledger.sources.seeded_elsewhere(source.name, urls).items():
            if owner not in followed:
                yield f"{url} is a seed of {owner} as well, and crawled with that"
