"""Where the parts of a collection lie in its directory (docs/architecture.md)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from archive.warc.openfile import OPEN_SUFFIX


class Layout:
    """The paths of one collection; none of them need exist.

    Args:
        path: the directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def archive_dir(self) -> Path:
        """The directory of the WARC files."""
        return self.path / "archive"

    @property
    def config_path(self) -> Path:
        """The settings, ``newswarc.toml``."""
        return self.path / "newswarc.toml"

    @property
    def rules_dir(self) -> Path:
        """The collection's own site rules, TOML; it need not exist."""
        return self.path / "rules"

    @property
    def index_path(self) -> Path:
        """The index; derived from the WARC files."""
        return self.path / "index.db"

    @property
    def index_lock_path(self) -> Path:
        """Locked by the one process that writes the index."""
        return self.path / "index.lock"

    @property
    def ledger_path(self) -> Path:
        """The crawl state."""
        return self.path / "ledger.db"

    @property
    def logs_dir(self) -> Path:
        """JSON lines, a file per crawl."""
        return self.path / "logs"

    @property
    def keys_dir(self) -> Path:
        """The key that signs manifests and acts, and its public half."""
        return self.path / "keys"

    @property
    def manifests_dir(self) -> Path:
        """A signed list of the WARC files per day."""
        return self.path / "manifests"

    @property
    def acts_dir(self) -> Path:
        """What was done to WARC files on purpose, signed."""
        return self.path / "acts"

    @property
    def aside_dir(self) -> Path:
        """What a repair has taken out: torn tails, a broken index."""
        return self.path / "aside"

    @property
    def manifest_lock_path(self) -> Path:
        """Locked by whoever writes a manifest or an act."""
        return self.path / "manifest.lock"

    @property
    def lock_path(self) -> Path:
        """Locked by the one crawl that runs."""
        return self.path / "crawl.lock"

    def warc_files(self) -> list[Path]:
        """Return the WARC files, the one being written as well, in the order of their names."""
        if not self.archive_dir.is_dir():
            return []
        found = {
            path.name.removesuffix(OPEN_SUFFIX): path
            for path in sorted(self.archive_dir.iterdir(), reverse=True)
            if path.name.removesuffix(OPEN_SUFFIX).endswith(".warc.gz")
            and (path.exists() or not path.is_symlink())  # a link to what is gone is no file
        }
        return [found[name] for name in sorted(found)]

    def warc_sizes(self) -> dict[str, int]:
        """Return the size of each WARC file in bytes, by its name without ``.open``."""
        sizes = {}
        for path in self.warc_files():
            name = path.name.removesuffix(OPEN_SUFFIX)
            for place in (path, path.with_name(name)):  # it may be closed, or merged, this moment
                with suppress(FileNotFoundError):
                    sizes[name] = place.stat().st_size
                    break
        return sizes

    def warc_path(self, file: str) -> Path:
        """Return the path of a WARC file, closed or being written.

        Args:
            file: its name without ``.open``.
        """
        path = self.archive_dir / file
        being_written = path.with_name(file + OPEN_SUFFIX)
        return being_written if being_written.exists() and not path.exists() else path
