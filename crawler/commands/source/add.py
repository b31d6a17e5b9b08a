"""``newswarc source add``: look at a site and write down how to follow it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from archive.collection import Collection
from archive.commands.output import print_json
from archive.terminal import visible
from archive.urlkey import check_url
from crawler import probe, sources
from crawler.commands.source import findings
from crawler.model import Kind
from crawler.options import Options
from crawler.sources import REQUISITES, ROBOTS, Seed


@click.command("add")
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
@click.option(
    "--no-probe", is_flag=True, help="Do not look at the site: write only what is named here."
)
@findings.connect_to
@click.option("--dry-run", is_flag=True, help="Look and tell, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
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
    no_probe: bool,
    connect_to: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the source whose home page is URL.

    Looks at the home page, at robots.txt, at the feeds, sitemaps and sections that these name, and
    at the usual places; says what it found there, and writes what is of use into newswarc.toml.
    """
    given = ((feeds, Kind.FEED), (sitemaps, Kind.SITEMAP), (sections, Kind.SECTION))
    named = [Seed(check_url(one), kind) for urls, kind in given for one in urls]
    source = replace(
        sources.home_source(url, name),
        delay=delay,
        requisites=requisites,
        robots=robots,
        render=render,
    )
    path = collection / "newswarc.toml"
    sources.check_new(path, source.name)
    configuration = sources.load(path)
    found: tuple[probe.Finding, ...] = ()
    if not no_probe:
        site = probe.look(
            configuration.adopted(source) if robots == "obey" else source,
            configuration,
            Options(delay=delay, connect_to=connect_to),
            findings.silent if as_json else findings.tell,
            findings.held(collection),
        )
        found = site.findings
        host = urlsplit(site.url).hostname or ""
        source = replace(source, name=name or host, seeds=site.seeds)
        if not source.scope().owns(host):  # everything of use lies elsewhere
            source = replace(source, hosts=(host,))
    source = replace(source, seeds=tuple(dict.fromkeys((*source.seeds, *named))))
    if not dry_run:
        path = Collection.open_or_create(collection).config_path
        sources.add(path, source)
    if as_json:
        print_json(
            {**findings.described(source), "tried": [findings.as_json(one) for one in found]}
        )
    elif not dry_run:
        click.echo(f"{source.name} added to {visible(str(path))}")
