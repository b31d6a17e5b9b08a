"""Articles on their way into the index: a text, and what goes into the rows about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from archive import timestamp
from archive.index import articles
from archive.index.articles import clean
from archive.model import Article
from archive.urlkey import urlkey
from archive.wording.change import Wording
from archive.wording.shingles import shingles, sketch


@dataclass(frozen=True, slots=True)
class Text:
    """An article, ready to be put into the index.

    Attributes:
        url: of the article: the canonical URL that the page may claim (`archive.versions`).
        key: its urlkey.
        host: its host, without www.
        digest: of its text.
        version: what goes into the row of the version.
        summary: what goes into the row of the article, while this is its current version;
            ``dated`` is None where the page does not say.
        sketch: of its text (`archive.wording.shingles`), made where the text is extracted: that
            takes longer than all the writing. None for a text that comes out of the index.
    """

    url: str
    key: str
    host: str
    digest: str
    version: Mapping[str, Any]
    summary: Mapping[str, Any]
    sketch: tuple[int, ...] | None = None

    @classmethod
    def of(
        cls, url: str, article: Article, digest: str, numbers: tuple[int, ...] | None = None
    ) -> Self:
        """Return `article` as it is put into the index.

        Args:
            url: of the article.
            article: what was extracted.
            digest: of its text.
            numbers: the sketch of its text, where that is known.

        Raises:
            ValueError: there is something in it that the index does not take.
        """
        url.encode()  # a lone surrogate stops here, not the writer
        row = articles.to_row(article)
        if numbers is None:
            numbers = tuple(sketch(shingles(row["text"])))
        return cls(url, urlkey(url), _host(url), digest, row, _summary(article), numbers)

    @classmethod
    def stored(cls, url: str, row: sqlite3.Row | Mapping[str, Any], digest: str) -> Self:
        """Return the text that a row of ``versions`` holds, or what is kept in place of one."""
        article = articles.from_row(row)
        row = articles.to_row(article)
        return cls(url, urlkey(url), _host(url), digest, row, _summary(article))

    @property
    def paywall(self) -> bool:
        """Whether the page says that only those who pay may read all of it."""
        return bool(json.loads(self.version["metadata"]).get("paywall"))

    @property
    def wording(self) -> Wording:
        """What counts when it is compared with another version."""
        modified = json.loads(self.version["metadata"]).get("modified")
        moment = datetime.fromisoformat(modified) if modified else None
        return Wording(self.version["title"], self.version["text"], moment)

    def dated(self, first_capture: str) -> dict[str, Any]:
        """Return its summary, with a date in any case."""
        dated = self.summary["dated"] or articles.utc(timestamp.to_datetime(first_capture))
        return {**self.summary, "dated": dated}


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


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _summary(article: Article) -> dict[str, Any]:
    """Return the columns of ``articles`` that tell what the current version says."""
    image = article.image
    return {
        "dated": articles.utc(article.published) if articles.is_a_date(article.published) else None,
        "title": clean(article.title),
        "subtitle": _plain(article.subtitle),
        "word_count": article.word_count or len(article.text.split()),
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


def _plain(text: str | None) -> str | None:
    return clean(text) if text else None


def _names(names: Iterable[str]) -> str:
    return json.dumps([clean(name) for name in names], ensure_ascii=False)


def _iso(moment: datetime | None, *, has_time: bool = True) -> str | None:
    if moment is None:
        return None
    return moment.isoformat() if has_time else moment.date().isoformat()
