"""Texts on their way into the index: which article, which version.

A version is a text that differs from the one before it. Only neighbours in time are compared, so a
text that comes back after another one is a version of its own: A, B, A are three.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeGuard
from urllib.parse import urlsplit

from archive import timestamp
from archive.index import articles
from archive.index.articles import clean
from archive.model import Article, Capture
from archive.snapshot import RENDERED
from archive.urlkey import urlkey


@dataclass(frozen=True, slots=True)
class Text:
    """An article, ready to be put into the index.

    Attributes:
        url: of the article: the canonical URL that the page may claim (`archive.versions`).
        digest: of its text.
        version: what goes into the row of the version.
        summary: what goes into the row of the article, while this is its current version;
            ``dated`` is None where the page does not say.
    """

    url: str
    digest: str
    version: Mapping[str, Any]
    summary: Mapping[str, Any]

    @classmethod
    def of(cls, url: str, article: Article, digest: str) -> Self:
        """Return `article` as it is put into the index.

        Raises:
            ValueError: there is something in it that the index does not take.
        """
        url.encode()  # a lone surrogate stops here, not the writer
        return cls(url, digest, articles.to_row(article), _summary(article))


def see(db: sqlite3.Connection, text: Text, moment: str) -> tuple[int, bool]:
    """Note that a text was seen.

    Args:
        db: the index, in a transaction.
        text: what was seen.
        moment: timestamp of the capture.

    Returns:
        The version that it is, and whether that is a new one.
    """
    row = db.execute("SELECT id FROM articles WHERE url = ?", (text.url,)).fetchone()
    article_id: int = row["id"] if row else _add_article(db, text, moment)
    for neighbour in _neighbours(db, article_id, moment):
        if neighbour["digest"] == text.digest:
            _extend(db, neighbour["id"], moment)
            _refresh(db, article_id)
            return neighbour["id"], False
    version_id = insert(
        db,
        "versions",
        article_id=article_id,
        number=_count(db, article_id) + 1,
        digest=text.digest,
        first_capture=moment,
        last_capture=moment,
        captures=1,
        **text.version,
    )
    _refresh(db, article_id, (version_id, text))
    return version_id, True


def see_again(db: sqlite3.Connection, revisit: Capture) -> tuple[int | None, bool]:
    """Note what a revisit shows: the text of the capture that it refers to.

    Returns:
        As `see`; None for the version where the original shows no article or is not here, and
        where its text is what a browser made of it.
    """
    url, moment = revisit.refers_to or (revisit.url, revisit.timestamp)
    row = db.execute(
        "SELECT versions.*, articles.url FROM captures"
        " JOIN versions ON versions.id = captures.version_id"
        " JOIN articles ON articles.id = versions.article_id"
        " WHERE captures.urlkey = :key AND captures.timestamp <= :moment"
        " AND (captures.timestamp = :moment OR captures.digest = :digest)"
        " ORDER BY captures.timestamp DESC, captures.id DESC LIMIT 1",
        {"key": urlkey(url), "moment": moment, "digest": revisit.digest},
    ).fetchone()
    if row is None or row["extractor"].endswith(RENDERED):
        return None, False  # the same frame may be that of every page
    text = Text.of(row["url"], articles.from_row(row), row["digest"])
    return see(db, text, revisit.timestamp)


def unsee(db: sqlite3.Connection, version_id: int) -> bool:
    """Note that a capture does not show a version after all; nor does its row say so any more.

    Returns:
        Whether the version is gone: nothing else shows it.
    """
    article_id: int = db.execute(
        "SELECT article_id FROM versions WHERE id = ?", (version_id,)
    ).fetchone()["article_id"]
    shown = db.execute(
        "SELECT count(*) AS captures, min(timestamp) AS first, max(timestamp) AS last"
        " FROM captures WHERE version_id = ?",
        (version_id,),
    ).fetchone()
    if shown["captures"]:
        db.execute(
            "UPDATE versions SET captures = ?, first_capture = ?, last_capture = ? WHERE id = ?",
            (*shown, version_id),
        )
    else:
        db.execute("UPDATE articles SET current_version_id = NULL WHERE id = ?", (article_id,))
        db.execute("DELETE FROM versions WHERE id = ?", (version_id,))
    if _count(db, article_id):
        _refresh(db, article_id)
    else:
        db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    return not shown["captures"]


def insert(db: sqlite3.Connection, table: str, **row: object) -> int:
    """Insert a row and return its id."""
    columns = ", ".join(f'"{name}"' for name in row)
    values = ", ".join("?" * len(row))
    cursor = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", tuple(row.values()))
    return cursor.lastrowid or 0


def _neighbours(db: sqlite3.Connection, article_id: int, moment: str) -> list[sqlite3.Row]:
    """Return the version before a time and the one after it, as far as there are any."""
    before = db.execute(
        "SELECT id, digest FROM versions WHERE article_id = ? AND first_capture <= ?"
        " ORDER BY first_capture DESC, id DESC LIMIT 1",
        (article_id, moment),
    )
    after = db.execute(
        "SELECT id, digest FROM versions WHERE article_id = ? AND first_capture > ?"
        " ORDER BY first_capture, id LIMIT 1",
        (article_id, moment),
    )
    return before.fetchall() + after.fetchall()


def _extend(db: sqlite3.Connection, version_id: int, moment: str) -> None:
    db.execute(
        "UPDATE versions SET captures = captures + 1,"
        " first_capture = min(first_capture, :moment),"
        " last_capture = max(last_capture, :moment) WHERE id = :id",
        {"id": version_id, "moment": moment},
    )


def _add_article(db: sqlite3.Connection, text: Text, moment: str) -> int:
    return insert(
        db,
        "articles",
        url=text.url,
        urlkey=urlkey(text.url),
        host=_host(text.url),
        first_capture=moment,
        last_capture=moment,
        **_dated(text.summary, moment),
    )


def _refresh(db: sqlite3.Connection, article_id: int, new: tuple[int, Text] | None = None) -> None:
    """Make the row of an article say what its versions say.

    Args:
        db: the index, in a transaction.
        article_id: row of the article.
        new: a version that was just added, and what it says.
    """
    changed: dict[str, Any] = dict(
        db.execute(
            "SELECT min(first_capture) AS first_capture, max(last_capture) AS last_capture,"
            " count(*) AS versions FROM versions WHERE article_id = ?",
            (article_id,),
        ).fetchone()
    )
    newest, shown = db.execute(
        "SELECT versions.id, current_version_id FROM versions"
        " JOIN articles ON articles.id = article_id WHERE article_id = ?"
        " ORDER BY versions.last_capture DESC, versions.id DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    if newest != shown:
        summary = new[1].summary if new and new[0] == newest else _stored_summary(db, newest)
        changed |= {"current_version_id": newest, **_dated(summary, changed["first_capture"])}
    assignments = ", ".join(f'"{name}" = :{name}' for name in changed)
    db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**changed, "id": article_id})


def _stored_summary(db: sqlite3.Connection, version_id: int) -> dict[str, Any]:
    row = db.execute("SELECT * FROM versions WHERE id = ?", (version_id,)).fetchone()
    return _summary(articles.from_row(row))


def _count(db: sqlite3.Connection, article_id: int) -> int:
    row = db.execute("SELECT count(*) FROM versions WHERE article_id = ?", (article_id,)).fetchone()
    count: int = row[0]
    return count


def _summary(article: Article) -> dict[str, Any]:
    """Return the columns of ``articles`` that tell what the current version says."""
    image = article.image
    return {
        "dated": articles.utc(article.published) if _is_a_date(article.published) else None,
        "title": clean(article.title),
        "subtitle": _plain(article.subtitle),
        "word_count": len(article.text.split()),
        "authors": _names(author.name for author in article.authors),
        "published": _iso(article.published, has_time=article.published_has_time),
        "modified": _iso(article.modified),
        "site": _plain(article.site),
        "section": _plain(article.section),
        "language": _plain(article.language),
        "tags": _names(article.tags),
        "description": _plain(article.description),
        "image_url": _plain(image.url) if image else None,
        "image_caption": _plain(image.caption) if image else None,
        "image_credit": _plain(image.credit) if image else None,
    }


def _dated(summary: Mapping[str, Any], first_capture: str) -> dict[str, Any]:
    """Return a summary that has a date in any case."""
    dated = summary["dated"] or articles.utc(timestamp.to_datetime(first_capture))
    return {**summary, "dated": dated}


def _is_a_date(moment: datetime | None) -> TypeGuard[datetime]:
    """Tell whether a page's date can be one: nothing was published in the year 1 or 9999."""
    return moment is not None and 1000 <= moment.year < 9999


def _plain(text: str | None) -> str | None:
    return clean(text) if text else None


def _names(names: Iterable[str]) -> str:
    return json.dumps([clean(name) for name in names], ensure_ascii=False)


def _iso(moment: datetime | None, *, has_time: bool = True) -> str | None:
    if moment is None:
        return None
    return moment.isoformat() if has_time else moment.date().isoformat()


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
