"""``newswarc show``: one article."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from archive.collection import Collection
from archive.commands import moment
from archive.commands.lookup import not_found
from archive.render import FORMATS, render


@click.command("show")
@click.argument("url_or_id", metavar="URL|ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="markdown",
    show_default=True,
    help="Of the article.",
)
@click.option("--at", type=moment.until, metavar="TIME", help="As it was known at that time.")
@click.pass_obj
def command(collection: Path, url_or_id: str, form: str, at: datetime | None) -> None:
    """Print an article; URL may be any under which it was captured."""
    with Collection(collection) as archive:
        wanted = int(url_or_id) if url_or_id.isdecimal() and url_or_id.isascii() else url_or_id
        version = archive.article(wanted, at=at)
        if version is None:
            raise not_found(archive, wanted)
    click.echo(render(version.article, form), nl=False)
