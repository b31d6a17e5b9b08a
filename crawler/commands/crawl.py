"""``newswarc crawl``: one run, made for cron."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from archive.cli import complain
from archive.collection import Collection
from archive.commands.output import counted
from archive.terminal import visible
from archive.timestamp import parse
from crawler import ledger
from crawler.commands.duration import seconds
from crawler.run import SKIPPED, CrawlSummary, Options, crawl
from crawler.sources import REQUISITES, ROBOTS, load
from crawler.targets import resolve


@click.command("crawl")
@click.argument("targets", nargs=-1, metavar="[SOURCE or URL]...")
@click.option("--limit", type=click.IntRange(1), help="End when so many articles are captured.")
@click.option(
    "--max-time",
    type=seconds,
    help="End in good order after so long: 14m, 90s, 1h30m, or seconds.",
    metavar="DURATION",
)
@click.option(
    "--delay", type=click.FloatRange(0), metavar="SECONDS", help="Between two requests to one host."
)
@click.option(
    "--concurrency", type=click.IntRange(1), help="Requests in flight to one host at once."
)
@click.option(
    "--depth",
    type=click.IntRange(1),
    help="Link hops to follow: 1 takes the articles that listings name, 2 also what those"
    " link to, and so on.",
)
@click.option(
    "--requisites",
    type=click.Choice(REQUISITES),
    help="Capture what is needed to show no page, articles, or every page with its"
    " scripts and media.",
)
@click.option(
    "--robots",
    type=click.Choice(ROBOTS),
    help="Obey robots.txt; obey it but for its crawl-delay; ignore it (for one's own site).",
)
@click.option(
    "--render/--no-render",
    default=None,
    help="Show pages to a headless Chromium, for sites that are empty without JavaScript.",
)
@click.option(
    "--since",
    metavar="DATE",
    help="Take what was published since then, instead of what the sources' backfill says; earlier"
    " parts of their sitemaps, too.",
)
@click.option("--recheck", is_flag=True, help="Fetch every captured article of the sources again.")
@click.option(
    "--connect-to",
    multiple=True,
    metavar="HOST:PORT:ADDR:PORT",
    help="Connect to ADDR:PORT for HOST:PORT, as curl does; may be a private address. Repeatable.",
)
@click.option("--no-index", is_flag=True, help="Capture only; `newswarc index` does the rest.")
@click.option("--dry-run", is_flag=True, help="List what is due, fetch nothing.")
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_context
def command(
    context: click.Context,
    targets: tuple[str, ...],
    limit: int | None,
    max_time: float | None,
    delay: float | None,
    concurrency: int | None,
    depth: int | None,
    requisites: str | None,
    robots: str | None,
    render: bool | None,
    since: str | None,
    recheck: bool,
    connect_to: tuple[str, ...],
    no_index: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Fetch what is new and due: of all sources, of those named, or of URLs.

    The URL of a page archives that page. The home page of a site crawls the site. The collection
    is made when there is none.
    """
    options = Options(
        limit=limit,
        max_time=max_time,
        connect_to=connect_to,
        delay=delay,
        concurrency=concurrency,
        depth=depth,
        requisites=requisites,
        robots=robots,
        render=render,
        since=parse(since) if since is not None else None,
        recheck=recheck,
        index=not no_index,
        quiet=quiet,
    )
    collection = Collection.open_or_create(context.obj)
    if dry_run:
        _dry_run(collection, targets)
        return
    summary = crawl(collection, targets, options)
    if as_json:
        click.echo(json.dumps(summary.facts, indent=2))
    if summary.reason == SKIPPED:
        if not quiet:
            complain(f"another crawl of {collection.path} is running; nothing done")
    elif sys.stderr.isatty() and not quiet:
        _tell(summary, collection.path)
    context.exit(summary.exit_code)


def _dry_run(collection: Collection, targets: tuple[str, ...]) -> None:
    sources = resolve(targets, load(collection.config_path))
    seeds = {seed.url: seed.kind.value for source in sources for seed in source.seeds}
    names = [source.name for source in sources if not source.asked]
    due = {url: kind for kind, url in ledger.due(collection.ledger_path, names)}
    if not targets:  # seeds that were not named are due by their rhythm
        seeds = {url: seeds[url] for url in ledger.unseen(collection.ledger_path, seeds)}
    for url, kind in (seeds | due).items():
        click.echo(f"{kind:<9} {visible(url)}")


def _tell(summary: CrawlSummary, collection: Path) -> None:
    """Say in one line how it went."""
    parts = [counted(summary.articles, "article"), counted(summary.requisites, "requisite")]
    for number, what in (
        (summary.failed, "failed"),
        (summary.gone, "not found"),
        (summary.excluded, "excluded by robots.txt"),
        (summary.quarantined, "quarantined"),
    ):
        if number:
            parts.append(f"{number:,} {what}")
    parts.append(f"{summary.size / 1e6:,.1f} MB in {summary.seconds:,.0f} s")
    complain(f"{summary.reason}: {', '.join(parts)}, into {collection}")
