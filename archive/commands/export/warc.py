"""``newswarc export warc``: the records of some articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.export.options import output, read, wanted
from archive.commands.export.told import tell
from archive.errors import UsageError
from archive.export.packing import to_warc


@click.command("warc", context_settings=narrowing.WORDS)
@wanted
@output()
@click.option(
    "--with-requisites/--without-requisites",
    "requisites",
    default=False,
    show_default=True,
    help="Take what pages need to be shown: images, style sheets, fonts.",
)
@click.pass_context
def warc(context: click.Context, /, output: Path, requisites: bool, **options: Any) -> None:
    """Write one WARC file with the records of the articles found, byte for byte.

    What a revisit refers to is in it. Without a query, all records are written.
    """
    if not output.name.endswith(".warc.gz"):
        raise UsageError(f"{output} must end with .warc.gz: it is a row of gzip members")
    chosen = read(context, options)
    with Collection(context.obj) as archive:
        packed = to_warc(archive, chosen, output, requisites=requisites)
    tell(context, packed, output)
