"""``newswarc reextract``: the articles of the collection, extracted again from its WARC files."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from archive.collection import Collection
from archive.commands import moment
from archive.commands.output import counted, print_json, when
from archive.reextract import Reextraction, reextract
from archive.terminal import visible


@click.command("reextract")
@click.option("--site", metavar="HOST", help="Only pages of this host and its subdomains.")
@click.option("--since", type=moment.ago, metavar="TIME", help="Only captures of then or later.")
@click.option("--until", type=moment.until, metavar="TIME", help="Only captures of then or before.")
@click.option("--failed", is_flag=True, help="Only pages that crashed or hung what reads them.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(0, 256),
    help="Processes that extract; 0 for none beside this one.  [default: as many as are of use]",
)
@click.option("--json", "as_json", is_flag=True, help="Show what changes as JSON.")
@click.pass_context
def command(
    context: click.Context,
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    failed: bool,
    dry_run: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Extract pages again, with what newswarc and the site rules know now.

    It may be ended and run again. What a browser made of a page stays as it is.
    """
    path: Path = context.obj
    result = reextract(
        Collection(path),
        site=site,
        since=since,
        until=until,
        failed=failed,
        dry_run=dry_run,
        workers=jobs,
        progress=_show if sys.stderr.isatty() else None,
    )
    if result.skipped:
        click.echo("newswarc: skipped: another process is writing the index", err=True)
        return
    if as_json:
        print_json(_as_dict(result))
    else:
        _print(result, dry_run=dry_run)
    for url, problem in result.failed:
        click.echo(f"newswarc: not extracted: {visible(url)}: {visible(problem)}", err=True)
    if result.failed:
        context.exit(1)


def _print(result: Reextraction, *, dry_run: bool) -> None:
    verb = "would change" if dry_run else "changed"
    click.echo(f"{counted(result.pages, 'page')}, {result.changed:,} {verb}")
    for name, number in result.fields.most_common():
        click.echo(f"  {number:>7,} {name}")
    for url, stamp, fields in result.examples:
        click.echo(f"{when(stamp)} {visible(url)}: {', '.join(fields)}")


def _as_dict(result: Reextraction) -> dict[str, object]:
    return {
        "pages": result.pages,
        "changed": result.changed,
        "fields": dict(result.fields),
        "examples": [
            {"url": url, "timestamp": stamp, "fields": list(fields)}
            for url, stamp, fields in result.examples
        ],
        "failed": [{"url": url, "problem": problem} for url, problem in result.failed],
    }


def _show(done: int, total: int) -> None:
    click.echo(f"\r{done:,} of {total:,} pages", err=True, nl=done >= total)
