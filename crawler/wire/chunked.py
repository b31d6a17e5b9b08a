"""The chunked transfer-coding, decoded as it comes in (RFC 9112, section 7.1)."""

from __future__ import annotations

import re

_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
#: A line of the framing (chunk size with extensions, a trailer) longer than this is no such line.
_MAX_LINE = 16 * 1024
_MAX_TRAILERS = 64 * 1024


class ChunkedDecoder:
    """Takes received bytes, gives the bytes of the entity, and finds the end.

    Bare line feeds are accepted; chunk extensions and trailers are passed over.

    Attributes:
        finished: the last chunk and the trailers were seen.
        problem: what is wrong with the framing, or None; nothing can be decoded after it.
    """

    def __init__(self) -> None:
        self.finished = False
        self.problem: str | None = None
        self._line = bytearray()
        self._left = 0  # of the chunk's data
        self._after_data = False
        self._in_trailers = False
        self._trailers = 0

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """Decode `data`.

        Returns:
            The entity's bytes in it, and how many bytes of it belong to the body: all, but for
            what follows the end.
        """
        parts: list[bytes] = []
        at = 0
        while at < len(data) and not self.finished:
            if self.problem is not None:
                at = len(data)
            elif self._left:
                part = data[at : at + self._left]
                parts.append(part)
                at += len(part)
                self._left -= len(part)
                self._after_data = not self._left
            else:
                line_feed = data.find(b"\n", at)
                end = len(data) if line_feed < 0 else line_feed + 1
                self._line += data[at:end]
                at = end
                if len(self._line) > _MAX_LINE:
                    self.problem = "a line of the chunked framing has no end"
                elif line_feed >= 0:
                    self._take_line(bytes(self._line).rstrip(b"\r\n"))
                    self._line.clear()
        return b"".join(parts), at

    def _take_line(self, line: bytes) -> None:
        if self._in_trailers:
            self._trailers += len(line)
            self.finished = not line
            if self._trailers > _MAX_TRAILERS:
                self.problem = "the trailers have no end"
        elif self._after_data:
            self._after_data = False
            if line:
                self.problem = "a chunk is longer than it says"
        elif size := _SIZE_LINE.fullmatch(line):
            self._left = int(size[1], 16)
            self._in_trailers = not self._left
        else:
            self.problem = f"no chunk size: {line[:40]!r}"
