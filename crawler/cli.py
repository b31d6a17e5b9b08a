"""The whole command line, and the console entry point ``newswarc``."""

from __future__ import annotations

import sys

from archive.cli import group, run
from crawler.commands import crawl, init, schedule, source

__all__ = ["group", "main"]

for _module in (crawl, init, schedule, source):
    group.add_command(_module.command)


def main() -> None:
    """Run one command and end the process with its exit code."""
    sys.exit(run(group))
