"""A span of time as an option's value."""

from __future__ import annotations

import re

import click

from crawler import duration

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)


def seconds(text: str) -> float:
    """Return the seconds of ``14m``, ``1h30m``, ``90s`` or a plain number; the type of an option.

    Raises:
        BadParameter: it is no span of time.
    """
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    try:
        return duration.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
