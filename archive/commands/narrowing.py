"""What narrows a search, as options of every command that searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from archive.commands import moment
from archive.errors import UsageError
from archive.index.query.tree import STATES

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: A word that is not wanted begins with "-", so short options are words here.
WORDS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}

_OPTIONS = (
    click.argument("query", nargs=-1),
    click.option("--site", help="Host (subdomains count) or name of the publication."),
    click.option(
        "--since",
        type=moment.ago,
        metavar="TIME",
        help="Published then or later: 2024-10-23, 2024-10, 7d …",
    ),
    click.option("--until", type=moment.until, metavar="TIME", help="Published then or earlier."),
    click.option("--author", help="Part of a name in the byline."),
    click.option("--language", metavar="CODE", help="Two letters: en, ru."),
    click.option("--section", help="Section, as the publication names it."),
    click.option("--tag", help="Tag, as the publication names it."),
    click.option("--title", metavar="WORDS", help="Words in a row in the headline."),
    click.option("--url", metavar="PART", help="The article's URL, its beginning, or a part."),
    click.option(
        "--is",
        "states",
        type=click.Choice(STATES),
        multiple=True,
        help="Articles that were edited, edited in stealth, removed, or have quarantined captures.",
    ),
    click.option("--has-image", is_flag=True, help="Articles with a lead image."),
    click.option(
        "--spellings",
        is_flag=True,
        help="Find words with a capital letter in the spellings of the other alphabet, too.",
    ),
    click.option("--raw", "fts5", is_flag=True, help="The query is one in the language of FTS5."),
)
_AT = click.option(
    "--at",
    type=moment.until,
    metavar="TIME",
    help="Search what was known then, in the words of then.",
)


def options(command: _Command) -> _Command:
    """Give a command the argument ``query`` and the options that narrow it, ``--at`` as well."""
    return narrowing(_AT(command))


def narrowing(command: _Command) -> _Command:
    """Give a command the argument ``query`` and the options that narrow it, but for the time."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def text(query: Sequence[str], path: str) -> str:
    """Return the words of a query as one text.

    Args:
        query: as the shell gave it.
        path: of the command, for the message.

    Raises:
        UsageError: a word looks like an option that there is not.
    """
    for word in query:
        if word.startswith("--"):
            raise UsageError(f"no such option: {word}; `{path} --help` lists them")
    return " ".join(query)
