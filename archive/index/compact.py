"""How a capture is kept: what repeats from row to row is kept once, and numbers are numbers.

A collection has many captures and few hosts, media types and URLs. So ``compact_captures`` has
ids in the place of those, and 20 bytes in the place of a digest's 37 letters; the view
``captures`` shows the same rows as anybody would write them down.

Of a URL only the origin is kept (``https://www.example.com``) where the rest is what the urlkey
says, too, as it does of most; else the rest as well. The id of a row is where its record lies:
so there is one row for a record, and rows are in the order of the records.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from contextlib import suppress

from archive import digest
from archive.errors import NewswarcError
from archive.index.rows import insert
from archive.model import Capture, Location, Refusal

#: An id is the number of the WARC file, and behind it so many bits for the offset.
OFFSET_BITS = 36

_SHA1 = "sha1:"
_SHA1_BYTES = 20
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)

# Few columns, taken by their places: looking a capture up takes little more time than reading them.
_COLUMNS = """
    SELECT compact.id, compact.timestamp, urlkeys.urlkey, origins.origin, origins.skip,
           compact.path, record_type, status, mime, truncated, compact.digest, compact.length,
           compact.redirect, compact.refers_to_url, compact.refers_to_timestamp, compact.refusal,
           warc_files.name AS file, versions.number AS version
"""
_WITH = f"""
    CROSS JOIN origins ON origins.id = compact.origin_id
    CROSS JOIN capture_kinds ON capture_kinds.kind_id = compact.kind_id
    CROSS JOIN warc_files ON warc_files.id = compact.id >> {OFFSET_BITS}
    LEFT JOIN versions ON versions.id = compact.version_id
"""
#: Rows for `capture`; ``compact`` is the name of the table in what follows.
SELECT = f"""{_COLUMNS} FROM compact_captures AS compact
    CROSS JOIN urlkeys ON urlkeys.id = compact.urlkey_id {_WITH}"""
#: The same, found by their urlkeys.
IN_ORDER = f"""{_COLUMNS} FROM urlkeys
    CROSS JOIN compact_captures AS compact ON compact.urlkey_id = urlkeys.id {_WITH}"""

_INSERT = """
    INSERT INTO compact_captures (
        id, urlkey_id, "timestamp", origin_id, path, kind_id, length, digest, is_original,
        redirect, refers_to_url, refers_to_timestamp, refusal, refusal_detail
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
#: So many origins and kinds are remembered.
_REMEMBERED = 10_000


class Packer:
    """Adds captures to an index; remembers the ids of what repeats.

    Args:
        db: the index.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._origins: dict[str, tuple[int, int]] = {}
        self._kinds: dict[tuple[object, ...], int] = {}

    def forget(self) -> None:
        """Forget all ids: what was written since the transaction began is not there any more."""
        self._origins.clear()
        self._kinds.clear()

    def add(self, capture: Capture, warc_file_id: int, refusal: Refusal | None) -> int:
        """Add a capture, in a transaction, and return its id.

        Args:
            capture: of a record that is not in the index yet.
            warc_file_id: of the file that the record is in.
            refusal: why it shows no article, or None; its detail is clean.

        Raises:
            NewswarcError: the record lies too far from the beginning of its file.
        """
        if len(self._origins) + len(self._kinds) > _REMEMBERED:
            self.forget()
        location, packed = capture.location, pack_digest(capture.digest)
        capture_id = row_id(warc_file_id, location.offset, location.file)
        start = origin(capture.url)
        origin_id, skip = self._origin(start, capture.urlkey)
        derived = unpack_url(start, None, capture.urlkey, skip)
        whole = capture.status == 200 and capture.truncated is None
        is_original = whole and capture.record_type == "response" and isinstance(packed, bytes)
        refers_to_url, refers_to_timestamp = capture.refers_to or (None, None)
        self._db.execute(
            _INSERT,
            (
                capture_id,
                self._urlkey_id(capture.urlkey),
                int(capture.timestamp),
                origin_id,
                None if derived == capture.url else capture.url[len(start) :],
                self._kind_id(capture),
                location.length,
                packed,
                1 if is_original else None,
                capture.redirect,
                None if refers_to_url == capture.url else refers_to_url,
                refers_to_timestamp and int(refers_to_timestamp),
                refusal and refusal.reason,
                (refusal and refusal.detail) or None,
            ),
        )
        return capture_id

    def _urlkey_id(self, urlkey: str) -> int:
        cursor = self._db.execute(
            "INSERT INTO urlkeys (urlkey) VALUES (?) ON CONFLICT DO NOTHING", (urlkey,)
        )
        if cursor.rowcount:
            return cursor.lastrowid or 0
        row = self._db.execute("SELECT id FROM urlkeys WHERE urlkey = ?", (urlkey,)).fetchone()
        found: int = row["id"]
        return found

    def _origin(self, origin: str, urlkey: str) -> tuple[int, int]:
        """Return the id of an origin, and where the path begins in its urlkeys."""
        if origin not in self._origins:
            row = self._db.execute(
                "SELECT id, skip FROM origins WHERE origin = ?", (origin,)
            ).fetchone()
            skip = row["skip"] if row else urlkey.find(")") + 2
            new = row["id"] if row else insert(self._db, "origins", origin=origin, skip=skip)
            self._origins[origin] = new, skip
        return self._origins[origin]

    def _kind_id(self, capture: Capture) -> int:
        kind = (capture.record_type, capture.status, capture.mime, capture.truncated)
        if kind not in self._kinds:
            row = self._db.execute(
                "SELECT kind_id FROM capture_kinds WHERE record_type = ? AND status IS ?"
                " AND mime = ? AND truncated IS ?",
                kind,
            ).fetchone()
            names = ("record_type", "status", "mime", "truncated")
            self._kinds[kind] = (
                row["kind_id"]
                if row
                else insert(self._db, "capture_kinds", **dict(zip(names, kind, strict=True)))
            )
        return self._kinds[kind]


def capture(row: sqlite3.Row) -> Capture:
    """Return the capture of a row of `SELECT`."""
    (
        row_id, timestamp, urlkey, origin, skip, path, record_type, status, mime, truncated,
        packed, length, redirect, referred_url, referred, refusal, file, version,
    ) = row  # fmt: skip
    url = unpack_url(origin, path, urlkey, skip)
    return Capture(
        url=url,
        urlkey=urlkey,
        timestamp=f"{timestamp:014}",
        record_type=record_type,
        status=status,
        mime=mime,
        digest=unpack_digest(packed),
        location=Location(file, offset(row_id), length),
        redirect=redirect,
        refers_to=(referred_url or url, f"{referred:014}") if referred else None,
        truncated=truncated,
        refusal=refusal,
        version=version,
    )


def row_id(warc_file_id: int, offset: int, file: str) -> int:
    """Return the id of the capture whose record lies there.

    Raises:
        NewswarcError: it lies too far from the beginning of its file.
    """
    if not 0 <= offset < 1 << OFFSET_BITS:
        raise NewswarcError(
            f"{file}: no WARC file can be indexed beyond {1 << OFFSET_BITS:,} bytes; split it"
        )
    return warc_file_id << OFFSET_BITS | offset


def offset(row_id: int) -> int:
    """Return where in its file the record of a capture begins, in bytes."""
    return row_id & (1 << OFFSET_BITS) - 1


def origin(url: str) -> str:
    """Return scheme, host and port of a URL as they are written; nothing if it has none.

    >>> origin("https://www.Example.com/A?b")
    'https://www.Example.com'
    """
    found = _ORIGIN.match(url)
    return found[0] if found else ""


def unpack_url(origin: str, path: str | None, urlkey: str, skip: int) -> str:
    """Return the URL of a capture.

    Args:
        origin: see `origin`.
        path: the rest; None where it is that of the urlkey.
        urlkey: its SURT.
        skip: where in the urlkeys of this origin the rest begins, counted from 1.
    """
    return origin + (urlkey[skip - 1 :] if path is None else path)


def pack_digest(text: str) -> bytes | str:
    """Return the 20 bytes of a digest; one that is no SHA-1 in our own form as it is.

    >>> pack_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ").hex()
    'da39a3ee5e6b4b0d3255bfef95601890afd80709'
    >>> pack_digest("md5:1B2M2Y8AsgTpgAmY7PhCfg")
    'md5:1B2M2Y8AsgTpgAmY7PhCfg'
    """
    if text.startswith(_SHA1) and len(text) == len(_SHA1) + 32:
        with suppress(ValueError):
            packed = base64.b32decode(text[len(_SHA1) :])
            return packed if len(packed) == _SHA1_BYTES else text
    return text


def unpack_digest(packed: bytes | str) -> str:
    """Return the digest that `pack_digest` packed."""
    return digest.label(packed) if isinstance(packed, bytes) else packed
