"""The versions of an article, in the order of time.

A version is a text that differs from the one before it. Only neighbours in time are compared, so a
text that comes back after another one is a version of its own: A, B, A are three. What is said of
a version (its number, the kind of its change, whether it only stands in for the article) depends
on the captures before it and never on the order in which they were indexed: a capture that comes
late, out of an older file, has the article gone through again from the start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.index import compact, growth, late, standins
from archive.index.growth import Seen
from archive.index.likeness import Copies
from archive.index.texts import Text, text_of
from archive.model import Capture
from archive.snapshot import RENDERED
from archive.urlkey import urlkey


@dataclass(frozen=True, slots=True)
class _Shown:
    """What an article says now."""

    article_id: int
    host: str
    digest: str
    text: str


def see(db: sqlite3.Connection, copies: Copies, text: Text, moment: str, capture_id: int) -> int:
    """Note that a text was seen.

    Args:
        db: the index, in a transaction.
        copies: of that index.
        text: what was seen.
        moment: timestamp of the capture.
        capture_id: row of the capture, which is made to say what it shows.

    Returns:
        By how many the versions in the index have become more.
    """
    seen = Seen(moment, capture_id, text)
    if _is_new(db, text.url):
        article_id = growth.begin(db, seen)
        if article_id is None:
            return 0
        copies.update(article_id, text.host, text.version["text"], text.sketch, None)
        return 1
    shown = _shown(db, text.url)
    if _is_next(db, seen):
        delta = growth.append(db, seen)
    elif late.is_in_a_version(db, seen):
        delta = 0
    elif (between := late.between(db, seen)) is not None:
        delta = between
    else:
        delta = late.again(db, text.url, seen)
    # What several articles got in place of their own shows where each had another text before.
    for url in standins.condemned_by(db, text) if delta else ():
        if url != text.url:
            delta += _again(db, copies, url)
        else:
            delta += late.again(db, url)
    _compare(db, copies, text.url, shown, text)
    return delta


def see_again(db: sqlite3.Connection, copies: Copies, revisit: Capture, capture_id: int) -> int:
    """Note what a revisit shows: the text of the capture that it refers to, or none, as that one.

    A text that is what a browser made of a page is not seen again: the same frame may be that of
    every page.

    Returns:
        As `see`.
    """
    url, moment = revisit.refers_to or (revisit.url, revisit.timestamp)
    original = db.execute(
        "SELECT id, version_id, refusal, refusal_detail FROM compact_captures"
        " WHERE urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = :key)"
        " AND timestamp <= :moment AND id != :own"
        " AND (timestamp = :moment OR digest = :digest)"
        " AND (version_id IS NOT NULL OR refusal LIKE 'quarantined:%')"
        " ORDER BY timestamp DESC, id DESC LIMIT 1",
        {
            "key": urlkey(url),
            "moment": int(moment),
            "digest": compact.pack_digest(revisit.digest),
            "own": capture_id,
        },
    ).fetchone()
    if original is None:
        return 0
    text = text_of(db, original["id"], original["version_id"])
    if text is None:
        db.execute(
            "UPDATE compact_captures SET refusal = ?, refusal_detail = ? WHERE id = ?",
            (original["refusal"], original["refusal_detail"], capture_id),
        )
        return 0
    if text.version["extractor"].endswith(RENDERED):
        return 0
    return see(db, copies, text, revisit.timestamp, capture_id)


def unsee(db: sqlite3.Connection, copies: Copies, version_id: int, capture_id: int) -> int:
    """Note that a capture does not show a version after all.

    Returns:
        As `see`: 0 or less.
    """
    url: str = db.execute(
        "SELECT url FROM articles JOIN versions ON versions.article_id = articles.id"
        " WHERE versions.id = ?",
        (version_id,),
    ).fetchone()["url"]
    db.execute("UPDATE compact_captures SET version_id = NULL WHERE id = ?", (capture_id,))
    return _again(db, copies, url)


def _again(db: sqlite3.Connection, copies: Copies, url: str) -> int:
    """Go through the captures of an article again, and find its copies by what it says then."""
    shown = _shown(db, url)
    delta = late.again(db, url)
    _compare(db, copies, url, shown)
    return delta


def withdraw(db: sqlite3.Connection, copies: Copies, captures: Sequence[int]) -> None:
    """Note that captures show nothing any more, not even a text that was kept back."""
    urls: set[str] = set()
    for capture_id in captures:
        values = (capture_id,)
        rows = db.execute(
            "SELECT articles.url FROM compact_captures JOIN versions ON versions.id = version_id"
            " JOIN articles ON articles.id = versions.article_id WHERE compact_captures.id = ?1"
            " UNION SELECT article_url FROM quarantined_texts WHERE capture_id = ?1",
            values,
        )
        urls |= {row["url"] for row in rows.fetchall()}
        db.execute("UPDATE compact_captures SET version_id = NULL WHERE id = ?", values)
        db.execute("DELETE FROM quarantined_texts WHERE capture_id = ?", values)
    for url in sorted(urls):
        _again(db, copies, url)


def _is_new(db: sqlite3.Connection, url: str) -> bool:
    """Tell whether no text of an article was seen yet."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM articles WHERE url = :url)"
        " OR EXISTS (SELECT 1 FROM quarantined_texts WHERE article_url = :url)",
        {"url": url},
    ).fetchone()
    return not row[0]


def _is_next(db: sqlite3.Connection, seen: Seen) -> bool:
    """Tell whether no other capture of the article is later than this one."""
    row = db.execute(
        "SELECT 1 FROM articles WHERE url = :url AND last_capture > :moment"
        " UNION ALL SELECT 1 FROM quarantined_texts JOIN captures ON captures.id = capture_id"
        " WHERE article_url = :url AND timestamp > :moment LIMIT 1",
        {"url": seen.text.url, "moment": seen.moment},
    ).fetchone()
    return row is None


def _shown(db: sqlite3.Connection, url: str) -> _Shown | None:
    row = db.execute(
        'SELECT articles.id, host, digest, "text" FROM articles'
        " JOIN versions ON versions.id = current_version_id WHERE url = ?",
        (url,),
    ).fetchone()
    return _Shown(*row) if row else None


def _compare(
    db: sqlite3.Connection,
    copies: Copies,
    url: str,
    before: _Shown | None,
    seen: Text | None = None,
) -> None:
    """Find the copies of an article anew, if it does not say any more what it said before."""
    now = _shown(db, url)
    if now is None:
        if before:
            copies.forget(before.article_id, before.text)
    elif before is None or now.digest != before.digest:
        is_seen = seen is not None and seen.version["text"] == now.text
        numbers = seen.sketch if seen is not None and is_seen else None
        copies.update(now.article_id, now.host, now.text, numbers, before.text if before else None)
