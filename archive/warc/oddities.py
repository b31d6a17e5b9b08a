"""What is odd about a record of somebody else, and can be lived with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.warc.record import Record
from archive.warc.stream import UNPADDED

BRACKETED: Final = "target URI in angle brackets"
CHUNKED: Final = "chunked body stored as it came"
NO_DIGEST: Final = "no digest"
NOT_UTF8: Final = "header that is not UTF-8"
OLD: Final = "older than WARC 1.0"
_OLD: Final = re.compile(r"WARC/0\.\d+")
_DIGESTED: Final = ("response", "resource")


def oddities(record: Record) -> Iterator[str]:
    """Yield what is odd about a record, a few words each."""
    if _OLD.fullmatch(record.version):
        yield OLD
    if record.headers.get("WARC-Target-URI", "").startswith("<"):
        yield BRACKETED
    if record.chunked:
        yield CHUNKED
    digests = {"WARC-Block-Digest", "WARC-Payload-Digest"}
    if record.type in _DIGESTED and not any(name in record.headers for name in digests):
        yield NO_DIGEST
    if not record.is_utf8 or not _is_utf8(record.head):
        yield NOT_UTF8
    if record.padding != b"\r\n\r\n":
        yield UNPADDED


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return True
