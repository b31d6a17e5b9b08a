"""``newswarc search``: full-text search."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

import click
from rich.console import Console
from rich.text import Text

from archive.collection import Collection
from archive.commands import narrowing
from archive.commands.output import console, counted, print_json, sized
from archive.errors import UsageError
from archive.index.search import MARK, UNMARK, Results
from archive.index.tally import Count
from archive.model import Hit
from archive.terminal import UNPRINTABLE, visible

_COLUMNS = (
    *("article_id", "title", "site", "published", "url", "timestamp", "versions", "snippet"),
    *("file", "offset"),
)


@click.command("search", context_settings=narrowing.WORDS)
@narrowing.options
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
@click.option("--all", "everything", is_flag=True, help="Print all hits, however many there are.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Leave out so many hits.")
@click.option("--after", metavar="CURSOR", help="Go on behind the page that ended with it.")
@click.option("--facets", is_flag=True, help="Tell the most frequent sites, months, authors …")
@click.option("--json", "form", flag_value="json", help="JSON on stdout.")
@click.option("--jsonl", "form", flag_value="jsonl", help="A line of JSON for each hit.")
@click.option("--csv", "form", flag_value="csv", help="CSV on stdout.")
@click.option("--urls", "form", flag_value="urls", help="A URL for each hit, nothing else.")
@click.pass_context
def command(
    context: click.Context,
    /,
    query: tuple[str, ...],
    fts5: bool,
    at: datetime | None,
    sort: Literal["rank", "date"],
    limit: int,
    everything: bool,
    offset: int,
    after: str | None,
    facets: bool,
    form: str | None,
    **filters: Any,
) -> None:
    """Search the articles.

    All words, "a phrase", -not, one OR other, (groups), prefix*, =exact, a NEAR b, and fields:
    site: author: section: tag: lang: title: url: before: after: until: on: is: has:
    """
    text = narrowing.text(query, context.command_path)
    if facets and form not in (None, "json"):
        raise UsageError(f"--facets goes with --json or the list for people, not with --{form}")
    with Collection(context.obj) as archive:
        results = archive.search(
            text,
            sort=sort,
            limit=None if everything else limit,
            offset=offset,
            after=after,
            at=at,
            fts5=fts5,
            **filters,
        )
        if results.hint:
            click.echo(f"newswarc: {visible(results.hint)}", err=True)
        counts = archive.facets(text, at=at, fts5=fts5, **filters) if facets else None
        shown = _print(results, text, form, counts)
        unread = 0 if shown else archive.bytes_to_index()
    if form in (None, "jsonl", "urls"):
        click.echo(f"newswarc: {_told(results, offset, shown, after)}", err=True)
    if unread:
        click.echo(f"newswarc: {sized(unread)} of WARC are not indexed: `newswarc index`", err=True)


def _print(
    results: Results, text: str, form: str | None, counts: Mapping[str, Sequence[Count]] | None
) -> int:
    """Print the hits and return how many they are."""
    if form == "json":
        rows = [_row(hit) for hit in results]
        following = None if results.following else results.cursor
        answer = {"query": text, "total": results.total, "exact": results.total_is_exact}
        answer |= {"hint": results.hint, "cursor": following, "hits": rows}
        if counts is not None:
            answer["facets"] = {name: dict(found) for name, found in counts.items()}
        print_json(answer)
        return len(rows)
    if form == "csv":
        return _csv(results)
    number = 0
    out = console()
    for hit in results:
        number += 1
        if form == "jsonl":
            line = json.dumps(_row(hit), ensure_ascii=False)
            click.echo(UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", line))
        elif form == "urls":
            click.echo(visible(hit.url))
        else:
            _show(hit, out)
    if counts is not None:
        _show_facets(counts, out)
    return number


def _told(results: Results, offset: int, shown: int, after: str | None) -> str:
    """Return what is said of the hits that were shown."""
    total = f"{results.total:,}" if results.total_is_exact else f"more than {results.total:,}"
    if not shown:
        return "no hit" if not results.total else f"no further hit of {total}"
    if after is None:
        told = f"{offset + 1} to {offset + shown} of {total}"
    else:
        told = f"{counted(shown, 'hit')} more, of {total}"
    if results.cursor and not results.following:
        told += f"; the next page: --after {results.cursor}"
    return told


def _row(hit: Hit) -> dict[str, Any]:
    return asdict(hit) | {"snippet": hit.snippet.replace(MARK, "").replace(UNMARK, "")}


def _csv(hits: Iterable[Hit]) -> int:
    writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    number = 0
    for hit in hits:
        number += 1
        row = _row(hit) | asdict(hit.location)
        writer.writerow(
            {name: visible("" if row[name] is None else str(row[name])) for name in _COLUMNS}
        )
    return number


def _show(hit: Hit, out: Console) -> None:
    heading = Text(visible(hit.title), style="bold")
    if not hit.current:
        heading.append("  (an older version)", style="not bold yellow")
    out.print(heading)
    out.print(Text(visible(" · ".join(_place(hit))), style="green"))
    out.print(Text(visible(hit.url), style="cyan"))
    out.print(_marked(hit.snippet))
    out.print()


def _place(hit: Hit) -> Iterator[str]:
    if hit.site:
        yield hit.site
    if hit.published:
        yield hit.published[:10]
    yield f"id {hit.article_id}"
    if hit.versions > 1:
        yield f"{hit.versions} versions"


def _show_facets(counts: Mapping[str, Sequence[Count]], out: Console) -> None:
    for name, found in counts.items():
        values = ", ".join(f"{visible(count.value)} {count.articles:,}" for count in found)
        line = Text(f"{name:<8} ", style="bold").append(values or "none", style="not bold")
        out.print(line)


def _marked(snippet: str) -> Text:
    """Return the snippet with its matched words in bold."""
    text = Text(style="dim")
    for number, part in enumerate(snippet.split(MARK)):
        matched, _, rest = part.partition(UNMARK) if number else ("", "", part)
        text.append(visible(matched), style="not dim bold red").append(visible(rest))
    return text
