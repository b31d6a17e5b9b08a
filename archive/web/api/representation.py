"""The nouns of the archive as the JSON of `archive.web.api.model`."""

from __future__ import annotations

from datetime import datetime

from archive import desk, glance
from archive import model as archived
from archive.index.search import MARK, UNMARK
from archive.replay import address
from archive.timestamp import to_datetime
from archive.versions import Comparison
from archive.web.api import model
from archive.wording.diff import Piece


def hit(found: archived.Hit) -> model.Hit:
    """Return a hit."""
    snippet, matches = _unmarked(found.snippet)
    return {
        "article_id": found.article_id,
        "url": found.url,
        "title": found.title,
        "site": found.site,
        "published": found.published,
        "snippet": snippet,
        "matches": matches,
        "timestamp": found.timestamp,
        "memento": address.path(found.url, found.timestamp),
        "location": location(found.location),
        "versions": found.versions,
        "rank": found.rank,
        "current": found.current,
    }


def location(place: archived.Location) -> model.Location:
    """Return where a record lies."""
    return {"file": place.file, "offset": place.offset, "length": place.length}


def capture(taken: archived.Capture) -> model.Capture:
    """Return a capture."""
    origin = taken.refers_to
    return {
        "url": taken.url,
        "urlkey": taken.urlkey,
        "timestamp": taken.timestamp,
        "record_type": taken.record_type,
        "status": taken.status,
        "mime": taken.mime,
        "digest": taken.digest,
        "redirect": taken.redirect,
        "refers_to": {"url": origin[0], "timestamp": origin[1]} if origin else None,
        "truncated": taken.truncated,
        "refusal": taken.refusal,
        "version": taken.version,
        "memento": address.path(taken.url, taken.timestamp),
        "location": location(taken.location),
    }


def version(seen: archived.Version) -> model.Version:
    """Return a version with its text."""
    return {**facts(seen), "article": article(seen.article)}


def facts(seen: archived.Version) -> model.VersionFacts:
    """Return a version without its text."""
    return {
        "article_id": seen.article_id,
        "number": seen.number,
        "digest": seen.digest,
        "title": seen.article.title,
        "modified": _time(seen.article.modified),
        "first_capture": seen.first_capture,
        "last_capture": seen.last_capture,
        "captures": seen.captures,
        "change": _change(seen),
        "memento": address.path(seen.article.url, seen.first_capture),
    }


def article(said: archived.Article) -> model.Article:
    """Return what a page says."""
    return {
        "url": said.url,
        "title": said.title,
        "subtitle": said.subtitle,
        "authors": [{"name": author.name, "url": author.url} for author in said.authors],
        "published": _time(said.published, has_time=said.published_has_time),
        "modified": _time(said.modified),
        "site": said.site,
        "section": said.section,
        "language": said.language,
        "tags": list(said.tags),
        "description": said.description,
        "image": _image(said.image) if said.image else None,
        "images": [_image(image) for image in said.images],
        "related": [{"url": link.url, "title": link.title} for link in said.related],
        "kind": said.kind,
        "paywall": said.paywall,
        "word_count": said.word_count,
        "markdown": said.markdown,
        "text": said.text,
        "sources": dict(said.sources),
        "extractor": said.extractor,
    }


def diff(compared: Comparison) -> model.Diff:
    """Return two versions of an article, word by word."""
    return {
        "url": compared.url,
        "from": facts(compared.before),
        "to": facts(compared.after),
        "title": [_piece(piece) for piece in compared.title],
        "body": [_piece(piece) for piece in compared.body],
    }


def edit(made: archived.Edit) -> model.Edit:
    """Return a version that differs from the one before."""
    return {"url": made.url, "from": facts(made.before), "to": facts(made.after)}


def site(known: glance.Site) -> model.Site:
    """Return a site."""
    return {
        "host": known.host,
        "articles": known.articles,
        "first": known.first,
        "last": known.last,
    }


def gone(missing: glance.Gone) -> model.Gone:
    """Return an article that was taken away."""
    return {
        "article_id": missing.article_id,
        "url": missing.url,
        "title": missing.title,
        "host": missing.host,
        "missing_capture": missing.since,
        "status": missing.status,
        "last_capture": missing.last_seen,
        "memento": address.path(missing.url, missing.last_seen),
    }


def source(known: desk.SourceState) -> model.Source:
    """Return a source."""
    return {
        "name": known.name,
        "hosts": list(known.hosts),
        "configured": known.configured,
        "urls": known.urls,
        "articles_day": known.articles_day,
        "articles_week": known.articles_week,
        "removed": known.removed,
        "next_poll": moment(known.next_poll) if known.next_poll else None,
        "gap": known.gap,
    }


def crawl(report: desk.Report) -> model.Crawl:
    """Return how the crawl fares."""
    return {
        "time": moment(report.time),
        "runs": [
            {
                "started": moment(run.started),
                "reason": run.reason,
                "seconds": run.seconds,
                "articles": run.articles,
                "failed": run.failed,
                "bytes": run.size,
            }
            for run in report.runs
        ],
        "failures": dict(report.failures),
        "gaps": [
            {
                "source": gap.source,
                "since": moment(gap.since),
                "until": moment(gap.until) if gap.until else None,
                "detail": gap.detail,
            }
            for gap in report.gaps
        ],
        "free_bytes": report.room.free,
        "days_left": report.room.days_left,
    }


def moment(stamp: str) -> str:
    """Return the ISO 8601 form of a timestamp that names no capture."""
    return to_datetime(stamp).strftime("%Y-%m-%dT%H:%M:%SZ")


def _change(seen: archived.Version) -> model.Change | None:
    if seen.kind is None:
        return None
    return {
        "kind": seen.kind,
        "stealth": seen.stealth,
        "words_added": seen.words_added,
        "words_removed": seen.words_removed,
        "similarity": seen.similarity,
        "reverts_to": seen.reverts_to,
    }


def _piece(piece: Piece) -> model.Piece:
    return {"kind": piece.kind, "text": piece.text}


def _image(image: archived.Image) -> model.Image:
    return {"url": image.url, "caption": image.caption, "credit": image.credit}


def _time(moment: datetime | None, *, has_time: bool = True) -> str | None:
    if moment is None:
        return None
    return moment.isoformat() if has_time else moment.date().isoformat()


def _unmarked(snippet: str) -> tuple[str, list[list[int]]]:
    """Return a snippet without its marks, and where they stood."""
    plain = ""
    matches = []
    for place, part in enumerate(snippet.split(MARK)):
        if place == 0:
            plain = part
            continue
        matched, _, rest = part.partition(UNMARK)
        matches.append([len(plain), len(plain) + len(matched)])
        plain += matched + rest
    return plain, matches
