"""``newswarc status``: the page to read in the morning, and what a monitor asks for."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from archive.collection import Collection
from archive.commands.output import console, print_json
from archive.commands.space import show
from archive.commands.status import drifted, list_quarantine
from archive.errors import UsageError
from archive.terminal import UNPRINTABLE, visible
from crawler import metrics
from crawler.commands.morning import page
from crawler.health import examine
from crawler.ledger.reading import reading
from crawler.model import State


@click.command("status")
@click.option("--source", metavar="SOURCE", help="Tell of this source alone.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in State]),
    help="List the URLs that stand in this state, and why.",
)
@click.option(
    "--quarantine", is_flag=True, help="List the captures that stand in for an article, and why."
)
@click.option("--space", is_flag=True, help="Tell what takes how much room on the disk.")
@click.option(
    "--limit", type=click.IntRange(1), help="Of --state and --quarantine: list so many at most."
)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout; of --state, a line a URL.")
@click.option(
    "--metrics",
    "metrics_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the figures to a Prometheus text file, and print nothing.",
)
@click.pass_context
def command(
    context: click.Context,
    source: str | None,
    state: str | None,
    quarantine: bool,
    space: bool,
    limit: int | None,
    as_json: bool,
    metrics_file: Path | None,
) -> None:
    """Tell how the crawl fares: runs, sources, gaps, failures, what is archived, disk, damage.

    Ends with code 5 when something is damaged, with 10 while a source has an open gap, or one
    that was noticed in the last 24 hours.
    """
    with Collection(context.obj) as collection:
        if state is not None:
            if metrics_file is not None:
                raise UsageError("give --state or --metrics, not both")
            _list(collection, state, source, limit, as_json=as_json)
            return
        if space:
            show(collection, as_json=as_json)
            return
        if quarantine:
            list_quarantine(collection.quarantined(limit), as_json=as_json)
            return
        if limit is not None:
            raise UsageError("--limit goes with --state or --quarantine")
        health, drifts = examine(collection, source), collection.drift()
    if metrics_file is not None:
        metrics.write(metrics_file, metrics.exposition(health))
    if as_json:
        print_json(asdict(health) | {"drift": [asdict(drift) for drift in drifts]})
    elif metrics_file is None:
        out = console()
        for line in (*page(health), *drifted(drifts)):
            out.print(line)
    context.exit(health.exit_code)


def _list(
    collection: Collection, state: str, source: str | None, limit: int | None, *, as_json: bool
) -> None:
    """Print the URLs of a state as they are read: a ledger may have millions."""
    with reading(collection.ledger_path) as ledger:
        for row in islice(ledger.urls(state, source), limit):
            if as_json:
                text = json.dumps(row, ensure_ascii=False)
                click.echo(UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))
                continue
            facts = [row["why"] or "", f"{row['attempts']} attempts" if row["attempts"] else ""]
            if row["next_due"]:
                facts.append(f"again {row['next_due']}")
            told = ", ".join(fact for fact in facts if fact)
            click.echo(visible(f"{row['url']}  {told}".rstrip()))
