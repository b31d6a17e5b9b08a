"""Write docs/cli.md from the commands' own ``--help``.

``make docs`` runs it; a test fails when the file and the commands differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from crawler.cli import group

PATH = Path(__file__).parent / "cli.md"

HEADER = """\
# Command reference

Generated from `newswarc --help` by `make docs`; do not edit.

Results go to stdout, everything else to stderr. Exit codes:

| code | meaning |
|---|---|
| 0 | done; also: skipped, because another run holds the lock |
| 1 | something failed and is named |
| 2 | wrong use |
| 3 | the disk is full or cannot be written |
| 4 | bad configuration, or not a collection |
| 5 | damage found in the archive |
| 10 | something may be missing: a source has a gap |
| 130 | interrupted |
| 141 | whoever read stdout has gone, as `head` does |
"""


def commands(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the full name and the help text of `command` and of all below it."""
    context = click.Context(
        command, info_name=name, parent=parent, max_content_width=100, terminal_width=100
    )
    yield context.command_path, context.get_help()
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from commands(found, child, context)


def reference() -> str:
    """Return the whole document."""
    sections = (
        f"\n## {path}\n\n```\n{text.strip()}\n```\n" for path, text in commands(group, "newswarc")
    )
    return HEADER + "".join(sections)


if __name__ == "__main__":
    PATH.write_text(reference())
