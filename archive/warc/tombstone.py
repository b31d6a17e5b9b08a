"""Tombstones: ``metadata`` records that stand where captures were redacted (WARC 1.1, 6.6).

Their block is ``application/warc-fields``. It says of which capture nothing is left, since when,
why, and on whose word; nothing that was in it, nor a digest of that: whoever has a copy could tell
by it that it was this text. It is signed with the key of the collection.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO

from archive import timestamp
from archive.model import Redaction
from archive.urlkey import is_url, urlkey
from archive.warc import records
from archive.warc.compress import GzipMember
from archive.warc.record import Record

#: The field that makes a metadata record a tombstone.
_REDACTED = "redacted"
_SCOPE, _REASON, _BY = "redaction-scope", "redaction-reason", "redacted-by"
_SIGNATURE = "redaction-signature"
_WHOLE, _ONE = "url", "capture"
_LEVEL = 2
#: No block that is longer is looked at (bytes).
_MAX_BLOCK = 64 * 1024


def make(redaction: Redaction, replaced: str | None) -> bytes:
    """Return a tombstone, a gzip member.

    Args:
        redaction: what it says.
        replaced: WARC-Record-ID of the record in whose place it stands.
    """
    fields = {
        _REDACTED: timestamp.to_warc_date(timestamp.to_datetime(redaction.redacted)),
        _SCOPE: _WHOLE if redaction.whole else _ONE,
        _REASON: redaction.reason,
        **({_BY: redaction.by} if redaction.by else {}),
        **({_SIGNATURE: redaction.signature} if redaction.signature else {}),
    }
    common = [
        ("WARC-Target-URI", redaction.url),
        ("WARC-Date", timestamp.to_warc_date(timestamp.to_datetime(redaction.timestamp))),
        *([("WARC-Refers-To", replaced)] if replaced else []),
    ]
    made = BytesIO()
    block = records.fields(fields)
    records.RecordWriter().write(
        records.metadata(records.FIELDS, block, common), GzipMember(made.write, _LEVEL)
    )
    return made.getvalue()


def read(record: Record) -> Redaction | None:
    """Return what a record says as a tombstone; None if it is none."""
    media = record.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if record.type != "metadata" or media != records.FIELDS or not is_url(record.url):
        return None
    if not record.payload.startswith(_REDACTED.encode() + b":"):
        return None
    said: dict[str, str] = {}
    for line in record.payload[:_MAX_BLOCK].decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        said.setdefault(name.strip().lower(), value.strip())
    try:
        redacted = timestamp.from_warc_date(said[_REDACTED])
    except (ValueError, OverflowError):
        redacted = record.date
    return Redaction(
        url=record.url,
        urlkey=urlkey(record.url),
        timestamp=timestamp.from_datetime(record.date),
        whole=said.get(_SCOPE) == _WHOLE,
        reason=said.get(_REASON, ""),
        by=said.get(_BY, ""),
        redacted=timestamp.from_datetime(redacted.astimezone(UTC)),
        signature=said.get(_SIGNATURE, ""),
    )
