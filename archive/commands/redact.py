"""``newswarc redact``: captures out of the archive, for good."""

from __future__ import annotations

from typing import Any

import click

from archive.collection import Collection
from archive.commands.output import counted, print_json, when
from archive.model import Capture
from archive.redaction import Redacted, find, plan, redact
from archive.terminal import visible


@click.command("redact")
@click.argument("what", nargs=-1, required=True, metavar="URL... | QUERY")
@click.option("--reason", required=True, help="Why; whoever asks for the page is told.")
@click.option("--by", default="", metavar="NAME", help="Who decided so.")
@click.option(
    "--quoting", is_flag=True, help="Take feeds and other pages that quote the text as well."
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Stop when a query finds more articles than this.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def command(
    context: click.Context,
    what: tuple[str, ...],
    reason: str,
    by: str,
    quoting: bool,
    most: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take all captures of URLs, or of the articles that a query finds, out of the archive.

    The WARC files are written anew without them, with a tombstone in their place, and what is
    known of them is deleted everywhere. There is no way back: see --dry-run first.
    """
    with Collection(context.obj) as archive:
        urls = find(archive, what, most=most)
        if dry_run:
            done = plan(archive, urls, quoting=quoting)
        else:
            done = redact(archive, urls, reason, by=by, quoting=quoting)
    if as_json:
        print_json(_as_dict(done))
    else:
        for capture in done.captures:
            click.echo(f"{when(capture.timestamp)}  {visible(capture.url)}")
    click.echo(
        f"newswarc: {'would redact' if dry_run else 'redacted'}"
        f" {counted(len(done.captures), 'capture')}, {len(done.others):,} of other addresses with"
        f" the same bytes, in {counted(len(done.files), 'WARC file')}",
        err=True,
    )
    if done.quoting:
        click.echo(
            f"newswarc: {counted(len(done.quoting), 'capture')} of other pages quote the text and"
            f" stay (see --quoting), for one {visible(done.quoting[0].url)}",
            err=True,
        )


def _as_dict(done: Redacted) -> dict[str, Any]:
    def listed(captures: tuple[Capture, ...]) -> list[dict[str, str]]:
        return [{"url": one.url, "timestamp": one.timestamp} for one in captures]

    return {
        "urls": done.urls,
        "captures": listed(done.captures),
        "others": listed(done.others),
        "quoting": listed(done.quoting),
        "files": done.files,
    }
