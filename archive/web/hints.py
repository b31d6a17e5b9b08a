"""What a query may go on with, while it is typed: ``/hints``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.index.query import parse
from archive.index.query.tree import FEATURES, FIELDS, STATES
from archive.index.tally import Count
from archive.web.kept import Kept

#: So many suggestions are made.
_MOST = 8
#: No more of a query is looked at.
_LONGEST = 1000

_ABOUT = {
    "site": "host or name of the publication",
    "author": "a name in the byline",
    "section": "as the publication names it",
    "tag": "as the publication names it",
    "lang": "two letters: en, ru",
    "title": "in the headline",
    "url": "part of the address",
    "after": "published then or later: 2024-10-23, 7d",
    "until": "published then or earlier",
    "before": "published earlier",
    "on": "published within: 2024-10",
    "is": "edited, stealth, removed, quarantined",
    "has": "image",
}
_OPERATORS = (
    ("OR", "one of both: tank OR plane"),
    ("NOT", "without the next word"),
    ("NEAR", "close to each other"),
)
#: The word that is being typed: a field and a colon, and what of its value is there.
_LAST = re.compile(r'(?:^|[\s(])-*(?:(?P<field>[A-Za-z]+):"?)?(?P<begun>[^\s()"]*)$')
_NAMED = re.compile(r'(?:^|[\s(])-*(?P<field>[A-Za-z]+):"(?P<begun>[^"]*)$')


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may stand at the end of a query.

    Attributes:
        text: the whole query with it.
        shown: it alone.
        about: it, in a few words.
    """

    text: str
    shown: str
    about: str


def hints(request: Request) -> Response:
    """Answer ``/hints?q=…`` with what the query may go on with, and how it would be read."""
    typed = request.query_params.get("q", "")[-_LONGEST:]
    names: Kept[dict[str, list[Count]]] = request.app.state.names
    found = suggestions(typed, names.get())
    return JSONResponse(
        {
            "hint": parse(typed).hint if typed.strip() else None,
            "suggestions": [
                {"text": one.text, "shown": one.shown, "about": one.about} for one in found
            ],
        }
    )


def suggestions(typed: str, names: dict[str, list[Count]]) -> list[Suggestion]:
    """Return what a query may go on with.

    >>> [one.text for one in suggestions("troops si", {})]
    ['troops site:']
    >>> suggestions("site:bb", {"site": [Count("bbc.com", 1200)]})
    [Suggestion(text='site:bbc.com ', shown='bbc.com', about='1,200 articles')]

    Args:
        typed: so far.
        names: see `archive.collection.Collection.vocabulary`.
    """
    found = _NAMED.search(typed) or _LAST.search(typed)
    if found is None:
        return []
    field, begun = found["field"], found["begun"]
    if field is None:
        kept = typed[: len(typed) - len(begun)]
        choices = _words(begun)
        return [Suggestion(kept + text, text.strip(), about) for text, about in choices][:_MOST]
    kept = typed[: found.end("field") + 1]
    values = list(_values(field.lower(), begun.casefold(), names))
    return [Suggestion(f"{kept}{_quoted(one)} ", one, about) for one, about in values[:_MOST]]


def _words(begun: str) -> Iterator[tuple[str, str]]:
    """Yield fields and operators that begin with what was typed."""
    if not begun:
        return
    for name in FIELDS:
        if name.startswith(begun.lower()):
            yield f"{name}:", _ABOUT[name]
    for name, about in _OPERATORS:
        if name.startswith(begun) and begun != name:
            yield f"{name} ", about


def _values(field: str, begun: str, names: dict[str, list[Count]]) -> Iterator[tuple[str, str]]:
    """Yield values of a field that begin with what was typed, or have a word that does."""
    fixed = {"is": STATES, "has": FEATURES}.get(field)
    if fixed is not None:
        yield from ((value, "") for value in fixed if value.startswith(begun))
        return
    key = "lang" if field == "language" else field
    for value, count in names.get(key, ()) if key != "month" else ():
        folded = value.casefold()
        if folded.startswith(begun) or f" {begun}" in folded or (key == "site" and begun in folded):
            yield value, f"{count:,} article{'' if count == 1 else 's'}"


def _quoted(value: str) -> str:
    return f'"{value.replace(chr(34), "")}"' if re.search(r"[\s()\"]", value) else value
