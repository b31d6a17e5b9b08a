"""How often the articles of a source had changed when they were looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

from archive import timestamp
from crawler.ledger.statements import EDITED
from crawler.ledger.transaction import Transaction
from crawler.recheck import Habit

#: A row is settled no later than this after its capture began.
_AT_THE_TIME = timedelta(minutes=15)


class Habits:
    """The table ``habits``, and what is noted of single edits.

    Args:
        transaction: of the ledger.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of(self, source: str, stages: int) -> list[Habit]:
        """Return what a source did at each of the first `stages` stages of its plan."""
        found = self._transaction.read(
            "SELECT stage, checks, edits FROM habits WHERE source = ?", [source]
        )
        known = {stage: Habit(checks, edits) for stage, checks, edits in found}
        return [known.get(stage, Habit()) for stage in range(stages)]

    def checked(self, source: str, stage: int) -> None:
        """Note that an article was looked at in a stage."""
        self._count(source, stage, 1, 0)

    def edited(self, source: str, stage: int) -> None:
        """Note that one of these had changed."""
        self._count(source, stage, 0, 1)

    def article(self, url: str) -> tuple[int, str, datetime | None, datetime] | None:
        """Return id, source, date and first sight of an article, None for no such row."""
        found = self._transaction.read(
            "SELECT id, source, published, first_seen FROM urls WHERE url = ? AND kind = 'article'",
            [url],
        )
        if not found:
            return None
        row, source, published, first_seen = found[0]
        dated = timestamp.to_datetime(published) if published else None
        return row, source, dated, timestamp.to_datetime(first_seen)

    def note_edit(self, row: int, changed: datetime, due: datetime) -> bool:
        """Note that an article had changed, and that it is due again then at the latest.

        Returns:
            Whether that was not known yet.
        """
        values = {
            "id": row,
            "changed": timestamp.from_datetime(changed),
            "due": timestamp.from_datetime(due),
            "seen": timestamp.from_datetime(changed + _AT_THE_TIME),
        }
        return self._transaction.write(EDITED, values).rowcount > 0

    def read_until(self) -> datetime | None:
        """Return up to which capture the edits that the index knows are noted, None for none."""
        found = self._transaction.read(
            "SELECT max(edits_until) FROM crawls WHERE edits_until IS NOT NULL"
        )
        return timestamp.to_datetime(found[0][0]) if found[0][0] else None

    def read_to(self, crawl: int, until: datetime) -> None:
        """Note up to which capture the edits are noted."""
        self._transaction.write(
            "UPDATE crawls SET edits_until = ? WHERE id = ?",
            [timestamp.from_datetime(until), crawl],
        )

    def _count(self, source: str, stage: int, checks: int, edits: int) -> None:
        self._transaction.write(
            "INSERT INTO habits (source, stage, checks, edits) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, stage) DO UPDATE SET checks = checks + excluded.checks,"
            " edits = edits + excluded.edits",
            [source, stage, checks, edits],
        )
