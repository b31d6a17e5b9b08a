"""``newswarc init``: make a collection."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.manifest import key
from archive.terminal import visible


@click.command("init")
@click.pass_obj
def command(collection: Path) -> None:
    """Make a collection and the key that signs its manifests; one that is there stays as it is.

    Not needed before `crawl` or `source add`, which make it by themselves.
    """
    made = Collection.open_or_create(collection)
    key.ensure(made)
    click.echo(visible(str(made.config_path)))
