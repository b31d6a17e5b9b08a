"""``newswarc export jsonl``: articles as lines of JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.export.options import read, text_output, wanted, write_lines
from archive.export.rows import json_lines


@click.command("jsonl", context_settings=narrowing.WORDS)
@wanted
@text_output
@click.pass_context
def jsonl(context: click.Context, /, output: Path | None, **options: Any) -> None:
    """Write a line of JSON for each article: all that it says and where it is stored."""
    chosen = read(context, options)
    with Collection(context.obj) as archive:
        write_lines(json_lines(archive, chosen), output, "article")
