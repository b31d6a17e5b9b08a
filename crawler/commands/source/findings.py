"""How findings are shown: a line each for a person, an object each for a program."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path

import click

from archive import timestamp
from archive.terminal import visible
from crawler.ledger.reading import reading
from crawler.probe import Finding
from crawler.sources import Source

connect_to = click.option(
    "--connect-to",
    multiple=True,
    metavar="HOST:PORT:ADDR:PORT",
    help="Connect to ADDR:PORT for HOST:PORT while looking, as curl does. Repeatable.",
)


def line(finding: Finding) -> str:
    """Return a finding in a line: ``+`` for what is of use, ``-`` for what is not, and why."""
    if finding.why is not None:
        told = finding.why
    else:
        if finding.form.endswith("index"):
            told = f"{finding.items:,} sitemaps, {finding.in_scope:,} in scope in the newest"
        else:
            told = f"{finding.items:,} items, {finding.in_scope:,} in scope"
        if finding.newest is not None:
            told += f", newest {finding.newest.astimezone(UTC):%Y-%m-%d %H:%M}"
        if finding.note is not None:
            told += f"; {finding.note}"
    sign = "-" if finding.why is not None else "+"
    return visible(f"{sign} {finding.form:<13} {finding.url}  {told}  ({finding.origin})")


def held(collection: Path) -> dict[str, str]:
    """Return the hosts that the crawls of a collection leave alone at present, and why."""
    with reading(collection / "ledger.db") as ledger:
        return ledger.held(timestamp.now())


def as_json(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON has it; the names are those of `Finding`."""
    newest = None if finding.newest is None else finding.newest.astimezone(UTC)
    return {
        "url": finding.url,
        "kind": finding.kind,
        "form": finding.form,
        "origin": finding.origin,
        "items": finding.items,
        "in_scope": finding.in_scope,
        "newest": newest and f"{newest:%Y-%m-%dT%H:%M:%SZ}",
        "error": finding.why,
        "note": finding.note,
    }


def tell(finding: Finding) -> None:
    """Print the line of a finding when it is made."""
    click.echo(line(finding))
    sys.stdout.flush()


def silent(finding: Finding) -> None:
    """Print nothing yet: JSON comes in one piece."""


def described(source: Source) -> dict[str, object]:
    """Return a source as JSON has it."""
    seeds = [{"url": seed.url, "kind": seed.kind} for seed in source.seeds]
    return {"name": source.name, "seeds": seeds}
