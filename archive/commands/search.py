"""``newswarc search``: full-text search."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.text import Text

from archive.collection import Collection
from archive.commands import moment
from archive.commands.output import console, print_json
from archive.errors import UsageError
from archive.index.search import MARK, UNMARK
from archive.model import Hit
from archive.terminal import visible

_COLUMNS = ("article_id", "title", "site", "published", "url", "timestamp", "versions", "snippet")


# A word that is not wanted begins with "-", so short options are words here.
@click.command(
    "search", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]}
)
@click.argument("query", nargs=-1, required=True)
@click.option("--site", help="Host (subdomains count) or name of the publication.")
@click.option(
    "--since",
    type=moment.since,
    metavar="TIME",
    help="Published then or later: 2024-10-23, 2024-10 …",
)
@click.option("--until", type=moment.until, metavar="TIME", help="Published then or earlier.")
@click.option("--author", help="Part of a name in the byline.")
@click.option("--language", metavar="CODE", help="Two letters: en, ru.")
@click.option("--section", help="Section, as the publication names it.")
@click.option(
    "--sort",
    type=click.Choice(["rank", "date"]),
    default="rank",
    show_default=True,
    help="Best first, or newest first.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Print so many hits at most.",
)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Leave out so many hits.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@click.pass_obj
def command(
    collection: Path,
    query: tuple[str, ...],
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    author: str | None,
    language: str | None,
    section: str | None,
    sort: Literal["rank", "date"],
    limit: int,
    offset: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Search the articles: all words, "a phrase", -not, one OR other, prefix*."""
    for word in query:
        if word.startswith("--"):
            raise UsageError(f"no such option: {word}; `newswarc search --help` lists them")
    text = " ".join(query)
    with Collection(collection) as archive:
        results = archive.search(
            text,
            site=site,
            since=since,
            until=until,
            author=author,
            language=language,
            section=section,
            sort=sort,
            limit=limit,
            offset=offset,
        )
    if results.hint:
        click.echo(f"newswarc: {visible(results.hint)}", err=True)
    rows = [_row(hit) for hit in results.hits]
    if as_json:
        print_json({"query": text, "total": results.total, "hint": results.hint, "hits": rows})
    elif as_csv:
        click.echo(_csv(rows), nl=False)
    else:
        _show(results.hits, console())
        shown = f"{offset + 1} to {offset + len(rows)} of {results.total}" if rows else "no hit"
        click.echo(f"newswarc: {shown}", err=True)


def _row(hit: Hit) -> dict[str, Any]:
    return asdict(hit) | {"snippet": hit.snippet.replace(MARK, "").replace(UNMARK, "")}


def _csv(rows: list[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {name: visible("" if row[name] is None else str(row[name])) for name in _COLUMNS}
        )
    return file.getvalue()


def _show(hits: list[Hit], out: Console) -> None:
    for hit in hits:
        heading = Text(visible(hit.title), style="bold")
        if not hit.current:
            heading.append("  (an older version)", style="not bold yellow")
        place = [hit.site, (hit.published or "")[:10], f"id {hit.article_id}"]
        out.print(heading)
        out.print(Text(visible(" · ".join(part for part in place if part)), style="green"))
        out.print(Text(visible(hit.url), style="cyan"))
        out.print(_marked(hit.snippet))
        out.print()


def _marked(snippet: str) -> Text:
    """Return the snippet with its matched words in bold."""
    text = Text(style="dim")
    for number, part in enumerate(snippet.split(MARK)):
        matched, _, rest = part.partition(UNMARK) if number else ("", "", part)
        text.append(visible(matched), style="not dim bold red").append(visible(rest))
    return text
