"""``newswarc demo``: a site crawled, indexed, searched, and replayed when it is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path

import click
from click.core import ParameterSource

from archive.collection import Collection
from archive.commands.output import counted
from archive.errors import NewswarcError
from archive.model import Capture, Hit
from archive.render import markdown
from archive.web.server import ReplayServer
from crawler.demo.server import DemoServer
from crawler.demo.site import FOUNDING, MOSCOW_TIMES, moscow_times
from crawler.desk import LedgerDesk
from crawler.run import SKIPPED, CrawlSummary, Options, crawl

DEFAULT_COLLECTION = Path("demo")
QUERY = "north korea troops"
#: Seconds that a page of our own server, or a screenshot of it, may take.
_PATIENCE = 60


@click.command("demo")
@click.option(
    "--serve/--no-serve",
    default=None,
    help="Keep the replay server running at the end. Default: on a terminal.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, help="Of the replay server.")
@click.pass_context
def command(context: click.Context, serve: bool | None, port: int) -> None:
    """Show all of it, end to end, on a bundled news site, without a network.

    The site is served on this machine under its real names, crawled, and shut down; what follows
    comes from the archive alone. The collection is ./demo unless --collection names another.
    """
    parent = context.parent
    given = parent and parent.get_parameter_source("collection") != ParameterSource.DEFAULT
    place: Path = context.obj if given else DEFAULT_COLLECTION
    collection = Collection.open_or_create(place)

    _step(f"Crawling {MOSCOW_TIMES}, served on this machine")
    with DemoServer(moscow_times()) as site:
        _tell(_crawl(collection, site))
        _step("Crawling again: what is stored is not fetched again")
        _tell(_crawl(collection, site))
    _step("The site is gone. All that follows comes from the archive")
    for file in collection.warc_files():
        click.echo(f"  {file} ({file.stat().st_size:,} bytes)", err=True)

    _step(f"The founding article: newswarc --collection {place} show {FOUNDING}")
    version = collection.article(FOUNDING)
    if version is None:
        raise NewswarcError("the founding article is not in the index")
    click.echo("\n" + markdown(version.article))

    _step(f"Searching: newswarc --collection {place} search '{QUERY}'")
    hits = collection.search(QUERY).hits
    if not hits:
        raise NewswarcError(f"nothing was found for {QUERY}")
    capture = collection.closest(FOUNDING, version.last_capture)
    if capture is None:
        raise NewswarcError("the founding article has no capture")
    keep = sys.stdin.isatty() and sys.stdout.isatty() if serve is None else serve
    with ReplayServer(collection, port=port if keep else 0, desk=LedgerDesk(collection)) as server:
        _step("Replaying it")
        _replay(server.url, capture, place)
        base = server.url if keep else f"http://127.0.0.1:{port}/"
        _conclude(place, hits, f"{base}web/{capture.timestamp}/{capture.url}")
        if keep:
            click.echo("Serving; Ctrl-C ends.", err=True)
            threading.Event().wait()
    click.echo(f"(newswarc --collection {place} replay --port {port} serves it)", err=True)


def _crawl(collection: Collection, site: DemoServer) -> CrawlSummary:
    options = Options(delay=0, connect_to=tuple(site.connect_to))
    return crawl(collection, [MOSCOW_TIMES], options)


def _tell(summary: CrawlSummary) -> None:
    if summary.reason == SKIPPED:
        raise NewswarcError("another crawl of this collection is running")
    if summary.problems:
        raise NewswarcError(summary.problems[0])
    click.echo(
        f"  {counted(summary.articles, 'new article')},"
        f" {counted(summary.requisites, 'requisite')} (images, styles, fonts),"
        f" {counted(summary.fetched, 'URL')} fetched in {summary.seconds:.1f} s",
        err=True,
    )


def _replay(base: str, capture: Capture, place: Path) -> None:
    """Ask our own server for the page, and Chromium, where there is one, for a picture of it."""
    page = f"{base}web/{capture.timestamp}/{capture.url}"
    with urllib.request.urlopen(page, timeout=_PATIENCE) as answer:
        click.echo(f"  {answer.status} {answer.headers['Content-Type']} {page}", err=True)
    browser = shutil.which("chromium")
    if browser is None:
        return
    picture = place / "replay.png"
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update"),
                # With the page's frame in a process of its own, the picture would not wait for it.
                "--disable-features=IsolateSandboxedIframes",
                *(f"--user-data-dir={profile}", "--window-size=1200,1400", "--hide-scrollbars"),
                *(f"--screenshot={picture.absolute()}", page),
            ],
            check=False,
            capture_output=True,
            timeout=_PATIENCE,
        )
    if picture.exists():
        click.echo(f"  as Chromium shows it: {picture}", err=True)


def _conclude(place: Path, hits: list[Hit], replay: str) -> None:
    click.echo(f"\nCollection  {place.absolute()}")
    for hit in hits:
        click.echo(f"Hit         {hit.published or '':.10}  {hit.title}")
    click.echo(f"Replay      {replay}")


def _step(text: str) -> None:
    click.echo(f"\n▸ {text}", err=True)
