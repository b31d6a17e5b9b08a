"""The versions of an article, in the order of time.

A version is a text that differs from the one before it. Only neighbours in time are compared, so a
text that comes back after another one is a version of its own: A, B, A are three. What is said of
a version (its number, the kind of its change, whether it only stands in for the article) depends
on the captures before it and never on the order in which they were indexed: a capture that comes
late, out of an older file, has the article gone through again from the start.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archive import timestamp
from archive.index import articles, compact, ids, likeness, standins
from archive.index.packing import packed
from archive.index.rows import insert
from archive.index.texts import Text
from archive.model import Capture, Refusal
from archive.snapshot import RENDERED
from archive.urlkey import urlkey
from archive.wording.change import compare


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text in a capture."""

    moment: str
    capture_id: int
    text: Text


def see(db: sqlite3.Connection, text: Text, moment: str, capture_id: int) -> int:
    """Note that a text was seen.

    Args:
        db: the index, in a transaction.
        text: what was seen.
        moment: timestamp of the capture.
        capture_id: row of the capture, which is made to say what it shows.

    Returns:
        By how many the versions in the index have become more.
    """
    seen = _Seen(moment, capture_id, text)
    shown = _shown(db, text.url)
    if _is_next(db, seen):
        delta = _append(db, seen)
    elif _is_in_a_version(db, seen):
        delta = 0
    elif (between := _between(db, seen)) is not None:
        delta = between
    else:
        delta = _again(db, text.url, seen)
    for url in standins.condemned_by(db, text) if delta else ():
        delta += _again(db, url)
        _refresh_copies(db, url)
    if _shown(db, text.url) != shown:
        _refresh_copies(db, text.url, text)
    return delta


def see_again(db: sqlite3.Connection, revisit: Capture, capture_id: int) -> int:
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
    return see(db, text, revisit.timestamp, capture_id)


def unsee(db: sqlite3.Connection, version_id: int, capture_id: int) -> int:
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
    delta = _again(db, url)
    _refresh_copies(db, url)
    return delta


def withdraw(db: sqlite3.Connection, captures: Sequence[int]) -> None:
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
        _again(db, url)
        _refresh_copies(db, url)


def text_of(db: sqlite3.Connection, capture_id: int, version_id: int | None) -> Text | None:
    """Return the text that a capture shows, though it may be kept back."""
    if version_id is not None:
        row = db.execute(
            "SELECT versions.*, articles.url FROM versions"
            " JOIN articles ON articles.id = versions.article_id WHERE versions.id = ?",
            (version_id,),
        ).fetchone()
        return Text.stored(row["url"], row, row["digest"])
    row = db.execute(
        "SELECT * FROM quarantined_texts WHERE capture_id = ?", (capture_id,)
    ).fetchone()
    return row and Text.stored(row["article_url"], json.loads(row["content"]), row["digest"])


def _is_next(db: sqlite3.Connection, seen: _Seen) -> bool:
    """Tell whether no other capture of the article is later than this one."""
    row = db.execute(
        "SELECT 1 FROM articles WHERE url = :url AND last_capture > :moment"
        " UNION ALL SELECT 1 FROM quarantined_texts JOIN captures ON captures.id = capture_id"
        " WHERE article_url = :url AND timestamp > :moment LIMIT 1",
        {"url": seen.text.url, "moment": seen.moment},
    ).fetchone()
    return row is None


def _append(db: sqlite3.Connection, seen: _Seen) -> int:
    """Put a text at the end of its article's time."""
    text, moment = seen.text, seen.moment
    article = db.execute("SELECT id FROM articles WHERE url = ?", (text.url,)).fetchone()
    last = (
        article
        and db.execute(
            "SELECT * FROM versions WHERE article_id = ? ORDER BY number DESC LIMIT 1",
            (article["id"],),
        ).fetchone()
    )
    if last and last["digest"] == text.digest:
        db.execute(
            "UPDATE versions SET captures = captures + 1, last_capture = ? WHERE id = ?",
            (moment, last["id"]),
        )
        _shows(db, seen, last["id"])
        _refresh(db, article["id"])
        return 0
    before = last and Text.stored(text.url, last, last["digest"])
    if refusal := standins.verdict(db, text, before):
        _shelve(db, seen, refusal)
        return 0
    article_id: int = article["id"] if article else _add_article(db, text, moment)
    version_id = _add_version(db, article_id, last["number"] + 1 if last else 1, seen, before)
    _shows(db, seen, version_id)
    _refresh(db, article_id, (version_id, text))
    return 1


def _is_in_a_version(db: sqlite3.Connection, seen: _Seen) -> bool:
    """Count a text that comes late into the version that shows it then, or right after.

    Returns:
        Whether that was all that there is to do. It is not where the version before is divided, a
        text that was kept back lies between, what stands beside the text differs, or the article
        begins earlier and the time of its beginning is what dates it.
    """
    text, moment = seen.text, seen.moment
    around = db.execute(
        "SELECT versions.*, articles.first_capture AS begun FROM versions"
        " JOIN articles ON articles.id = article_id WHERE url = :url AND digest = :digest"
        " AND number IN (SELECT max(number) FROM versions AS one"
        "  WHERE one.article_id = articles.id AND one.first_capture <= :moment"
        "  UNION ALL SELECT min(number) FROM versions AS one"
        "  WHERE one.article_id = articles.id AND one.first_capture > :moment)"
        " ORDER BY number LIMIT 1",
        {"url": text.url, "digest": text.digest, "moment": moment},
    ).fetchone()
    if around is None or (
        moment < around["first_capture"] and not _can_begin_earlier(db, around, seen)
    ):
        return False
    db.execute(
        "UPDATE versions SET captures = captures + 1, first_capture = min(first_capture, :moment),"
        " last_capture = max(last_capture, :moment) WHERE id = :id",
        {"moment": moment, "id": around["id"]},
    )
    _shows(db, seen, around["id"])
    _refresh(db, around["article_id"])
    return True


def _can_begin_earlier(db: sqlite3.Connection, version: sqlite3.Row, seen: _Seen) -> bool:
    """Tell whether all that is said of a version stays as it is if it was seen earlier."""
    if seen.moment < version["begun"]:
        dated_by_it = db.execute(
            "SELECT 1 FROM versions WHERE article_id = ? AND dated = ?",
            (version["article_id"], articles.utc(timestamp.to_datetime(version["begun"]))),
        ).fetchone()
        if dated_by_it:
            return False
    between = db.execute(
        "SELECT 1 FROM versions WHERE article_id = :id AND number = :before"
        " AND last_capture >= :moment"
        " UNION ALL SELECT 1 FROM quarantined_texts JOIN captures ON captures.id = capture_id"
        " WHERE article_url = :url AND timestamp BETWEEN :moment AND :begun",
        {
            "id": version["article_id"],
            "before": version["number"] - 1,
            "url": seen.text.url,
            "moment": seen.moment,
            "begun": version["first_capture"],
        },
    ).fetchone()
    stored = Text.stored(seen.text.url, version, version["digest"])
    return not between and stored.version == seen.text.version


def _between(db: sqlite3.Connection, seen: _Seen) -> int | None:
    """Put a text that comes late between its neighbours in time, where no other is affected.

    Going through a long history again for each of many late captures would take a square of the
    time.

    Returns:
        By how many the versions have become more; None where the article has to be gone through
        again: a version is divided or begins earlier, or a text that was kept back follows.
    """
    text, moment = seen.text, seen.moment
    rows = db.execute(
        "SELECT versions.*, (SELECT count(*) FROM quarantined_texts JOIN captures"
        " ON captures.id = capture_id WHERE article_url = :url AND timestamp >= :moment) AS kept"
        " FROM versions JOIN articles ON articles.id = versions.article_id"
        " WHERE url = :url AND ("
        "  number = (SELECT max(number) FROM versions AS one WHERE one.article_id = articles.id"
        "   AND one.first_capture <= :moment)"
        "  OR number = (SELECT min(number) FROM versions AS one WHERE one.article_id = articles.id"
        "   AND one.first_capture > :moment)) ORDER BY number",
        {"url": text.url, "moment": moment},
    ).fetchall()
    if not rows or rows[0]["kept"] or rows[-1]["first_capture"] <= moment:
        return None
    after = rows[-1]
    before = rows[0] if len(rows) > 1 else None
    article_id: int = after["article_id"]
    known = db.execute(
        "SELECT 1 FROM versions WHERE article_id = ? AND digest = ?", (article_id, text.digest)
    ).fetchone()
    if known or (before and before["last_capture"] >= moment):
        return None
    earlier = Text.stored(text.url, before, before["digest"]) if before else None
    if refusal := standins.verdict(db, text, earlier):
        _shelve(db, seen, refusal)
        return 0
    later = Text.stored(text.url, after, after["digest"])
    if standins.verdict(db, later, text):
        return None
    _make_room(db, article_id, after["number"])
    version_id = _add_version(db, article_id, after["number"], seen, earlier)
    change = _change(db, article_id, text, later, after["number"] + 1)
    assignments = ", ".join(f"{name} = :{name}" for name in change)
    db.execute(f"UPDATE versions SET {assignments} WHERE id = :id", {**change, "id": after["id"]})
    _shows(db, seen, version_id)
    last = db.execute(
        "SELECT * FROM versions WHERE article_id = ? ORDER BY number DESC LIMIT 1", (article_id,)
    ).fetchone()
    _refresh(db, article_id, (last["id"], Text.stored(text.url, last, last["digest"])))
    return 1


def _make_room(db: sqlite3.Connection, article_id: int, number: int) -> None:
    """Let the versions of an article from a number on have the next one."""
    values = {"article": article_id, "number": number}
    # Numbers are unique at every moment, so they go by way of the negative ones.
    db.execute(
        "UPDATE versions SET number = -number - 1"
        " WHERE article_id = :article AND number >= :number",
        values,
    )
    db.execute(
        "UPDATE versions SET number = -number WHERE article_id = :article AND number < 0", values
    )
    db.execute(
        "UPDATE versions SET reverts_to = reverts_to + 1"
        " WHERE article_id = :article AND reverts_to >= :number",
        values,
    )


def _again(db: sqlite3.Connection, url: str, late: _Seen | None = None) -> int:
    """Go through the captures of an article again, in the order of time.

    Args:
        db: the index, in a transaction.
        url: of the article.
        late: a capture that is not among them yet.

    Returns:
        By how many the versions have become more.
    """
    rows = db.execute(
        "SELECT captures.id, timestamp, version_id FROM captures"
        " JOIN versions ON versions.id = version_id"
        " JOIN articles ON articles.id = versions.article_id WHERE articles.url = :url"
        " UNION ALL SELECT captures.id, timestamp, NULL FROM quarantined_texts"
        " JOIN captures ON captures.id = capture_id WHERE article_url = :url",
        {"url": url},
    ).fetchall()
    texts: dict[int | None, Text | None] = {}
    seen = [late] if late else []
    for row in rows:
        key = row["version_id"]
        if key is None or key not in texts:
            texts[key] = text_of(db, row["id"], key)
        if text := texts[key]:
            seen.append(_Seen(row["timestamp"], row["id"], text))
    article = db.execute("SELECT id FROM articles WHERE url = ?", (url,)).fetchone()
    count = _forget(db, article["id"]) if article else 0
    for row in rows:
        db.execute("DELETE FROM quarantined_texts WHERE capture_id = ?", (row["id"],))
    delta = -count
    for each in sorted(seen, key=lambda each: (each.moment, each.capture_id)):
        delta += _append(db, each)
    if article and not _count(db, article["id"]):
        likeness.forget(db, article["id"])
        db.execute("DELETE FROM articles WHERE id = ?", (article["id"],))
    return delta


def _forget(db: sqlite3.Connection, article_id: int) -> int:
    """Take all versions of an article away; its row stays. Return how many there were."""
    count = _count(db, article_id)
    db.execute("UPDATE articles SET current_version_id = NULL WHERE id = ?", (article_id,))
    db.execute(
        "UPDATE compact_captures SET version_id = NULL"
        " WHERE version_id IN (SELECT id FROM versions WHERE article_id = ?)",
        (article_id,),
    )
    db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
    return count


def _shows(db: sqlite3.Connection, seen: _Seen, version_id: int) -> None:
    db.execute(
        "UPDATE compact_captures SET version_id = ?, refusal = NULL, refusal_detail = NULL"
        " WHERE id = ?",
        (version_id, seen.capture_id),
    )


def _shelve(db: sqlite3.Connection, seen: _Seen, refusal: Refusal) -> None:
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


def _add_version(
    db: sqlite3.Connection, article_id: int, number: int, seen: _Seen, before: Text | None
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
        **(_change(db, article_id, before, seen.text, number) if before else {}),
    )


def _change(
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
    change = compare(before.wording, text.wording)
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
        "kind": change.kind,
        # What becomes readable was not changed.
        "stealth": int(change.stealth and not vouched and not standins.is_teaser(before, text)),
        "words_added": change.added,
        "words_removed": change.removed,
        "similarity": change.similarity,
        "reverts_to": earlier["number"] if earlier else None,
    }


def _add_article(db: sqlite3.Connection, text: Text, moment: str) -> int:
    return insert(
        db,
        "articles",
        url=text.url,
        urlkey=urlkey(text.url),
        host=text.host,
        first_capture=moment,
        last_capture=moment,
        **text.dated(moment),
    )


def _refresh(db: sqlite3.Connection, article_id: int, new: tuple[int, Text] | None = None) -> None:
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


def _count(db: sqlite3.Connection, article_id: int) -> int:
    row = db.execute("SELECT count(*) FROM versions WHERE article_id = ?", (article_id,)).fetchone()
    count: int = row[0]
    return count


def _shown(db: sqlite3.Connection, url: str) -> str | None:
    """Return the digest of what an article says now; None where there is none."""
    row = db.execute(
        "SELECT digest FROM versions JOIN articles ON current_version_id = versions.id"
        " WHERE url = ?",
        (url,),
    ).fetchone()
    shown: str | None = row["digest"] if row else None
    return shown


def _refresh_copies(db: sqlite3.Connection, url: str, seen: Text | None = None) -> None:
    row = db.execute(
        'SELECT articles.id, host, "text" FROM articles'
        " JOIN versions ON versions.id = current_version_id WHERE url = ?",
        (url,),
    ).fetchone()
    if row:
        is_seen = seen is not None and seen.version["text"] == row["text"]
        numbers = seen.sketch if seen is not None and is_seen else None
        likeness.update(db, row["id"], row["host"], row["text"], numbers)
