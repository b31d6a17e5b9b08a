"""Articles of different outlets that share whole passages, kept up as articles come and change.

The sketch of an article finds those that may share a passage with it; their whole texts are
compared, so chance makes no copy. What hangs together by copies is a cluster.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from archive.model import Copy
from archive.wording.shingles import SKETCH, Overlap, shingles, sketch

#: So many articles are compared in whole, those with most of the sketch in common.
_CANDIDATES = 12
#: One number of a sketch in common is chance as often as not.
_IN_COMMON = 2
#: A cluster does not grow beyond this many articles.
_LARGEST = 500
#: Where the numbers of an article begin in the table of those that are not sorted yet.
_PLACES = 32
assert _PLACES >= SKETCH
_OF_ARTICLE = f"place >= :id * {_PLACES} AND place < (:id + 1) * {_PLACES}"
_HIGHEST = 2**62


class Copies:
    """Keeps the copies of an index as its articles are.

    Args:
        db: the index; what is called afterwards is called in a transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def update(
        self,
        article_id: int,
        host: str,
        text: str,
        numbers: Sequence[int] | None,
        before: str | None,
    ) -> None:
        """Find the copies of an article by what it says now.

        Args:
            article_id: row of the article.
            host: copies on the same host are none.
            text: plain.
            numbers: its sketch, where that is known.
            before: what the article said when this was last told of it; None if it was not.
        """
        touched = self._remove(article_id, before) if before is not None else set()
        if numbers is None:
            numbers = sketch(shingles(text))
        self._db.executemany(
            "INSERT INTO sketches (shingle, article_id) VALUES (?, ?)",
            [(number, article_id) for number in numbers],
        )
        touched |= _compare(self._db, article_id, host, text, numbers)
        if touched:
            _recluster(self._db, touched | {article_id})

    def forget(self, article_id: int, before: str) -> None:
        """Forget an article that is no longer there; see `update`."""
        others = self._remove(article_id, before)
        if others:
            _recluster(self._db, others | {article_id})

    def finish(self) -> None:
        """Do what was put off."""

    def _remove(self, article_id: int, before: str) -> set[int]:
        """Take away what is known of an article; return those it was a copy of."""
        rows = self._db.execute("SELECT other_id FROM copies WHERE article_id = ?", (article_id,))
        others = {row["other_id"] for row in rows}
        self._db.executemany(
            "DELETE FROM copies WHERE article_id = ? AND other_id = ?",
            [pair for other in others for pair in ((article_id, other), (other, article_id))],
        )
        self._db.executemany(
            "DELETE FROM sketches WHERE shingle = ? AND article_id = ?",
            [(number, article_id) for number in sketch(shingles(before))],
        )
        return others


class CopiesAtEnd(Copies):
    """The same for an index that is built: sketches are sorted first, and compared then.

    Row by row, each number would go to another page of a large table.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        db.execute("CREATE TEMP TABLE loose (place INTEGER PRIMARY KEY, shingle INTEGER NOT NULL)")

    def update(
        self,
        article_id: int,
        host: str,
        text: str,
        numbers: Sequence[int] | None,
        before: str | None,
    ) -> None:
        """Keep the sketch of an article; see `Copies.update`."""
        if before is not None:
            self.forget(article_id, before)
        if numbers is None:
            numbers = sketch(shingles(text))
        first = article_id * _PLACES
        self._db.executemany(
            "INSERT INTO loose (place, shingle) VALUES (?, ?)", enumerate(numbers, first)
        )

    def forget(self, article_id: int, before: str) -> None:
        """Forget the sketch of an article; see `Copies.forget`."""
        self._db.execute(f"DELETE FROM loose WHERE {_OF_ARTICLE}", {"id": article_id})

    def finish(self) -> None:
        """Write the sketches, and compare each article with those before it."""
        db = self._db
        db.execute(
            "INSERT INTO sketches (shingle, article_id)"
            f" SELECT shingle, place / {_PLACES} FROM loose ORDER BY 1, 2"
        )
        alike = db.execute(
            'SELECT shared.article_id, host, "text" FROM (SELECT article_id FROM'
            " (SELECT article_id, count(*) OVER (PARTITION BY shingle) AS many FROM sketches)"
            " WHERE many > 1 GROUP BY article_id HAVING count(*) >= ?) AS shared"
            " JOIN articles ON articles.id = shared.article_id"
            " JOIN versions ON versions.id = current_version_id ORDER BY shared.article_id",
            (_IN_COMMON,),
        )
        touched: set[int] = set()
        for row in alike:
            numbers = db.execute(
                f"SELECT shingle FROM loose WHERE {_OF_ARTICLE}", {"id": row["article_id"]}
            ).fetchall()
            found = _compare(
                db,
                row["article_id"],
                row["host"],
                row["text"],
                [number for (number,) in numbers],
                below=row["article_id"],
            )
            touched |= found | {row["article_id"]} if found else set()
        _recluster(db, touched)
        db.execute("DROP TABLE loose")


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


def _compare(
    db: sqlite3.Connection,
    article_id: int,
    host: str,
    text: str,
    numbers: Sequence[int],
    below: int = _HIGHEST,
) -> set[int]:
    """Write down the copies of an article, among those with a lower row; return their rows."""
    candidates = _candidates(db, article_id, host, numbers, below)
    own = shingles(text) if candidates else frozenset()
    found = set()
    for other_id, other_text in candidates:
        overlap = Overlap.of(own, shingles(other_text))
        if overlap.is_copy:
            db.executemany(
                "INSERT INTO copies (article_id, other_id, share) VALUES (?, ?, ?)",
                [
                    (article_id, other_id, round(overlap.first, 4)),
                    (other_id, article_id, round(overlap.second, 4)),
                ],
            )
            found.add(other_id)
    return found


def _candidates(
    db: sqlite3.Connection, article_id: int, host: str, numbers: Sequence[int], below: int
) -> list[tuple[int, str]]:
    marks = ", ".join("?" * len(numbers))
    rows = db.execute(
        f"SELECT other.id, other_version.text FROM"
        f" (SELECT article_id, count(*) AS common FROM sketches WHERE shingle IN ({marks})"
        f" AND article_id < ? AND article_id != ? GROUP BY article_id HAVING common >= ?) AS shared"
        f" JOIN articles AS other ON other.id = shared.article_id AND other.host != ?"
        f" JOIN versions AS other_version ON other_version.id = other.current_version_id"
        f" ORDER BY shared.common DESC, other.id LIMIT ?",
        (*numbers, below, article_id, _IN_COMMON, host, _CANDIDATES),
    )
    return [(row["id"], row["text"]) for row in rows]


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
