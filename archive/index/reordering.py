"""From an index whose versions are numbered as they came to one that has them by time."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from archive import timestamp
from archive.index import articles, fulltext, ids
from archive.index.packing import pack
from archive.index.rows import insert

#: Columns that go from the old table into the new one as they are.
_KEPT = (
    *("article_id", "number", "digest", "first_capture", "last_capture", "captures"),
    *("word_count", "extractor", "kind", "stealth", "words_added", "words_removed"),
    *("similarity", "reverts_to", "title", "subtitle", "metadata", "text"),
)


def reorder(db: sqlite3.Connection) -> None:
    """Fill the tables of the step "time" from ``versions_before``.

    Args:
        db: the index, in the transaction of the migration.
    """
    db.execute("CREATE TEMP TABLE moved (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
    rows = db.execute(
        "SELECT versions_before.*, articles.url AS article_url, articles.first_capture AS seen"
        " FROM versions_before JOIN articles ON articles.id = versions_before.article_id"
        " ORDER BY versions_before.id"
    )
    for row in rows:
        moment = _published(row) or timestamp.to_datetime(row["seen"])
        new = ids.free(db, moment, row["article_url"])
        values: dict[str, Any] = {name: row[name] for name in _KEPT}
        packed = pack(row["markdown"], row["text"])
        insert(db, "versions", id=new, dated=articles.utc(moment), markdown=packed, **values)
        db.execute("INSERT INTO moved VALUES (?, ?)", (row["id"], new))
    db.execute(
        "UPDATE captures SET version_id = (SELECT new FROM moved WHERE old = version_id)"
        " WHERE version_id IS NOT NULL"
    )
    db.execute(
        "UPDATE articles SET current_version_id ="
        " (SELECT new FROM moved WHERE old = current_version_id)"
    )
    db.execute("DROP TABLE moved")
    fulltext.watch(db)
    fulltext.make_anew(db)


def _published(row: sqlite3.Row) -> datetime | None:
    published: str | None = json.loads(row["metadata"]).get("published")
    moment = datetime.fromisoformat(published) if published else None
    return moment if articles.is_a_date(moment) else None
