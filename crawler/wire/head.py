"""The head of an answer: found, taken apart, and what it says of the body (RFC 9112).

Nothing here changes a byte; the head is stored as it came. Taking apart is lenient, as browsers
are: bare line feeds, folded lines, missing reason phrases and lines that say nothing are fine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_END = re.compile(rb"\r?\n\r?\n")
_BLANK_LINES = re.compile(rb"(?:\r?\n)*")
_STATUS_LINE = re.compile(rb"(?i)HTTP/(\d+)(?:\.(\d+))?[ \t]+(\d{3})(?!\S)[ \t]*(.*)")
_TOKEN_SEPARATOR = re.compile(rb"[ \t]*,[ \t]*")
_PREFIX = b"HTTP/"


class Framing(Enum):
    """How the end of a body is known (RFC 9112, section 6.3)."""

    NONE = "no body"
    LENGTH = "Content-Length"
    CHUNKED = "chunked"
    CLOSE = "until the connection is closed"


@dataclass(frozen=True, slots=True)
class Head:
    """A status line and header lines.

    Attributes:
        version: of HTTP, e.g. (1, 1).
        status: the code.
        reason: the phrase, perhaps empty.
        headers: names and values in their order; folded lines are joined by a space.
    """

    version: tuple[int, int]
    status: int
    reason: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    def values(self, name: bytes) -> list[bytes]:
        """Return the comma-separated values of all lines called `name` (lower case)."""
        return [
            value
            for line_name, line in self.headers
            if line_name.lower() == name
            for value in _TOKEN_SEPARATOR.split(line.strip())
            if value
        ]

    @property
    def protocol(self) -> str:
        """The version as Scrapy writes it."""
        return f"HTTP/{self.version[0]}.{self.version[1]}"

    def framing(self, method: str) -> tuple[Framing, int]:
        """Return how the body of the answer to `method` ends, and its length if that is said.

        A transfer-coding overrides a length. Lengths that contradict each other, or are none, say
        nothing: the body then goes on until the connection closes.
        """
        if method == "HEAD" or self.status < 200 or self.status in (204, 304):
            return Framing.NONE, 0
        codings = [value.lower() for value in self.values(b"transfer-encoding")]
        codings = [coding for coding in codings if coding != b"identity"]
        if codings:
            return (Framing.CHUNKED if codings[-1] == b"chunked" else Framing.CLOSE), 0
        lengths = set(self.values(b"content-length"))
        if len(lengths) == 1 and (length := lengths.pop()).isdigit() and len(length) < 19:
            return (Framing.LENGTH, int(length)) if int(length) else (Framing.NONE, 0)
        return Framing.CLOSE, 0

    def keeps_alive(self) -> bool:
        """Tell whether the server keeps the connection for another request."""
        options = [value.lower() for value in self.values(b"connection")]
        if b"close" in options or self.status == 101:
            return False
        if self.values(b"transfer-encoding") and self.values(b"content-length"):
            return False  # a proxy on the way may have read it otherwise (RFC 9112, 6.1)
        return self.version >= (1, 1) or b"keep-alive" in options


def begin_of_head(data: bytes | bytearray) -> int:
    """Return how many bytes of empty lines stand before the status line (RFC 9112, 2.2)."""
    match = _BLANK_LINES.match(data)
    return match.end() if match else 0


def end_of_head(data: bytes | bytearray, start: int = 0) -> int | None:
    """Return where the head in `data` ends, the blank line included, or None as yet.

    Args:
        data: from the status line on.
        start: bytes of `data` that were searched before.
    """
    match = _END.search(data, max(0, start - 3))
    return match.end() if match else None


def may_be_http(data: bytes | bytearray) -> bool:
    """Tell whether `data` can be the beginning of a status line."""
    begin = bytes(data[: len(_PREFIX)]).upper()
    return _PREFIX.startswith(begin) or begin == b"\r"  # of an empty line before it


def parse_head(data: bytes) -> Head | None:
    """Take a head apart, also one that was cut off; None when no status line opens it."""
    lines = data.split(b"\n")
    status_line = _STATUS_LINE.match(lines[0].rstrip(b"\r"))
    if status_line is None:
        return None
    major, minor, status, reason = status_line.groups()
    headers: list[tuple[bytes, bytes]] = []
    for line in lines[1:]:
        text = line.rstrip(b"\r")
        if not text:
            continue
        if text[:1] in b" \t":
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, (value + b" " + text.strip()).strip())
            continue
        name, colon, value = text.partition(b":")
        if colon and name.strip():
            headers.append((name.strip(), value.strip()))
    return Head((int(major), int(minor or 0)), int(status), reason.strip(), tuple(headers))
