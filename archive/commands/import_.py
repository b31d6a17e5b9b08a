"""``newswarc import``: archives of others."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from archive.collection import Collection
from archive.commands.index import catch_up
from archive.commands.output import counted, print_json
from archive.errors import DamagedArchive
from archive.intake import Taken, take_in
from archive.intake.sources import Source, find
from archive.terminal import visible

_SAID = {
    "copied": "copied",
    "linked": "linked",
    "remade": "copied, with a gzip member for each record",
    "there": "is there already, as {file}",
    "refused": "refused",
}
#: Of one source so many problems are told.
_TOLD = 10


@click.command("import")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@click.option("--link", is_flag=True, help="Copy nothing: link to the files where they are.")
@click.option(
    "--jobs",
    type=click.IntRange(0, 256),
    help="Processes that extract; 0 for none beside this one.  [default: as many as are of use]",
)
@click.option("--json", "as_json", is_flag=True, help="Tell what became of each file as JSON.")
@click.pass_context
def command(
    context: click.Context, paths: tuple[Path, ...], link: bool, jobs: int | None, as_json: bool
) -> None:
    """Take archives of others into the collection, and index them.

    PATH is a WARC (0.18 to 1.1; gzip, zstandard or plain), ARC or WACZ file, or a directory of
    them, of pywb's or of newswarc's. What is in the collection already is left out: an import that
    was interrupted is called again.
    """
    sources = list(find(paths))
    collection = Collection.open_or_create(context.obj)
    done = []
    with _bar(sources) as progress:
        for taken in take_in(collection, sources, link=link, progress=progress):
            done.append(taken)
            if not as_json:
                _tell(taken)
    if as_json:
        print_json([asdict(taken) for taken in done])
    else:
        _tell_oddities(done)
    code = catch_up(collection, workers=jobs)
    lost = any(taken.problems for taken in done)
    context.exit(DamagedArchive.exit_code if lost else code)


def _tell(taken: Taken) -> None:
    said = _SAID[taken.how].format(file=taken.file)
    if taken.records:
        said += f": {counted(taken.records, 'record')}"
        said += f" in {taken.file}" if taken.how == "remade" else ""
    click.echo(f"newswarc: {visible(taken.source)} {said}", err=True)
    for problem in taken.problems[:_TOLD]:
        click.echo(f"newswarc: {visible(taken.source)}: {visible(problem)}", err=True)
    if len(taken.problems) > _TOLD:
        more = len(taken.problems) - _TOLD
        click.echo(f"newswarc: {visible(taken.source)}: and {more:,} more", err=True)


def _tell_oddities(done: Iterable[Taken]) -> None:
    odd: Counter[str] = Counter()
    for taken in done:
        odd.update(taken.oddities)
    for oddity, number in sorted(odd.items()):
        click.echo(f"newswarc: odd, and kept: {oddity} ({counted(number, 'record')})", err=True)


@contextmanager
def _bar(sources: list[Source]) -> Iterator[Callable[[int], object]]:
    """Give what moves the progress bar on; without a terminal there is none."""
    if not sys.stderr.isatty():
        yield lambda size: None
        return
    columns = (
        TextColumn("importing"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=sum(source.size for source in sources))
        yield lambda size: bar.advance(task, size)
