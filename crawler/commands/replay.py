"""``newswarc replay`` of a machine that crawls: the web page tells of the crawl, too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module

from archive.collection import Collection
from archive.commands.replay import command as of_the_archive
from archive.desk import Desk, Gap, Report


class LateDesk:
    """The desk of the ledger, sent for when somebody asks it: no page of the archive waits for it.

    Args:
        collection: whose ledger.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def report(self) -> Report:
        """See `archive.desk.Desk`."""
        return self._desk.report()

    def gaps(self, source: str) -> Sequence[Gap]:
        """See `archive.desk.Desk`."""
        return self._desk.gaps(source)

    @cached_property
    def _desk(self) -> Desk:
        desk: Desk = import_module("crawler.desk").LedgerDesk(self._collection)
        return desk


command = of_the_archive.told_by(LateDesk)
