"""ARC files (Internet Archive, 1996 to 2008): their records, as WARC records.

An ARC file has one line before each block (https://archive.org/web/researcher/ArcFileFormat.php)::

    URL IP-address Archive-date Content-type Archive-length

and, in version 2, five more fields before the length. Of it becomes

======================  ==========================================================================
WARC-Type               ``response`` if the block is an HTTP answer, else ``resource``
WARC-Target-URI         URL
WARC-IP-Address         IP-address, unless it is ``0.0.0.0``
WARC-Date               Archive-date
Content-Type            ``application/http; msgtype=response``, else the ARC's Content-type
Content-Length          Archive-length
WARC-Record-ID          made of the source and the place in it: the same each time
======================  ==========================================================================

The block stays as it is, byte for byte.
"""

from __future__ import annotations

import ipaddress
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from archive import timestamp

#: A line that may begin a record: where to go on after damage.
BEGIN: Final = re.compile(
    rb"(?<=\n)[a-z]{2,10}:[^\n ]{1,4000} [0-9.]+ \d{12,14} [^\n]{1,400} \d+\n"
)
#: Longer than any such line (bytes).
MAX_LINE: Final = 16 * 1024
_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;[^\x00-\x1f\x7f]*)?", re.ASCII)
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """The line before a block.

    Attributes:
        url: of the record.
        ip: of the server; empty where it is not known.
        date: of the capture.
        media: Content-type.
        length: of the block, in bytes.
    """

    url: str
    ip: str
    date: datetime
    media: str
    length: int


def parse(line: bytes, version: int) -> Line:
    """Return what a line says.

    Args:
        line: with or without its end.
        version: of the ARC file, 1 or 2; 0 for its first line, which may be of either.

    Raises:
        ValueError: it is no such line.
    """
    text = line.decode("latin-1").strip()
    many = {0: text.count(" ") + 1, 1: 5, 2: 10}[version]
    fields = text.rsplit(" ", many - 1)
    if len(fields) != many or many not in (5, 10):
        raise ValueError("no line of an ARC file")
    url, ip, date, media, *_, length = fields
    if not re.fullmatch(r"\d{12}(?:\d\d)?", date, re.ASCII) or not re.fullmatch(
        r"\d{1,18}", length
    ):
        raise ValueError("no line of an ARC file")
    moment = datetime.strptime(date.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return Line(url, _address(ip), moment, media, int(length))


def head(line: Line, identity: uuid.UUID, *, is_http: bool) -> bytes:
    """Return the WARC header of a record, with the empty line that ends it.

    Args:
        line: that stands before it.
        identity: for WARC-Record-ID.
        is_http: its block is an HTTP answer.
    """
    fields = [
        ("WARC-Type", "response" if is_http else "resource"),
        ("WARC-Record-ID", f"<{identity.urn}>"),
        ("WARC-Target-URI", _CONTROLS.sub("", line.url)),
        ("WARC-Date", timestamp.to_warc_date(line.date)[:19] + "Z"),
        ("WARC-IP-Address", line.ip),
        ("Content-Type", _media(line.media, is_http=is_http)),
        ("Content-Length", str(line.length)),
    ]
    lines = [f"{name}: {value}\r\n" for name, value in fields if value]
    return ("WARC/1.1\r\n" + "".join(lines) + "\r\n").encode()


def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return "" if address.is_unspecified else str(address)


def _media(text: str, *, is_http: bool) -> str:
    if is_http:
        return "application/http; msgtype=response"
    return text if _TYPE.fullmatch(text) else "application/octet-stream"
