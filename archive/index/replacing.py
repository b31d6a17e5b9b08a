"""What a capture shows, put in the place of what the index said before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.index import articles, captures, timeline
from archive.index.articles import clean
from archive.index.likeness import Copies
from archive.index.redactions import REDACTED
from archive.index.texts import Text, text_of
from archive.model import Article, Refusal
from archive.snapshot import RENDERED

#: The fields that a person sees; a change of any other is none.
FIELDS = (
    "title", "subtitle", "authors", "published", "modified", "site", "section", "language", "tags",
    "description", "image", "images", "related", "kind", "paywall", "markdown", "text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A capture that shows an article, or was looked at for one.

    Attributes:
        capture_id: its row.
        url: as requested.
        moment: timestamp.
        file: of its record.
        offset: of its record, in bytes.
        version_id: the version it shows, or None.
        shown: URL and text of that version, or of the text that is kept back; None if it has none.
        is_first: it is the first to show that version, which says what that capture says.
        refusal: why it shows no article, or None.
    """

    capture_id: int
    url: str
    moment: str
    file: str
    offset: int
    version_id: int | None
    shown: tuple[str, str, Article] | None
    is_first: bool
    refusal: str | None


def pages(
    db: sqlite3.Connection, host: str | None, since: str, until: str, *, failed: bool = False
) -> list[int]:
    """Return the captures of pages that were looked at for an article, in the order of time.

    What a browser made of a page is not among them: its text is in another record. Nor is what
    was redacted: it shows nothing, whatever is found in it.

    Args:
        db: the index.
        host: only those of this host and its subdomains, or None.
        since: no capture before this timestamp.
        until: no capture after this one.
        failed: only those that could not be read.
    """
    keyed = ",".join(reversed(host.split("."))) if host else ""
    rows = db.execute(
        "SELECT captures.id FROM captures LEFT JOIN versions ON versions.id = version_id"
        " WHERE record_type != 'revisit' AND timestamp BETWEEN :since AND :until"
        " AND (version_id IS NOT NULL OR refusal IS NOT NULL) AND refusal IS NOT :redacted"
        " AND (extractor IS NULL OR extractor NOT LIKE :rendered)"
        " AND (NOT :failed OR refusal = 'failed')"
        " AND (:host = '' OR captures.urlkey LIKE :under OR captures.urlkey LIKE :at)"
        " ORDER BY timestamp, captures.id",
        {
            "since": since,
            "until": until,
            "failed": failed,
            "rendered": "%" + RENDERED,
            "redacted": REDACTED,
            "host": keyed,
            "under": keyed + ",%",
            "at": keyed + ")%",
        },
    )
    return [row["id"] for row in rows]


def page(db: sqlite3.Connection, capture_id: int) -> Page | None:
    """Return a capture as the index has it now; None if it is there no more."""
    row = db.execute(
        "SELECT version_id, first_capture AS begun FROM compact_captures"
        " LEFT JOIN versions ON versions.id = version_id WHERE compact_captures.id = ?",
        (capture_id,),
    ).fetchone()
    capture = captures.of_id(db, capture_id)
    if row is None or capture is None:
        return None
    text = text_of(db, capture_id, row["version_id"])
    return Page(
        capture_id,
        capture.url,
        capture.timestamp,
        capture.location.file,
        capture.location.offset,
        row["version_id"],
        (text.url, text.digest, articles.from_row(text.version)) if text else None,
        row["version_id"] is None or row["begun"] == capture.timestamp,
        capture.refusal,
    )


def differences(known: Page, found: Text | Refusal) -> Iterator[str]:
    """Yield the names of the fields that would change; ``article`` if it is one or none now."""
    if isinstance(found, Refusal) or known.shown is None:
        if isinstance(found, Text) or known.shown is not None:
            yield "article"
        elif known.refusal != found.reason:
            yield "refusal"
        return
    url, digest, article = known.shown
    if not known.is_first and (url, digest) == (found.url, found.digest):
        return
    now = articles.from_row(found.version)
    if url != found.url:
        yield "url"
    yield from (name for name in FIELDS if getattr(article, name) != getattr(now, name))


def replace(db: sqlite3.Connection, copies: Copies, known: Page, found: Text | Refusal) -> None:
    """Make the index say of a capture what was found now.

    Args:
        db: the index, in a transaction.
        copies: of that index.
        known: what the index says; read in the same transaction.
        found: what is to be said.
    """
    same = isinstance(found, Text) and known.shown and known.shown[:2] == (found.url, found.digest)
    if same and not (known.version_id is not None and known.is_first):
        return
    if isinstance(found, Text) and same and not any(differences(known, found)):
        _sign(db, known.version_id, found)
        return
    if known.version_id is not None:
        timeline.unsee(db, copies, known.version_id, known.capture_id)
    db.execute("DELETE FROM quarantined_texts WHERE capture_id = ?", (known.capture_id,))
    refusal = found if isinstance(found, Refusal) else None
    db.execute(
        "UPDATE compact_captures SET refusal = ?, refusal_detail = ? WHERE id = ?",
        (
            refusal.reason if refusal else None,
            clean(refusal.detail) or None if refusal else None,
            known.capture_id,
        ),
    )
    if isinstance(found, Text):
        timeline.see(db, copies, found, known.moment, known.capture_id)
    if not same:
        _follow(db, copies, known, found)


def _follow(db: sqlite3.Connection, copies: Copies, original: Page, found: Text | Refusal) -> None:
    """Make the revisits of a capture show what it shows."""
    rows = db.execute(
        "SELECT revisit.id, revisit.timestamp, revisit.version_id"
        " FROM compact_captures AS original JOIN compact_captures AS revisit"
        " ON revisit.urlkey_id = original.urlkey_id AND revisit.timestamp >= original.timestamp"
        " AND revisit.digest = original.digest"
        " JOIN capture_kinds ON capture_kinds.kind_id = revisit.kind_id"
        " WHERE original.id = ? AND record_type = 'revisit'",
        (original.capture_id,),
    ).fetchall()
    for row in rows:
        if row["version_id"] is not None:
            timeline.unsee(db, copies, row["version_id"], row["id"])
        if isinstance(found, Text):
            timeline.see(db, copies, found, f"{row['timestamp']:014}", row["id"])


def _sign(db: sqlite3.Connection, version_id: int | None, found: Text) -> None:
    """Say of a version that is as it was what makes it now, and where its fields stand."""
    db.execute(
        "UPDATE versions SET extractor = :extractor, metadata = :metadata WHERE id = :id"
        " AND (extractor != :extractor OR metadata != :metadata)",
        {
            "extractor": found.version["extractor"],
            "metadata": found.version["metadata"],
            "id": version_id,
        },
    )
