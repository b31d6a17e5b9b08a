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
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, TypeAlias

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import digest, snapshot, timestamp
from archive.model import Exchange, Rendering
from archive.warc import dedup
from archive.warc.compress import GzipMember

#: A record as warcio makes and writes it.
Record: TypeAlias = ArcWarcRecord
#: Fields of a WARC header, in their order.
Headers: TypeAlias = Sequence[tuple[str, str]]
RECORD_TYPES = ("warcinfo", "response", "request", "metadata", "resource", "revisit")
FIELDS = "application/warc-fields"
PEM = "application/pem-certificate-chain"

_CHUNK = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


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
    block = fields(info)
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", identity),
        ("WARC-Filename", filename),
        ("WARC-Date", timestamp.to_warc_date(timestamp.now())),
        ("WARC-Block-Digest", digest.sha1(block)),
    ]
    return identity, _record(headers, FIELDS, io.BytesIO(block), len(block))


def exchange(
    exchange: Exchange,
    identity: str,
    warcinfo_id: str,
    *,
    revisited: dedup.Revisit | None = None,
    chain: bool = False,
) -> list[Record]:
    """Return the records of one exchange: what came, what was sent, what else is known.

    Without an answer there is no response record; request and metadata stay, and the metadata
    says so.

    Args:
        exchange: to be stored.
        identity: id of the first record.
        warcinfo_id: of the file.
        revisited: what holds the payload already; a revisit record then refers to it.
        chain: add the server's certificates.
    """
    note = dict(exchange.note)
    common = _common(exchange, warcinfo_id)
    others = [*common, ("WARC-Concurrent-To", identity)]
    if revisited is not None:
        came = revisit(exchange, identity, common, revisited)
        records = [came, request(exchange, record_id(), others)]
    elif exchange.head or exchange.size:
        records = [response(exchange, identity, common), request(exchange, record_id(), others)]
    else:
        records = [request(exchange, identity, common)]
        note.setdefault("failure", "no answer")
    if note:
        records.append(metadata(FIELDS, fields(note), others))
    if chain:
        records.append(metadata(PEM, _pem(exchange.certificates), others))
    return records


def rendering(rendering: Rendering, identity: str, warcinfo_id: str) -> list[Record]:
    """Return the records of what a browser made of a page: document, picture, facts.

    Args:
        rendering: to be stored.
        identity: WARC-Record-ID of the document.
        warcinfo_id: of the file.
    """
    common = [
        ("WARC-Date", timestamp.to_warc_date(rendering.started)),
        ("WARC-Warcinfo-ID", warcinfo_id),
        ("WARC-Concurrent-To", rendering.response),
    ]
    html, url = "text/html; charset=utf-8", _CONTROLS.sub(" ", rendering.url)
    records = [resource(snapshot.dom_uri(url), identity, html, rendering.dom, common)]
    if rendering.screenshot:
        picture = snapshot.screenshot_uri(url)
        records.append(resource(picture, record_id(), "image/png", rendering.screenshot, common))
    if rendering.note:
        about = [("WARC-Target-URI", url), *common]
        records.append(metadata(FIELDS, fields(rendering.note), about))
    return records


def resource(uri: str, identity: str, media: str, block: bytes, common: Headers) -> Record:
    """Return a resource record: what no server answered, but belongs to a capture."""
    block_digest = digest.sha1(block)
    headers = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", identity),
        ("WARC-Target-URI", uri),
        *common,
        ("WARC-Block-Digest", block_digest),
        ("WARC-Payload-Digest", block_digest),
    ]
    return _record(headers, media, io.BytesIO(block), len(block))


def response(exchange: Exchange, identity: str, common: Headers) -> Record:
    """Return the response record: the bytes as received.

    WARC-Payload-Digest is of the entity body without its transfer-coding (WARC 1.1, 5.9). Checkers
    disagree there: warcio takes everything after the head. The optional header is therefore left
    out where the two differ, for chunked bodies, and where not all readers see the head end at the
    same place. The block digest is always there.

    What came without a status line (``exchange.head`` is empty) is kept, but not called HTTP.

    Raises:
        ValueError: the body is not as long as it says; perhaps somebody has read it already.
    """
    block, size = hashlib.sha1(exchange.head), 0
    for data in _read(exchange.body):
        block.update(data)
        size += len(data)
    if size != exchange.size:
        raise ValueError(f"{exchange.url}: {exchange.size} bytes of body, but {size} to read")
    headers = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", identity),
        *common,
        ("WARC-Block-Digest", digest.label(block.digest())),
    ]
    if exchange.entity_digest and dedup.is_plain(exchange.head) and not exchange.chunked:
        headers.append(("WARC-Payload-Digest", exchange.entity_digest))
    if exchange.truncated is not None:
        headers.append(("WARC-Truncated", exchange.truncated))
    if not exchange.head:
        return _record(headers, "application/octet-stream", exchange.body, size)
    media = "application/http; msgtype=response"
    return _record(headers, media, exchange.body, size, RawHead(exchange.head))


def revisit(exchange: Exchange, identity: str, common: Headers, revisited: dedup.Revisit) -> Record:
    """Return the revisit record: the head as received, and where the payload is (WARC 1.1, 6.7).

    An identical payload is named by its digest, and leaving it out is a truncation by the letter
    of the standard. "Not modified" came without a payload; such a record has no digest of one.
    """
    original = revisited.original
    headers = [
        ("WARC-Type", "revisit"),
        ("WARC-Record-ID", identity),
        *common,
        ("WARC-Profile", revisited.profile),
        ("WARC-Refers-To-Target-URI", _CONTROLS.sub(" ", original.url)),
        ("WARC-Refers-To-Date", timestamp.to_warc_date(original.date)),
        ("WARC-Block-Digest", digest.sha1(exchange.head)),
    ]
    if original.record_id is not None:
        headers.insert(-3, ("WARC-Refers-To", original.record_id))
    if revisited.profile == dedup.IDENTICAL:
        headers.append(("WARC-Payload-Digest", revisited.digest))
        headers.append(("WARC-Truncated", "length"))
    media = "application/http; msgtype=response"
    return _record(headers, media, io.BytesIO(), 0, RawHead(exchange.head))


def request(exchange: Exchange, identity: str, common: Headers) -> Record:
    """Return the request record: the bytes as sent."""
    headers = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", identity),
        *common,
        ("WARC-Block-Digest", digest.sha1(exchange.request)),
    ]
    media = "application/http; msgtype=request"
    return _record(headers, media, io.BytesIO(exchange.request), len(exchange.request))


def metadata(media: str, block: bytes, common: Headers) -> Record:
    """Return a metadata record: facts about a capture that are in none of its bytes.

    One has them as fields (WARC 1.1, 6.6). Another, once in a file, has what a server showed in
    TLS, as PEM (RFC 8555, 9.1); the fields name the server's own certificate by its SHA-256.
    """
    headers = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", record_id()),
        *common,
        ("WARC-Block-Digest", digest.sha1(block)),
    ]
    return _record(headers, media, io.BytesIO(block), len(block))


def _common(exchange: Exchange, warcinfo_id: str) -> list[tuple[str, str]]:
    """Return the fields that all records of `exchange` share."""
    headers = [
        ("WARC-Target-URI", _CONTROLS.sub(" ", exchange.url)),
        ("WARC-Date", timestamp.to_warc_date(exchange.started)),
        ("WARC-Warcinfo-ID", warcinfo_id),
    ]
    if exchange.ip is not None:
        headers.append(("WARC-IP-Address", exchange.ip))
    return headers


def _record(
    headers: list[tuple[str, str]],
    media: str,
    body: BinaryIO,
    size: int,
    head: RawHead | None = None,
) -> Record:
    """Return warcio's record of `headers` and a block: `head`, where there is one, and `body`."""
    warc = StatusAndHeaders("", headers, protocol="WARC/1.1")
    kind = headers[0][1]
    record: Record = Record("warc", kind, warc, body, head, media, size, payload_length=size)
    return record


def fields(values: Mapping[str, str]) -> bytes:
    """Return `values` as ``application/warc-fields``: a line each, whatever the value holds."""
    lines = [f"{name}: {_CONTROLS.sub(' ', value).strip()}\r\n" for name, value in values.items()]
    return "".join(lines).encode("utf-8", "backslashreplace")


def _pem(certificates: Iterable[bytes]) -> bytes:
    return "".join(ssl.DER_cert_to_PEM_cert(one) for one in certificates).encode("ascii")


def _read(body: BinaryIO) -> Iterable[bytes]:
    """Yield what is in `body`, and put it back to where it was."""
    start = body.tell()
    while data := body.read(_CHUNK):
        yield data
    body.seek(start)
