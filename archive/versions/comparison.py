"""Two versions of an article, word by word."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive import timestamp
from archive.model import Version
from archive.wording.alignment import align
from archive.wording.diff import Piece, word_diff

#: Lines around a change in the unified form.
_CONTEXT = 3

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.6 Georgia, serif; }}
header {{ color: #555; font: 0.9rem/1.5 sans-serif; }}
del {{ background: #fdd; color: #900; }}
ins {{ background: #dfd; color: #060; text-decoration: none; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #181818; color: #ddd; }}
  del {{ background: #511; color: #fbb; }}
  ins {{ background: #131; color: #bfb; }}
}}
</style>
</head>
<body dir="auto">
<header><p>{url}<br>{about}</p></header>
<h1>{headline}</h1>
{body}
</body>
</html>
"""
_TAGS = {"removed": "<del>{}</del>", "added": "<ins>{}</ins>", "same": "{}"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the words of an article between two versions.

    Attributes:
        url: of the article.
        before: the one version.
        after: the other.
        title: pieces of the headline.
        body: pieces of the text; a blank line separates paragraphs.
    """

    url: str
    before: Version
    after: Version
    title: tuple[Piece, ...]
    body: tuple[Piece, ...]

    def paragraphs(self) -> Iterator[list[Piece]]:
        """Yield the pieces of each paragraph."""
        paragraph: list[Piece] = []
        for piece in self.body:
            first, *more = piece.text.split("\n")
            if first:
                paragraph.append(Piece(piece.kind, first))
            for line in more:
                if paragraph:
                    yield paragraph
                paragraph = [Piece(piece.kind, line)] if line else []
        if paragraph:
            yield paragraph

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON; joined, the pieces that are not ``added`` are the old text."""
        return {
            "url": self.url,
            "from": _about(self.before),
            "to": _about(self.after),
            "title": [[piece.kind, piece.text] for piece in self.title],
            "body": [[piece.kind, piece.text] for piece in self.body],
        }

    def as_html(self) -> str:
        """Return it as a page of its own: no script, no link, all of it escaped."""
        paragraphs = "\n".join(f"<p>{_marked(pieces)}</p>" for pieces in self.paragraphs())
        return _PAGE.format(
            language=html.escape(self.after.article.language or "und"),
            title=html.escape(self.after.article.title),
            url=html.escape(self.url),
            about=html.escape(f"{_named(self.before)} → {_named(self.after)}"),
            headline=_marked(self.title),
            body=paragraphs,
        )

    def as_unified(self) -> Iterator[str]:
        """Yield the lines of a unified diff of headline and paragraphs, without ends of lines."""
        old, new = _lines(self.before), _lines(self.after)
        yield f"--- {_named(self.before)}"
        yield f"+++ {_named(self.after)}"
        for hunk in _hunks(old, new):
            first, last = hunk[0], hunk[-1]
            removed = last[1] - first[0]
            added = last[3] - first[2]
            yield f"@@ -{_range(first[0], removed)} +{_range(first[2], added)} @@"
            at = first[0]
            for low, high, start, end in hunk:
                yield from (f" {line}" for line in old[at:low])
                yield from (f"-{line}" for line in old[low:high])
                yield from (f"+{line}" for line in new[start:end])
                at = high


def compare(url: str, before: Version, after: Version) -> Comparison:
    """Compare two versions of the article at `url`, word by word."""
    return Comparison(
        url,
        before,
        after,
        tuple(word_diff(before.article.title, after.article.title)),
        tuple(word_diff(before.article.text, after.article.text)),
    )


def _hunks(old: list[str], new: list[str]) -> Iterator[list[tuple[int, int, int, int]]]:
    """Yield changed places that are near each other, each with the lines around.

    A place is what lines it replaces and what lines it puts there. The first and the last of a
    hunk replace nothing by nothing, and stand where the lines around begin and end.
    """
    hunk: list[tuple[int, int, int, int]] = []
    at_old = at_new = 0
    for one, other, size in [*align(old, new), (len(old), len(new), 0)]:
        if (one, other) != (at_old, at_new):
            if hunk and at_old - hunk[-1][1] > 2 * _CONTEXT:
                yield _closed(hunk, old, new)
                hunk = []
            if not hunk:
                lead = min(_CONTEXT, at_old, at_new)
                hunk = [(at_old - lead, at_old - lead, at_new - lead, at_new - lead)]
            hunk.append((at_old, one, at_new, other))
        at_old, at_new = one + size, other + size
    if hunk:
        yield _closed(hunk, old, new)


def _closed(
    hunk: list[tuple[int, int, int, int]], old: list[str], new: list[str]
) -> list[tuple[int, int, int, int]]:
    _, high, _, end = hunk[-1]
    tail = min(_CONTEXT, len(old) - high, len(new) - end)
    return [*hunk, (high + tail, high + tail, end + tail, end + tail)]


def _range(start: int, size: int) -> str:
    """Return a range of lines as unified diffs write it: from 1, or before it where it is empty."""
    return f"{start + 1 if size else start},{size}"


def _lines(version: Version) -> list[str]:
    return [version.article.title, "", *version.article.text.split("\n")]


def _marked(pieces: tuple[Piece, ...] | list[Piece]) -> str:
    return "".join(_TAGS[piece.kind].format(html.escape(piece.text)) for piece in pieces)


def _named(version: Version) -> str:
    moment = timestamp.to_datetime(version.first_capture)
    return f"version {version.number}, {moment:%Y-%m-%d %H:%M:%S} UTC"


def _about(version: Version) -> dict[str, Any]:
    modified = version.article.modified
    return {
        "number": version.number,
        "first_capture": version.first_capture,
        "last_capture": version.last_capture,
        "title": version.article.title,
        "modified": modified.isoformat() if modified else None,
        "kind": version.kind,
        "stealth": version.stealth,
    }
