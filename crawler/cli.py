"""The whole command line, and the console entry point ``newswarc``."""

from __future__ import annotations

import sys

from archive import cli
from archive.cli import run

__all__ = ["group", "main"]

#: The commands of the archive and those of the crawler; its ``replay`` and ``status`` tell of the
#: crawl, too.
group = cli.group.extended(
    [
        *(
            f"crawler.commands.{name}"
            for name in ("crawl", "init", "replay", "schedule", "source", "status", "verify")
        ),
        "crawler.demo.demo",
    ]
)


def main() -> None:
    """Run one command and end the process with its exit code."""
    sys.exit(run(group))
