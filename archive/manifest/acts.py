"""Acts: what was done to WARC files on purpose, and why, signed, in a row that only grows.

A redaction, a compaction or a repair retires files, or makes new ones of them. Each is written
down as ``acts/000001-redact.json`` beside its signature: numbered without a gap, each with the
SHA-256 of the act before it. Without an act a listed file is missed for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import timestamp
from archive.collection import Collection
from archive.errors import DamagedArchive, storage_errors
from archive.lock import only_writer
from archive.manifest import key, sealed
from archive.manifest.document import Entry
from archive.manifest.minisign import PublicKey
from archive.version import __version__

_NAME = re.compile(r"(\d{6})-([a-z]{1,32})\.json")
_KIND = re.compile(r"[a-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to WARC files.

    Attributes:
        path: in the collection.
        kind: ``redact``, ``compact``, ``repair``, ….
        time: a WARC-Date.
        reason: why, in words.
        retired: the files that are no more, or not as they were: path, size, SHA-256.
        made: the files that are there instead.
        details: whatever else is to be known; JSON.
        previous: SHA-256 of the act before, None for the first.
        sha256: of the act itself.
        size: of the act itself, in bytes.
    """

    path: str
    kind: str
    time: str
    reason: str
    retired: tuple[Entry, ...]
    made: tuple[Entry, ...]
    previous: str | None
    sha256: str
    size: int
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """What a manifest says of it."""
        return Entry(self.path, self.size, self.sha256)


def record(
    collection: Collection,
    kind: str,
    reason: str,
    *,
    retired: Iterable[Entry] = (),
    made: Iterable[Entry] = (),
    details: Mapping[str, Any] | None = None,
) -> Act:
    """Write down an act, durably and signed; on return it survives a power cut.

    Call it when what was made is durable and verified, and before what is retired is removed: a
    kill in between leaves a retired file that is still there, which `archive.verify` tells. A file
    that changes under its name is both retired, as it was, and made, as it is to be. Then call
    `archive.manifest.write`, so that the act is listed.

    Args:
        collection: to which it is done.
        kind: one word, lower case: ``redact``, ``compact``, ``repair``.
        reason: for a person; what is to be forgotten is better not named.
        retired: what `archive.manifest.measure` says of each file before.
        made: what it says of each file that takes the place.
        details: more that is to be known; JSON.

    Raises:
        StorageError: it cannot be written; nothing may be removed then.
        ConfigError: there is no key to sign with.
        DamagedArchive: an earlier act is not what was signed.
        ValueError: `kind` is not one word.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"not the kind of an act: {kind!r}")
    with storage_errors(collection.acts_dir):
        collection.acts_dir.mkdir(exist_ok=True)
    with only_writer(collection.manifest_lock_path, wait=True):
        signing = key.ensure(collection)
        keys = key.public_keys(collection)
        before = read(collection, keys)
        path = collection.acts_dir / f"{len(before) + 1:06d}-{kind}.json"
        value = {
            "act": 1,
            "kind": kind,
            "time": timestamp.to_warc_date(timestamp.now()),
            "reason": reason,
            "software": f"newswarc/{__version__}",
            "previous": before[-1].sha256 if before else None,
            "retired": [_file(entry) for entry in retired],
            "made": [_file(entry) for entry in made],
            "details": dict(details or {}),
        }
        data = (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
        sealed.write(path, data, signing, f"file:{path.name}\ttime:{value['time']}")
        return _parsed(path, data)


def read(collection: Collection, keys: Sequence[PublicKey]) -> list[Act]:
    """Return the acts in their order.

    Raises:
        DamagedArchive: one is missing, or not what was signed.
    """
    found: list[Act] = []
    for path in paths(collection):
        name = f"acts/{path.name}"
        try:
            act = read_one(path, keys)
        except DamagedArchive as error:
            raise DamagedArchive(f"{name}: {error}; restore it from a copy") from None
        if not path.name.startswith(f"{len(found) + 1:06d}-") or act.previous != (
            found[-1].sha256 if found else None
        ):
            raise DamagedArchive(f"{name}: an act before it is missing; restore it from a copy")
        found.append(act)
    return found


def read_one(path: Path, keys: Sequence[PublicKey]) -> Act:
    """Return the act in a file.

    Raises:
        DamagedArchive: it is not what was signed.
    """
    return _parsed(path, sealed.read(path, keys))


def paths(collection: Collection) -> list[Path]:
    """Return the files of the acts in the order of their numbers."""
    if not collection.acts_dir.is_dir():
        return []
    return sorted(path for path in collection.acts_dir.iterdir() if _NAME.fullmatch(path.name))


def apply(act: Act, listed: dict[str, Entry]) -> None:
    """Bring up to date what is listed: take out what an act retired, put in what it made.

    What is listed otherwise than the act found it stays: the act was not about that.
    """
    for entry in act.retired:
        if entry.path in listed and listed[entry.path].sha256 == entry.sha256:
            del listed[entry.path]
    for entry in act.made:
        listed.setdefault(entry.path, entry)


def _file(entry: Entry) -> dict[str, Any]:
    return {"path": entry.path, "size": entry.size, "sha256": entry.sha256}


def _parsed(path: Path, data: bytes) -> Act:
    try:
        value = json.loads(data)
        return Act(
            path=f"acts/{path.name}",
            kind=str(value["kind"]),
            time=str(value["time"]),
            reason=str(value["reason"]),
            retired=_files(value["retired"]),
            made=_files(value["made"]),
            details=dict(value["details"]),
            previous=value["previous"],
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise DamagedArchive("it is no act") from None


def _files(values: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(str(value["path"]), int(value["size"]), str(value["sha256"])) for value in values
    )
