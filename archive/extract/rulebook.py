"""The rules that hold for a collection: its own, then those that come with newswarc."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from archive.digest import sha256
from archive.errors import ConfigError
from archive.extract import address
from archive.extract.rules import Rule, read

#: A rule file is not larger than this, in bytes.
MAX_SIZE = 100_000


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Rules, those that go before others first."""

    rules: tuple[Rule, ...] = ()

    def rule_for(self, url: str, day: date | None = None) -> Rule | None:
        """Return the rule for a page, or None.

        Args:
            url: of the page.
            day: of its capture, in UTC; None for today.
        """
        host = address.host(url)
        return next((rule for rule in self.rules if rule.fits(host, day)), None)

    @property
    def digest(self) -> str:
        """What changes when any rule does, ``sha256:HEX``."""
        return sha256("\n".join(rule.digest for rule in self.rules).encode())


#: For pages that are to be read without any rule.
NO_RULES = RuleBook()


@cache
def shipped() -> RuleBook:
    """Return the rules that come with newswarc."""
    files = resources.files("archive.extract.rules").iterdir()
    found = sorted((file.name, file) for file in files if file.name.endswith(".toml"))
    return RuleBook(
        tuple(
            read(name.removesuffix(".toml"), file.read_text(encoding="utf-8"))
            for name, file in found
        )
    )


def of_directory(directory: Path) -> RuleBook:
    """Return the rules of a collection's directory, before those that come with newswarc.

    Files are read again when they have changed: a crawl of weeks need not be started anew.

    Args:
        directory: holds ``*.toml``; it need not exist.

    Raises:
        ConfigError: a file in it is wrong; the text names it and the place.
    """
    files = []
    for path in sorted(directory.glob("*.toml")):
        with suppress(FileNotFoundError):  # taken away meanwhile
            known = path.stat()
            files.append((path, known.st_mtime_ns, known.st_size))
    return _book(tuple(files))


@lru_cache(maxsize=16)
def _book(files: tuple[tuple[Path, int, int], ...]) -> RuleBook:
    """Return the rules of files, each given with its time of change (ns) and size (bytes)."""
    return RuleBook((*(_read(path, size) for path, _, size in files), *shipped().rules))


def _read(path: Path, size: int) -> Rule:
    try:
        if size > MAX_SIZE:
            raise ValueError(f"larger than {MAX_SIZE:,} bytes")
        return read(path.stem, path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ConfigError(f"{path}: {error}") from None
