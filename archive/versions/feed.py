"""An Atom feed of edits."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from archive import timestamp
from archive.atom import Entry, feed, urn
from archive.model import Edit
from archive.versions.comparison import compare
from archive.versions.excerpt import excerpt
from archive.wording.diff import Piece

#: Makes ids of what an edit is; another collection that saw the same edit gives it the same id.
_SPACE = uuid.UUID("6f0c2b1e-6f3a-5f0b-9d59-3d7c0c8f4a11")
#: No more of a summary is given, in characters.
_MAX_SUMMARY = 4000
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def atom(
    edits: Sequence[Edit],
    *,
    title: str,
    now: datetime,
    link: Callable[[Edit], str] | None = None,
    own_url: str | None = None,
) -> bytes:
    """Return a feed of edits as XML in UTF-8.

    The id of an entry depends on the article, the text and when it was first seen, on nothing
    else: a reader that polls the feed sees each edit once.

    Args:
        edits: the newest first.
        title: of the feed.
        now: says when the feed was made, where there is no edit to say it.
        link: gives where an edit can be read; at the article itself when None.
        own_url: where the feed is, if it is anywhere.
    """
    newest = max((edit.after.first_capture for edit in edits), default=None)
    return feed(
        [_entry(edit, link(edit) if link else edit.url) for edit in edits],
        feed_id=urn(_SPACE, title),
        title=title,
        updated=timestamp.to_datetime(newest) if newest else now,
        own_url=own_url,
    )


def _entry(edit: Edit, link: str) -> Entry:
    after = edit.after
    label = f"stealth, {after.kind}" if after.stealth else after.kind
    return Entry(
        id=urn(_SPACE, f"{edit.url} {after.digest} {after.first_capture}"),
        title=f"[{label}] {after.article.title}",
        updated=timestamp.to_datetime(after.first_capture),
        link=link,
        summary=summary(edit),
        categories=[term for term in (after.kind, "stealth" if after.stealth else None) if term],
    )


def summary(edit: Edit) -> str:
    """Return what was removed, in ``[-…-]``, and added, in ``{+…+}``, with a few words around."""
    found = compare(edit.url, edit.before, edit.after)
    parts = [_written(pieces) for pieces in (found.title, found.body)]
    text = "\n".join(filter(None, parts))
    return text if len(text) <= _MAX_SUMMARY else text[: _MAX_SUMMARY - 2] + " …"


def _written(pieces: Sequence[Piece]) -> str:
    return "".join(_MARKS[piece.kind].format(piece.text) for piece in excerpt(pieces))
