"""``newswarc schedule``: let cron or systemd do the crawling."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli import complain
from archive.collection import Collection
from archive.errors import NewswarcError, UsageError
from crawler.commands.duration import seconds
from crawler.schedule import crontab, interval, program, systemd
from crawler.schedule.interval import Interval


@click.group("schedule")
def command() -> None:
    """Let cron, or a systemd timer, crawl the collection."""


@command.command("install")
@click.option("--every", metavar="INTERVAL", help="How often: 15m, 2h, 1d.  [default: 30m]")
@click.option(
    "--cron",
    "expression",
    metavar="EXPRESSION",
    help="When, in cron's five fields, instead of --every.",
)
@click.option("--systemd", "timer", is_flag=True, help="A timer of your systemd instead of cron.")
@click.option(
    "--max-time",
    type=seconds,
    metavar="DURATION",
    help="End a run in good order after so long: 14m, 90s; 0 for never.  [default: a little less"
    " than the interval]",
)
@click.option("--print", "only_print", is_flag=True, help="Print the lines, install nothing.")
@click.pass_obj
def install(
    collection: Path,
    every: str | None,
    expression: str | None,
    timer: bool,
    max_time: float | None,
    only_print: bool,
) -> None:
    """Write the crawl into the crontab, or as systemd units.

    What an earlier install wrote is replaced, the other kind too.
    """
    if every and expression:
        raise UsageError("give --every or --cron, not both")
    when = interval.expression(expression) if expression else interval.every(every or "30m")
    longest = when.max_time if max_time is None else max_time or None
    words = program.command(collection, longest)
    if timer:
        _install_timer(collection, when, words, only_print=only_print)
        return
    lines = crontab.block(collection, when.cron, words)
    if not only_print:
        Collection.open_or_create(collection)
        crontab.install(collection, lines)
        systemd.remove(collection)
    click.echo(lines, nl=False)


def _install_timer(collection: Path, when: Interval, words: list[str], *, only_print: bool) -> None:
    if when.calendar is None:
        raise UsageError("--systemd takes --every, not --cron")
    made = systemd.units(collection, when.calendar, when.seconds, words)
    if only_print:
        click.echo(f"{made.service}\n{made.timer}", nl=False)
        return
    Collection.open_or_create(collection)
    to_do = systemd.install(collection, made)
    if crontab.available():
        crontab.remove(collection)
    for path in systemd.paths(collection):
        click.echo(path)
    if to_do:
        complain(f"no systemd of yours answers here; where it does, run: {to_do}")


@command.command("show")
@click.pass_obj
def show(collection: Path) -> None:
    """Print what is installed for this collection: lines of the crontab, or systemd units."""
    units = systemd.installed(collection)
    lines = crontab.installed(collection) if crontab.available() or not units else ""
    if not lines and not units:
        raise NewswarcError(f"nothing crawls {collection.absolute()} on a schedule")
    click.echo(lines + units, nl=False)


@command.command("remove")
@click.pass_obj
def remove(collection: Path) -> None:
    """Take away what install wrote for this collection."""
    units = systemd.remove(collection)
    lines = crontab.remove(collection) if crontab.available() or not units else False
    if not lines and not units:
        raise NewswarcError(f"nothing crawls {collection.absolute()} on a schedule")
