"""The whole command line, and the console entry point ``newswarc``."""

from __future__ import annotations

import sys

from archive.cli import group, run

__all__ = ["group", "main"]

group.register(
    f"crawler.commands.{name}" for name in ("crawl", "init", "schedule", "source", "status")
)
group.register(["crawler.demo.demo"])


def main() -> None:
    """Run one command and end the process with its exit code."""
    sys.exit(run(group))
