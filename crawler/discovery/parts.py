"""What answers a "load more" button in JSON: a fragment of HTML, or items with their URLs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from crawler.discovery.encoding import text_of
from crawler.discovery.page import page_candidates
from crawler.model import Candidate, Kind

#: Values that are looked at, and how deep.
_VALUES, _DEPTH = 50_000, 12
#: Under these names an item has its own URL.
_NAMES = frozenset({"url", "link", "href", "permalink", "canonical_url", "fullurl", "full_url"})


def json_candidates(
    body: bytes, url: str, kind: Kind, charset: str | None = None
) -> Iterator[Candidate]:
    """Yield what the answer of such an endpoint links to; nothing of what is no JSON.

    Args:
        body: its bytes.
        url: where it came from.
        kind: what it was fetched as.
        charset: of the bytes, as the HTTP header has it.
    """
    try:
        data = json.loads(text_of(body, charset).lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return
    for name, value in _strings(data):
        if "<" in value:
            yield from page_candidates(value.encode("utf-8", "replace"), url, kind, charset="utf-8")
        elif name in _NAMES and value.startswith(("/", "http://", "https://")):
            try:
                yield Candidate(urljoin(url, value), Kind.PAGE, "L")
            except ValueError:
                continue


def _strings(data: Any) -> Iterator[tuple[str, str]]:
    """Yield every string of a JSON document with the name it has, in their order."""
    waiting = [("", data, 0)]
    for _ in range(_VALUES):
        if not waiting:
            return
        name, value, depth = waiting.pop()
        if isinstance(value, str):
            yield name, value
        elif depth < _DEPTH and isinstance(value, dict):
            waiting += [(key.lower(), one, depth + 1) for key, one in reversed(list(value.items()))]
        elif depth < _DEPTH and isinstance(value, list):
            waiting += [(name, one, depth + 1) for one in reversed(value[:_VALUES])]
