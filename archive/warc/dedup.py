"""Deduplication: what is stored already is referred to and not stored again (WARC 1.1, 6.7).

A payload that an earlier record holds makes its answer a ``revisit`` record: WARC header and HTTP
head, and where the payload is. So does a 304 answer to a conditional request. What a writer wrote
itself is known here; what was written before, whoever makes `Dedup` may look up.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from archive import digest
from archive.model import Exchange

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

#: A revisit takes some 500 bytes itself, and each reader another look-up: not for less than this.
MIN_SIZE = 512
#: So many payloads, and so many URLs with validators, are remembered.
REMEMBERED = 10_000

_CHUNK = 64 * 1024
#: A line of white space alone inside the head: some readers take it for the head's end.
_FALSE_END = re.compile(rb"\n[ \t\v\f\x1c-\x1f]+\r?\n")
_ETAG = re.compile(rb"\n(?i:etag)[ \t]*:[ \t]*([^\r\n]*)")
_LAST_MODIFIED = re.compile(rb"\n(?i:last-modified)[ \t]*:[ \t]*([^\r\n]*)")
_IF_NONE_MATCH = re.compile(rb"\n(?i:if-none-match)[ \t]*:[ \t]*([^\r\n]*)")
_IF_MODIFIED_SINCE = re.compile(rb"\n(?i:if-modified-since)[ \t]*:[ \t]*([^\r\n]*)")

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Original:
    """A ``response`` record that holds a payload; what revisits refer to.

    Attributes:
        url: its WARC-Target-URI.
        date: its WARC-Date.
        record_id: its WARC-Record-ID, or None when that is not known.
        validators: of the capture by which it was found, see `validators`.
    """

    url: str
    date: datetime
    record_id: str | None
    validators: tuple[bytes, bytes] = (b"", b"")


@dataclass(frozen=True, slots=True)
class Revisit:
    """Why an exchange is stored without its payload.

    Attributes:
        profile: `IDENTICAL` or `NOT_MODIFIED`.
        original: holds the payload.
        digest: of the identical payload; empty where the server sent none.
    """

    profile: str
    original: Original
    digest: str = ""


class Originals(Protocol):
    """What was captured before this writer began, and is durable."""

    def of_digest(self, payload_digest: str) -> Original | None:
        """Return a whole response, status 200, with that payload."""

    def of_url(self, url: str) -> Original | None:
        """Return the original of the last capture of exactly that URL that came with status 200.

        Its validators are those of that capture, which may itself be a revisit.
        """


class Dedup:
    """Decides which exchanges become revisits. Never of a revisit, nor of what is not whole.

    Args:
        originals: what was captured before, or None when nobody knows.
        min_size: smaller bodies (bytes) are stored each time.
        remembered: how many payloads, and URLs, of this writer's own are kept in mind.

    Attributes:
        counts: how many revisits there were, by profile.
    """

    def __init__(
        self,
        originals: Originals | None = None,
        *,
        min_size: int = MIN_SIZE,
        remembered: int = REMEMBERED,
    ) -> None:
        self.counts = dict.fromkeys((IDENTICAL, NOT_MODIFIED), 0)
        self._originals = originals
        self._min_size = min_size
        self._by_digest: _Recent[Original] = _Recent(remembered)
        self._by_url: _Recent[Original] = _Recent(remembered)

    def find(self, exchange: Exchange) -> Revisit | None:
        """Return what makes `exchange` a revisit, None when it has to be stored whole.

        Without its ``entity_digest`` it has to.
        """
        if exchange.truncated is not None or not is_plain(exchange.head):
            return None
        if exchange.status == 304:
            original = self._not_modified(exchange)
            return Revisit(NOT_MODIFIED, original) if original else None
        payload = exchange.entity_digest
        if not payload or not _is_whole(exchange, self._min_size):
            return None
        found = self._by_digest.get(payload)
        if found is None and self._originals is not None:
            found = self._originals.of_digest(payload)
        return Revisit(IDENTICAL, found, payload) if found else None

    def wrote(self, exchange: Exchange, record_id: str, revisit: Revisit | None) -> None:
        """Take note of what was written.

        Args:
            exchange: that was written.
            record_id: of its first record.
            revisit: what `find` had returned for it.
        """
        if revisit is not None:
            self.counts[revisit.profile] += 1
        if not _is_whole(exchange) or not is_plain(exchange.head):
            return
        if revisit is None:
            original = Original(exchange.url, exchange.started, record_id)
        else:
            original = revisit.original
        if exchange.entity_digest and exchange.size >= self._min_size:
            self._by_digest.put(exchange.entity_digest, original)
        found = validators(exchange.head)
        if any(found):
            self._by_url.put(exchange.url, dataclasses.replace(original, validators=found))

    def _not_modified(self, exchange: Exchange) -> Original | None:
        """Return the original of the capture whose validators the server confirmed."""
        if not is_conditional(exchange.request):
            return None
        found = self._by_url.get(exchange.url)
        if found is None and self._originals is not None:
            found = self._originals.of_url(exchange.url)
        return found if found and _confirms(exchange.request, found.validators) else None


class _Recent(Generic[_Value]):
    """A mapping that lets go of what was not used for longest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, _Value] = OrderedDict()

    def get(self, key: str) -> _Value | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: str, value: _Value) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)


def with_digest(exchange: Exchange) -> Exchange:
    """Return `exchange` with the digest of its entity, if that can be known.

    Of a chunked body only who received it can say.
    """
    if exchange.entity_digest or exchange.chunked:
        return exchange
    start, made = exchange.body.tell(), hashlib.sha1()
    while data := exchange.body.read(_CHUNK):
        made.update(data)
    exchange.body.seek(start)
    return dataclasses.replace(exchange, entity_digest=digest.label(made.digest()))


def is_plain(head: bytes) -> bool:
    """Tell whether all readers see a head end where it ends."""
    return head.endswith(b"\r\n\r\n") and not _FALSE_END.search(head)


def is_conditional(request: bytes) -> bool:
    """Tell whether a request asks for an answer only if something has changed."""
    head = request.partition(b"\r\n\r\n")[0]
    return bool(_IF_NONE_MATCH.search(head) or _IF_MODIFIED_SINCE.search(head))


def validators(head: bytes) -> tuple[bytes, bytes]:
    """Return ETag and Last-Modified of an answer's head; empty where there is none."""
    return _value(_ETAG, head), _value(_LAST_MODIFIED, head)


def _is_whole(exchange: Exchange, min_size: int = 0) -> bool:
    """Tell whether an exchange brought a whole representation, and no small one."""
    return (
        exchange.status == 200
        and exchange.method == "GET"
        and exchange.truncated is None
        and "failure" not in exchange.note
        and exchange.size >= max(1, min_size)
    )


def _confirms(request: bytes, known: tuple[bytes, bytes]) -> bool:
    """Tell whether "not modified" was said of the capture that had the validators `known`.

    If-None-Match goes before If-Modified-Since, and compares weakly (RFC 9110, 13.1 and 13.2.2).
    """
    head = request.partition(b"\r\n\r\n")[0]
    etag, last_modified = known
    if tags := _value(_IF_NONE_MATCH, head):
        asked = {tag.strip().removeprefix(b"W/") for tag in tags.split(b",")}
        return bool(etag) and etag.removeprefix(b"W/") in asked
    return bool(last_modified) and _value(_IF_MODIFIED_SINCE, head) == last_modified


def _value(field: re.Pattern[bytes], head: bytes) -> bytes:
    found = field.search(head)
    return found[1].strip() if found else b""
