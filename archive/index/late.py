"""Captures that come late, out of an older file, put among the versions of their article."""

from __future__ import annotations

import sqlite3

from archive import timestamp
from archive.index import articles, standins
from archive.index.growth import Seen, add_version, append, change, count, refresh, shelve, shows
from archive.index.texts import Text, text_of


def is_in_a_version(db: sqlite3.Connection, seen: Seen) -> bool:
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
    shows(db, seen, around["id"])
    refresh(db, around["article_id"])
    return True


def _can_begin_earlier(db: sqlite3.Connection, version: sqlite3.Row, seen: Seen) -> bool:
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


def between(db: sqlite3.Connection, seen: Seen) -> int | None:
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
        shelve(db, seen, refusal)
        return 0
    later = Text.stored(text.url, after, after["digest"])
    if standins.verdict(db, later, text):
        return None
    _make_room(db, article_id, after["number"])
    version_id = add_version(db, article_id, after["number"], seen, earlier)
    new = change(db, article_id, text, later, after["number"] + 1)
    assignments = ", ".join(f"{name} = :{name}" for name in new)
    db.execute(f"UPDATE versions SET {assignments} WHERE id = :id", {**new, "id": after["id"]})
    shows(db, seen, version_id)
    last = db.execute(
        "SELECT * FROM versions WHERE article_id = ? ORDER BY number DESC LIMIT 1", (article_id,)
    ).fetchone()
    refresh(db, article_id, (last["id"], Text.stored(text.url, last, last["digest"])))
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


def again(db: sqlite3.Connection, url: str, late: Seen | None = None) -> int:
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
            seen.append(Seen(row["timestamp"], row["id"], text))
    article = db.execute("SELECT id FROM articles WHERE url = ?", (url,)).fetchone()
    delta = -_forget(db, article["id"]) if article else 0
    for row in rows:
        db.execute("DELETE FROM quarantined_texts WHERE capture_id = ?", (row["id"],))
    for each in sorted(seen, key=lambda each: (each.moment, each.capture_id)):
        delta += append(db, each)
    if article and not count(db, article["id"]):
        db.execute("DELETE FROM articles WHERE id = ?", (article["id"],))
    return delta


def _forget(db: sqlite3.Connection, article_id: int) -> int:
    """Take all versions of an article away; its row stays. Return how many there were."""
    gone = count(db, article_id)
    db.execute("UPDATE articles SET current_version_id = NULL WHERE id = ?", (article_id,))
    db.execute(
        "UPDATE compact_captures SET version_id = NULL"
        " WHERE version_id IN (SELECT id FROM versions WHERE article_id = ?)",
        (article_id,),
    )
    db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
    return gone
