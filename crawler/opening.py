"""How a crawl begins: what is due, before anything is fetched."""

from __future__ import annotations

from collections.abc import Sequence

from archive.collection import Collection
from crawler.edits import take_note
from crawler.job import FROM_NOW_ON, seeds, selected, window
from crawler.ledger import Ledger
from crawler.options import Options
from crawler.sources import Configuration, Source


def begin(
    ledger: Ledger,
    collection: Collection,
    configuration: Configuration,
    sources: Sequence[Source],
    options: Options,
    *,
    named: bool,
) -> None:
    """Open a crawl in the ledger and make due what is.

    Args:
        ledger: of the collection.
        collection: whose index knows of edits.
        configuration: says which sources there are.
        sources: that are followed, with the options applied.
        options: of the crawl.
        named: a person named the sources: their seeds are due now.
    """
    names = {source.name for source in configuration.sources} | set(selected(sources))
    ledger.begin_crawl(names)
    take_note(ledger, collection, configuration.sources)
    ours = {
        seed.url: source.name for source in sources if not source.asked for seed in source.seeds
    }
    ledger.sources.adopt(ours, names)
    for source in sources:
        if not source.asked:
            ledger.listings.read_by_others(source.name, source.rules)
        ledger.discover(seeds(source, now=named or source.asked or options.since is not None))
        if not source.asked:
            ledger.sources.widen(
                source.name, window(source, ledger), undated=source.backfill != FROM_NOW_ON
            )
    ledger.gaps.end_of_others(names)
    if options.recheck:
        ledger.sources.recheck(selected(sources))
