"""``newswarc replay``: the web page of a collection."""

from __future__ import annotations

import copy
import ipaddress
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Self

import click

from archive.collection import Collection
from archive.desk import Desk
from archive.web.server import ReplayServer


class Replay(click.Command):
    """The command, and who tells it of the crawl."""

    desk: Callable[[Collection], Desk] | None = None

    def told_by(self, desk: Callable[[Collection], Desk]) -> Self:
        """Return the command with a desk for each collection that it shows."""
        command = copy.copy(self)
        command.desk = desk
        return command


@click.command("replay", cls=Replay)
@click.option("--port", default=8080, show_default=True, help="The port; 0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--open", "open_browser", is_flag=True, help="Show it in the web browser.")
@click.pass_context
def command(context: click.Context, port: int, host: str, open_browser: bool) -> None:
    """Search, read and replay the collection in a web browser.

    Prints the address of the server and runs until it is interrupted. Nothing that it shows loads
    anything from the live web.
    """
    path: Path = context.obj
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with (
            Collection(path) as collection,
            ReplayServer(
                collection, host=host, port=port, desk=_desk(context, collection)
            ) as server,
        ):
            if not _is_loopback(host):
                click.echo(f"newswarc: {host} is open to everybody who can reach it", err=True)
            click.echo(server.url)
            if open_browser:
                click.launch(server.url)
            stopped.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _desk(context: click.Context, collection: Collection) -> Desk | None:
    command = context.command
    return command.desk(collection) if isinstance(command, Replay) and command.desk else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
