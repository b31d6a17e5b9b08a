"""Texts that stand in for an article, told by what it said before and by what others say.

No mark gives them away: a login page in the site's own dress, a message that the site is being
mended. But they are much shorter than the article was, have little in common with it and another
title; or several articles get the very same text in place of their own.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

from archive.index.texts import Text
from archive.model import Refusal
from archive.wording.words import fold, words

#: Begins the reason of a refusal that means: this capture is in quarantine.
QUARANTINED = "quarantined:"

#: An article of so many words, and no less, can be known by its text.
_KNOWN = 60
#: What stands in for it has at most this share of its words …
_SMALL = 0.25
#: … and at most this share of its own words, and of those of its title, from the article.
_IN_COMMON = 0.5
#: So many articles of a site that had texts of their own get the same one.
_SEVERAL = 3
#: No more of them are looked at.
_MOST = 200


def verdict(db: sqlite3.Connection, text: Text, before: Text | None) -> Refusal | None:
    """Return why a text is no version of its article, or None.

    Args:
        db: the index.
        text: what was seen.
        before: what the article said before it in time, or None.
    """
    if _is_condemned(db, text):
        return Refusal(
            f"{QUARANTINED}same-text", "several articles of the site got this text at once"
        )
    if before is None:
        return None
    old, new = _words(before), _words(text)
    if sum(old.values()) < _KNOWN or sum(new.values()) > _SMALL * sum(old.values()):
        return None
    share = _share(new, old)
    title = _share(_title(text), _title(before))
    if share > _IN_COMMON or title > _IN_COMMON:
        return None
    return Refusal(
        f"{QUARANTINED}shrunk",
        f"{sum(new.values())} words where there were {sum(old.values())}, and another title",
    )


def condemned_by(db: sqlite3.Connection, text: Text) -> list[str]:
    """Return the articles that show a text which, now that it was seen, turns out to stand in.

    Articles that showed one text before, too, may be one article under several URLs: it is
    different texts before that tell. What was told once is not taken back.
    """
    if _is_condemned(db, text):
        return []
    rows = db.execute(
        "SELECT articles.id, articles.url, earlier.digest AS before FROM versions"
        " JOIN articles ON articles.id = versions.article_id"
        " LEFT JOIN versions AS earlier ON earlier.article_id = versions.article_id"
        " AND earlier.number = versions.number - 1"
        " WHERE versions.digest = ? AND articles.host = ? ORDER BY articles.id LIMIT ?",
        (text.digest, text.host, _MOST),
    ).fetchall()
    changed = [row for row in rows if row["before"] is not None]
    articles, texts = ({row[name] for row in changed} for name in ("id", "before"))
    if len(articles) < _SEVERAL or len(texts) < _SEVERAL:
        return []
    db.execute("INSERT INTO stand_ins (host, digest) VALUES (?, ?)", (text.host, text.digest))
    return list(dict.fromkeys(row["url"] for row in rows))


def _is_condemned(db: sqlite3.Connection, text: Text) -> bool:
    row = db.execute(
        "SELECT 1 FROM stand_ins WHERE host = ? AND digest = ?", (text.host, text.digest)
    ).fetchone()
    return row is not None


def _words(text: Text) -> Counter[str]:
    return Counter(words(fold(text.version["text"])))


def _title(text: Text) -> Counter[str]:
    return Counter(words(fold(text.version["title"])))


def _share(part: Counter[str], whole: Counter[str]) -> float:
    """Return how much of one text's words another one has, 0 to 1."""
    return (part & whole).total() / (part.total() or 1)
