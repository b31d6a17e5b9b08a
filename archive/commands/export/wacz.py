"""``newswarc export wacz``: a package that other programs replay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.export.options import output, read, wanted
from archive.commands.export.told import tell
from archive.export.packing import to_wacz


@click.command("wacz", context_settings=narrowing.WORDS)
@wanted
@output()
@click.option("--name", default="", help="Title of the package.  [default: collection and query]")
@click.option(
    "--with-requisites/--without-requisites",
    "requisites",
    default=True,
    show_default=True,
    help="Take what pages need to be shown: images, style sheets, fonts.",
)
@click.pass_context
def wacz(
    context: click.Context, /, output: Path, name: str, requisites: bool, **options: Any
) -> None:
    """Write a WACZ, which ReplayWeb.page and others show: records, index, pages with text.

    With a query it holds what was captured of the articles found; without one, all there is.
    """
    chosen = read(context, options)
    with Collection(context.obj) as archive:
        packed = to_wacz(archive, chosen, output, title=name, requisites=requisites)
    tell(context, packed, output)
