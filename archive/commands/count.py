"""``newswarc count``: how many articles match, as a chart."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import click

from archive.chart import bars, svg
from archive.chart.axis import Bar, without_gaps
from archive.chart.picture import Picture, picture
from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.output import console, print_json
from archive.errors import UsageError, storage_errors
from archive.index.tally import By, is_time
from archive.terminal import visible

#: So many values are printed where nobody says: a byline may name thousands.
_MOST = 40


@click.command("count", context_settings=narrowing.WORDS)
@narrowing.options
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    default="month",
    show_default=True,
    help="What is counted: times of publication (UTC), hosts, names …",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"The most frequent so many.  [default: {_MOST}; times: all]",
)
@click.option("--json", "form", flag_value="json", help="JSON on stdout.")
@click.option("--csv", "form", flag_value="csv", help="CSV on stdout.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw a picture: FILE.svg, or FILE.png with the extra `plot`.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    query: tuple[str, ...],
    fts5: bool,
    at: datetime | None,
    by: By,
    limit: int | None,
    form: str | None,
    plot: Path | None,
    **filters: Any,
) -> None:
    """Count the articles that match: by month, by site, by author and the like.

    The query is that of `newswarc search`; without one, all articles are counted.
    """
    text = narrowing.text(query, context.command_path)
    draw = _drawing(plot) if plot else None
    with Collection(context.obj) as archive:
        counts = [
            (visible(value), number)
            for value, number in archive.count(text, by, at=at, fts5=fts5, **filters)
        ]
    if is_time(by):
        counts = without_gaps(counts)[-limit if limit else 0 :]
    elif form is None or limit:
        counts = counts[: limit or _MOST]
    if form == "json":
        print_json({"query": text, "by": by, "counts": dict(counts)})
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([(by, "articles"), *counts])
    elif plot is None:
        _show(counts)
    if plot is not None and draw is not None:
        named = [(label or "none", number) for label, number in counts]
        title = f"{visible(text) or 'all articles'}, by {by}"
        drawn = draw(picture(named, title, upright=is_time(by)))
        with storage_errors(plot):
            plot.write_bytes(drawn)
        click.echo(f"newswarc: wrote {visible(str(plot))}", err=True)


def _show(counts: Sequence[Bar]) -> None:
    out = console()
    plain = not (out.encoding or "").lower().startswith("utf")
    named = [(label or "none", number) for label, number in counts]
    for line in bars.lines(named, out.width, plain=plain):
        click.echo(line)
    if not counts:
        click.echo("newswarc: no hit", err=True)


def _drawing(plot: Path) -> Callable[[Picture], bytes]:
    """Return what draws a picture of the kind that the name of a file tells.

    Raises:
        UsageError: it tells none that we can draw.
    """
    if not plot.parent.is_dir():
        raise UsageError(f"there is no directory {plot.parent}")
    if plot.suffix.lower() == ".svg":
        return svg.draw
    if plot.suffix.lower() != ".png":
        raise UsageError(f"cannot draw {plot.name!r}; name a file that ends in .svg or .png")
    try:
        # Pillow is an extra, and not needed for anything else.
        draw: Callable[[Picture], bytes] = import_module("archive.chart.png").draw
    except ImportError:
        raise UsageError(
            "PNG needs Pillow (`pip install 'newswarc[plot]'`); .svg needs nothing"
        ) from None
    return draw
