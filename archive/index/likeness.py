"""Articles of different outlets that share whole passages, kept up as articles come and change.

The sketch of an article finds those that may share a passage with it; their whole texts are
compared, so chance makes no copy. What hangs together by copies is a cluster.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from archive.model import Copy
from archive.wording.shingles import Overlap, shingles, sketch

#: So many articles are compared in whole, those with most of the sketch in common.
_CANDIDATES = 12
#: One number of a sketch in common is chance as often as not.
_IN_COMMON = 2
#: A cluster does not grow beyond this many articles.
_LARGEST = 500


def update(
    db: sqlite3.Connection,
    article_id: int,
    host: str,
    text: str,
    numbers: Sequence[int] | None = None,
) -> None:
    """Find the copies of an article by what it says now.

    Args:
        db: the index, in a transaction.
        article_id: row of the article.
        host: copies on the same host are none.
        text: plain.
        numbers: its sketch, where that is known.
    """
    touched = _remove(db, article_id) | {article_id}
    if numbers is None:
        numbers = sketch(shingles(text))
    db.executemany(
        "INSERT INTO sketches (shingle, article_id) VALUES (?, ?)",
        [(number, article_id) for number in numbers],
    )
    candidates = _candidates(db, article_id, host, numbers)
    found = shingles(text) if candidates else frozenset()
    for other_id, other_text in candidates:
        overlap = Overlap.of(found, shingles(other_text))
        if overlap.is_copy:
            db.executemany(
                "INSERT INTO copies (article_id, other_id, share) VALUES (?, ?, ?)",
                [
                    (article_id, other_id, round(overlap.first, 4)),
                    (other_id, article_id, round(overlap.second, 4)),
                ],
            )
            touched.add(other_id)
    if len(touched) > 1:
        _recluster(db, touched)


def forget(db: sqlite3.Connection, article_id: int) -> None:
    """Forget an article that is no longer there."""
    others = _remove(db, article_id)
    if others:
        _recluster(db, others | {article_id})


def cluster(db: sqlite3.Connection, article_id: int) -> list[Copy]:
    """Return the articles in the cluster of one, the first seen first; empty without a cluster."""
    rows = db.execute(
        "SELECT copied_articles.*, copies.share FROM clusters AS own"
        " JOIN copied_articles ON copied_articles.cluster_id = own.cluster_id"
        " LEFT JOIN copies ON copies.article_id = own.article_id"
        " AND copies.other_id = copied_articles.article_id"
        " WHERE own.article_id = ? ORDER BY first_capture, copied_articles.url",
        (article_id,),
    )
    return [
        Copy(
            article_id=row["article_id"],
            url=row["url"],
            host=row["host"],
            title=row["title"],
            first_capture=row["first_capture"],
            share=1.0 if row["article_id"] == article_id else row["share"],
            first_seen=bool(row["first_seen"]),
        )
        for row in rows
    ]


def _candidates(
    db: sqlite3.Connection, article_id: int, host: str, numbers: Sequence[int]
) -> list[tuple[int, str]]:
    marks = ", ".join("?" * len(numbers))
    rows = db.execute(
        f"SELECT other.id, other_version.text FROM"
        f" (SELECT article_id, count(*) AS common FROM sketches WHERE shingle IN ({marks})"
        f" AND article_id != ? GROUP BY article_id HAVING common >= ?) AS shared"
        f" JOIN articles AS other ON other.id = shared.article_id AND other.host != ?"
        f" JOIN versions AS other_version ON other_version.id = other.current_version_id"
        f" ORDER BY shared.common DESC, other.id LIMIT ?",
        (*numbers, article_id, _IN_COMMON, host, _CANDIDATES),
    )
    return [(row["id"], row["text"]) for row in rows]


def _remove(db: sqlite3.Connection, article_id: int) -> set[int]:
    """Take away what is known of an article; return those it was a copy of."""
    rows = db.execute("SELECT other_id FROM copies WHERE article_id = ?", (article_id,))
    others = {row["other_id"] for row in rows}
    db.executemany(
        "DELETE FROM copies WHERE article_id = ? AND other_id = ?",
        [pair for other in others for pair in ((article_id, other), (other, article_id))],
    )
    db.execute("DELETE FROM sketches WHERE article_id = ?", (article_id,))
    return others


def _recluster(db: sqlite3.Connection, touched: set[int]) -> None:
    """Draw the clusters anew that some articles are in."""
    left = set(touched)
    while left:
        members = _connected(db, left.pop())
        left -= members
        db.executemany(
            "DELETE FROM clusters WHERE article_id = ?", [(member,) for member in members]
        )
        if len(members) > 1:
            first = min(members)
            db.executemany(
                "INSERT INTO clusters (article_id, cluster_id) VALUES (?, ?)",
                [(member, first) for member in sorted(members)],
            )


def _connected(db: sqlite3.Connection, article_id: int) -> set[int]:
    members, waiting = {article_id}, [article_id]
    while waiting and len(members) < _LARGEST:
        rows = db.execute(
            "SELECT other_id FROM copies WHERE article_id = ? ORDER BY other_id", (waiting.pop(),)
        )
        new = {row["other_id"] for row in rows} - members
        members |= new
        waiting += sorted(new)
    return members
