"""``newswarc export``: what is in the archive, for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from archive import cdx
from archive.cdx.query import span_of
from archive.collection import Collection
from archive.commands import moment
from archive.commands.output import counted
from archive.datasette import metadata, to_yaml
from archive.errors import UsageError, storage_errors
from archive.index.cdxj import Span, in_order_of_lines
from archive.timestamp import from_datetime

#: Beside a file, while it is being written.
_NEW_SUFFIX = ".new"


@click.group("export", invoke_without_command=True)
@click.option(
    "--datasette-metadata",
    is_flag=True,
    help="Print what Datasette is told of the index: titles, facets, search, queries; YAML.",
)
@click.pass_context
def command(context: click.Context, datasette_metadata: bool) -> None:
    """Write what is in the archive for other programs."""
    if datasette_metadata:
        archive = Collection(context.obj)
        title = archive.path.resolve().name
        click.echo(to_yaml(metadata(archive.index_path, title)), nl=False)
    elif context.invoked_subcommand is None:
        raise UsageError("say what to export; `newswarc export --help` lists it")


@command.command("cdxj")
@click.argument("url", required=False)
@click.option("--since", type=moment.since, metavar="TIME", help="Captured then or later.")
@click.option("--until", type=moment.until, metavar="TIME", help="Captured then or earlier.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write this file; it appears when it is complete.  [default: stdout]",
)
@click.pass_obj
def cdxj(
    collection: Path,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
) -> None:
    """Write the captures as sorted CDXJ, which pywb and others read.

    URL may be one URL, a beginning (example.org/news/*) or a domain (*.example.org); without it,
    all captures are written.
    """
    span = span_of(url) if url else Span()
    if since:
        span = replace(span, since=from_datetime(since))
    if until:
        span = replace(span, until=from_datetime(until))
    count = 0
    with Collection(collection) as archive, _open(output) as file:
        for line in in_order_of_lines(archive.walk(span), cdx.line):
            file.write(line)
            count += 1
    if output:
        click.echo(f"newswarc: {counted(count, 'capture')} in {output}", err=True)


@contextmanager
def _open(path: Path | None) -> Iterator[TextIO]:
    """Give what to write to: stdout, or a file that takes its name when all is in it.

    Raises:
        UsageError: its directory is not there.
        StorageError: the file cannot be written.
    """
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    if not path.parent.is_dir():
        raise UsageError(f"there is no directory {path.parent}")
    new = path.with_name(path.name + _NEW_SUFFIX)
    with storage_errors(path):
        try:
            with new.open("w", encoding="ascii") as file:
                yield file
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
