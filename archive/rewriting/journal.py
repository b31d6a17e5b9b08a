"""The journal: what is under way, so that whoever comes after a kill can finish it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from archive.complete import sync_directory
from archive.errors import DamagedArchive, storage_errors
from archive.index.moving import Span
from archive.rewriting.newfile import NewFile
from archive.rewriting.removal import Removal

_NAME = "rewriting.json"


@dataclass(slots=True)
class Work:
    """WARC files to be replaced.

    Attributes:
        groups: names of the files, of each group in whose place one new file comes.
        removal: what is left out; None where all stays.
        ready: the new file of the first group, once it is verified.
        removed: the index has forgotten what is left out.
        done: name of each file that was made, and of those that it replaced.
    """

    groups: list[tuple[str, ...]]
    removal: Removal | None = None
    ready: NewFile | None = None
    removed: bool = False
    done: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Journal:
    """The journal of a collection, a file that is there while something is under way.

    Args:
        collection: its directory.
    """

    def __init__(self, collection: Path) -> None:
        self.path = collection / _NAME
        self._beside = collection / f"{_NAME}.new"

    def read(self) -> Work | None:
        """Return what is under way.

        Raises:
            DamagedArchive: it cannot be read.
        """
        try:
            said = json.loads(self.path.read_bytes())
            removal, ready = said["removal"], said["ready"]
            if ready:
                ready["old"] = tuple(ready["old"])
                ready = NewFile(**ready | {"spans": [Span(**span) for span in ready["spans"]]})
            return Work(
                [tuple(group) for group in said["groups"]],
                Removal.from_json(removal) if removal else None,
                ready,
                said["removed"],
                {name: tuple(old) for name, old in said["done"].items()},
            )
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedArchive(
                f"{self.path} cannot be read ({error}); take it away, and give the command again"
            ) from None

    def write(self, work: Work) -> None:
        """Write down, durably, what is under way.

        Raises:
            StorageError: it cannot be written; what it said before stands.
        """
        said = {
            "groups": work.groups,
            "removal": work.removal.to_json() if work.removal else None,
            "ready": asdict(work.ready) if work.ready else None,
            "removed": work.removed,
            "done": work.done,
        }
        with storage_errors(self.path):
            with self._beside.open("w", encoding="utf-8") as file:
                json.dump(said, file)
                file.flush()
                os.fsync(file.fileno())
            self._beside.replace(self.path)
            sync_directory(self.path.parent)

    def tidy(self) -> None:
        """Take away what was not written to its end."""
        with storage_errors(self.path):
            self._beside.unlink(missing_ok=True)

    def clear(self) -> None:
        """Note, durably, that nothing is under way any more."""
        with storage_errors(self.path):
            self.path.unlink(missing_ok=True)
            sync_directory(self.path.parent)
