"""An answer as it comes in: bytes go in, and it knows what they are. No I/O.

Kept apart are the exact bytes (`head` and `body`, for the archive) and what they mean (`parsed`
and `entity`, for the spider).
"""

from __future__ import annotations

import hashlib

from archive import digest
from crawler.wire.chunked import ChunkedDecoder
from crawler.wire.head import Framing, Head, begin_of_head, end_of_head, may_be_http, parse_head
from crawler.wire.spool import Spool


class Answer:
    """The answer to one request.

    Args:
        method: of the request.
        max_head: a longer head, or more bytes of interim (1xx) heads, is not taken.
        max_body: no more bytes of the body are taken than these; 0 for no limit.

    Attributes:
        begun: something has come.
        complete: nothing more is to come, or will be taken.
        head: the final head as received, with its blank line if that came.
        parsed: what it says; None until it is whole, for good when it is cut or no HTTP.
        body: the body as received.
        entity: the body without its transfer-coding; the same object where there is none.
        chunked: the body is in the chunked transfer-coding.
        truncated: a WARC-Truncated reason, or None.
        problem: for a person: why the answer cannot be relied on, or None.
        interim: how many interim heads came before.
        excess: bytes that came after the end.
    """

    def __init__(self, method: str, max_head: int, max_body: int) -> None:
        self.begun = False
        self.complete = False
        self.head = b""
        self.parsed: Head | None = None
        self.body = Spool()
        self.entity = self.body
        self.chunked = False
        self.truncated: str | None = None
        self.problem: str | None = None
        self.interim = 0
        self.excess = 0
        self._method = method
        self._max_head = max_head
        self._max_body = max_body
        self._heads = bytearray()  # what is not yet known to be a whole head
        self._searched = 0
        self._interim_size = 0
        self._is_http = True
        self._framing = Framing.CLOSE
        self._left = 0
        self._digest = hashlib.sha1()
        self._chunks = ChunkedDecoder()

    @property
    def reusable(self) -> bool:
        """Tell whether another request may go over the same connection."""
        return (
            self.complete
            and self.parsed is not None
            and self._framing is not Framing.CLOSE
            and self.parsed.keeps_alive()
            and not self.excess
            and self.truncated is None
            and self.problem is None
        )

    @property
    def expected(self) -> int | None:
        """Return the length of the body as the head announces it, or None."""
        return self._left + self.body.size if self._framing is Framing.LENGTH else None

    @property
    def entity_digest(self) -> str:
        """Return the digest of the entity, ``sha1:BASE32``; empty where it is not whole."""
        if self.parsed is None or self.truncated is not None or self.problem is not None:
            return ""
        return digest.label(self._digest.digest())

    @property
    def status(self) -> int | None:
        """Return the status code, also of a head that was cut off, or None."""
        head = self.parsed or parse_head(self.head)
        return head.status if head else None

    def feed(self, data: bytes) -> bytes:
        """Take received bytes; return those of them that are entity."""
        if self.complete:
            if self.truncated is None:
                self.excess += len(data)
            return b""
        self.begun = True
        if self.parsed is not None:
            return self._take_body(data)
        if not self._is_http:
            self._take_other(data)
            return b""
        self._heads += data
        return self._take_heads()

    def end(self, reason: str = "disconnect") -> None:
        """Know that nothing more comes.

        Args:
            reason: the WARC-Truncated reason, should anything be missing.
        """
        if self.complete:
            return
        self.complete = True
        if self.parsed is None and self._is_http:
            self.head = bytes(self._heads)
            self._lose(reason, "the head is not whole" if self.begun else "no answer")
        elif not self._is_http or self._chunks.problem is not None:
            if reason != "disconnect":
                self.truncated = reason
        elif self._framing is not Framing.CLOSE or reason != "disconnect":
            self._lose(reason, "the body is not whole")

    def stop(self) -> None:
        """Take nothing more: nobody wants it."""
        if not self.complete:
            self.complete = True
            self.truncated = "unspecified"

    def close(self) -> None:
        """Let go of the bytes."""
        self.body.close()
        self.entity.close()

    def refuse_body(self, problem: str) -> None:
        """Take nothing more: the body is larger than is wanted."""
        self.complete = True
        self._lose("length", problem)

    def _lose(self, reason: str, problem: str) -> None:
        self.truncated = reason if self.head else None
        self.problem = problem

    def _take_heads(self) -> bytes:
        """Look for the end of the head; pass over interim ones (RFC 9110, 15.2)."""
        while True:
            if self._heads.startswith((b"\r", b"\n")):
                del self._heads[: begin_of_head(self._heads)]
                self._searched = 0
            if not may_be_http(self._heads):
                self._is_http = False
                self.problem = "the answer is not HTTP"
                self._take_other(bytes(self._heads))
                return b""
            end = end_of_head(self._heads, self._searched)
            if (end or len(self._heads)) + self._interim_size > self._max_head:
                self.head = bytes(self._heads[: self._max_head])
                self.refuse_body(f"the head is longer than {self._max_head} bytes")
                return b""
            if end is None:
                self._searched = len(self._heads)
                return b""
            raw = bytes(self._heads[:end])
            head = parse_head(raw)
            del self._heads[:end]
            self._searched = 0
            if head is None:
                self._is_http = False
                self.problem = "the answer is not HTTP"
                self._take_other(raw + bytes(self._heads))
                return b""
            if not 100 <= head.status < 200 or head.status == 101:
                break
            self.interim += 1
            self._interim_size += end
        return self._begin_body(raw, head)

    def _begin_body(self, raw: bytes, head: Head) -> bytes:
        self.head = raw
        self.parsed = head
        self._framing, self._left = head.framing(self._method)
        rest = bytes(self._heads)
        self._heads.clear()
        if self._framing is Framing.CHUNKED:
            self.chunked = True
            self.entity = Spool()
        elif self._framing is Framing.NONE:
            self.complete = True
            self.excess = len(rest)
            return b""
        elif self._max_body and self._left > self._max_body:
            # Nothing of it, rather than the part that happens to have come along.
            self.refuse_body(f"{self._left} bytes are announced, {self._max_body} are allowed")
            return b""
        return self._take_body(rest) if rest else b""

    def _take_body(self, data: bytes) -> bytes:
        room = self._max_body - self.body.size if self._max_body else len(data)
        taken, overflow = data[:room], len(data) > room
        entity = taken
        if self._framing is Framing.LENGTH:
            entity = taken[: self._left]
            self.body.write(entity)
            self._left -= len(entity)
            self.complete = not self._left
            self.excess += len(data) - len(entity) if self.complete else 0
        elif self._framing is Framing.CHUNKED:
            entity, used = self._chunks.feed(taken)
            self.body.write(taken[:used])
            self.entity.write(entity)
            self.complete = self._chunks.finished
            self.excess += len(data) - used if self.complete else 0
            if self._chunks.problem is not None:
                self.problem = self._chunks.problem
        else:
            self.body.write(taken)
        if overflow and not self.complete:
            self.refuse_body(f"more than {self._max_body} bytes came")
        self._digest.update(entity)
        return entity

    def _take_other(self, data: bytes) -> None:
        """Keep what is no HTTP, within the limit for a head."""
        room = self._max_head - self.body.size
        self.body.write(data[:room])
        if len(data) > room:
            self.complete = True
            self.truncated = "length"
