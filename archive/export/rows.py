"""Articles as rows: a line of JSON or of CSV for each, with all that is known of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from archive.collection import Collection
from archive.export.wanted import Exported, Wanted, articles_of
from archive.render import as_dict
from archive.terminal import UNPRINTABLE

#: The columns of a CSV file. What is a list of names is joined, what has parts is JSON.
COLUMNS: Final = (
    *("article_id", "url", "title", "subtitle", "authors", "published", "modified", "site"),
    *("section", "language", "tags", "description", "kind", "paywall", "word_count"),
    *("image_url", "image_caption", "image_credit", "images", "related", "version", "versions"),
    *("digest", "first_capture", "last_capture", "captures", "file", "offset", "extractor"),
    *("rules", "sources", "text", "markdown"),
)
_JOIN: Final = "; "


def row(exported: Exported) -> dict[str, Any]:
    """Return what is known of an article, ready for JSON.

    What it says is what its current version says. ``file`` and ``offset`` are of the record that
    showed this version first.
    """
    version = exported.current
    shown = exported.captures_of(version)
    fields = as_dict(version.article)
    text, markdown = fields.pop("text"), fields.pop("markdown")
    return {
        "article_id": exported.article_id,
        **fields,
        "version": version.number,
        "versions": len(exported.versions),
        "digest": version.digest,
        "first_capture": version.first_capture,
        "last_capture": exported.captures[-1].timestamp if exported.captures else None,
        "captures": len(exported.captures),
        "file": shown[0].location.file if shown else None,
        "offset": shown[0].location.offset if shown else None,
        "text": text,
        "markdown": markdown,
    }


def json_lines(collection: Collection, wanted: Wanted) -> Iterator[str]:
    """Yield a line of JSON for each article that is wanted; controls are escaped.

    Raises:
        UsageError: see `articles_of`.
    """
    for exported in articles_of(collection, wanted):
        line = json.dumps(row(exported), ensure_ascii=False)
        yield UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n"


def csv_lines(collection: Collection, wanted: Wanted) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180, but for the line ends): columns, then articles.

    Raises:
        UsageError: see `articles_of`.
    """
    articles = articles_of(collection, wanted)
    first = next(articles, None)  # what is wrong with the query is said before anything is written
    yield ",".join(COLUMNS) + "\n"
    for exported in chain([first] if first else [], articles):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(_cells(row(exported)))
        yield out.getvalue()


def _cells(fields: dict[str, Any]) -> list[Any]:
    image = fields.pop("image") or {}
    fields |= {f"image_{name}": image.get(name) for name in ("url", "caption", "credit")}
    fields["authors"] = _JOIN.join(author["name"] for author in fields["authors"])
    fields["tags"] = _JOIN.join(fields["tags"])
    for name in ("images", "related", "sources"):
        fields[name] = json.dumps(fields[name], ensure_ascii=False) if fields[name] else ""
    return [fields[name] for name in COLUMNS]
