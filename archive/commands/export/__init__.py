"""``newswarc export``: what is in the archive, for other programs and for readers."""

from __future__ import annotations

import click

from archive.collection import Collection
from archive.commands.export.cdxj import cdxj
from archive.commands.export.csv import csv
from archive.commands.export.epub import epub
from archive.commands.export.jsonl import jsonl
from archive.commands.export.markdown import markdown
from archive.commands.export.wacz import wacz
from archive.commands.export.warc import warc
from archive.datasette import metadata, to_yaml
from archive.errors import UsageError


@click.group("export", invoke_without_command=True)
@click.option(
    "--datasette-metadata",
    is_flag=True,
    help="Print what Datasette is told of the index: titles, facets, search, queries; YAML.",
)
@click.pass_context
def command(context: click.Context, datasette_metadata: bool) -> None:
    """Write what is in the archive for other programs and for readers."""
    if datasette_metadata:
        archive = Collection(context.obj)
        title = archive.path.resolve().name
        click.echo(to_yaml(metadata(archive.index_path, title)), nl=False)
    elif context.invoked_subcommand is None:
        raise UsageError("say what to export; `newswarc export --help` lists it")


for one in (cdxj, csv, epub, jsonl, markdown, wacz, warc):
    command.add_command(one)
