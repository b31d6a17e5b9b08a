"""``newswarc export csv``: articles as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.export.options import read, text_output, wanted, write_lines
from archive.export.rows import csv_lines


@click.command("csv", context_settings=narrowing.WORDS)
@wanted
@text_output
@click.pass_context
def csv(context: click.Context, /, output: Path | None, **options: Any) -> None:
    """Write a table with a row for each article: all that it says and where it is stored."""
    chosen = read(context, options)
    with Collection(context.obj) as archive:
        write_lines(csv_lines(archive, chosen), output, "article", heading=1)
