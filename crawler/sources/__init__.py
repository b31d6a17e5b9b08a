"""Sources: what ``newswarc.toml`` says about how to follow each publisher.

::

    [crawl]                                   # what holds for every source that says nothing else
    contact = "mailto:archive@example.org"
    delay = 1.0

    [[source]]
    name = "moscowtimes"
    url = "https://www.themoscowtimes.com/"
    feeds = ["https://www.themoscowtimes.com/rss/news"]
"""

from crawler.sources.keys import NOARCHIVE, REQUISITES, ROBOTS
from crawler.sources.reading import load
from crawler.sources.source import (
    RECHECK,
    Configuration,
    Seed,
    Source,
    home_source,
    is_home,
    page_source,
)
from crawler.sources.writing import add, check_new, merge, remove

__all__ = [
    "NOARCHIVE",
    "RECHECK",
    "REQUISITES",
    "ROBOTS",
    "Configuration",
    "Seed",
    "Source",
    "add",
    "check_new",
    "home_source",
    "is_home",
    "load",
    "merge",
    "page_source",
    "remove",
]
