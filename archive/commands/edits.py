"""``newswarc edits``: what was changed in the articles, and whether anybody was told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from archive import timestamp
from archive.collection import Collection
from archive.commands import compared, moment
from archive.commands.output import console, counted, print_json, when
from archive.complete import complete_file
from archive.model import Edit
from archive.terminal import visible
from archive.versions import atom, compare
from archive.wording.change import KINDS


@click.command("edits")
@click.option(
    "--since",
    type=moment.ago,
    default="7d",
    show_default=True,
    metavar="TIME",
    help="Seen then or later: 7d, 12h, 2w (ago), 2024-10-23 …",
)
@click.option("--until", type=moment.until, metavar="TIME", help="Seen then or earlier.")
@click.option("--stealth", is_flag=True, help="Only where the publisher's date did not change.")
@click.option("--site", help="Host (subdomains count) or name of the publication.")
@click.option(
    "--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only of this kind; repeat."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="The newest so many at most.",
)
@click.option("--diff", "with_diff", is_flag=True, help="Show the words that changed, too.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.option(
    "--atom",
    "feed",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an Atom feed of them; - is stdout.",
)
@click.pass_obj
def command(
    collection: Path,
    since: datetime,
    until: datetime | None,
    stealth: bool,
    site: str | None,
    kinds: tuple[str, ...],
    limit: int,
    with_diff: bool,
    as_json: bool,
    feed: Path | None,
) -> None:
    """List what was changed in articles after they were first captured, the newest first."""
    with Collection(collection) as archive:
        edits = archive.edits(
            since=since, until=until, site=site, kinds=kinds, stealth=stealth, limit=limit
        )
    if feed:
        title = f"Edits in {collection.resolve().name}" + (", stealth" if stealth else "")
        _write(feed, atom(edits, title=title, now=timestamp.now()))
    if as_json:
        print_json([_row(edit) for edit in edits])
    elif not feed:
        out = console()
        for edit in edits:
            _show(edit, out, with_diff=with_diff)
        click.echo(f"newswarc: {counted(len(edits), 'edit')}", err=True)


def _write(path: Path, data: bytes) -> None:
    """Write a feed whole or not at all: readers may poll the file.

    Raises:
        UsageError: no file can be there.
        StorageError: the disk does not take it.
    """
    if str(path) == "-":
        click.echo(data)
        return
    with complete_file(path) as file:
        file.write(data + b"\n")


def _show(edit: Edit, out: Console, *, with_diff: bool) -> None:
    after = edit.after
    label = f"STEALTH {after.kind}" if after.stealth else str(after.kind)
    line = Text(f"{when(after.first_capture)}  ")
    line.append(f"{label:<20}", "bold red" if after.stealth else "yellow")
    line.append(f"  +{after.words_added} -{after.words_removed}  {visible(after.article.title)}")
    out.print(line)
    out.print(f"{visible(edit.url)}  version {after.number}", style="cyan")
    if after.article.title != edit.before.article.title:
        out.print(f"was: {visible(edit.before.article.title)}", style="dim")
    if with_diff:
        compared.show(compare(edit.url, edit.before, after), out)
    out.print()


def _row(edit: Edit) -> dict[str, Any]:
    before, after = edit.before, edit.after
    return {
        "url": edit.url,
        "site": after.article.site,
        "seen": after.first_capture,
        "kind": after.kind,
        "stealth": after.stealth,
        "words_added": after.words_added,
        "words_removed": after.words_removed,
        "similarity": after.similarity,
        "reverts_to": after.reverts_to,
        "from": before.number,
        "to": after.number,
        "title_before": before.article.title,
        "title": after.article.title,
        "modified_before": _iso(before.article.modified),
        "modified": _iso(after.article.modified),
    }


def _iso(stated: datetime | None) -> str | None:
    return stated.isoformat() if stated else None
