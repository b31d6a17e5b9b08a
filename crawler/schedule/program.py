"""The command that a schedule starts."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from archive.errors import UsageError
from crawler import duration


def command(
    collection: Path, max_time: float | None, program: list[str] | None = None
) -> list[str]:
    """Return the words of the crawl of `collection`.

    Args:
        collection: its directory.
        max_time: after which a run ends in good order (seconds); None for never.
        program: the words that start newswarc; found out when None.

    Raises:
        UsageError: the path cannot stand in a line of a file.
    """
    words = [*(program or our_program()), "--collection", str(absolute(collection)), "crawl"]
    if max_time is not None:
        words += ["--max-time", duration.written(max_time)]
    return [*words, "--quiet"]


def our_program() -> list[str]:
    """Return the words that start this very newswarc, with absolute paths."""
    started = Path(sys.argv[0])
    if started.name == "newswarc" and started.exists():
        return [str(started.absolute())]
    beside = Path(sys.executable).with_name("newswarc")
    found = str(beside) if beside.exists() else shutil.which("newswarc")
    return [found] if found else [sys.executable, "-m", "crawler"]


def absolute(collection: Path) -> Path:
    """Return the path of a collection as a schedule needs it.

    Raises:
        UsageError: it has a line break or another control character in it.
    """
    path = collection.absolute()
    if not str(path).isprintable():
        raise UsageError(f"a schedule cannot have this path in a line: {str(path)!r}")
    return path
