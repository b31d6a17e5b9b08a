"""The versions of an article as captures come in the order of time: each at the end."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.index import articles, ids, standins
from archive.index.packing import packed
from archive.index.rows import insert
from archive.index.texts import Text
from archive.model import Refusal
from archive.wording.change import compare


@dataclass(frozen=True, slots=True)
class Seen:
    """A text in a capture."""

    moment: str
    capture_id: int
    text: Text


def append(db: sqlite3.Connection, seen: Seen) -> int:
    """Put a text at the end of its article's time.

    Returns:
        By how many the versions in the index have become more.
    """
    text, moment = seen.text, seen.moment
    article = db.execute("SELECT id FROM articles WHERE url = ?", (text.url,)).fetchone()
    if article is None:
        return 0 if begin(db, seen) is None else 1
    article_id: int = article["id"]
    last = db.execute(
        "SELECT * FROM versions WHERE article_id = ? ORDER BY number DESC LIMIT 1", (article_id,)
    ).fetchone()
    if last and last["digest"] == text.digest:
        db.execute(
            "UPDATE versions SET captures = captures + 1, last_capture = ? WHERE id = ?",
            (moment, last["id"]),
        )
        shows(db, seen, last["id"])
        refresh(db, article_id)
        return 0
    before = last and Text.stored(text.url, last, last["digest"])
    if refusal := standins.verdict(db, text, before):
        shelve(db, seen, refusal)
        return 0
    version_id = add_version(db, article_id, last["number"] + 1 if last else 1, seen, before)
    shows(db, seen, version_id)
    refresh(db, article_id, (version_id, text))
    return 1


def begin(db: sqlite3.Connection, seen: Seen) -> int | None:
    """Add an article with its first version; return its row, or None where the text is kept back.

    Most captures of a crawl are of this kind: each row is written once.
    """
    text, moment = seen.text, seen.moment
    if refusal := standins.verdict(db, text, None):
        shelve(db, seen, refusal)
        return None
    summary = text.dated(moment)
    version_id = ids.free(db, articles.from_utc(summary["dated"]), text.url)
    article_id = insert(
        db,
        "articles",
        url=text.url,
        urlkey=text.key,
        host=text.host,
        first_capture=moment,
        last_capture=moment,
        current_version_id=version_id,
        versions=1,
        **summary,
    )
    insert(
        db,
        "versions",
        id=version_id,
        dated=summary["dated"],
        article_id=article_id,
        number=1,
        digest=text.digest,
        first_capture=moment,
        last_capture=moment,
        captures=1,
        **packed(text.version),
    )
    shows(db, seen, version_id)
    return article_id


def shows(db: sqlite3.Connection, seen: Seen, version_id: int) -> None:
    """Make a capture say which version it shows."""
    db.execute(
        "UPDATE compact_captures SET version_id = ?, refusal = NULL, refusal_detail = NULL"
        " WHERE id = ?",
        (version_id, seen.capture_id),
    )


def shelve(db: sqlite3.Connection, seen: Seen, refusal: Refusal) -> None:
    """Keep a text back: its capture is quarantined."""
    db.execute(
        "UPDATE compact_captures SET version_id = NULL, refusal = ?, refusal_detail = ?"
        " WHERE id = ?",
        (refusal.reason, refusal.detail, seen.capture_id),
    )
    insert(
        db,
        "quarantined_texts",
        capture_id=seen.capture_id,
        article_url=seen.text.url,
        digest=seen.text.digest,
        content=json.dumps(dict(seen.text.version), ensure_ascii=False),
    )


def add_version(
    db: sqlite3.Connection, article_id: int, number: int, seen: Seen, before: Text | None
) -> int:
    """Add a version after another one, or as the first; return its row."""
    begun = db.execute("SELECT first_capture FROM articles WHERE id = ?", (article_id,)).fetchone()
    dated: str = seen.text.dated(begun["first_capture"])["dated"]
    return insert(
        db,
        "versions",
        id=ids.free(db, articles.from_utc(dated), seen.text.url),
        dated=dated,
        article_id=article_id,
        number=number,
        digest=seen.text.digest,
        first_capture=seen.moment,
        last_capture=seen.moment,
        captures=1,
        **packed(seen.text.version),
        **(change(db, article_id, before, seen.text, number) if before else {}),
    )


def change(
    db: sqlite3.Connection, article_id: int, before: Text, text: Text, number: int
) -> dict[str, Any]:
    """Return the columns of ``versions`` that say what changed since the version before.

    Args:
        db: the index.
        article_id: row of the article.
        before: what it said before.
        text: what it says in the version of this `number`.
        number: see `text`.
    """
    difference = compare(before.wording, text.wording)
    earlier = db.execute(
        "SELECT * FROM versions WHERE article_id = ? AND digest = ? AND number < ?"
        " ORDER BY number DESC LIMIT 1",
        (article_id, text.digest, number),
    ).fetchone()
    # A date tells the truth about a text that it was given with before.
    vouched = (
        earlier
        and Text.stored(text.url, earlier, text.digest).wording.modified == text.wording.modified
    )
    return {
        "kind": difference.kind,
        # What becomes readable was not changed.
        "stealth": int(difference.stealth and not vouched and not standins.is_teaser(before, text)),
        "words_added": difference.added,
        "words_removed": difference.removed,
        "similarity": difference.similarity,
        "reverts_to": earlier["number"] if earlier else None,
    }


def refresh(db: sqlite3.Connection, article_id: int, new: tuple[int, Text] | None = None) -> None:
    """Make the row of an article say what its versions say.

    Args:
        db: the index, in a transaction.
        article_id: row of the article.
        new: its last version, where that was just added, and what it says.
    """
    changed: dict[str, Any] = dict(
        db.execute(
            "SELECT min(first_capture) AS first_capture, max(last_capture) AS last_capture,"
            " count(*) AS versions FROM versions WHERE article_id = ?",
            (article_id,),
        ).fetchone()
    )
    if new:
        version_id, text = new
        changed |= {"current_version_id": version_id, **text.dated(changed["first_capture"])}
    assignments = ", ".join(f'"{name}" = :{name}' for name in changed)
    db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**changed, "id": article_id})


def count(db: sqlite3.Connection, article_id: int) -> int:
    """Return how many versions an article has."""
    row = db.execute("SELECT count(*) FROM versions WHERE article_id = ?", (article_id,)).fetchone()
    found: int = row[0]
    return found
