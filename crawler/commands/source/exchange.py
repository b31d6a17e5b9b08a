"""``newswarc source import`` and ``export``: lists of feeds, as OPML."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from archive.cli import complain
from archive.collection import Collection
from archive.commands.output import counted
from archive.errors import UsageError
from archive.terminal import visible
from crawler import opml, sources


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Tell what would be added, write nothing.")
@click.pass_obj
def import_(collection: Path, file: BinaryIO, dry_run: bool) -> None:
    """Add the feeds of the OPML file FILE (- for standard input), one source for each site.

    Feeds that are known stay as they are; new ones of a source that is there are added to it.
    """
    try:
        found = opml.sources(opml.feeds(file.read(opml.MAX_SIZE + 1)))
    except UsageError as error:
        raise UsageError(f"{file.name} {error}") from None
    except OSError as error:
        raise UsageError(f"cannot read {file.name}: {error.strerror}") from None
    if not found:
        raise UsageError(f"{file.name} names no feed: no outline has an xmlUrl")
    path = collection / "newswarc.toml"
    if not dry_run:
        path = Collection.open_or_create(collection).config_path
    changed = sources.merge(path, found, write=not dry_run)
    for name, new in changed:
        click.echo(f"{name}: {counted(new, 'new feed')}")
    if not changed:
        complain(f"nothing in {visible(file.name)} that is not in {visible(str(path))} already")


@click.command("export")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_obj
def export(collection: Path, names: tuple[str, ...]) -> None:
    """Print the feeds of all sources, or of those called NAME, as OPML 2.0."""
    configuration = sources.load(Collection(collection).config_path)
    wanted = [configuration.source(name) for name in names] or list(configuration.sources)
    silent = [source.name for source in wanted if not opml.has_feeds(source)]
    click.echo(opml.document(wanted), nl=False)
    if silent:
        complain(f"without a feed, and so not in it: {', '.join(silent)}")
