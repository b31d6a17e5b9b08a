"""``newswarc index``: bring the index up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from archive import manifest, watch
from archive.collection import Collection
from archive.commands import progress
from archive.commands.output import counted, waiting_for
from archive.commands.watch import tell
from archive.errors import DamagedArchive, NewswarcError
from archive.ingest import IngestProgress, IngestSummary, ingest
from archive.terminal import visible


@click.command("index")
@click.option("--rebuild", is_flag=True, help="Make the index anew from all WARC files.")
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    help="Processes that extract; 0 for none beside this one.  [default: as many as are of use]",
)
@click.pass_context
def command(context: click.Context, rebuild: bool, workers: int | None) -> None:
    """Index what is in the WARC files and not in the index yet; let the watches look at it."""
    context.exit(catch_up(Collection(context.obj), workers=workers, rebuild=rebuild, wait=False))


def catch_up(
    collection: Collection, *, workers: int | None, rebuild: bool = False, wait: bool = True
) -> int:
    """Index, let the watches look at what is new, list the WARC files in the manifest; say so.

    Args:
        collection: the collection.
        workers: see `ingest`.
        rebuild: see `ingest`.
        wait: see `ingest`.

    Returns:
        The exit code.
    """
    with bar() as show:
        summary = ingest(
            collection,
            workers=workers,
            rebuild=rebuild,
            wait=wait,
            waiting=waiting_for("another process that writes the index"),
            progress=show,
        )
    if summary.skipped:
        click.echo("newswarc: skipped: another process is writing the index", err=True)
        return 0
    click.echo(f"newswarc: {_told(summary)}", err=True)
    for url, problem in summary.failed:
        click.echo(f"newswarc: extraction failed: {visible(url)}: {visible(problem)}", err=True)
    for _, _, problem in summary.damaged:
        click.echo(f"newswarc: {visible(problem)}", err=True)
    alerts = watch.run(collection)
    tell(alerts)
    written = manifest.write(collection)
    problems = written.problems if written else ()
    for problem in problems:
        click.echo(f"newswarc: {visible(problem)}; see `newswarc verify`", err=True)
    if summary.damaged or problems:
        return DamagedArchive.exit_code
    return NewswarcError.exit_code if alerts.problems else 0


def _told(summary: IngestSummary) -> str:
    told = (
        f"{counted(summary.records, 'record')}, {counted(summary.captures, 'capture')},"
        f" {counted(summary.versions, 'new version')} of articles"
    )
    refused = ", ".join(f"{count:,} {reason}" for reason, count in sorted(summary.refused.items()))
    return f"{told}; pages without an article: {refused}" if refused else told


@contextmanager
def bar() -> Iterator[Callable[[IngestProgress], None] | None]:
    """Give what shows the progress on a terminal, or None where there is none."""
    with progress.bar("indexing", "{task.fields[articles]:,} articles") as shown:
        if shown is None:
            yield None
            return
        task = shown.add_task("index", articles=0)

        def show(reached: IngestProgress) -> None:
            shown.update(
                task,
                completed=reached.bytes_read,
                total=reached.bytes_total,
                articles=reached.summary.articles,
            )

        yield show
