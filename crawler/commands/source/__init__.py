"""``newswarc source``: the sources in newswarc.toml."""

from __future__ import annotations

import click

from crawler.commands.source.add import add
from crawler.commands.source.check import check
from crawler.commands.source.exchange import export, import_
from crawler.commands.source.stock import list_, remove


@click.group("source")
def command() -> None:
    """Add, check, list, remove, import and export sources: the publishers that `crawl` follows."""


for one in (add, check, export, import_, list_, remove):
    command.add_command(one)
