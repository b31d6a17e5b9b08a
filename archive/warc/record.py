"""One WARC record, with its HTTP message taken apart.

Written for files of strangers as much as for our own: fields that a record can do without may be
missing or odd, heads may be no ASCII; but where a record begins and ends is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from archive import digest, timestamp
from archive.model import Location
from archive.warc import content

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]+([^\r\n]*))?")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)


class Fields(Mapping[str, str]):
    """Header fields by name in any case; of a repeated one, the first."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values = {name.lower(): value for name, value in reversed(pairs)}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Record:
    """One WARC record, with its HTTP message taken apart.

    Attributes:
        type: WARC-Type.
        url: WARC-Target-URI, empty where there is none.
        date: WARC-Date.
        location: where it lies.
        headers: the WARC header fields; names in any case.
        status: the HTTP status, None where there is none.
        reason: the reason phrase.
        http_headers: the HTTP header fields in their order, latin-1.
        head: the HTTP head as stored, with the blank line that ends it; empty where there is none.
        payload: what follows the head, as stored.
        chunked: `payload` is said to be in the chunked transfer-coding.
        codings: the content-codings of the payload, in the order they were applied.
        whole: False when the block was longer than `MAX_BLOCK` and `payload` is cut.
        version: the first line, ``WARC/1.1``.
        padding: what follows the block; by the standard two line ends.
        is_utf8: the WARC header is UTF-8, as it must be.
    """

    type: str
    url: str
    date: datetime
    location: Location
    headers: Mapping[str, str]
    status: int | None
    reason: str
    http_headers: list[tuple[str, str]]
    head: bytes
    payload: bytes
    chunked: bool = False
    codings: tuple[str, ...] = ()
    whole: bool = True
    version: str = ""
    padding: bytes = b"\r\n\r\n"
    is_utf8: bool = True

    def header(self, name: str) -> str | None:
        """Return the first HTTP header field of that name, in any case, or None."""
        folded = name.lower()
        return next((value for key, value in self.http_headers if key.lower() == folded), None)

    def entity(self) -> bytes:
        """Return the payload as the WARC standard means it: without transfer-coding."""
        return content.dechunk(self.payload) if self.chunked else self.payload

    def body(self, max_size: int = content.MAX_BODY) -> bytes:
        """Return the payload without transfer- and content-coding.

        Args:
            max_size: no more bytes than this.
        """
        return content.decode(self.entity(), self.codings, max_size)

    @cached_property
    def payload_digest(self) -> str:
        """The digest of `entity`, ``sha1:BASE32``."""
        return digest.sha1(self.entity())

    @property
    def content_type(self) -> str:
        """Content-Type of the payload with its parameters; empty when unknown."""
        if self.head or self.type in ("response", "revisit"):
            return self.header("Content-Type") or ""
        return self.headers.get("Content-Type", "")

    @property
    def mime(self) -> str:
        """Media type without parameters, lower case; empty when unknown."""
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset that the Content-Type names, lower case, or None."""
        named = _CHARSET.search(self.content_type)
        return named[1].lower() if named else None


def parse(data: bytes, size: int, location: Location) -> Record:
    """Take a record apart.

    Args:
        data: its beginning, all of it as a rule.
        size: how long all of it is.
        location: where it came from.

    Raises:
        ValueError: what is wrong with it.
    """
    end = _HEAD_END.search(data)
    if not data.startswith(b"WARC/") or end is None:
        raise ValueError("not a WARC record")
    fields = Fields(_fields(data[: end.start()], "utf-8"))
    kind, block_length = fields.get("WARC-Type", ""), fields.get("Content-Length", "")
    if not kind:
        raise ValueError("WARC-Type is missing")
    if not _LENGTH.fullmatch(block_length):
        raise ValueError(
            f"Content-Length is {block_length[:40]!r}" if block_length else "no Content-Length"
        )
    missing = end.end() + int(block_length) - size
    if missing > 0:
        raise ValueError(f"the block is {missing} bytes shorter than its Content-Length")
    block_end = end.end() + int(block_length)
    if data[block_end:].lstrip().startswith(b"WARC/"):
        raise ValueError("several records in one gzip member; `warcio recompress` mends the file")
    block = data[end.end() : block_end]
    head, status, reason, http_headers = _http(kind, fields, block)
    message = Fields(http_headers)
    return Record(
        type=kind,
        url=fields.get("WARC-Target-URI", "").removeprefix("<").removesuffix(">"),
        date=_date(fields.get("WARC-Date", "")),
        location=location,
        headers=fields,
        status=status,
        reason=reason,
        http_headers=http_headers,
        head=head,
        payload=block[len(head) :],
        chunked=message.get("Transfer-Encoding", "").lower().rstrip().endswith("chunked"),
        codings=tuple(
            coding
            for name, value in http_headers
            if name.lower() == "content-encoding"
            for part in value.split(",")
            if (coding := part.strip().lower())
        ),
        whole=block_end <= len(data),
        version=data.partition(b"\n")[0].strip().decode("latin-1")[:20],
        padding=data[block_end : block_end + 8] if block_end < size else b"",
        is_utf8=_is_utf8(data[: end.start()]),
    )


def _http(
    kind: str, fields: Mapping[str, str], block: bytes
) -> tuple[bytes, int | None, str, list[tuple[str, str]]]:
    """Return head, status, reason and header fields of the HTTP message that `block` holds."""
    status = _STATUS_LINE.match(block)
    is_http = fields.get("Content-Type", "").lower().startswith("application/http")
    if not (status if kind in ("response", "revisit") else is_http and kind == "request"):
        return b"", None, "", []
    end = _HEAD_END.search(block)
    head = block[: end.end()] if end else block
    headers = _fields(head, "latin-1")
    if status is None:
        return head, None, "", headers
    return head, int(status[1]), (status[2] or b"").decode("latin-1").strip(), headers


def _fields(head: bytes, encoding: str) -> list[tuple[str, str]]:
    """Return the header fields of `head`; its first line, and lines without colon, are none."""
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    pairs: list[tuple[str, str]] = []
    for line in text.split("\n")[1:]:
        if line.startswith((" ", "\t")) and pairs:
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value} {line.strip()}".strip())
        elif ":" in line:
            name, _, value = line.partition(":")
            pairs.append((name.strip(), value.strip()))
    return pairs


def _is_utf8(head: bytes) -> bool:
    if head.isascii():
        return True
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return True


def _date(value: str) -> datetime:
    try:
        return timestamp.from_warc_date(value)
    except (ValueError, OverflowError):
        raise ValueError(f"WARC-Date is {value[:40]!r}") from None
