"""``newswarc source``: the sources in newswarc.toml."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from archive.collection import Collection
from archive.terminal import visible
from archive.urlkey import check_url
from crawler import sources
from crawler.model import Kind
from crawler.sources import REQUISITES, ROBOTS, Seed


@click.group("source")
def command() -> None:
    """Add, list and remove sources: the publishers that `crawl` follows."""


@command.command("add")
@click.argument("url")
@click.option("--name", help="What to call it.  [default: the host name]")
@click.option("--feed", "feeds", multiple=True, metavar="URL", help="A feed. Repeatable.")
@click.option("--sitemap", "sitemaps", multiple=True, metavar="URL", help="A sitemap. Repeatable.")
@click.option(
    "--section", "sections", multiple=True, metavar="URL", help="A section page. Repeatable."
)
@click.option(
    "--delay", type=click.FloatRange(0), metavar="SECONDS", help="Between two requests to one host."
)
@click.option(
    "--requisites",
    type=click.Choice(REQUISITES),
    default="page",
    show_default=True,
    help="Capture what is needed to show no page, articles, or every page.",
)
@click.option(
    "--robots",
    type=click.Choice(ROBOTS),
    default="obey",
    show_default=True,
    help="What robots.txt means to us.",
)
@click.option(
    "--render", is_flag=True, help="Show its pages to a headless Chromium when they are crawled."
)
@click.pass_obj
def add(
    collection: Path,
    url: str,
    name: str | None,
    feeds: tuple[str, ...],
    sitemaps: tuple[str, ...],
    sections: tuple[str, ...],
    delay: float | None,
    requisites: str,
    robots: str,
    render: bool,
) -> None:
    """Add the source whose home page is URL.

    Its feeds, sitemaps and sections are found by every crawl; name those that are not found.
    """
    source = sources.home_source(url, name)
    given = ((feeds, Kind.FEED), (sitemaps, Kind.SITEMAP), (sections, Kind.SECTION))
    seeds = [Seed(check_url(one), kind) for urls, kind in given for one in urls]
    source = replace(
        source,
        seeds=(*source.seeds, *seeds),
        delay=delay,
        requisites=requisites,
        robots=robots,
        render=render,
    )
    path = Collection.open_or_create(collection).config_path
    sources.add(path, source)
    click.echo(f"{source.name} added to {visible(str(path))}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(collection: Path, as_json: bool) -> None:
    """List the sources."""
    found = sources.load(Collection(collection).config_path).sources
    if as_json:
        table = [
            {
                "name": source.name,
                "seeds": [{"url": seed.url, "kind": seed.kind} for seed in source.seeds],
            }
            for source in found
        ]
        click.echo(json.dumps(table, indent=2))
        return
    for source in found:
        for seed in source.seeds:
            click.echo(f"{source.name}  {seed.kind:<8} {visible(seed.url)}")


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(collection: Path, name: str) -> None:
    """Remove the source called NAME; what was captured of it stays."""
    path = Collection(collection).config_path
    sources.remove(path, name)
    click.echo(f"{name} removed from {visible(str(path))}")
