"""What the index knows of edits, noted in the ledger: an edited article is looked at sooner.

Whether an article was edited only its text can tell: the bytes of a page differ with every sidebar.
Texts are extracted beside the crawl or after it, so that a crawl learns of the edits of the one
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from archive.collection import Collection
from archive.errors import NewswarcError
from archive.index import changes
from archive.index.database import Reader
from crawler import recheck
from crawler.ledger import Ledger
from crawler.sources import Source

#: No more edits are noted at the start of a crawl.
_AT_ONCE = 5_000


def take_note(ledger: Ledger, collection: Collection, sources: Sequence[Source]) -> None:
    """Note the edits that the index has learned of since the last crawl.

    Args:
        ledger: with the crawl begun.
        collection: whose index is asked; one that cannot be read knows of none.
        sources: whose recheck plans count.
    """
    plans = {source.name: source.recheck for source in sources}
    since = ledger.habits.read_until()
    reader = Reader(collection.index_path)
    try:
        with reader.reading() as db:
            found = changes.captured_since(db, since, _AT_ONCE)
    except NewswarcError:
        return
    finally:
        reader.close()
    for url, moment in found:
        _note(ledger, plans, url, moment)
    if found:
        ledger.habits.read_to(ledger.crawls.current, found[-1][1])


def _note(ledger: Ledger, plans: dict[str, tuple[float, ...]], url: str, moment: datetime) -> None:
    known = ledger.habits.article(url)
    if known is None:
        return
    row, source, published, first_seen = known
    plan = plans.get(source, ())
    if not plan:
        return
    age = max(0.0, (moment - recheck.born(published, first_seen)).total_seconds())
    due = moment + timedelta(seconds=recheck.after_edit(age))
    stage = recheck.stage(plan, age)
    if ledger.habits.note_edit(row, moment, due) and stage is not None:
        ledger.habits.edited(source, stage)
