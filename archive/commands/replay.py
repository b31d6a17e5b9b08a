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
from urllib.parse import quote

import click

from archive.collection import Collection
from archive.desk import Desk
from archive.errors import UsageError
from archive.web.access import check_token
from archive.web.server import ReplayServer

#: So much of a file with a token is read (characters).
_LONGEST = 1000


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
@click.option(
    "--scripts", is_flag=True, help="Let scripts of archived pages run, inside their sandbox."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A further name under which it is reached, of a proxy before it; repeat.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Answer only those who know the token in it.",
)
@click.option(
    "--token",
    envvar="NEWSWARC_TOKEN",
    metavar="TOKEN",
    help="The token itself; other users of the machine can see it. Environment: NEWSWARC_TOKEN.",
)
@click.option(
    "--open-to-everybody",
    is_flag=True,
    help="Listen without a token at an address that others can reach.",
)
@click.option("--cors", metavar="ORIGIN", help="Let pages of an origin read the JSON API.")
@click.option("--open", "open_browser", is_flag=True, help="Show it in the web browser.")
@click.pass_context
def command(
    context: click.Context,
    port: int,
    host: str,
    scripts: bool,
    names: tuple[str, ...],
    token_file: Path | None,
    token: str | None,
    open_to_everybody: bool,
    cors: str | None,
    open_browser: bool,
) -> None:
    """Search, read and replay the collection in a web browser.

    Prints the address of the server and runs until it is interrupted. Nothing that it shows loads
    anything from the live web. With --scripts a hostile page may open connections to other servers,
    though nothing of the archive goes there: docs/replay.md says what is left. Others can reach it
    only where --host says so, and then it wants a token.
    """
    token = _token(token, token_file)
    if not (token or open_to_everybody or _is_loopback(host)):
        raise UsageError(
            f"others can reach {host}: give a token (--token-file), or --open-to-everybody if"
            " whoever reaches it may read the collection"
        )
    path: Path = context.obj
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with (
            Collection(path) as collection,
            ReplayServer(
                collection,
                host=host,
                port=port,
                scripts=scripts,
                desk=_desk(context, collection),
                names=names,
                token=token,
                cors=cors,
            ) as server,
        ):
            if token:
                click.echo("newswarc: open /?token=TOKEN in a browser, once", err=True)
            elif not _is_loopback(host):
                click.echo(
                    f"newswarc: WARNING: everybody who can reach {host} can read the collection",
                    err=True,
                )
            click.echo(server.url)
            if open_browser:
                click.launch(f"{server.url}?token={quote(token)}" if token else server.url)
            stopped.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _desk(context: click.Context, collection: Collection) -> Desk | None:
    command = context.command
    return command.desk(collection) if isinstance(command, Replay) and command.desk else None


def _token(token: str | None, file: Path | None) -> str | None:
    """Return the token that is wanted, or None.

    Raises:
        UsageError: there are two, the file cannot be read, or what is in it can be none.
    """
    if file is None:
        return None if token is None else check_token(token)
    if token is not None:
        raise UsageError("give --token-file or a token (--token, NEWSWARC_TOKEN), not both")
    try:
        with file.open(encoding="ascii") as lines:
            return check_token(lines.read(_LONGEST).strip())
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds more than a token"
        raise UsageError(f"{file}: {reason}") from error
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
