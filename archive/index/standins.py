"""Texts that stand in for an article, told by what it said before and by what others say.

No mark gives them away: a login page in the site's own dress, a message that the site is being
mended. But they are much shorter than the article was, have little in common with it and another
title; or several articles get the very same text in place of their own. Of an article that was read
before, the beginning that is shown to those who do not pay stands in, too.

An editor who takes an article back puts a few words in its place as well, and that is an edit.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

from archive.index.texts import Text
from archive.model import Refusal
from archive.wording.change import has_new_note
from archive.wording.words import fold, words

#: Begins the reason of a refusal that means: this capture is in quarantine.
QUARANTINED = "quarantined:"

#: An article of so many words, and no less, can be known by its text.
_KNOWN = 60
#: What stands in for it has at most this share of its words …
_SMALL = 0.25
#: … and at most this share of its own words, and of those of its title, from the article.
_IN_COMMON = 0.5
#: The beginning of an article has at most this share of its words, and at least this share of its
#: own words from it.
_A_PART = 0.5
_FROM_IT = 0.8
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
    if before is None or has_new_note(before.wording, text.wording):
        return None
    old, new = _words(before).total(), _words(text).total()
    if is_teaser(text, before):
        return Refusal(
            f"{QUARANTINED}paywall-stub", f"{new} words where there were {old}, and a paywall"
        )
    if old < _KNOWN or new > _SMALL * old or not _is_other(text, before):
        return None
    if _share(_title(text), _title(before)) > _IN_COMMON:
        return None
    return Refusal(f"{QUARANTINED}shrunk", f"{new} words where there were {old}, and another title")


def is_teaser(part: Text, whole: Text) -> bool:
    """Tell whether a text is what is shown of another one to those who do not pay for it."""
    if not part.paywall:
        return False
    few, many = _words(part), _words(whole)
    if many.total() < _KNOWN:
        return False
    share = few.total() / many.total()
    return share <= _SMALL or (share <= _A_PART and _share(few, many) >= _FROM_IT)


def condemned_by(db: sqlite3.Connection, text: Text) -> list[str]:
    """Return the articles that show a text which, now that it was seen, turns out to stand in.

    Articles that showed one text before, too, may be one article under several URLs: it is
    different texts before that tell, with little in common with this one. What was told once is not
    taken back.
    """
    if _is_condemned(db, text):
        return []
    rows = db.execute(
        "SELECT articles.id AS article, articles.url AS article_url, earlier.* FROM versions"
        " JOIN articles ON articles.id = versions.article_id"
        " LEFT JOIN versions AS earlier ON earlier.article_id = versions.article_id"
        " AND earlier.number = versions.number - 1"
        " WHERE substr(versions.digest, 8, 16) = substr(:digest, 8, 16)"
        " AND versions.digest = :digest AND articles.host = :host ORDER BY articles.id LIMIT :most",
        {"digest": text.digest, "host": text.host, "most": _MOST},
    ).fetchall()
    before = {
        row["article"]: Text.stored(row["article_url"], row, row["digest"])
        for row in rows
        if row["digest"] is not None
    }
    if len({other.digest for other in before.values() if _is_other(text, other)}) < _SEVERAL:
        return []
    db.execute("INSERT INTO stand_ins (host, digest) VALUES (?, ?)", (text.host, text.digest))
    return list(dict.fromkeys(row["article_url"] for row in rows))


def _is_condemned(db: sqlite3.Connection, text: Text) -> bool:
    row = db.execute(
        "SELECT 1 FROM stand_ins WHERE host = ? AND digest = ?", (text.host, text.digest)
    ).fetchone()
    return row is not None


def _is_other(text: Text, before: Text) -> bool:
    """Tell whether a text has little in common with what was there before."""
    return _share(_words(text), _words(before)) <= _IN_COMMON


def _words(text: Text) -> Counter[str]:
    return Counter(words(fold(text.version["text"])))


def _title(text: Text) -> Counter[str]:
    return Counter(words(fold(text.version["title"])))


def _share(part: Counter[str], whole: Counter[str]) -> float:
    """Return how much of one text's words another one has, 0 to 1."""
    return (part & whole).total() / (part.total() or 1)
