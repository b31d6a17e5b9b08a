"""The offline half of the command line; `crawler.cli` adds what needs the network."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from archive.version import __version__
from archive.commands import history, index, replay, search, show, status, verify
from archive.errors import NewswarcError

DEFAULT_COLLECTION = "news"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for _module in (index, search, show, history, replay, status, verify):
    group.add_command(_module.command)


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
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return 130
    except BrokenPipeError:
        # The reader of our stdout has gone; let nothing complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return code if isinstance(code, int) else 0


def complain(message: str) -> None:
    """Print one line on stderr, whatever the message holds."""
    click.echo("newswarc: " + " ".join(message.split()), err=True)
