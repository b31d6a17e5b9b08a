"""Articles that their site answers with "not found" or "gone" since they were last seen."""

from __future__ import annotations

import sqlite3

from archive.glance import Gone
from archive.index.compact import OFFSET_BITS

#: So many of the newest captures are looked through, by the file.
LOOKED_THROUGH = 1_000_000

_FILES = """
    SELECT id, sum(records) OVER (ORDER BY id DESC) - records AS behind
    FROM warc_files ORDER BY id DESC
"""
_GONE = """
    SELECT articles.id, articles.url, articles.title, articles.host,
           min(printf('%014d', compact."timestamp")) AS since, capture_kinds.status,
           articles.last_capture
    FROM compact_captures AS compact
    CROSS JOIN capture_kinds ON capture_kinds.kind_id = compact.kind_id
        AND capture_kinds.status IN (404, 410)
    CROSS JOIN urlkeys ON urlkeys.id = compact.urlkey_id
    CROSS JOIN articles ON articles.urlkey = urlkeys.urlkey
    WHERE compact.id >= ? AND articles.last_capture < printf('%014d', compact."timestamp")
    {narrowed}
    GROUP BY articles.id HAVING since <= ? ORDER BY since DESC, articles.id DESC LIMIT ? OFFSET ?
"""


def find(
    db: sqlite3.Connection,
    host: str | None = None,
    *,
    until: str = "9",
    limit: int,
    offset: int = 0,
) -> tuple[list[Gone], bool]:
    """Return removed articles, the last to go first, and whether all captures were looked at.

    A capture of "not found" counts where no later one shows the article.

    Args:
        db: the index.
        host: only articles of this site and its subdomains.
        until: none that went after this timestamp.
        limit: no more than this.
        offset: so many are left out first.
    """
    lowest, whole = 0, True
    for row in db.execute(_FILES):
        if row["behind"] > LOOKED_THROUGH:
            lowest, whole = (row["id"] + 1) << OFFSET_BITS, False
            break
    narrowed, values = "", []
    if host is not None:
        name = host.casefold().removeprefix("www.")
        narrowed = "AND (articles.host = ? OR substr(articles.host, -length(?)) = ?)"
        values = [name, f".{name}", f".{name}"]
    rows = db.execute(
        _GONE.format(narrowed=narrowed), (lowest, *values, until, limit, offset)
    ).fetchall()
    return [
        Gone(
            article_id=row["id"],
            url=row["url"],
            title=row["title"],
            host=row["host"],
            since=row["since"],
            status=row["status"],
            last_seen=row["last_capture"],
        )
        for row in rows
    ], whole
