"""Saved searches: what a crawl or an import brings that somebody waits for.

::

    with Watches(collection) as watches:
        watches.add("north korea", name="korea")
    run(collection)
"""

from archive.watch.looking import WatchSummary, run
from archive.watch.watches import EVERY, Watch, Watches

__all__ = ["EVERY", "Watch", "WatchSummary", "Watches", "run"]
