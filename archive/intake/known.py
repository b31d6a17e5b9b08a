"""What is in a collection already: a source that is taken in twice is there once."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from archive.collection import Collection
from archive.errors import DamagedRecord
from archive.intake.inspect import sha256_of
from archive.intake.remake import SOURCE_SHA256
from archive.manifest import acts, key
from archive.warc.reader import read_beginning


class Known:
    """The files of a collection, by their content and by what they were made of.

    Args:
        collection: to be looked at.
    """

    def __init__(self, collection: Collection) -> None:
        self._hashes: dict[Path, str] = {}
        self._files: dict[int, list[Path]] = {}
        self._sources: dict[str, str] = {}
        for path in collection.warc_files():
            self.add(path)
        # A file that was merged into another, or written anew, is there in that one.
        for act in acts.read(collection, key.public_keys(collection)):
            if act.kind in ("compact", "redact") and act.made:
                name = PurePosixPath(act.made[0].path).name
                self._sources |= dict.fromkeys((one.sha256 for one in act.retired), name)

    def add(self, path: Path) -> None:
        """Note a file that is in the collection."""
        self._files.setdefault(path.stat().st_size, []).append(path)
        try:
            first = read_beginning(path, 0)
        except (OSError, DamagedRecord):
            return
        for line in first.payload.splitlines() if first.type == "warcinfo" else ():
            name, _, value = line.decode("utf-8", "replace").partition(":")
            if name == SOURCE_SHA256:
                self._sources[value.strip()] = path.name

    def find(self, size: int, sha256: str) -> str | None:
        """Return the name of the file that is this one, or was made of it; or None."""
        for path in self._files.get(size, ()):
            if path not in self._hashes:
                self._hashes[path] = sha256_of(path)
            if self._hashes[path] == sha256:
                return path.name
        return self._sources.get(sha256)
