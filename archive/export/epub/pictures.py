"""Pictures for a book, from the archive and never from the network."""

from __future__ import annotations

import hashlib
from typing import Final

from archive.collection import Collection
from archive.errors import DamagedArchive
from archive.urlkey import is_url

#: The types that every reader shows (EPUB 3.2, core media types; no SVG, which may hold scripts),
#: by what their files begin with.
_TYPES: Final = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
)
_MAX_PICTURE: Final = 4 * 1024 * 1024
_MAX_ALL: Final = 200 * 1024 * 1024
_OK: Final = 200


class Pictures:
    """Finds the pictures of articles, each stored once.

    Args:
        collection: that they are in.

    Attributes:
        types: path in the book to media type, of those found so far.
    """

    def __init__(self, collection: Collection) -> None:
        self.types: dict[str, str] = {}
        self._collection = collection
        self._size = 0

    def find(self, url: str, moment: str, until: str) -> tuple[str, bytes] | None:
        """Return path and bytes of a picture; of one that is in the book already, no bytes.

        None where the archive has none, or one that a book cannot hold: larger than 4 MiB, of
        another type, or after 200 MiB of pictures.

        Args:
            url: of the picture.
            moment: timestamp; the capture nearest to it is taken.
            until: no capture after this timestamp.
        """
        data = self._read(url, moment, until)
        kind = next((kind for kind in _TYPES if data.startswith(kind[0])), None)
        if kind is None or len(data) > _MAX_PICTURE or self._size + len(data) > _MAX_ALL:
            return None
        path = f"images/{hashlib.sha256(data).hexdigest()[:24]}.{kind[2]}"
        if path in self.types:
            return path, b""
        self.types[path] = kind[1]
        self._size += len(data)
        return path, data

    def _read(self, url: str, moment: str, until: str) -> bytes:
        if not is_url(url):
            return b""
        capture = self._collection.closest(
            url, moment, accept=lambda one: one.status == _OK and one.timestamp <= until
        )
        if capture is None:
            return b""
        try:
            return self._collection.record(capture).body(_MAX_PICTURE + 1)
        except DamagedArchive:
            return b""
