"""``newswarc source check``: what each seed yields today."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.commands.output import print_json
from crawler import probe, sources
from crawler.commands.source import findings
from crawler.options import Options


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--delay",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Between two requests to one host, instead of the sources' own.",
)
@findings.connect_to
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(
    context: click.Context,
    names: tuple[str, ...],
    delay: float | None,
    connect_to: tuple[str, ...],
    as_json: bool,
) -> None:
    """Ask every seed of all sources, or of those called NAME, what it yields today.

    The exit code is 1 when one of them yields nothing that can be used.
    """
    path: Path = context.obj
    configuration = sources.load(Collection(path).config_path)
    wanted = [configuration.source(name) for name in names] or list(configuration.sources)
    found = probe.check(
        wanted,
        configuration,
        Options(delay=delay, connect_to=connect_to),
        findings.silent if as_json else findings.tell,
        findings.held(path),
    )
    if as_json:
        print_json([{"source": one.origin, **findings.as_json(one)} for one in found])
    context.exit(1 if any(one.why is not None for one in found) else 0)
