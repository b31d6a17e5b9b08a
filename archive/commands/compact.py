"""``newswarc compact``: few large WARC files in place of many small ones."""

from __future__ import annotations

import click

from archive.collection import Collection
from archive.commands.output import counted, print_json, sized
from archive.merging import MAX_SIZE, Merging, merge, plan
from archive.terminal import visible


@click.command("compact")
@click.option("--dry-run", is_flag=True, help="Only tell what would become of which files.")
@click.option(
    "--max-size",
    type=click.IntRange(min=1),
    default=MAX_SIZE,
    show_default=True,
    metavar="BYTES",
    help="Make files no larger than this.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def command(context: click.Context, dry_run: bool, max_size: int, as_json: bool) -> None:
    """Merge small WARC files that are closed into large ones.

    Records are copied byte for byte, and old files removed when the new one is verified. Search
    and replay go on meanwhile; a crawl, an import or an index run has to have ended.
    """
    with Collection(context.obj) as archive:
        if dry_run:
            groups, left = plan(archive, max_size)
            result = Merging(left=left)
            would = [{"files": group.files, "bytes": group.size} for group in groups]
        else:
            result = merge(archive, max_size=max_size)
            would = [{"files": old, "name": new} for new, old in result.merged.items()]
    if as_json:
        print_json({"merged": would, "left": result.left, "skipped": result.skipped})
    elif dry_run:
        for group in groups:
            click.echo(f"{counted(len(group.files), 'file')}, {sized(group.size)}:")
            for name in group.files:
                click.echo(f"  {visible(name)}")
    else:
        for new, old in result.merged.items():
            click.echo(f"{visible(new)}, of {counted(len(old), 'file')}")
    for name, why in result.left.items():
        click.echo(f"newswarc: left as it is: {visible(name)}: {visible(why)}", err=True)
    if result.skipped:
        click.echo("newswarc: skipped: a crawl runs, or the index is being written", err=True)
    elif not would:
        click.echo("newswarc: nothing to merge", err=True)
