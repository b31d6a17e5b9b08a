"""Articles and their versions: to rows, from rows, by URL and by time."""

from __future__ import annotations

import difflib
import json
import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeGuard

from archive import timestamp
from archive.glance import VersionNote
from archive.index.packing import unpack
from archive.model import Article, Author, Image, Link, Version
from archive.urlkey import urlkey

#: Redirects are followed this far to find the article behind a URL.
_MAX_REDIRECTS = 5
#: So many URLs of a site are compared with one that is not in the index.
_CANDIDATES = 5000
#: What an article is of which nothing else is said.
_USUAL_KIND = "news"
#: The captures of a key.
_OF_KEY = "urlkey_id = (SELECT id FROM urlkeys WHERE urlkey = ?)"
#: Control characters never come from a writer; in a terminal they do harm.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text: str) -> str:
    """Return `text` without control characters and lone surrogates."""
    return _CONTROLS.sub("", text).encode("utf-8", "replace").decode()


def to_row(article: Article) -> dict[str, Any]:
    """Return what ``versions`` holds of `article`; the Markdown is not packed yet."""
    metadata = {
        "url": article.url,
        "authors": [_said({"name": one.name, "url": one.url}) for one in article.authors],
        "published": article.published.isoformat() if article.published else None,
        # Only what is not so is said of it.
        "published_has_time": None if article.published_has_time else False,
        "modified": article.modified.isoformat() if article.modified else None,
        "site": article.site,
        "section": article.section,
        "language": article.language,
        "tags": list(article.tags),
        "description": article.description,
        "image": _image(article.image) if article.image else None,
        "images": [_image(image) for image in article.images],
        "related": [{"url": link.url, "title": link.title} for link in article.related],
        "kind": None if article.kind == _USUAL_KIND else article.kind,
        "paywall": article.paywall,
        "sources": dict(article.sources),
        "rules": article.rules or None,
    }
    return {
        "word_count": article.word_count or len(article.text.split()),
        "extractor": article.extractor,
        "title": clean(article.title),
        "subtitle": clean(article.subtitle) if article.subtitle else None,
        "metadata": clean(
            json.dumps(_cleaned(_said(metadata)), ensure_ascii=False, separators=(",", ":"))
        ),
        "text": clean(article.text),
        "markdown": clean(article.markdown),
    }


def from_row(row: sqlite3.Row | Mapping[str, Any]) -> Article:
    """Return the article that a row of ``versions`` holds."""
    metadata = json.loads(row["metadata"])
    published, modified = metadata.get("published"), metadata.get("modified")
    image = metadata.get("image")
    return Article(
        url=metadata["url"],
        title=row["title"],
        markdown=_markdown(row),
        text=row["text"],
        subtitle=row["subtitle"],
        authors=tuple(Author(**author) for author in metadata.get("authors", ())),
        published=datetime.fromisoformat(published) if published else None,
        published_has_time=metadata.get("published_has_time", True),
        modified=datetime.fromisoformat(modified) if modified else None,
        site=metadata.get("site"),
        section=metadata.get("section"),
        language=metadata.get("language"),
        tags=tuple(metadata.get("tags", ())),
        description=metadata.get("description"),
        image=Image(**image) if image else None,
        images=tuple(Image(**image) for image in metadata.get("images", ())),
        related=tuple(Link(**link) for link in metadata.get("related", ())),
        kind=metadata.get("kind", _USUAL_KIND),
        paywall=metadata.get("paywall"),
        word_count=row["word_count"],
        sources=metadata.get("sources", {}),
        rules=metadata.get("rules", ""),
        extractor=row["extractor"],
    )


def version(row: sqlite3.Row) -> Version:
    """Return the version of a row of ``versions``."""
    return Version(
        article_id=row["article_id"],
        number=row["number"],
        digest=row["digest"],
        article=from_row(row),
        first_capture=row["first_capture"],
        last_capture=row["last_capture"],
        captures=row["captures"],
        kind=row["kind"],
        stealth=bool(row["stealth"]),
        words_added=row["words_added"],
        words_removed=row["words_removed"],
        similarity=row["similarity"],
        reverts_to=row["reverts_to"],
    )


def id_of(db: sqlite3.Connection, url: str) -> int | None:
    """Return the article that `url` leads to, or None.

    Tried in this order: the canonical URL as it is; the canonical URL in another form; a captured
    URL that showed the article; where a captured redirect leads.
    """
    for _ in range(_MAX_REDIRECTS):
        key = urlkey(url)
        row = db.execute(
            "SELECT id FROM articles WHERE urlkey = ? OR url = ?"
            " ORDER BY url = ? DESC, last_capture DESC LIMIT 1",
            (key, url, url),
        ).fetchone()
        row = (
            row
            or db.execute(
                "SELECT versions.article_id AS id FROM compact_captures"
                " CROSS JOIN versions ON versions.id = version_id"
                f" WHERE {_OF_KEY} ORDER BY timestamp DESC LIMIT 1",
                (key,),
            ).fetchone()
        )
        if row:
            found: int = row["id"]
            return found
        row = db.execute(
            f"SELECT redirect FROM compact_captures WHERE {_OF_KEY} AND redirect IS NOT NULL"
            " ORDER BY timestamp DESC LIMIT 1",
            (key,),
        ).fetchone()
        if row is None:
            break
        url = row["redirect"]
    return None


def versions(
    db: sqlite3.Connection, article_id: int, *, since: str = "", limit: int | None = None
) -> list[Version]:
    """Return the versions of an article, in the order of time.

    Args:
        db: the index.
        article_id: row of the article.
        since: no version that was first captured before this timestamp.
        limit: the earliest so many.
    """
    rows = db.execute(
        "SELECT * FROM versions WHERE article_id = ? AND first_capture >= ?"
        " ORDER BY first_capture, number LIMIT ?",
        (article_id, since, -1 if limit is None else limit),
    )
    return [version(row) for row in rows.fetchall()]


def notes(db: sqlite3.Connection, article_id: int, limit: int) -> list[VersionNote]:
    """Return what is said of the versions of an article but their texts, the newest first."""
    rows = db.execute(
        "SELECT number, first_capture, last_capture, captures, title, word_count, kind, stealth,"
        " words_added, words_removed, reverts_to FROM versions WHERE article_id = ?"
        " ORDER BY first_capture DESC, number DESC LIMIT ?",
        (article_id, limit),
    )
    return [VersionNote(**{**dict(row), "stealth": bool(row["stealth"])}) for row in rows]


def numbered(db: sqlite3.Connection, article_id: int, number: int) -> Version | None:
    """Return a version of an article by its number, or None."""
    row = db.execute(
        "SELECT * FROM versions WHERE article_id = ? AND number = ?", (article_id, number)
    ).fetchone()
    return version(row) if row else None


def current(db: sqlite3.Connection, article_id: int) -> Version | None:
    """Return the version of an article that was captured last."""
    row = db.execute(
        "SELECT versions.* FROM articles"
        " JOIN versions ON versions.id = articles.current_version_id WHERE articles.id = ?",
        (article_id,),
    ).fetchone()
    return version(row) if row else None


def in_force(db: sqlite3.Connection, article_id: int, moment: str) -> Version | None:
    """Return what an article said at a time: the last version seen by then, else the first one.

    Args:
        db: the index.
        article_id: row of the article.
        moment: timestamp of 14 digits.
    """
    row = db.execute(
        "SELECT * FROM versions WHERE article_id = :id ORDER BY first_capture > :moment,"
        " CASE WHEN first_capture > :moment THEN first_capture END, first_capture DESC,"
        " number DESC LIMIT 1",
        {"id": article_id, "moment": moment},
    ).fetchone()
    return version(row) if row else None


def newest(db: sqlite3.Connection, limit: int, offset: int) -> list[Version]:
    """Return current versions, the articles published last first."""
    rows = db.execute(
        "SELECT versions.* FROM articles JOIN versions ON versions.id = current_version_id"
        " ORDER BY articles.dated DESC, articles.id DESC LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [version(row) for row in rows.fetchall()]


def ids(
    db: sqlite3.Connection, until: str = "9", before: int | None = None, limit: int = 1000
) -> list[int]:
    """Return the ids of articles, those that came into the index last first.

    Args:
        db: the index.
        until: captured first at this timestamp or earlier.
        before: only lower ids.
        limit: no more than this.
    """
    rows = db.execute(
        "SELECT id FROM articles WHERE (? IS NULL OR id < ?) AND first_capture <= ?"
        " ORDER BY id DESC LIMIT ?",
        (before, before, until, limit),
    )
    return [row["id"] for row in rows.fetchall()]


def utc(moment: datetime) -> str:
    """Return the form of ``articles.dated``: ``2024-10-23T08:15:00Z``."""
    stamp = timestamp.from_datetime(moment)
    date, time = stamp[:8], stamp[8:]
    return f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"


def from_utc(dated: str) -> datetime:
    """Return the time that `utc` made `dated` of."""
    return datetime.fromisoformat(dated)


def is_a_date(moment: datetime | None) -> TypeGuard[datetime]:
    """Tell whether a page's date can be one: nothing was published in the year 1 or 9999."""
    return moment is not None and 1000 <= moment.year < 9999


def similar_url(db: sqlite3.Connection, url: str) -> str | None:
    """Return the article's URL on the same host that is most like `url`, or None."""
    key = urlkey(url)
    host = key.partition(")")[0] + ")"
    rows = db.execute(
        "SELECT urlkey, url FROM articles WHERE urlkey >= ? AND urlkey < ? LIMIT ?",
        (host, host + "\uffff", _CANDIDATES),
    )
    urls = {row["urlkey"]: row["url"] for row in rows.fetchall()}
    close = difflib.get_close_matches(key, urls, n=1, cutoff=0.75)
    return urls[close[0]] if close else None


def _markdown(row: sqlite3.Row | Mapping[str, Any]) -> str:
    """Return the Markdown of a row of ``versions``, or of what goes into one."""
    markdown: str | bytes | None = row["markdown"]
    return markdown if isinstance(markdown, str) else unpack(markdown, row["text"])


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return only what is said: no None, no empty list. Half of the JSON would be such words."""
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _image(image: Image) -> dict[str, Any]:
    return _said({"url": image.url, "caption": image.caption, "credit": image.credit})


def _cleaned(value: Any) -> Any:
    """Clean all strings of a JSON value; escaped, controls would survive in it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value
