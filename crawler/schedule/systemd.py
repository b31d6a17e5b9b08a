"""The systemd user service and timer that crawl a collection.

``~/.config/systemd/user/newswarc-srv-news.service`` and ``.timer`` are those of ``/srv/news``: the
name is the path as systemd.unit(5) escapes it, so that each collection has units of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import NewswarcError, UsageError, storage_errors
from crawler.schedule.program import absolute

#: NAME_MAX of Linux, less the temporary suffix of `_write`.
_LONGEST_NAME = 250
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.")
_UNSAFE = frozenset("\"'\\")
#: systemctl has so long to answer (seconds).
_PATIENCE = 60

_SERVICE = """\
[Unit]
Description=newswarc crawl of {described}

[Service]
Type=oneshot
# The colon keeps $ from being read as a variable (systemd.service(5)).
ExecStart={command}
# Told to stop, a crawl finishes what is on its way, indexes it and says 130. The signal is for the
# crawl alone: it ends its own helpers.
SuccessExitStatus=130
KillMode=mixed
TimeoutStopSec=5min
Nice=10
MemoryMax=2G
UMask=0022
NoNewPrivileges=yes
# A user's own manager can wall a service in only in a namespace of users.
PrivateUsers=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
# chroot is what Chromium shuts its own processes in with, where pages are rendered.
SystemCallFilter=@system-service chroot
SystemCallErrorNumber=EPERM
"""

_TIMER = """\
[Unit]
Description=newswarc crawl of {described}

[Timer]
OnCalendar={calendar}
# A run that was missed while the machine was off is made up for.
Persistent=true
AccuracySec=1s
RandomizedDelaySec={spread}s

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class Units:
    """The two unit files of a collection.

    Attributes:
        service: text of the service.
        timer: text of the timer.
    """

    service: str
    timer: str


def units(collection: Path, calendar: str, seconds: int, command: list[str]) -> Units:
    """Return the units that crawl `collection`.

    Args:
        collection: its directory.
        calendar: ``OnCalendar=`` of the timer.
        seconds: between two runs.
        command: its words.

    Raises:
        UsageError: the path cannot stand in a unit.
    """
    path = str(absolute(collection))
    # systemd starts no program with one of these in its path; env(1) does.
    program, *words = ["/usr/bin/env", *command] if _UNSAFE & set(command[0]) else command
    line = " ".join([_quoted(f":{program}"), *map(_quoted, words)])
    # A spread of starts is kind to sites that many collections follow.
    spread = min(seconds // 20, 60)
    described = path.replace("%", "%%")
    return Units(
        _SERVICE.format(described=described, command=line, writable=_quoted(path)),
        _TIMER.format(described=described, calendar=calendar, spread=spread),
    )


def install(collection: Path, made: Units) -> str | None:
    """Write the units and start the timer.

    Returns:
        None, or the commands that a person must run because systemd does not answer here.

    Raises:
        StorageError: they cannot be written.
    """
    service, timer = paths(collection)
    with storage_errors(service.parent):
        service.parent.mkdir(parents=True, exist_ok=True)
        for path, text in ((service, made.service), (timer, made.timer)):
            _write(path, text)
    if _systemctl("daemon-reload") and _systemctl("enable", "--now", timer.name):
        return None
    return f"systemctl --user daemon-reload && systemctl --user enable --now '{timer.name}'"


def installed(collection: Path) -> str:
    """Return the units of a collection, one after the other; empty when there are none."""
    texts = []
    for path in paths(collection):
        with suppress(FileNotFoundError):
            texts.append(f"# {path}\n{path.read_text(encoding='utf-8', errors='replace')}")
    return "\n".join(texts)


def remove(collection: Path) -> bool:
    """Stop the timer and delete the units; tell whether there were any.

    A crawl that runs at the moment goes on to its end.

    Raises:
        StorageError: they cannot be deleted.
    """
    found = [path for path in paths(collection) if path.exists()]
    if not found:
        return False
    _systemctl("disable", "--now", paths(collection)[1].name)
    with storage_errors(found[0].parent):
        for path in found:
            path.unlink(missing_ok=True)
    _systemctl("daemon-reload")
    return True


def paths(collection: Path) -> tuple[Path, Path]:
    """Return where service and timer of a collection are.

    Raises:
        UsageError: the path of the collection is too long for a name.
    """
    name = f"newswarc-{escaped(absolute(collection))}"
    if len(name) + len(".service") > _LONGEST_NAME:
        raise UsageError(f"the path is too long for the name of a unit: {collection}")
    configured = Path(os.environ.get("XDG_CONFIG_HOME") or "")
    # A relative path in it is to be ignored (XDG Base Directory Specification).
    base = configured if configured.is_absolute() else Path.home() / ".config"
    directory = base / "systemd" / "user"
    return directory / f"{name}.service", directory / f"{name}.timer"


def escaped(path: Path) -> str:
    r"""Return an absolute path as it stands in a unit's name (systemd.unit(5)).

    >>> escaped(Path("/srv/my-news"))
    'srv-my\\x2dnews'
    """
    text = "/".join(part for part in path.as_posix().split("/") if part)
    letters = os.fsencode(text).decode("latin-1")
    return "".join(_escaped(letter, first=not place) for place, letter in enumerate(letters)) or "-"


def _escaped(letter: str, *, first: bool) -> str:
    if letter == "/":
        return "-"
    plain = letter in _PLAIN and not (first and letter == ".")
    return letter if plain else f"\\x{ord(letter):02x}"


def _quoted(word: str) -> str:
    """Return a word as systemd.syntax(7) quotes it, % doubled (systemd.unit(5), specifiers)."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'


def _write(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _systemctl(*words: str) -> bool:
    """Speak to the user's systemd; tell whether it did what was asked."""
    program = shutil.which("systemctl")
    if program is None:
        return False
    try:
        result = subprocess.run(  # noqa: S603 (the program was found on PATH, there is no shell)
            [program, "--user", *words], capture_output=True, check=False, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise NewswarcError(f"systemctl --user {words[0]} does not answer") from error
    return result.returncode == 0
