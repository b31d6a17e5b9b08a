"""``newswarc status``: what is in the collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from archive.collection import Collection
from archive.commands.output import console, counted, print_json, when
from archive.terminal import visible


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def command(collection: Path, as_json: bool) -> None:
    """Tell how much is archived and indexed, and what is damaged."""
    with Collection(collection) as archive:
        status = archive.status()
    if as_json:
        print_json(status)
    else:
        _show(status, console())


def _show(status: dict[str, Any], out: Console) -> None:
    files = counted(status["warc_files"], "WARC file")
    out.print(f"collection  {visible(status['collection'])}")
    out.print(f"archive     {files}, {_megabytes(status['warc_bytes'])}")
    if status["warc_files_open"]:
        out.print(f"            being written: {visible(', '.join(status['warc_files_open']))}")
    waiting = status["bytes_to_index"]
    out.print(
        f"index       {_megabytes(status['index_bytes'])}"
        + (f"; {_megabytes(waiting)} of WARC are not indexed: `newswarc index`" if waiting else "")
    )
    out.print(f"captures    {status['captures']:,}")
    if status["captures"]:
        out.print(f"            {when(status['first_capture'])} to {when(status['last_capture'])}")
    versions = counted(status["versions"], "version")
    out.print(f"articles    {status['articles']:,} in {versions}")
    for host in status["hosts"]:
        newest = host["newest"][:10]
        out.print(f"            {host['articles']:>7,}  {visible(host['host'])}, newest {newest}")
    for reason, count in status["refusals"].items():
        out.print(f"no article  {count:>7,}  {visible(reason)}")
    for crawl in status["crawls"][:5]:
        out.print(f"crawl       {when(crawl['started'])}  {visible(crawl['name'])}")
    for damage in status["damages"]:
        out.print(f"damaged     {visible(damage['problem'])}")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
