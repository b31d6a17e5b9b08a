"""The crontab block that makes cron crawl a collection.

::

    # newswarc /srv/news begin
    */30 * * * * /home/anna/.local/bin/newswarc --collection /srv/news crawl --quiet
    # newswarc /srv/news end
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from archive.errors import NewswarcError, UsageError

_EVERY = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_FIELD = r"[\d*/,A-Za-z-]+"
_CRON = re.compile(rf"{_FIELD}(?:\s+{_FIELD}){{4}}|@(?:hourly|daily|weekly|monthly|midnight)")


def every(interval: str) -> str:
    """Return the cron expression of an interval such as ``15m``, ``2h`` or ``1d``.

    >>> every("30m"), every("6h"), every("1d")
    ('*/30 * * * *', '0 */6 * * *', '0 4 * * *')

    Raises:
        UsageError: it is none, or cron cannot express it: intervals divide the hour or the day.
    """
    match = _EVERY.fullmatch(interval.strip())
    if match is None:
        raise UsageError(f"not an interval: {interval!r} (write 15m, 2h or 1d)")
    number, unit = int(match[1]), match[2]
    if unit in ("m", "min") and number == 60:
        number, unit = 1, "h"
    if unit == "h" and number == 24:
        number, unit = 1, "d"
    if unit in ("m", "min") and 0 < number < 60 and not 60 % number:
        return "* * * * *" if number == 1 else f"*/{number} * * * *"
    if unit == "h" and 0 < number < 24 and not 24 % number:
        return "0 * * * *" if number == 1 else f"0 */{number} * * *"
    if unit == "d" and number == 1:
        return "0 4 * * *"
    raise UsageError(
        f"cron cannot run every {interval.strip()}: take a part of an hour (15m, 30m), a part of a"
        " day (2h, 6h), 1d, or give --cron"
    )


def check_cron(expression: str) -> str:
    """Return a cron expression of five fields, its white space tidied.

    Raises:
        UsageError: it is none.
    """
    tidy = " ".join(expression.split())
    if not _CRON.fullmatch(tidy):
        raise UsageError(f"not a cron expression of five fields: {expression!r}")
    return tidy


def block(collection: Path, when: str, program: list[str] | None = None) -> str:
    """Return the lines that crawl `collection`.

    Args:
        collection: its directory.
        when: cron expression.
        program: the words that start newswarc; found out when None.

    Raises:
        UsageError: the path has a line break in it.
    """
    words = [*(program or our_program()), "--collection", str(_absolute(collection)), "crawl"]
    command = shlex.join([*words, "--quiet"])
    # In a crontab a bare % ends the command (crontab(5)).
    return _begin(collection) + f"{when} {command.replace('%', chr(92) + '%')}\n" + _end(collection)


def install(collection: Path, block_: str) -> None:
    """Put the block of a collection into the crontab, in the place of the one that is there."""
    before, _, after = _split(_read(), collection)
    if before and not before.endswith("\n"):
        before += "\n"
    _write(before + block_ + after)


def installed(collection: Path) -> str:
    """Return the block of a collection that is in the crontab; empty when there is none."""
    return _split(_read(), collection)[1]


def remove(collection: Path) -> bool:
    """Take the block of a collection out of the crontab; tell whether there was one."""
    before, own, after = _split(_read(), collection)
    if own:
        _write(before + after)
    return bool(own)


def our_program() -> list[str]:
    """Return the words that start this very newswarc, with absolute paths."""
    started = Path(sys.argv[0])
    if started.name == "newswarc" and started.exists():
        return [str(started.absolute())]
    beside = Path(sys.executable).with_name("newswarc")
    found = str(beside) if beside.exists() else shutil.which("newswarc")
    return [found] if found else [sys.executable, "-m", "crawler"]


def _absolute(collection: Path) -> Path:
    path = collection.absolute()
    if not str(path).isprintable():
        raise UsageError(f"cron cannot have this path in a line: {str(path)!r}")
    return path


def _begin(collection: Path) -> str:
    return f"# newswarc {_absolute(collection)} begin\n"


def _end(collection: Path) -> str:
    return f"# newswarc {_absolute(collection)} end\n"


def _split(crontab: str, collection: Path) -> tuple[str, str, str]:
    """Return what is before, in and behind the block of a collection."""
    lines = crontab.splitlines(keepends=True)
    stripped = [line.strip() for line in lines]
    begin, end = _begin(collection).strip(), _end(collection).strip()
    if begin not in stripped:
        return crontab, "", ""
    first = stripped.index(begin)
    if end not in stripped[first:]:
        raise NewswarcError(
            f"the crontab has the line {begin!r} but no {end!r}; mend it with `crontab -e`"
        )
    last = stripped.index(end, first) + 1
    return "".join(lines[:first]), "".join(lines[first:last]), "".join(lines[last:])


def _read() -> str:
    result = _crontab("-l")
    if result.returncode and "no crontab" not in result.stderr.lower():
        raise NewswarcError(f"crontab -l failed: {result.stderr.strip() or result.returncode}")
    return "" if result.returncode else result.stdout


def _write(text: str) -> None:
    result = _crontab("-", text)
    if result.returncode:
        raise NewswarcError(f"crontab refused the lines: {result.stderr.strip()}")


def _crontab(argument: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    program = shutil.which("crontab")
    if program is None:
        raise NewswarcError(
            "there is no `crontab` program here; install cron (Debian: apt-get install cron), or"
            " take the line of `newswarc schedule install --print` to your scheduler"
        )
    return subprocess.run(  # noqa: S603 (the program was found on PATH, there is no shell)
        [program, argument], input=text, capture_output=True, text=True, check=False
    )
