"""``newswarc manifest``: the signed list of the WARC files."""

from __future__ import annotations

import click

from archive import manifest
from archive.collection import Collection
from archive.commands.output import counted
from archive.errors import DamagedArchive, UsageError
from archive.manifest import key, loss
from archive.terminal import visible


@click.command("manifest")
@click.option(
    "--public-key", is_flag=True, help="Print the public key, for `minisign -V`, and write nothing."
)
@click.option(
    "--accept",
    metavar="PATH",
    help="Say for good that this listed file is gone, or is what it is now: archive/NAME.warc.gz.",
)
@click.option("--reason", help="With --accept: why, for whoever reads the act.")
@click.pass_context
def command(
    context: click.Context, public_key: bool, accept: str | None, reason: str | None
) -> None:
    """Write the manifest of today: every closed WARC file with its size and SHA-256, signed.

    `crawl`, `import` and `index` do it by themselves. See docs/verify.md.
    """
    collection = Collection(context.obj)
    if public_key:
        click.echo(str(key.ensure(collection).public), nl=False)
        return
    if (accept is None) != (reason is None):
        raise UsageError("--accept and --reason go together")
    if accept is not None and reason is not None:
        act = loss.accept(collection, accept, reason)
        click.echo(visible(str(collection.path / act.path)))
    written = manifest.write(collection)
    if written is None:
        click.echo("newswarc: there is no closed WARC file to list", err=True)
        return
    click.echo(visible(str(written.path)))
    told = f"{counted(written.files, 'WARC file')}, {written.new:,} of them new"
    click.echo(f"newswarc: {told}", err=True)
    for problem in written.problems:
        click.echo(f"newswarc: {visible(problem)}; see `newswarc verify`", err=True)
    if written.problems:
        context.exit(DamagedArchive.exit_code)
