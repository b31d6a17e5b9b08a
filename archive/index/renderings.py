"""What a browser made of a page goes before what its bare bytes say, where these say less.

The bytes of a page whose text comes by JavaScript are an empty frame, or a frame with a summary in
it.
"""

from __future__ import annotations

import sqlite3

from archive.index import compact, timeline
from archive.index.likeness import Copies
from archive.index.redactions import REDACTED
from archive.index.texts import Text
from archive.urlkey import urlkey

#: The bare bytes are believed when they say so much of what the browser shows.
_ENOUGH = 0.5


def add(db: sqlite3.Connection, copies: Copies, url: str, moment: str, text: Text) -> int:
    """Let the capture of a page show the text that a browser showed.

    Args:
        db: the index, in a transaction.
        copies: of that index.
        url: of the page.
        moment: timestamp of its capture.
        text: from the browser's document.

    Returns:
        By how many the versions in the index have become more.
    """
    origin = compact.origin(url)
    row = db.execute(
        "SELECT compact.id, version_id, versions.digest, word_count"
        " FROM compact_captures AS compact"
        " JOIN urlkeys ON urlkeys.id = urlkey_id JOIN origins ON origins.id = origin_id"
        " LEFT JOIN versions ON versions.id = version_id"
        " WHERE urlkey = ? AND timestamp = ? AND origin = ?"
        " AND coalesce(path, substr(urlkey, skip)) = ? AND refusal IS NOT ?"
        " ORDER BY compact.id DESC LIMIT 1",
        (urlkey(url), int(moment), origin, url[len(origin) :], REDACTED),
    ).fetchone()
    if row is None or row["digest"] == text.digest:
        return 0
    delta = 0
    if row["version_id"] is not None:
        if row["word_count"] >= _ENOUGH * text.version["word_count"]:
            return 0
        delta = timeline.unsee(db, copies, row["version_id"], row["id"])
    return delta + timeline.see(db, copies, text, moment, row["id"])
