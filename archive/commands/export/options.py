"""What the commands that export have in common: what is wanted, and where it goes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

import click

from archive.commands import moment, narrowing
from archive.commands.output import counted
from archive.complete import complete_file
from archive.export import Wanted
from archive.index.search import Narrowed
from archive.terminal import visible

_Command = TypeVar("_Command", bound=Callable[..., Any])

_AS_OF = click.option(
    "--as-of",
    type=moment.until,
    metavar="TIME",
    help="Export what was known then; the same archive gives the same bytes.  [default: now]",
)


def wanted(command: _Command) -> _Command:
    """Give a command the query, the options that narrow it, and ``--as-of``."""
    return narrowing.narrowing(_AS_OF(command))


def read(context: click.Context, options: dict[str, Any]) -> Wanted:
    """Return what the options of `wanted` ask for; they are taken out of `options`.

    Raises:
        UsageError: a word looks like an option that there is not.
    """
    query = narrowing.text(options.pop("query"), context.command_path)
    as_of, fts5 = options.pop("as_of"), options.pop("fts5")
    names = Narrowed.__annotations__.keys()
    filters = cast(Narrowed, {name: options.pop(name) for name in names})
    return Wanted(query, filters, fts5, as_of)


def output(*, directory: bool = False) -> Callable[[_Command], _Command]:
    """Give a command ``--output``, which must be there."""
    name, what = ("DIR", "directory") if directory else ("FILE", "file")
    return click.option(
        "--output",
        "-o",
        required=True,
        type=click.Path(path_type=Path),
        metavar=name,
        help=f"Write this {what}; it appears when it is complete.",
    )


def text_output(command: _Command) -> _Command:
    """Give a command ``--output``, which is stdout where it is not there."""
    return click.option(
        "--output",
        "-o",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write this file; it appears when it is complete.  [default: stdout]",
    )(command)


def write_lines(lines: Iterable[str], path: Path | None, noun: str, *, heading: int = 0) -> None:
    """Write lines to a file, or to stdout; say of a file how many things are in it.

    Args:
        lines: with their ends.
        path: of the file; None for stdout.
        noun: what a line is.
        heading: so many lines are none.

    Raises:
        UsageError: see `text_file`.
        StorageError: see `text_file`.
    """
    number = -heading
    with text_file(path) as file:
        for line in lines:
            file.write(line)
            number += 1
    if path:
        click.echo(f"newswarc: {counted(number, noun)} in {visible(str(path))}", err=True)


@contextmanager
def text_file(path: Path | None) -> Iterator[TextIO]:
    """Give what to write to: stdout, or a file that takes its name when all is in it.

    Raises:
        UsageError: its directory is not there.
        StorageError: the file cannot be written.
    """
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with complete_file(path) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        yield text
        text.detach()
