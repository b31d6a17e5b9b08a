"""The offline half of the command line; `crawler.cli` adds what needs the network."""

from __future__ import annotations

import copy
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import click

from archive.errors import NewswarcError
from archive.terminal import visible
from archive.version import __version__

DEFAULT_COLLECTION = "news"


class _ReaderGone(Exception):
    """Nobody reads our stdout any more."""


class Commands(click.Group):
    """A group that imports a command's module when the command is called.

    A search must not wait for what only a crawl or an extraction needs.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._modules: dict[str, str] = {}

    def register(self, modules: Iterable[str]) -> None:
        """Add commands.

        Args:
            modules: full names of modules; each has the command of its own name as ``command``.
                A name that Python keeps for itself has ``_`` behind it.
        """
        self._modules |= {name.rpartition(".")[2].rstrip("_"): name for name in modules}

    def extended(self, modules: Iterable[str]) -> Self:
        """Return a group of these commands and more; one of the same name takes the place.

        Args:
            modules: see `register`.
        """
        group = copy.copy(self)
        group._modules = dict(self._modules)
        group.register(modules)
        return group

    def invoke(self, context: click.Context) -> Any:
        """See `click.Group`; whose own ``main`` would end with 1 where a reader has gone."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise _ReaderGone from None

    def list_commands(self, context: click.Context) -> list[str]:
        """See `click.Group`."""
        return sorted(self._modules)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """See `click.Group`."""
        if name not in self._modules:
            return None
        command: click.Command = import_module(self._modules[name]).command
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="newswarc")
@click.option(
    "--collection",
    "-c",
    type=click.Path(path_type=Path),
    envvar="NEWSWARC_COLLECTION",
    default=DEFAULT_COLLECTION,
    show_default=True,
    help="The directory of the collection. Environment: NEWSWARC_COLLECTION.",
)
@click.pass_context
def group(context: click.Context, collection: Path) -> None:
    """Crawl news sites into WARC files, index them, search them, replay them offline."""
    context.obj = collection


group.register(
    f"archive.commands.{name}"
    for name in (
        *("cite", "compact", "count", "diff", "edits", "export", "extract", "history", "import_"),
        *("index", "manifest", "redact", "reextract", "replay", "search", "show", "similar"),
        *("status", "verify", "watch"),
    )
)


def run(group: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    An expected error is one line on stderr and its own exit code; see `archive.errors`. A command
    ends with another code than 0 by ``context.exit(code)``.

    Args:
        group: the commands to choose from.
        arguments: without the program's name; the process's own when None.
    """
    try:
        code = group.main(arguments, prog_name="newswarc", standalone_mode=False)
    except NewswarcError as error:
        complain(str(error))
        return error.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "newswarc"
        complain(f"{error.format_message()} (see `{path} --help`)")
        return error.exit_code
    except click.ClickException as error:
        complain(error.format_message())
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return 130
    except (_ReaderGone, BrokenPipeError):
        # The reader of our stdout has gone; let nothing complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return code if isinstance(code, int) else 0


def complain(message: str) -> None:
    """Print one line on stderr, whatever the message holds."""
    click.echo("newswarc: " + visible(" ".join(message.split())), err=True)
