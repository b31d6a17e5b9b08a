"""What a redaction takes out of the WARC files, and what is said in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from archive import snapshot, timestamp
from archive.model import Redaction
from archive.urlkey import is_url, urlkey
from archive.warc import tombstone
from archive.warc.compress import GzipError, decompressor
from archive.warc.reader import Record

_TARGET = re.compile(rb"^WARC-Target-URI:[ \t]*<?(\S+?)>?\r?$", re.IGNORECASE | re.MULTILINE)
_BEGINNING = 64 * 1024
#: Urlkey and timestamp.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Removal:
    """The captures that go.

    Attributes:
        urls: urlkey of each URL of which nothing stays, whenever it was captured, and the URL.
        captures: urlkey and timestamp of each capture that goes, and its URL.
        reason: why.
        by: who says so; may be empty.
        moment: when, a timestamp.
    """

    urls: Mapping[str, str]
    captures: Mapping[Place, str]
    reason: str
    by: str
    moment: str

    def takes(self, record: Record) -> Redaction | None:
        """Return what is to be said in place of a record; None where it stays.

        Every record about a capture goes with it: what was asked, what came, what is known of it,
        what a browser made of it. A tombstone stays.
        """
        if record.type == "warcinfo" or tombstone.read(record):
            return None
        url = snapshot.page_of(record.url) or record.url
        if not is_url(url):
            return None
        place = urlkey(url), timestamp.from_datetime(record.date)
        return self._said(place, url) if place[0] in self.urls or place in self.captures else None

    def redactions(self) -> list[Redaction]:
        """Return what is to be said of all captures."""
        return [
            *(self._said(place, url) for place, url in self.captures.items()),
            *self.uncaptured(),
        ]

    def uncaptured(self) -> Iterator[Redaction]:
        """Yield what is to be said of URLs that were never captured.

        They are those that the pages name as their canonical ones; a crawl might come to them.
        """
        captured = {key for key, _ in self.captures}
        first = min((moment for _, moment in self.captures), default=self.moment)
        for key, url in self.urls.items():
            if key not in captured:
                yield self._said((key, first), url)

    def _said(self, place: Place, url: str) -> Redaction:
        key, moment = place
        return Redaction(url, key, moment, key in self.urls, self.reason, self.by, self.moment)

    def to_json(self) -> dict[str, Any]:
        """Return it as the journal has it."""
        return {
            "urls": dict(self.urls),
            "captures": [[*place, url] for place, url in self.captures.items()],
            "reason": self.reason,
            "by": self.by,
            "moment": self.moment,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Return what `to_json` has said."""
        captures = {(key, moment): url for key, moment, url in said["captures"]}
        return cls(said["urls"], captures, said["reason"], said["by"], said["moment"])


def holds(path: Path, keys: Set[str]) -> bool:
    """Tell whether a piece that was cut off a WARC file is about one of some URLs.

    Args:
        path: of the piece; it begins with a record that is not whole.
        keys: urlkeys.
    """
    text = bytearray()
    with path.open("rb") as file:
        member = decompressor()
        try:
            while len(text) < _BEGINNING and (data := file.read(1024)):
                text += member.decompress(data)
        except GzipError:
            pass
    uris = (found[1].decode("utf-8", "replace") for found in _TARGET.finditer(text))
    urls = (snapshot.page_of(uri) or uri for uri in uris)
    return any(is_url(url) and urlkey(url) in keys for url in urls)
