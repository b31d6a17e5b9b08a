"""``newswarc export markdown``: articles as a folder of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.export.options import output, read, wanted
from archive.commands.output import counted
from archive.export.folder import to_folder
from archive.terminal import visible


@click.command("markdown", context_settings=narrowing.WORDS)
@wanted
@output(directory=True)
@click.pass_context
def markdown(context: click.Context, /, output: Path, **options: Any) -> None:
    """Write a folder with a Markdown file for each version of each article, facts in front."""
    chosen = read(context, options)
    with Collection(context.obj) as archive:
        files = to_folder(archive, chosen, output)
    click.echo(f"newswarc: {counted(files, 'file')} in {visible(str(output))}", err=True)
