"""WARC records made of an `Exchange`: warcio's records around our bytes.

warcio parses an HTTP head and writes its own version of it; an archive must hold the head that
came. So the head goes to warcio as a `RawHead`, and the digests are made here: warcio would add a
payload digest also where ours must not stand (see `response`).
"""

from __future__ import annotations

import hashlib
import io
import re
import ssl
import uuid
from collections.abc import Iterable, Mapping
from typing import BinaryIO, TypeAlias

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import digest, timestamp
from archive.model import Exchange
from archive.warc.compress import GzipMember

#: A record as warcio makes and writes it.
Record: TypeAlias = ArcWarcRecord
RECORD_TYPES = ("warcinfo", "response", "request", "metadata", "resource", "revisit")
FIELDS = "application/warc-fields"

_CHUNK = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
#: A line of white space alone inside the head: some readers take it for the head's end.
_FALSE_END = re.compile(rb"\n[ \t\v\f\x1c-\x1f]+\r?\n")


class RawHead:
    """An HTTP head that warcio writes as it is; the two names are those warcio uses."""

    def __init__(self, raw: bytes) -> None:
        self.headers_buff = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Leave `headers_buff` alone."""


class RecordWriter:
    """warcio's writer, for one gzip member after another."""

    def __init__(self) -> None:
        self._warcio = WARCWriter(None, gzip=False, warc_version="WARC/1.1")
        # The digests are in the records already, or left out on purpose.
        self._warcio.NO_PAYLOAD_DIGEST_TYPES = RECORD_TYPES

    def write(self, record: Record, member: GzipMember) -> None:
        """Write `record` into `member` and end it."""
        self._warcio.out = member
        self._warcio.write_record(record)
        member.close()


def record_id() -> str:
    """Return a new WARC-Record-ID."""
    return f"<{uuid.uuid4().urn}>"


def warcinfo(filename: str, info: Mapping[str, str]) -> tuple[str, Record]:
    """Return the id and the record that opens a file and says who made it (WARC 1.1, 6.2)."""
    identity = record_id()
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", identity),
        ("WARC-Filename", filename),
        ("WARC-Date", timestamp.to_warc_date(timestamp.now())),
    ]
    return identity, _record(headers, FIELDS, _fields(info))


def exchange(exchange: Exchange, warcinfo_id: str, *, chain: bool = False) -> list[Record]:
    """Return the records of one exchange: what came, what was sent, what else is known.

    Without an answer there is no response record; request and metadata stay, and the metadata
    says so.

    Args:
        exchange: to be stored.
        warcinfo_id: of the file.
        chain: add the server's certificates.
    """
    note = dict(exchange.note)
    first = record_id()
    records = []
    if exchange.head or exchange.size:
        records.append(response(exchange, first, warcinfo_id))
        others = [("WARC-Concurrent-To", first)]
        records.append(request(exchange, record_id(), warcinfo_id, others))
    else:
        records.append(request(exchange, first, warcinfo_id, ()))
        note.setdefault("failure", "no answer")
        others = [("WARC-Concurrent-To", first)]
    if note:
        records.append(metadata(exchange, note, warcinfo_id, others))
    if chain:
        records.append(certificates(exchange, warcinfo_id, first))
    return records


def certificates(exchange: Exchange, warcinfo_id: str, first: str) -> Record:
    """Return the metadata record that holds what the server showed in TLS, as PEM (RFC 8555, 9.1).

    The metadata record of each exchange names the server's own certificate by its SHA-256; the
    chain itself stands once in a file.

    Args:
        exchange: over the connection.
        warcinfo_id: of the file.
        first: WARC-Record-ID of the exchange's first record.
    """
    headers = [
        ("WARC-Type", "metadata"),
        *_common(exchange, record_id(), warcinfo_id),
        ("WARC-Concurrent-To", first),
    ]
    chain = "".join(ssl.DER_cert_to_PEM_cert(one) for one in exchange.certificates)
    return _record(headers, "application/pem-certificate-chain", chain.encode("ascii"))


def response(exchange: Exchange, identity: str, warcinfo_id: str) -> Record:
    """Return the response record: the bytes as received.

    WARC-Payload-Digest is of the entity body without its transfer-coding (WARC 1.1, 5.9). Checkers
    disagree there: warcio takes everything after the head. The optional header is therefore left
    out where the two differ, for chunked bodies, and where not all readers see the head end at the
    same place. The block digest is always there.

    What came without a status line (``exchange.head`` is empty) is kept, but not called HTTP.

    Raises:
        ValueError: the body is not as long as it says; perhaps somebody has read it already.
    """
    block, payload, size = hashlib.sha1(exchange.head), hashlib.sha1(), 0
    for data in _read(exchange.body):
        block.update(data)
        payload.update(data)
        size += len(data)
    if size != exchange.size:
        raise ValueError(f"{exchange.url}: {exchange.size} bytes of body, but {size} to read")
    headers = [
        ("WARC-Type", "response"),
        *_common(exchange, identity, warcinfo_id),
        ("WARC-Block-Digest", digest.label(block.digest())),
    ]
    if (
        exchange.head.endswith(b"\r\n\r\n")
        and not exchange.chunked
        and not _FALSE_END.search(exchange.head)
    ):
        headers.append(("WARC-Payload-Digest", digest.label(payload.digest())))
    if exchange.truncated is not None:
        headers.append(("WARC-Truncated", exchange.truncated))
    if not exchange.head:
        return _record(headers, "application/octet-stream", exchange.body, exchange.size)
    media = "application/http; msgtype=response"
    return _record(headers, media, exchange.body, exchange.size, RawHead(exchange.head))


def request(
    exchange: Exchange, identity: str, warcinfo_id: str, more: Iterable[tuple[str, str]]
) -> Record:
    """Return the request record: the bytes as sent."""
    headers = [
        ("WARC-Type", "request"),
        *_common(exchange, identity, warcinfo_id),
        *more,
        ("WARC-Block-Digest", digest.sha1(exchange.request)),
    ]
    return _record(headers, "application/http; msgtype=request", exchange.request)


def metadata(
    exchange: Exchange,
    note: Mapping[str, str],
    warcinfo_id: str,
    more: Iterable[tuple[str, str]],
) -> Record:
    """Return the metadata record of a capture: facts that are in none of its bytes."""
    headers = [
        ("WARC-Type", "metadata"),
        *_common(exchange, record_id(), warcinfo_id),
        *more,
    ]
    return _record(headers, FIELDS, _fields(note))


def _common(exchange: Exchange, identity: str, warcinfo_id: str) -> list[tuple[str, str]]:
    headers = [
        ("WARC-Record-ID", identity),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", timestamp.to_warc_date(exchange.started)),
        ("WARC-Warcinfo-ID", warcinfo_id),
    ]
    if exchange.ip is not None:
        headers.append(("WARC-IP-Address", exchange.ip))
    return headers


def _record(
    headers: list[tuple[str, str]],
    media: str,
    body: bytes | BinaryIO,
    size: int | None = None,
    head: RawHead | None = None,
) -> Record:
    """Return warcio's record of `headers` and a block: `head`, where there is one, and `body`."""
    if isinstance(body, bytes):
        size = len(body)
        body = io.BytesIO(body)
    fields = [(name, _CONTROLS.sub(" ", value)) for name, value in headers]
    warc = StatusAndHeaders("", fields, protocol="WARC/1.1")
    kind = headers[0][1]
    record: Record = Record("warc", kind, warc, body, head, media, size, payload_length=size)
    return record


def _fields(values: Mapping[str, str]) -> bytes:
    """Return `values` as ``application/warc-fields``: a line each, whatever the value holds."""
    lines = [f"{name}: {_CONTROLS.sub(' ', value).strip()}\r\n" for name, value in values.items()]
    return "".join(lines).encode("utf-8", "backslashreplace")


def _read(body: BinaryIO) -> Iterable[bytes]:
    """Yield what is in `body`, and put it back to where it was."""
    start = body.tell()
    while data := body.read(_CHUNK):
        yield data
    body.seek(start)
