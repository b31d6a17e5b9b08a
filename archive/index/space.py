"""How many bytes of the WARC files are captures of which site, and of which kind.

The index knows how long the record of every capture is. Requests, metadata and warcinfo records
are no captures: they are what is left of a file.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """What some captures take.

    Attributes:
        name: of the site, its host without ``www``; or of the kind: media type and record type.
        captures: how many they are.
        size: of their records in the WARC files, in bytes.
    """

    name: str
    captures: int
    size: int


def of_sites(db: sqlite3.Connection) -> list[Share]:
    """Return what the captures of each host take, the most first."""
    # The host of a SURT is turned round where it is shown: there are few of them.
    rows = db.execute(
        "SELECT substr(urlkey, 1, instr(urlkey, ')') - 1) AS name, sum(captures), sum(size) FROM ("
        " SELECT urlkey_id, count(*) AS captures, sum(length) AS size FROM compact_captures"
        " GROUP BY urlkey_id) JOIN urlkeys ON urlkeys.id = urlkey_id GROUP BY name"
        " ORDER BY 3 DESC, 1"
    )
    return [Share(_host(row[0]), row[1], row[2]) for row in rows.fetchall()]


def of_kinds(db: sqlite3.Connection) -> list[Share]:
    """Return what captures of each media type take, revisits apart, the most first."""
    rows = db.execute(
        "SELECT CASE record_type WHEN 'revisit' THEN 'revisit'"
        " ELSE coalesce(nullif(mime, ''), 'unknown') END AS name, sum(captures), sum(size) FROM ("
        " SELECT kind_id AS id, count(*) AS captures, sum(length) AS size FROM compact_captures"
        " GROUP BY kind_id) JOIN capture_kinds ON kind_id = id GROUP BY name ORDER BY 3 DESC, 1"
    )
    return [Share(*row) for row in rows.fetchall()]


def _host(reversed_host: str) -> str:
    """Return a host as it is written.

    >>> _host("com,example,news"), _host("com,example:8080"), _host("")
    ('news.example.com', 'example.com:8080', '')
    """
    labels, colon, port = reversed_host.partition(":")
    return ".".join(reversed(labels.split(","))) + colon + port
