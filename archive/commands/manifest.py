"""``newswarc manifest``: the signed list of the WARC files."""

from __future__ import annotations

import click

from archive import manifest
from archive.collection import Collection
from archive.commands.output import counted
from archive.errors import DamagedArchive
from archive.manifest import key
from archive.terminal import visible


@click.command("manifest")
@click.option(
    "--public-key", is_flag=True, help="Print the public key, for `minisign -V`, and write nothing."
)
@click.pass_context
def command(context: click.Context, public_key: bool) -> None:
    """Write the manifest of today: every closed WARC file with its size and SHA-256, signed.

    `crawl`, `import` and `index` do it by themselves. See docs/verify.md.
    """
    collection = Collection(context.obj)
    if public_key:
        click.echo(str(key.ensure(collection).public), nl=False)
        return
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
