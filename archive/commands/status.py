"""``newswarc status``: what is in the collection, for a machine that does not crawl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from archive.collection import Collection
from archive.commands.output import console, counted, print_json, sized, when
from archive.commands.space import show
from archive.model import Drift, Quarantined
from archive.terminal import visible

#: What to say of each `Drift.what`.
_LACKING = {
    "author": "name no author",
    "date": "have no date",
    "length": "are of unusual length",
}


@click.command("status")
@click.option("--quarantine", is_flag=True, help="List the captures that stand in for an article.")
@click.option("--space", is_flag=True, help="Tell what takes how much room on the disk.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def command(context: click.Context, quarantine: bool, space: bool, as_json: bool) -> None:
    """Tell how much is archived and indexed, and what is damaged.

    Ends with code 5 when something is.
    """
    with Collection(context.obj) as archive:
        if space:
            show(archive, as_json=as_json)
            return
        if quarantine:
            list_quarantine(archive.quarantined(), as_json=as_json)
            return
        status, drifts = archive.status(), archive.drift()
    if as_json:
        print_json(status)
    else:
        out = console()
        for line in (*holdings(status), *_publishers(status), *_crawls(status), *damages(status)):
            out.print(line)
        for line in drifted(drifts):
            out.print(line)
    context.exit(5 if status["damages"] else 0)


def holdings(status: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that tell how much there is.

    Args:
        status: see `archive.collection.Collection.status`.
    """
    yield f"collection  {visible(status['collection'])}"
    files = counted(status["warc_files"], "WARC file")
    yield f"archive     {files}, {sized(status['warc_bytes'])}"
    if status["warc_files_open"]:
        yield f"            being written: {visible(', '.join(status['warc_files_open']))}"
    waiting = status["bytes_to_index"]
    yield f"index       {sized(status['index_bytes'])}" + (
        f"; {sized(waiting)} of WARC are not indexed: `newswarc index`" if waiting else ""
    )
    span = ""
    if status["captures"]:
        first, last = (when(status[name])[:10] for name in ("first_capture", "last_capture"))
        span = f", {first} to {last}"
    yield f"captures    {status['captures']:,}{span}"
    yield f"articles    {status['articles']:,} in {counted(status['versions'], 'version')}"
    for reason, count in status["refusals"].items():
        yield f"no article  {count:>7,}  {visible(reason)}"


def damages(status: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that tell what is damaged; see `holdings`."""
    for damage in status["damages"]:
        yield f"damaged     {visible(damage['problem'])}"


def drifted(drifts: Sequence[Drift]) -> Iterator[str]:
    """Yield the lines that tell which sites seem to have changed their template."""
    for drift in drifts:
        newest = counted(drift.articles, "article")
        yield (
            f"template?   {visible(drift.host)}: of the newest {newest} {drift.now:.0%}"
            f" {_LACKING[drift.what]}, {drift.before:.0%} before"
        )


def list_quarantine(kept: Sequence[Quarantined], *, as_json: bool) -> None:
    """Print the captures of pages that stand in for an article."""
    if as_json:
        print_json([asdict(capture) for capture in kept])
        return
    out = console()
    for capture in kept:
        out.print(
            when(capture.timestamp),
            f"{capture.status or '-':>3}",
            f"{visible(capture.reason):<12}",
            visible(capture.url),
            f"({visible(capture.detail)})",
            sep="  ",
        )


def _publishers(status: dict[str, Any]) -> Iterator[str]:
    for host in status["hosts"]:
        newest = host["newest"][:10]
        yield f"            {host['articles']:>7,}  {visible(host['host'])}, newest {newest}"


def _crawls(status: dict[str, Any]) -> Iterator[str]:
    for crawl in status["crawls"][:5]:
        yield f"crawl       {when(crawl['started'])}  {visible(crawl['name'])}"
