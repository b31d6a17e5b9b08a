"""``newswarc replay`` of a machine that crawls: the web page tells of the crawl, too."""

from __future__ import annotations

from archive.commands.replay import command as of_the_archive
from crawler.desk import LedgerDesk

command = of_the_archive.told_by(LedgerDesk)
