"""The rules that hold for a collection: its own, then those that come with newswarc."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
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


@cache
def of_directory(directory: Path) -> RuleBook:
    """Return the rules of a collection's directory, before those that come with newswarc.

    Args:
        directory: holds ``*.toml``; it need not exist.

    Raises:
        ConfigError: a file in it is wrong; the text names it and the place.
    """
    return RuleBook((*_read_all(sorted(directory.glob("*.toml"))), *shipped().rules))


def _read_all(paths: Iterable[Path]) -> list[Rule]:
    found: list[Rule] = []
    for path in paths:
        try:
            if path.stat().st_size > MAX_SIZE:
                raise ValueError(f"larger than {MAX_SIZE:,} bytes")
            found.append(read(path.stem, path.read_text(encoding="utf-8")))
        except (ValueError, OSError) as error:
            raise ConfigError(f"{path}: {error}") from None
    return found
