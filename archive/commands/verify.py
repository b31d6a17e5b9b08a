"""``newswarc verify``: is the archive what it was?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from archive.collection import Collection
from archive.commands.output import counted, print_json
from archive.errors import DamagedArchive
from archive.terminal import visible
from archive.verify import verify


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Read every record, check its digests, compare it with the index."""
    findings = []
    records = 0
    with Collection(context.obj) as archive, _bar(archive) as advance:

        def progress(length: int) -> None:
            nonlocal records
            records += 1
            advance(length)

        for finding in verify(archive, progress):
            findings.append(finding)
            if not as_json:
                click.echo(visible(str(finding)))
        files = len(archive.warc_files())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    click.echo(
        f"newswarc: {counted(files, 'WARC file')}, {counted(records, 'record')},"
        f" {counted(len(findings), 'finding')}",
        err=True,
    )
    if findings:
        context.exit(DamagedArchive.exit_code)


@contextmanager
def _bar(archive: Collection) -> Iterator[Callable[[int], object]]:
    """Give what moves the progress bar on; without a terminal there is none."""
    if not sys.stderr.isatty():
        yield lambda length: None
        return
    columns = (TextColumn("verifying"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    total = sum(path.stat().st_size for path in archive.warc_files())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verify", total=total)
        yield lambda length: bar.advance(task, length)
