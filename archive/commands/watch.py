"""``newswarc watch``: saved searches that tell of what is new."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.commands.output import console, counted, print_json, when
from archive.errors import NewswarcError
from archive.terminal import visible
from archive.watch import EVERY, Watches, WatchSummary, run


@click.group("watch")
def command() -> None:
    """Wait for articles: tell of each that a crawl brings and a saved search finds."""


@command.command("add")
@click.argument("query")
@click.option("--name", help="Name of the watch.  [default: made of the query]")
@click.option(
    "--every",
    type=click.Choice(tuple(EVERY)),
    default="crawl",
    show_default=True,
    help="Look after every crawl, or not more often than this.",
)
@click.option("--edits", is_flag=True, help="Tell of every edited version that matches as well.")
@click.option(
    "--jsonl",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Append alerts here.  [default: watches/NAME.jsonl in the collection]",
)
@click.option(
    "--atom",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The feed of the newest alerts.  [default: watches/NAME.atom in the collection]",
)
@click.option(
    "--run",
    "program",
    metavar="COMMAND",
    help="Start this with new alerts as JSON on its stdin; it runs without a shell.",
)
@click.pass_obj
def add(
    collection: Path,
    query: str,
    name: str | None,
    every: str,
    edits: bool,
    jsonl: Path | None,
    atom: Path | None,
    program: str | None,
) -> None:
    """Save a search; what it finds from now on is told. QUERY is one word for the shell."""
    with Watches(Collection(collection)) as watches:
        watch = watches.add(
            query, name=name, every=every, edits=edits, jsonl=jsonl, atom=atom, command=program
        )
    if watch.parsed.hint:
        click.echo(f"newswarc: {visible(watch.parsed.hint)}", err=True)
    click.echo(visible(watch.name))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def show(collection: Path, as_json: bool) -> None:
    """List the watches."""
    with Watches(Collection(collection)) as watches:
        rows = [watch.row() for watch in watches.all()]
    if as_json:
        print_json(rows)
        return
    out = console()
    for row in rows:
        out.print(f"{visible(row['name'])}  {visible(row['query'])}", style="bold")
        edits = ", edits as well" if row["edits"] else ""
        out.print(f"  every {row['every']}{edits}; looked {when(row['looked'])}")
        for name in ("jsonl", "atom", "command"):
            if row[name]:
                out.print(f"  {name:<7}  {visible(row[name])}")


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(collection: Path, name: str) -> None:
    """Forget a watch; the files that it has written stay."""
    with Watches(Collection(collection)) as watches:
        watches.remove(name)


@command.command("run")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_context
def look(context: click.Context, names: tuple[str, ...]) -> None:
    """Look now at what was indexed since the last look; crawls and `newswarc index` do so too."""
    summary = run(Collection(context.obj), names, only_due=False)
    tell(summary)
    context.exit(NewswarcError.exit_code if summary.problems else 0)


def tell(summary: WatchSummary) -> None:
    """Print on stderr what watches found and what went wrong."""
    for name, found in summary.found.items():
        if found:
            click.echo(f"newswarc: watch {visible(name)}: {counted(found, 'new hit')}", err=True)
    for problem in summary.problems:
        click.echo(f"newswarc: {visible(problem)}", err=True)
