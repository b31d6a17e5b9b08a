"""``newswarc cite``: one article, with the proof of what it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from archive.cite import check, cite
from archive.collection import Collection
from archive.commands import moment
from archive.commands.lookup import not_found
from archive.commands.output import counted, when
from archive.errors import DamagedArchive, UsageError
from archive.manifest.key import read_public
from archive.terminal import visible
from archive.urlkey import is_url


@click.command("cite")
@click.argument("url", required=False)
@click.option("--at", type=moment.until, metavar="TIME", help="The capture nearest to that time.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The bundle to write, a .wacz.",
)
@click.option(
    "--with-requisites/--without-requisites",
    "requisites",
    default=True,
    show_default=True,
    help="Take what the page needs to be shown: images, style sheets, fonts.",
)
@click.option(
    "--check",
    "bundle",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Check a bundle, offline; no collection is needed.",
)
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="With --check: believe this public key alone.",
)
@click.pass_context
def command(
    context: click.Context,
    url: str | None,
    at: datetime | None,
    output: Path | None,
    requisites: bool,
    bundle: Path | None,
    key_file: Path | None,
) -> None:
    """Write a bundle of one article that proves itself offline, or check one.

    In it are the records, the signed manifest that lists their files, and the text; see
    docs/verify.md.
    """
    if bundle is not None:
        if url is not None:
            raise UsageError("give a URL or --check, not both")
        _check(context, bundle, key_file)
        return
    if url is None or output is None:
        raise UsageError("give a URL and --output FILE, or --check FILE")
    with Collection(context.obj) as archive:
        if not is_url(url) or not archive.captures(url, limit=1):
            raise not_found(archive, url)
        cited = cite(archive, url, output, at=at, requisites=requisites)
    for problem in cited.problems:
        click.echo(f"newswarc: left out: {visible(problem)}", err=True)
    click.echo(visible(str(output)))
    click.echo(
        f"newswarc: {visible(cited.url)}, captured {when(cited.timestamp)}:"
        f" {counted(cited.captures, 'capture')}, {cited.size:,} bytes",
        err=True,
    )


def _check(context: click.Context, bundle: Path, key_file: Path | None) -> None:
    """Print what a bundle proves, or what is wrong with it."""
    found = check(bundle, read_public(key_file) if key_file else None)
    for problem in found.problems:
        click.echo(visible(problem))
    if found.problems:
        context.exit(DamagedArchive.exit_code)
    click.echo(
        f"{visible(found.url)}, captured {visible(when(found.timestamp))}, cited"
        f" {visible(found.cited)}:\n{counted(found.records, 'record')}, proved by the manifest of"
        f" {found.day}, key {found.key}"
    )
    if key_file is None:
        hint = "the key is the bundle's own; compare it with one from elsewhere, or give --key"
        click.echo(f"newswarc: {hint}", err=True)
