"""``newswarc import``: archives of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from archive.collection import Collection
from archive.commands.index import catch_up
from archive.commands.output import counted, print_json, waiting_for
from archive.commands.progress import of_bytes
from archive.errors import DamagedArchive
from archive.intake import Taken, take_in
from archive.intake.sources import find
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
    with of_bytes("importing", sum(source.size for source in sources)) as progress:
        for taken in take_in(
            collection,
            sources,
            link=link,
            progress=progress,
            waiting=waiting_for("another import"),
        ):
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
