"""Two versions of an article beside each other: ``/article/{id}/diff``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from archive.collection import Collection
from archive.versions import compare
from archive.web.asked import number
from archive.web.pages import failure, page
from archive.wording.diff import Piece

#: So many versions can be chosen from, the newest.
_VERSIONS = 200
#: So many paragraphs are shown.
_PARAGRAPHS = 2000
#: Of paragraphs in a row that did not change, so many are shown before and after a change.
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of both versions.

    Attributes:
        before: what the one says of it, with what was removed.
        after: what the other says of it, with what was added.
        changed: the two differ.
    """

    before: Sequence[Piece]
    after: Sequence[Piece]
    changed: bool

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Paragraph:
        """Return the paragraph of the pieces of both."""
        all_of_them = list(pieces)
        return cls(
            [piece for piece in all_of_them if piece.kind != "added"],
            [piece for piece in all_of_them if piece.kind != "removed"],
            any(piece.kind != "same" for piece in all_of_them),
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs in a row; `folded` ones did not change, and are shown on demand."""

    paragraphs: Sequence[Paragraph]
    folded: bool


def diff(request: Request) -> Response:
    """Answer ``/article/{id}/diff?from=&to=``: without numbers, the last change."""
    collection: Collection = request.app.state.collection
    article_id: int = request.path_params["id"]
    notes = collection.version_notes(article_id, _VERSIONS) if article_id < 2**63 else []
    if not notes:
        return failure(request, 404, f"There is no article {article_id} in this collection.")
    newest = notes[0].number
    later = number(request, "to", newest)
    earlier = number(request, "from", max(1, later - 1))
    before = collection.version(article_id, earlier)
    after = collection.version(article_id, later)
    if before is None or after is None:
        wrong = earlier if before is None else later
        return failure(request, 404, f"There is no version {wrong} of article {article_id}.")
    comparison = compare(after.article.url, before, after)
    paragraphs = [Paragraph.of(pieces) for pieces in comparison.paragraphs()]
    return page(
        request,
        "diff.html",
        article_id=article_id,
        before=before,
        after=after,
        notes=notes,
        newest=newest,
        title=Paragraph.of(comparison.title),
        stretches=list(stretches(paragraphs[:_PARAGRAPHS])),
        left_out=max(0, len(paragraphs) - _PARAGRAPHS),
        same=not any(one.changed for one in [*paragraphs, Paragraph.of(comparison.title)]),
    )


def stretches(paragraphs: Sequence[Paragraph]) -> Iterator[Stretch]:
    """Yield the paragraphs, with those folded that are far from any change."""
    changed = [at for at, paragraph in enumerate(paragraphs) if paragraph.changed]
    near = {at + beside for at in changed for beside in range(-_AROUND, _AROUND + 1)}
    for shown, run in groupby(enumerate(paragraphs), lambda pair: pair[0] in near):
        some = [paragraph for _, paragraph in run]
        yield Stretch(some, folded=not shown and bool(changed) and len(some) > 1)
