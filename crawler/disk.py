"""What is left of the disk, and for how long."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive import timestamp
from archive.collection import Collection
from archive.errors import UsageError
from crawler.settings import NEWSWARC_WARC_MIN_FREE
from crawler.sources import Configuration

#: Growth is that of so many days.
_DAYS = 7
#: When a file of ours was begun, to the millisecond.
_STAMP = re.compile(r"-(\d{14})\d{3}-\d{5}-")


@dataclass(frozen=True, slots=True)
class Disk:
    """What is left of the disk.

    Attributes:
        free: bytes.
        growth_per_day: bytes by which the collection grew a day, of the last 7 days.
        days_left: until a crawl finds too little room, at this rate; None when nothing grows.
    """

    free: int
    growth_per_day: int
    days_left: int | None


def left(collection: Collection, configuration: Configuration, archive: Mapping[str, Any]) -> Disk:
    """Return what is left of the disk; index and ledger grow as the WARC files do.

    Args:
        collection: that grows.
        configuration: says how much a crawl leaves free.
        archive: see `archive.collection.Collection.status`.
    """
    free = shutil.disk_usage(collection.path).free
    ledger = collection.ledger_path.stat().st_size if collection.ledger_path.exists() else 0
    warcs = int(archive["warc_bytes"])
    beside = (int(archive["index_bytes"]) + ledger) / warcs if warcs else 0.0
    rate = int(_growth(collection) * (1 + beside))
    kept = NEWSWARC_WARC_MIN_FREE if configuration.min_free is None else configuration.min_free
    return Disk(free, rate, max(0, free - kept) // rate if rate else None)


def _growth(collection: Collection) -> float:
    """Return how many bytes of WARC files came a day, of the last days or since the first file."""
    now = timestamp.now()
    since, size = now, 0
    for path in collection.warc_files():
        state = path.stat()
        begun = _begun(path.name) or datetime.fromtimestamp(state.st_mtime, UTC)
        if begun > now - timedelta(days=_DAYS):
            size += state.st_size
        since = min(since, begun)
    days = (now - max(since, now - timedelta(days=_DAYS))).total_seconds() / 86_400
    return size / max(days, 1.0)


def _begun(name: str) -> datetime | None:
    """Return when a WARC file of ours was begun, None for another's."""
    stamp = _STAMP.search(name)
    try:
        return timestamp.to_datetime(stamp[1]) if stamp else None
    except UsageError:
        return None
