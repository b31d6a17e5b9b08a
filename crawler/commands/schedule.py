"""``newswarc schedule``: let cron do the crawling."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.errors import NewswarcError, UsageError
from crawler import schedule


@click.group("schedule")
def command() -> None:
    """Let cron crawl the collection."""


@command.command("install")
@click.option(
    "--every", "interval", metavar="INTERVAL", help="How often: 15m, 2h, 1d.  [default: 30m]"
)
@click.option(
    "--cron",
    "expression",
    metavar="EXPRESSION",
    help="When, in cron's five fields, instead of --every.",
)
@click.option("--print", "only_print", is_flag=True, help="Print the lines, install nothing.")
@click.pass_obj
def install(
    collection: Path, interval: str | None, expression: str | None, only_print: bool
) -> None:
    """Write the crawl into the crontab, in the place of what an earlier install wrote."""
    if interval and expression:
        raise UsageError("give --every or --cron, not both")
    when = schedule.check_cron(expression) if expression else schedule.every(interval or "30m")
    lines = schedule.block(collection, when)
    if not only_print:
        Collection.open_or_create(collection)
        schedule.install(collection, lines)
    click.echo(lines, nl=False)


@command.command("show")
@click.pass_obj
def show(collection: Path) -> None:
    """Print the lines of this collection that are in the crontab."""
    lines = schedule.installed(collection)
    if not lines:
        raise NewswarcError(f"the crontab has nothing for {collection.absolute()}")
    click.echo(lines, nl=False)


@command.command("remove")
@click.pass_obj
def remove(collection: Path) -> None:
    """Take the lines of this collection out of the crontab."""
    if not schedule.remove(collection):
        raise NewswarcError(f"the crontab has nothing for {collection.absolute()}")
