"""Redactions: what is shown no more, what goes with it, and how the index forgets it.

A tombstone in a WARC file makes a row of ``redactions``. Of a URL that was redacted as a whole no
text is taken into the index, whatever file it may come in later.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from archive.index import compact, timeline
from archive.index.captures import latest
from archive.index.likeness import Copies
from archive.index.texts import text_of
from archive.model import Capture, Redaction
from archive.urlkey import is_url, urlkey

#: Why a capture of a redacted URL shows no article.
REDACTED = "redacted"

_OF_PLACE = "urlkeys.urlkey = ? AND compact.timestamp = ?"
_REVISIT = "compact.refers_to_timestamp IS NOT NULL"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Captures that are to be redacted.

    Attributes:
        captures: all of them, by the ids of their rows.
        urls: urlkey of each URL of which nothing is to stay, and the URL.
    """

    captures: Mapping[int, Capture]
    urls: Mapping[str, str]

    @property
    def others(self) -> list[Capture]:
        """The captures of other URLs, that hold or refer to the same bytes."""
        return [one for one in self.captures.values() if one.urlkey not in self.urls]


def select(db: sqlite3.Connection, urls: Iterable[str]) -> Selection:
    """Return what has to go so that nothing is left of what was captured under some URLs.

    That is every capture of them, every capture that shows the same article or, on the same host,
    the same text, and, as the same bytes say the same, every capture of another URL that holds the
    payload of an article among these, or is a revisit of one of them.

    Args:
        db: the index.
        urls: in any form that has the same key.
    """
    whole = {urlkey(url): url for url in urls}
    found: dict[int, Capture] = {}
    for key in list(whole):
        _take(db, found, "urlkeys.urlkey = ?", key)
    _take_articles(db, found, whole)
    return _closed(db, found, whole)


def widen(db: sqlite3.Connection, selection: Selection, captures: Iterable[Capture]) -> Selection:
    """Return a selection with further captures in it, and with what goes with those."""
    found = dict(selection.captures)
    for one in captures:
        _take(
            db,
            found,
            "urlkeys.urlkey = ? AND compact.timestamp = ?",
            one.urlkey,
            int(one.timestamp),
        )
    return _closed(db, found, dict(selection.urls))


def texts(db: sqlite3.Connection, captures: Iterable[int]) -> set[str]:
    """Return what captures show, though it may be kept back."""
    found: set[str] = set()
    for capture_id in captures:
        row = db.execute(
            "SELECT version_id FROM compact_captures WHERE id = ?", (capture_id,)
        ).fetchone()
        text = text_of(db, capture_id, row["version_id"]) if row else None
        if text:
            found.add(text.version["text"])
    return found


def _closed(db: sqlite3.Connection, found: dict[int, Capture], whole: dict[str, str]) -> Selection:
    """Return captures with all that hold the same bytes."""
    size = -1
    while size != len(found):
        size = len(found)
        _take_same(db, found)
    return Selection(found, whole)


def _take(db: sqlite3.Connection, found: dict[int, Capture], where: str, *values: object) -> None:
    for row in db.execute(f"{compact.SELECT} WHERE {where}", values).fetchall():
        found[row["id"]] = compact.capture(row)


def _take_articles(
    db: sqlite3.Connection, found: dict[int, Capture], whole: dict[str, str]
) -> None:
    """Add the captures that show the same articles, and the URLs that show nothing else."""
    shown = {
        row["article_id"]
        for capture_id in found
        for row in db.execute(
            "SELECT article_id FROM compact_captures JOIN versions ON versions.id = version_id"
            " WHERE compact_captures.id = ?",
            (capture_id,),
        )
    }
    for key in list(whole):
        rows = db.execute("SELECT id FROM articles WHERE urlkey = ?", (key,))
        shown |= {row["id"] for row in rows.fetchall()}
    shown |= _twins(db, shown)
    for article in shown:
        row = db.execute("SELECT url, urlkey FROM articles WHERE id = ?", (article,)).fetchone()
        whole.setdefault(row["urlkey"], row["url"])
        _take(db, found, "urlkeys.urlkey = ?", row["urlkey"])
        of_article = "compact.version_id IN (SELECT id FROM versions WHERE article_id = ?)"
        _take(db, found, of_article, article)
    for capture in list(found.values()):
        if capture.urlkey in whole:
            continue
        of_others = db.execute(
            "SELECT 1 FROM compact_captures AS compact JOIN versions ON versions.id = version_id"
            " WHERE urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?)"
            f" AND article_id NOT IN ({', '.join('?' * len(shown))}) LIMIT 1",
            (capture.urlkey, *shown),
        ).fetchone()
        if not of_others:
            whole[capture.urlkey] = capture.url
            _take(db, found, "urlkeys.urlkey = ?", capture.urlkey)


def _twins(db: sqlite3.Connection, shown: set[int]) -> set[int]:
    """Return the articles of the same hosts with the very same text, under other addresses."""
    rows = [
        row["article_id"]
        for article in shown
        for row in db.execute(
            "SELECT DISTINCT twin.article_id FROM versions"
            " JOIN articles ON articles.id = versions.article_id"
            " JOIN versions AS twin ON twin.digest = versions.digest"
            " JOIN articles AS other ON other.id = twin.article_id AND other.host = articles.host"
            " WHERE versions.article_id = ?",
            (article,),
        )
    ]
    return set(rows)


def _take_same(db: sqlite3.Connection, found: dict[int, Capture]) -> None:
    """Add what holds the same payload, what refers to it, and what it refers to."""
    digests = {
        compact.pack_digest(one.digest)
        for one in found.values()
        if one.version is not None and one.digest
    }
    for some in _parts(digests):
        places = ", ".join("?" * len(some))
        same = f"compact.digest IN ({places}) AND (compact.version_id IS NOT NULL OR {_REVISIT})"
        _take(db, found, same, *some)
    here = {(one.urlkey, one.timestamp) for one in found.values()}
    for some in _parts({int(one.timestamp) for one in found.values()}):
        places = ", ".join("?" * len(some))
        rows = db.execute(
            f"{compact.SELECT} WHERE compact.refers_to_timestamp IN ({places})", tuple(some)
        )
        for row in rows.fetchall():
            revisit = compact.capture(row)
            if _referred(revisit) in here:
                found[row["id"]] = revisit
    for revisit in list(found.values()):
        place = _referred(revisit) if revisit.version is not None else None
        if place and place not in here:
            _take(db, found, _OF_PLACE, place[0], int(place[1]))


def _referred(revisit: Capture) -> tuple[str, str] | None:
    if revisit.refers_to is None or not is_url(revisit.refers_to[0]):
        return None
    return urlkey(revisit.refers_to[0]), revisit.refers_to[1]


def _parts(values: Iterable[object]) -> Iterator[tuple[object, ...]]:
    """Yield values in parts, as many as SQLite takes at once."""
    rest = iter(values)
    while part := tuple(islice(rest, _AT_ONCE)):
        yield part


def taken(
    db: sqlite3.Connection, urls: Iterable[str], captures: Iterable[tuple[str, str]]
) -> list[int]:
    """Return the ids of the captures of some urlkeys, and of others at some timestamps."""
    of_key = "SELECT id FROM compact_captures WHERE urlkey_id ="
    of_key += " (SELECT id FROM urlkeys WHERE urlkey = ?)"
    rows = [row for key in urls for row in db.execute(of_key, (key,)).fetchall()]
    for key, moment in captures:
        rows += db.execute(f"{of_key} AND timestamp = ?", (key, int(moment))).fetchall()
    return sorted({row["id"] for row in rows})


def forget(db: sqlite3.Connection, copies: Copies, captures: Iterable[int]) -> None:
    """Take captures and what they show out of the index.

    Args:
        db: the index, in a transaction.
        copies: of that index.
        captures: their ids.
    """
    gone = list(captures)
    timeline.withdraw(db, copies, gone)
    db.executemany("DELETE FROM compact_captures WHERE id = ?", ((one,) for one in gone))
    for table, column in (
        ("urlkeys", "urlkey_id"),
        ("origins", "origin_id"),
    ):
        db.execute(f"DELETE FROM {table} WHERE id NOT IN (SELECT {column} FROM compact_captures)")
    db.execute(
        "DELETE FROM capture_kinds WHERE kind_id NOT IN (SELECT kind_id FROM compact_captures)"
    )


def add(db: sqlite3.Connection, copies: Copies, redaction: Redaction) -> None:
    """Note a redaction; what shows the text of a URL that it hides, shows none from now on.

    What hides a URL is never replaced by what does not: a file that is imported may bring a
    tombstone of the same capture that is not believed.

    Args:
        db: the index, in a transaction.
        copies: of that index.
        redaction: as its tombstone says.
    """
    db.execute(
        "INSERT INTO redactions VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (urlkey, timestamp) DO UPDATE SET url = excluded.url, whole = excluded.whole,"
        " reason = excluded.reason, redacted_by = excluded.redacted_by,"
        " redacted = excluded.redacted WHERE excluded.whole >= redactions.whole",
        (
            *(redaction.urlkey, redaction.timestamp, redaction.url, int(redaction.whole)),
            *(redaction.reason, redaction.by, redaction.redacted),
        ),
    )
    if redaction.whole:
        rows = db.execute(
            "SELECT id FROM compact_captures WHERE refusal IS NOT ?"
            " AND urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?)",
            (REDACTED, redaction.urlkey),
        )
        hide(db, copies, [row["id"] for row in rows.fetchall()])


def hide(db: sqlite3.Connection, copies: Copies, captures: list[int]) -> None:
    """Let captures of a redacted URL, out of a file that came later, show nothing."""
    timeline.withdraw(db, copies, captures)
    db.executemany(
        "UPDATE compact_captures SET refusal = ?, refusal_detail = NULL WHERE id = ?",
        ((REDACTED, one) for one in captures),
    )


def of_url(db: sqlite3.Connection, key: str) -> Redaction | None:
    """Return what is said of a URL that was redacted as a whole, else of one of its captures.

    Args:
        db: the index.
        key: its SURT.
    """
    row = db.execute(
        "SELECT * FROM redactions WHERE urlkey = ? ORDER BY whole DESC, timestamp LIMIT 1", (key,)
    ).fetchone()
    return row and _redaction(row)


def is_hidden(db: sqlite3.Connection, key: str) -> bool:
    """Tell whether nothing is shown of a URL, whenever it was captured."""
    found = of_url(db, key)
    return found is not None and found.whole


def keys(db: sqlite3.Connection) -> frozenset[str]:
    """Return the urlkeys of all URLs that are redacted as a whole."""
    rows = db.execute("SELECT DISTINCT urlkey FROM redactions WHERE whole")
    return frozenset(row["urlkey"] for row in rows.fetchall())


def hidden_per_file(db: sqlite3.Connection, until: str = "9") -> dict[str, int]:
    """Return the WARC files with captures of redacted URLs, which came in later.

    Args:
        db: the index.
        until: of each file those are counted that are not after this timestamp.
    """
    rows = db.execute(
        "SELECT name, sum(compact.timestamp <= ?) AS captures FROM compact_captures AS compact"
        " JOIN warc_files ON warc_files.id = compact.id >> ? WHERE refusal = ? GROUP BY name",
        (latest(until), compact.OFFSET_BITS, REDACTED),
    )
    return {row["name"]: row["captures"] for row in rows.fetchall()}


def scrub(db: sqlite3.Connection) -> bool:
    """Write the file of the index anew, so that nothing of what was deleted is left in it.

    Args:
        db: the index, outside of a transaction.

    Returns:
        False where somebody keeps reading what there was before: then it is in the file still.
    """
    db.execute("BEGIN IMMEDIATE")
    used: set[int] = set()
    for row in db.execute("SELECT host_id, language_id, section_id, author_ids FROM docs"):
        used.update(row[name] for name in ("host_id", "language_id", "section_id") if row[name])
        used.update(map(int, (row["author_ids"] or "").split()))
    known = {row["id"] for row in db.execute("SELECT id FROM names")}
    db.executemany("DELETE FROM names WHERE id = ?", ((one,) for one in known - used))
    # What FTS5 was told to forget is in its segments until they are merged.
    db.execute("INSERT INTO versions_fts (versions_fts) VALUES ('optimize')")
    db.execute("COMMIT")
    db.execute("VACUUM")
    busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _redaction(row: sqlite3.Row) -> Redaction:
    return Redaction(
        url=row["url"],
        urlkey=row["urlkey"],
        timestamp=row["timestamp"],
        whole=bool(row["whole"]),
        reason=row["reason"],
        by=row["redacted_by"],
        redacted=row["redacted"],
    )
