"""A manifest as a text: comment lines, and lines that ``sha256sum -c`` understands.

::

    # newswarc manifest 1
    # date: 2026-11-28
    # software: newswarc/0.4.0
    # previous: 2026-11-27 SHA256
    #
    # size: 81920, records: 12, tree: HASH
    SHA256  archive/NEWSWARC-….warc.gz

The order is that of the paths, and nothing depends on when or where it is written: the same files
give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from archive.errors import DamagedArchive

_TITLE = "# newswarc manifest 1"
_HINTS = (
    "# In the directory of the collection:",
    "#   minisign -Vm manifests/{day}.txt -p keys/newswarc.pub",
    "#   sha256sum -c manifests/{day}.txt",
)
#: Title, date, software, previous, hints, an empty comment.
_HEAD = 5 + len(_HINTS)
_DATE = re.compile(r"# date: (\d{4}-\d\d-\d\d)")
_SOFTWARE = re.compile(r"# software: (\S.{0,200})")
_PREVIOUS = re.compile(r"# previous: (?:none|(\d{4}-\d\d-\d\d) ([0-9a-f]{64}))")
_FACTS = re.compile(r"# size: (\d{1,19})(?:, records: (\d{1,12}), tree: ([0-9a-f]{64}))?")
_SUM = re.compile(r"(\\?)([0-9a-f]{64})  ((?:archive|acts)/[^/]+)")
#: How ``sha256sum`` writes the characters that would break its line.
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of one file.

    Attributes:
        path: in the collection, with ``/``.
        size: in bytes.
        sha256: hexadecimal.
        records: gzip members, one a record; None where it is no row of whole members.
        tree: the hash of the tree over them (`archive.manifest.merkle`), hexadecimal.
    """

    path: str
    size: int
    sha256: str
    records: int | None = None
    tree: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One day's manifest.

    Attributes:
        day: of which it is (UTC).
        software: that wrote it.
        previous: day and SHA-256 of the manifest before it, None for the first.
        entries: by path.
    """

    day: date
    software: str
    previous: tuple[date, str] | None
    entries: Mapping[str, Entry]

    def __bytes__(self) -> bytes:
        """Return the text."""
        before = "none" if self.previous is None else f"{self.previous[0]} {self.previous[1]}"
        lines = [
            _TITLE,
            f"# date: {self.day}",
            f"# software: {self.software}",
            f"# previous: {before}",
            *(hint.format(day=self.day) for hint in _HINTS),
            "#",
        ]
        for path in sorted(self.entries):
            lines += _lines(self.entries[path])
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read what `__bytes__` wrote; nothing else passes.

        Raises:
            DamagedArchive: it is no manifest.
        """
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        try:
            day, software, previous = (
                _matched(pattern, line)
                for pattern, line in zip((_DATE, _SOFTWARE, _PREVIOUS), lines[1:4], strict=True)
            )
            entries = list(_entries(lines[_HEAD:]))
            before = (date.fromisoformat(previous[1]), previous[2]) if previous[1] else None
            made = cls(
                date.fromisoformat(day[1]),
                software[1],
                before,
                {entry.path: entry for entry in entries},
            )
        except ValueError as error:
            raise DamagedArchive(f"it is no manifest: {error}") from None
        if bytes(made) != data:
            raise DamagedArchive("it is no manifest of newswarc: its form is another")
        return made


def _lines(entry: Entry) -> Iterable[str]:
    tree = "" if entry.tree is None else f", records: {entry.records}, tree: {entry.tree}"
    yield f"# size: {entry.size}{tree}"
    name = "".join(_ESCAPES.get(character, character) for character in entry.path)
    yield f"{'' if name == entry.path else chr(92)}{entry.sha256}  {name}"


def _entries(lines: list[str]) -> Iterable[Entry]:
    for facts, line in zip(lines[::2], lines[1::2], strict=False):
        said, summed = _matched(_FACTS, facts), _matched(_SUM, line)
        records = int(said[2]) if said[2] else None
        name = _unescaped(summed[3]) if summed[1] else summed[3]
        yield Entry(name, int(said[1]), summed[2], records, said[3])


def _unescaped(name: str) -> str:
    return re.sub(r"\\[\\nr]", lambda found: {"n": "\n", "r": "\r"}.get(found[0][1], "\\"), name)


def _matched(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"{line[:80]!r}")
    return found
