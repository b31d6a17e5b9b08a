"""``newswarc export cdxj``: the captures as a sorted index."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from archive import cdx
from archive.cdx.query import span_of
from archive.collection import Collection
from archive.commands import moment
from archive.commands.export.options import text_output, write_lines
from archive.index.cdxj import Span, in_order_of_lines
from archive.index.redactions import REDACTED
from archive.timestamp import from_datetime


@click.command("cdxj")
@click.argument("url", required=False)
@click.option("--since", type=moment.since, metavar="TIME", help="Captured then or later.")
@click.option("--until", type=moment.until, metavar="TIME", help="Captured then or earlier.")
@text_output
@click.pass_obj
def cdxj(
    collection: Path,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
) -> None:
    """Write the captures as sorted CDXJ, which pywb and others read.

    URL may be one URL, a beginning (example.org/news/*) or a domain (*.example.org); without it,
    all captures are written.
    """
    span = span_of(url) if url else Span()
    if since:
        span = replace(span, since=from_datetime(since))
    if until:
        span = replace(span, until=from_datetime(until))
    with Collection(collection) as archive:
        shown = (one for one in archive.walk(span) if one.refusal != REDACTED)
        write_lines(in_order_of_lines(shown, cdx.line), output, "capture")
