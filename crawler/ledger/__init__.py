"""The ledger: every URL ever discovered, one row and one state each, in ``ledger.db``.

It is the queue, the seen-set and the memory of a crawl in one. All writes of a crawl go into one
open transaction; `Ledger.commit` is the barrier that makes them last: first the WARC is synced,
then the transaction committed. After a kill, whatever was not committed never happened: its rows
are due again, and nothing that was acknowledged is fetched twice. A claim is kept in memory alone,
for the same reason: what a killed crawl had claimed is simply due.
"""

from crawler.ledger.reading import due, states, unseen
from crawler.ledger.statements import REQUESTED, TOO_OLD
from crawler.ledger.store import Ledger

__all__ = ["REQUESTED", "TOO_OLD", "Ledger", "due", "states", "unseen"]
