"""``newswarc export epub``: articles as a book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.export.options import output, read, wanted
from archive.commands.output import counted
from archive.export.epub import to_epub
from archive.terminal import visible


@click.command("epub", context_settings=narrowing.WORDS)
@wanted
@output()
@click.option("--name", default="", help="Title of the book.  [default: the query]")
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=10_000),
    default=500,
    show_default=True,
    help="So many articles at most, the newest.",
)
@click.pass_context
def epub(context: click.Context, /, output: Path, name: str, limit: int, **options: Any) -> None:
    """Write a book to read, EPUB: a chapter for each article, with the pictures of the archive."""
    chosen = read(context, options)
    with Collection(context.obj) as archive:
        book = to_epub(archive, chosen, output, title=name, limit=limit)
    click.echo(
        f"newswarc: {counted(book.articles, 'article')}, {counted(book.pictures, 'picture')},"
        f" {counted(book.size, 'byte')} in {visible(str(output))}",
        err=True,
    )
