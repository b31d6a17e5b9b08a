"""Drawings that ``<use href="/icons.svg#star">`` takes from another file.

A browser takes them only from the page's own origin, and an archived page has none. So what is
used is put into the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

#: Gives what is archived of a URL, or None.
Load = Callable[[str], bytes | None]

#: A longer file is cut and then, as a rule, not used (bytes).
MAX_SPRITE = 512 * 1024
#: No page takes drawings from more files.
_MAX_FILES = 8
#: Nor more drawings.
_MAX_NAMES = 500
_ROOT = re.compile(r"<svg(?=[\s>])", re.IGNORECASE)
_ID = re.compile(r"""\bid=(["'])([\w:.-]+)\1""")


class Sprites:
    """The drawings that one page takes from other files.

    Args:
        load: gives such a file; without it nothing is taken.
    """

    def __init__(self, load: Load | None) -> None:
        self._load = load
        self._files: dict[str, str | None] = {}
        self._ids: dict[str, frozenset[str]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._count = 0

    def name(self, url: str) -> str | None:
        """Return the id that a drawing has in the page, or None where it cannot be put there.

        Args:
            url: of the drawing, absolute, with its fragment.
        """
        address, _, drawing = url.partition("#")
        if self._load is None or not drawing or not re.fullmatch(r"[\w:.-]{1,200}", drawing):
            return None
        svg = self._svg(address)
        if svg is None or drawing not in self._ids[address]:
            return None
        names = self._names.setdefault(address, {})
        if drawing not in names:
            if self._count == _MAX_NAMES:
                return None
            self._count += 1
            names[drawing] = f"newswarc-{self._count}-{drawing}"
        return names[drawing]

    def markup(self, rewrite: Callable[[str, str], str]) -> str:
        """Return what the page needs in addition: the files, with the ids that `name` gave.

        Args:
            rewrite: makes the URLs of a file, whose own is given first, those of the archive.
        """
        parts: list[str] = []
        for address, names in self._names.items():
            svg = _ID.sub(partial(_renamed, names), self._svg(address) or "")
            parts.append(rewrite(address, svg))
        if not parts:
            return ""
        drawings = "".join(parts)
        return f'<div style="position:absolute;width:0;height:0;overflow:hidden">{drawings}</div>'

    def _svg(self, address: str) -> str | None:
        if address not in self._files:
            if self._load is None or len(self._files) == _MAX_FILES:
                return None
            body = self._load(address)
            svg = _root(body.decode("latin-1")) if body else ""
            self._ids[address] = frozenset(found[2] for found in _ID.finditer(svg))
            self._files[address] = svg or None
        return self._files[address]


def _root(svg: str) -> str:
    """Return the outermost element of a drawing; empty where there is none."""
    start, closing = _ROOT.search(svg), svg.lower().rfind("</svg")
    if start is None or closing < start.start():
        return ""
    return svg[start.start() : svg.find(">", closing) + 1]


def _renamed(names: Mapping[str, str], found: re.Match[str]) -> str:
    return f'id="{names.get(found[2], found[2])}"'
