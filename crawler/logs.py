"""The logs of a collection are kept for a while, and never grow beyond a size."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from archive import timestamp
from archive.errors import UsageError

#: A log is kept so long …
KEPT = timedelta(days=30)
#: … unless those after it come to so many bytes.
SIZE = 256 * 1024 * 1024

_NAME = re.compile(r"crawl-(\d{14})\.jsonl", re.ASCII)


def expire(directory: Path, kept: timedelta = KEPT, size: int = SIZE) -> list[Path]:
    """Delete the logs that are too old, and the oldest of those that are too many.

    Only files with the name of a crawl's log are touched. One that cannot be deleted stays: no
    crawl fails for it.

    Args:
        directory: the ``logs/`` of a collection.
        kept: how long a log is kept.
        size: of all logs together, in bytes.

    Returns:
        What was deleted.
    """
    oldest = timestamp.now() - kept
    total, deleted = 0, []
    for path in sorted(directory.glob("crawl-*.jsonl"), reverse=True):
        name = _NAME.fullmatch(path.name)
        if name is None or not path.is_file():
            continue
        try:
            begun = timestamp.to_datetime(name[1])
        except UsageError:
            continue
        with suppress(OSError):
            total += path.stat().st_size
            if begun < oldest or total > size:
                path.unlink()
                deleted.append(path)
    return deleted
