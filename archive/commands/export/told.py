"""What is said of a file that was packed."""

from __future__ import annotations

from pathlib import Path

import click

from archive.commands.output import counted
from archive.errors import DamagedArchive
from archive.export.packing import Packed
from archive.terminal import visible


def tell(context: click.Context, packed: Packed, path: Path) -> None:
    """Say what is in a file; end with the code of damage where something had to be left out."""
    for problem in packed.problems:
        click.echo(f"newswarc: left out: {visible(problem)}", err=True)
    click.echo(
        f"newswarc: {counted(packed.articles, 'article')}, {counted(packed.captures, 'capture')},"
        f" {counted(packed.size, 'byte')} in {visible(str(path))}",
        err=True,
    )
    if packed.problems:
        context.exit(DamagedArchive.exit_code)
