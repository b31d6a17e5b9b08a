"""What a page whose scripts may run is given in addition, so that they find the archive.

The helper in ``archive/web/static/inside.js`` goes before all else in the page; an import map and
the literal specifiers of modules lead ``import`` to where the modules are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from urllib.parse import urljoin

from archive.replay.address import PREFIX

#: Where an absolute URL is found in the archive.
Into = Callable[[str], str]

#: Where the helper is served: below the archive's path, where no URL can stand.
HELPER_PATH = f"{PREFIX}~/inside.js"

_SPECIFIER = re.compile(rb"""(\b(?:from|import)\s*+\(?\s*+)(["'])(https?://|/)([^"'\s\\]*)(?=\2)""")
_ROOTED = re.compile(r"https?://|/", re.IGNORECASE)
_BEFORE_HEAD = re.compile(
    r"(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<!doctype[^>]*>|<html(?:\s[^>]*)?>|<head(?:\s[^>]*)?>)*+",
    re.IGNORECASE | re.DOTALL,
)


def head(url: str, base: str, into: Into) -> str:
    """Return the tags that go before all else in a page.

    Args:
        url: of the page.
        base: what its relative URLs are resolved against.
        into: tells where a URL is found.
    """
    root = urljoin(url, "/")
    imports = {PREFIX: PREFIX, "/": into(root), root: into(root)}
    return (
        f'<script src="{HELPER_PATH}" data-base="{escape(base)}"></script>'
        f'<script type="importmap">{_json({"imports": imports})}</script>'
    )


def place(html: str) -> int:
    """Return where in a page `head` goes: behind doctype, ``<html>`` and ``<head>``."""
    found = _BEFORE_HEAD.match(html)
    return found.end() if found else 0


def import_map(text: str, url: str, into: Into) -> str:
    """Return an import map of a page's own with its addresses in the archive."""
    try:
        return _json(_mapped(json.loads(text), url, into))
    except (ValueError, RecursionError):
        return text


def module(script: bytes, url: str, into: Into) -> bytes:
    """Return a script with the rooted specifiers of its imports in the archive.

    A relative one leads there by itself; one that is computed is left to the import map.
    """

    def replaced(found: re.Match[bytes]) -> bytes:
        target = _absolute(url, (found[3] + found[4]).decode("latin-1"))
        return found[1] + found[2] + into(target).encode("ascii", "ignore")

    return _SPECIFIER.sub(replaced, script)


def _mapped(value: object, url: str, into: Into) -> object:
    if isinstance(value, dict):
        return {_one(name, url, into): _mapped(part, url, into) for name, part in value.items()}
    return _one(value, url, into) if isinstance(value, str) else value


def _one(text: str, url: str, into: Into) -> str:
    return into(_absolute(url, text)) if _ROOTED.match(text) else text


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:  # such as http://[
        return base


def _json(value: object) -> str:
    """Return JSON that can stand in a script: a "<" could end that."""
    return json.dumps(value).replace("<", "\\u003c")
