"""What one record means for the index: a capture, a crawl, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from archive import timestamp
from archive.extract.quarantine import suspect
from archive.index.standins import QUARANTINED
from archive.model import Capture, Redaction, Refusal
from archive.snapshot import page_of_dom
from archive.urlkey import is_url, urlkey
from archive.warc import tombstone
from archive.warc.reader import Record

#: The records of which captures are made.
_CAPTURED = ("response", "revisit", "resource")
#: The media types of pages.
HTML = ("text/html", "application/xhtml+xml")
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Examined:
    """One record, without its payload, or a place where none can be read.

    Attributes:
        file: the WARC file's name.
        end: up to where the file is read with it.
        timestamp: of the record.
        capture: what it captured, or None.
        rendered: URL of the page whose document, as a browser made it, this is; or None.
        crawl: the fields of a warcinfo record, names in lower case, or None.
        refusal: why an answer that is an error is in quarantine, or None.
        damage: what is wrong at `end`, or None.
        redaction: what stands in place of a capture, or None.
    """

    file: str
    end: int
    timestamp: str = ""
    capture: Capture | None = None
    rendered: str | None = None
    crawl: Mapping[str, str] | None = None
    refusal: Refusal | None = None
    damage: str | None = None
    redaction: Redaction | None = None


def examine(record: Record) -> Examined:
    """Return what `record` means for the index."""
    return Examined(
        file=record.location.file,
        end=record.location.offset + record.location.length,
        timestamp=timestamp.from_datetime(record.date),
        capture=_capture(record),
        rendered=page_of_dom(record.url) if record.type == "resource" else None,
        crawl=_info(record) if record.type == "warcinfo" else None,
        refusal=_turned_away(record),
        redaction=tombstone.read(record),
    )


def is_page(record: Record) -> bool:
    """Tell whether an article may be in a captured record: a whole HTML document that was found.

    A page that was cut short is none: its missing end would pass for an edit.
    """
    found = record.status == 200 if record.type == "response" else record.type == "resource"
    whole = record.whole and "WARC-Truncated" not in record.headers
    return found and whole and record.mime in HTML


def quarantine(record: Record, body: bytes, url: str) -> Refusal | None:
    """Return what stands in a page's place, or None; see `archive.extract.quarantine`."""
    suspicion = suspect(record.status or HTTPStatus.OK, body, url, charset=record.charset)
    return Refusal(QUARANTINED + suspicion.reason, suspicion.detail) if suspicion else None


def _turned_away(record: Record) -> Refusal | None:
    """Return what an error page is that was given in place of another, or None."""
    is_error = record.type == "response" and (record.status or 0) >= HTTPStatus.BAD_REQUEST
    if not is_error or record.mime not in HTML:
        return None
    return quarantine(record, record.body(), record.url)


def _capture(record: Record) -> Capture | None:
    if record.type not in _CAPTURED or not is_url(record.url):
        return None
    return Capture(
        url=record.url,
        urlkey=urlkey(record.url),
        timestamp=timestamp.from_datetime(record.date),
        record_type=record.type,
        status=record.status,
        mime=record.mime,
        digest=_digest(record),
        location=record.location,
        redirect=_redirect(record),
        refers_to=_refers_to(record) if record.type == "revisit" else None,
        truncated=_truncated(record),
    )


def _digest(record: Record) -> str:
    """Return the digest of the payload; of a revisit, that of the payload it stands for."""
    if record.type == "revisit" or not record.whole:
        return record.headers.get("WARC-Payload-Digest", "")
    return record.payload_digest


def _truncated(record: Record) -> str | None:
    """Return why a payload is cut; that of a revisit is whole, though the record says "length"."""
    reason = record.headers.get("WARC-Truncated")
    return None if record.type == "revisit" and reason == "length" else reason


def _redirect(record: Record) -> str | None:
    target = record.header("Location") if record.status in _REDIRECTS else None
    if not target:
        return None
    with suppress(UnicodeError):  # then it is latin-1
        target = target.encode("latin-1").decode("utf-8")
    try:
        absolute = urljoin(record.url, target)
    except ValueError:
        return None
    return absolute if is_url(absolute) else None


def _refers_to(record: Record) -> tuple[str, str] | None:
    url = record.headers.get("WARC-Refers-To-Target-URI")
    date = record.headers.get("WARC-Refers-To-Date")
    if not url or not date:
        return None
    try:
        moment = timestamp.from_warc_date(date)
    except (ValueError, OverflowError):
        return None
    return url.removeprefix("<").removesuffix(">"), timestamp.from_datetime(moment)


def _info(record: Record) -> dict[str, str]:
    """Return the fields of a warcinfo record (``application/warc-fields``)."""
    info: dict[str, str] = {}
    for line in record.payload.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and not line[:1].isspace():
            info.setdefault(name.strip().lower(), value.strip())
    return info
