"""What a collection takes on the disk: by file, by site, by kind of capture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.collection import Collection
from archive.index import space
from archive.index.database import Reader
from archive.index.space import Share


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes on the disk.

    Attributes:
        warc: of the WARC files.
        warc_files: how many these are.
        sites: what captures of each site take in them, the most first.
        kinds: what captures of each kind take, likewise.
        rest: of requests, metadata, warcinfo and what is not indexed.
        index: of the index and what SQLite keeps beside it.
        ledger: of the ledger, likewise.
        logs: of the logs.
        other: of everything else in the collection.
    """

    warc: int
    warc_files: int
    sites: tuple[Share, ...]
    kinds: tuple[Share, ...]
    rest: int
    index: int
    ledger: int
    logs: int
    other: int


def measure(collection: Collection) -> Space:
    """Return what a collection takes; no WARC file is read.

    Raises:
        DamagedArchive: the index is damaged.
    """
    reader = Reader(collection.index_path)
    try:
        with reader.reading() as db:
            sites, kinds = space.of_sites(db), space.of_kinds(db)
    finally:
        reader.close()
    files = collection.warc_files()
    warc = _size(files)
    parts = {
        "index": _size(_beside(collection.index_path)),
        "ledger": _size(_beside(collection.ledger_path)),
        "logs": _size(collection.logs_dir.rglob("*")),
    }
    whole = _size(collection.path.rglob("*"))
    return Space(
        warc=warc,
        warc_files=len(files),
        sites=tuple(sites),
        kinds=tuple(kinds),
        rest=max(0, warc - sum(share.size for share in kinds)),
        other=max(0, whole - warc - sum(parts.values())),
        **parts,
    )


def _beside(path: Path) -> list[Path]:
    return list(path.parent.glob(f"{path.name}*"))


def _size(paths: Iterable[Path]) -> int:
    """Return the size of those files that are there; they may come and go."""
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
