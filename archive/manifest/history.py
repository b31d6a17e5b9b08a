"""The manifests in their order, each signed and bound to the one before it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from archive.collection import Collection
from archive.errors import DamagedArchive
from archive.manifest import sealed
from archive.manifest.document import Manifest
from archive.manifest.minisign import PublicKey

_NAME = re.compile(r"\d{4}-\d\d-\d\d\.txt")


def paths(collection: Collection) -> list[Path]:
    """Return the manifests, the oldest first."""
    if not collection.manifests_dir.is_dir():
        return []
    return sorted(path for path in collection.manifests_dir.iterdir() if _NAME.fullmatch(path.name))


def path_of(collection: Collection, day: date) -> Path:
    """Return where the manifest of a day lies."""
    return collection.manifests_dir / f"{day}.txt"


def read(path: Path, keys: Sequence[PublicKey]) -> tuple[Manifest, str]:
    """Return a manifest and its SHA-256.

    Raises:
        DamagedArchive: it is not there, not what was signed, or of another day.
    """
    data = sealed.read(path, keys)
    manifest = Manifest.parse(data)
    if f"{manifest.day}.txt" != path.name:
        raise DamagedArchive(f"it is the manifest of {manifest.day}")
    return manifest, hashlib.sha256(data).hexdigest()


def last(collection: Collection, keys: Sequence[PublicKey]) -> tuple[Manifest, str] | None:
    """Return the newest manifest and its SHA-256, None where there is none.

    Raises:
        DamagedArchive: it is not what was signed.
    """
    found = paths(collection)
    if not found:
        return None
    try:
        return read(found[-1], keys)
    except DamagedArchive as error:
        raise DamagedArchive(
            f"manifests/{found[-1].name}: {error}; restore it from a copy"
        ) from None
