"""``newswarc init``: make a collection."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.terminal import visible


@click.command("init")
@click.pass_obj
def command(collection: Path) -> None:
    """Make a collection; one that is there stays as it is.

    Not needed before `crawl` or `source add`, which make it by themselves.
    """
    made = Collection.open_or_create(collection)
    click.echo(visible(str(made.config_path)))
