"""The crontab block that makes cron crawl a collection.

::

    # newswarc /srv/news begin
    */30 * * * * /home/anna/.local/bin/newswarc --collection /srv/news crawl --max-time 28m --quiet
    # newswarc /srv/news end
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from archive.errors import NewswarcError
from crawler.schedule.program import absolute


def block(collection: Path, when: str, command: list[str]) -> str:
    """Return the lines that crawl `collection`.

    Args:
        collection: its directory.
        when: cron expression.
        command: its words.

    Raises:
        UsageError: the path has a line break in it.
    """
    # In a crontab a bare % ends the command (crontab(5)).
    line = shlex.join(command).replace("%", r"\%")
    return f"{_begin(collection)}{when} {line}\n{_end(collection)}"


def install(collection: Path, block_: str) -> None:
    """Put the block of a collection into the crontab, in the place of the one that is there."""
    crontab = _read()
    before, own, after = _split(crontab, collection)
    if own == block_:
        return
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


def available() -> bool:
    """Tell whether there is a crontab at all."""
    return shutil.which("crontab") is not None


def _begin(collection: Path) -> str:
    return f"# newswarc {absolute(collection)} begin\n"


def _end(collection: Path) -> str:
    return f"# newswarc {absolute(collection)} end\n"


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
            "there is no `crontab` program here; install cron (Debian: apt-get install cron), take"
            " --systemd, or take the line of `newswarc schedule install --print` to your scheduler"
        )
    return subprocess.run(  # noqa: S603 (the program was found on PATH, there is no shell)
        [program, argument], input=text, capture_output=True, text=True, check=False
    )
