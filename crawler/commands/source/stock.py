"""``newswarc source list`` and ``remove``: what is in newswarc.toml."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.commands.output import print_json
from archive.terminal import visible
from crawler import sources
from crawler.commands.source import findings


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(collection: Path, as_json: bool) -> None:
    """List the sources."""
    found = sources.load(Collection(collection).config_path).sources
    if as_json:
        print_json([findings.described(source) for source in found])
        return
    for source in found:
        for seed in source.seeds:
            click.echo(f"{source.name}  {seed.kind:<8} {visible(seed.url)}")


@click.command("remove")
@click.argument("name")
@click.pass_obj
def remove(collection: Path, name: str) -> None:
    """Remove the source called NAME; what was captured of it stays."""
    path = Collection(collection).config_path
    sources.remove(path, name)
    click.echo(f"{name} removed from {visible(str(path))}")
