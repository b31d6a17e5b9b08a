"""What robots.txt said, kept between crawls (RFC 9309, clause 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import timestamp
from crawler.ledger.transaction import Transaction

_KEEP = """
INSERT INTO robots (origin, fetched, status, body) VALUES (?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE
SET fetched = excluded.fetched, status = excluded.status, body = excluded.body
"""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """One robots.txt, as it was answered.

    Attributes:
        fetched: when.
        status: HTTP status of the last answer, redirects followed.
        body: decoded from its content-coding; empty for every status but 2xx.
    """

    fetched: datetime
    status: int
    body: bytes = b""


class RobotsFiles:
    """The table ``robots``: a file per origin. Answers that are none (5xx) are not kept there.

    Args:
        transaction: of the crawl.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, origin: str, age: timedelta) -> RobotsFile | None:
        """Return the file of an origin, None when it is not known or older than `age`.

        Args:
            origin: scheme, host and port, ``https://www.e.org``.
            age: an older file is not believed any more.
        """
        found = self._transaction.read(
            "SELECT fetched, status, body FROM robots WHERE origin = ? AND fetched > ?",
            [origin, timestamp.from_datetime(timestamp.now() - age)],
        )
        if not found:
            return None
        fetched, status, body = found[0]
        return RobotsFile(timestamp.to_datetime(fetched), status, body)

    def keep(self, origin: str, file: RobotsFile) -> None:
        """Remember the file of an origin."""
        values = [origin, timestamp.from_datetime(file.fetched), file.status, file.body]
        self._transaction.write(_KEEP, values)
