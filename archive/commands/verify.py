"""``newswarc verify``: is the archive what it was?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click

from archive import repair
from archive.collection import Collection
from archive.commands import moment
from archive.commands.index import bar
from archive.commands.output import counted, print_json
from archive.commands.progress import of_bytes
from archive.errors import DamagedArchive
from archive.manifest.key import read_public
from archive.manifest.minisign import PublicKey
from archive.terminal import visible
from archive.verify import Finding, verify


class Beside(Protocol):
    """What else a collection has that can be verified and repaired."""

    def find(self, collection: Collection, *, quick: bool) -> Iterator[Finding]:
        """Yield what is wrong."""

    def repair(self, collection: Collection) -> Iterator[str]:
        """Mend what can be; yield what was done, a line each."""


@dataclass(slots=True)
class _Run:
    """One verification, told on the terminal."""

    archive: Collection
    beside: Beside | None
    quick: bool
    since: datetime | None
    jobs: int | None
    key: PublicKey | None
    files: int = 0
    records: int = 0
    done: list[str] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong, with a progress bar on a terminal."""
        self.records = 0
        paths = [path for path in self.archive.warc_files() if self._wanted(path)]
        self.files = len(paths)
        with of_bytes("verifying", sum(path.stat().st_size for path in paths)) as advance:

            def progress(records: int, length: int) -> None:
                self.records += records
                advance(length)

            yield from verify(
                self.archive,
                progress,
                quick=self.quick,
                since=self.since,
                jobs=self.jobs,
                key=self.key,
            )
            if self.beside is not None:
                yield from self.beside.find(self.archive, quick=self.quick)

    def repaired(self) -> list[Finding]:
        """Mend what can be, and return what is wrong afterwards."""
        with repair.alone(self.archive):
            self.done += repair.prepare(self.archive)
            found = list(self.findings())
            before = len(self.done)
            try:
                with bar() as progress:
                    self.done += repair.repair(self.archive, found, progress)
                if self.beside is not None:
                    self.done += self.beside.repair(self.archive)
            except DamagedArchive as error:
                click.echo(f"newswarc: not all was repaired: {visible(str(error))}", err=True)
            return found if len(self.done) == before else list(self.findings())

    def _wanted(self, path: Path) -> bool:
        return self.since is None or path.stat().st_mtime >= self.since.timestamp()


def verification(beside: Beside | None = None) -> click.Command:
    """Return the command.

    Args:
        beside: what else is to be verified.
    """

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
    @click.option(
        "--repair", "mend", is_flag=True, help="Mend what can be; no whole record is touched."
    )
    @click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
    @click.pass_context
    def command(
        context: click.Context,
        quick: bool,
        since: str | None,
        jobs: int | None,
        key_file: Path | None,
        mend: bool,
        as_json: bool,
    ) -> None:
        """Read every record, check its digests, compare it with the index and the manifests.

        Ends with code 5 when something is wrong. See docs/verify.md.
        """
        began = moment.ago(since) if since else None
        key = read_public(key_file) if key_file else None
        with Collection(context.obj) as archive:
            run = _Run(archive, beside, quick, began, jobs, key)
            findings = _told(run, mend=mend, as_json=as_json)
        click.echo(
            f"newswarc: {counted(run.files, 'WARC file')}, {counted(run.records, 'record')},"
            f" {counted(len(findings), 'finding')}",
            err=True,
        )
        if findings:
            context.exit(DamagedArchive.exit_code)

    return command


def _told(run: _Run, *, mend: bool, as_json: bool) -> list[Finding]:
    """Verify, or repair, and print what is found."""
    if as_json:
        findings = run.repaired() if mend else list(run.findings())
        found = [asdict(finding) for finding in findings]
        print_json({"repaired": run.done, "findings": found} if mend else found)
        return findings
    findings = []
    for finding in run.repaired() if mend else run.findings():
        findings.append(finding)
        click.echo(visible(str(finding)))
    for line in run.done:
        click.echo(f"repaired: {visible(line)}")
    return findings


command = verification()
