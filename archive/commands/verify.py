"""``newswarc verify``: is the archive what it was?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from archive.collection import Collection
from archive.commands import moment
from archive.commands.output import counted, print_json
from archive.errors import DamagedArchive
from archive.manifest.key import read_public
from archive.terminal import visible
from archive.verify import Finding, verify


@click.command("verify")
@click.option("--quick", is_flag=True, help="Signatures, sizes and structure; no digests.")
@click.option("--since", metavar="TIME", help="Only WARC files changed since: 2026-11-28, 7d.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    help="Processes that read files.  [default: as many as are of use]",
)
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Believe signatures of this public key alone: one that was kept elsewhere.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def command(
    context: click.Context,
    quick: bool,
    since: str | None,
    jobs: int | None,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Read every record, check its digests, compare it with the index and the manifests.

    Ends with code 5 when something is wrong. See docs/verify.md.
    """
    findings: list[Finding] = []
    records = 0
    began = moment.ago(since) if since else None
    key = read_public(key_file) if key_file else None
    with Collection(context.obj) as archive, _bar(archive, began) as advance:

        def progress(read: int, length: int) -> None:
            nonlocal records
            records += read
            advance(length)

        for finding in verify(archive, progress, quick=quick, since=began, jobs=jobs, key=key):
            findings.append(finding)
            if not as_json:
                click.echo(visible(str(finding)))
        files = len(_paths(archive, began))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    click.echo(
        f"newswarc: {counted(files, 'WARC file')}, {counted(records, 'record')},"
        f" {counted(len(findings), 'finding')}",
        err=True,
    )
    if findings:
        context.exit(DamagedArchive.exit_code)


def _paths(archive: Collection, since: datetime | None) -> list[Path]:
    start = since.timestamp() if since else 0
    return [path for path in archive.warc_files() if path.stat().st_mtime >= start]


@contextmanager
def _bar(archive: Collection, since: datetime | None) -> Iterator[Callable[[int], object]]:
    """Give what moves the progress bar on; without a terminal there is none."""
    if not sys.stderr.isatty():
        yield lambda length: None
        return
    columns = (TextColumn("verifying"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    total = sum(path.stat().st_size for path in _paths(archive, since))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verify", total=total)
        yield lambda length: bar.advance(task, length)
