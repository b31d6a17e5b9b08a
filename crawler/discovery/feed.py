"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from archive import timestamp
from crawler.model import Candidate, Kind


def feed_candidates(body: bytes, url: str, content_type: str = "") -> Iterator[Candidate]:
    """Yield the articles that a feed names, in its order."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _json_feed(body, url)
        return
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    parsed = feedparser.parse(
        body, response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    for entry in parsed.entries:
        link = entry.get("link") or (entry.get("id") if entry.get("guidislink") else None)
        if isinstance(link, str) and link.strip():
            moment = _moment(entry.get("published_parsed") or entry.get("updated_parsed"))
            yield _article(url, link, moment)


def _json_feed(body: bytes, url: str) -> Iterator[Candidate]:
    """Read a JSON Feed (jsonfeed.org, version 1.1)."""
    try:
        items: Any = json.loads(body).get("items", [])
    except (ValueError, AttributeError, RecursionError):
        return
    for item in items if isinstance(items, list) else []:
        link = item.get("url") if isinstance(item, dict) else None
        if isinstance(link, str) and link.strip():
            try:
                moment = timestamp.from_warc_date(str(item.get("date_published")))
            except ValueError:
                moment = None
            yield _article(url, link, moment)


def _article(base: str, link: str, moment: datetime | None) -> Candidate:
    with suppress(ValueError):
        link = urljoin(base, link.strip())
    return Candidate(link, Kind.ARTICLE, "M", moment)


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except (ValueError, TypeError):
        return None
