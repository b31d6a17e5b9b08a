"""What was changed: ``/edits``, those that nobody was told of first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive import timestamp
from archive.collection import Collection
from archive.model import Edit
from archive.versions import atom, compare
from archive.versions.excerpt import excerpt, shortened
from archive.web.asked import number
from archive.web.atom import response
from archive.web.pages import page
from archive.wording.change import KINDS
from archive.wording.diff import Piece

_PAGE_SIZE = 20
#: Further back than this nobody turns pages; ``since`` goes there at once.
_MOST_PAGES = 500
#: Of an edit so much is shown, in characters; a longer text is not compared for a list.
_EXCERPT, _COMPARED = 700, 40_000
_IN_A_FEED = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """An edit with what changed in short."""

    edit: Edit
    title: Sequence[Piece]
    body: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which edits a page shows.

    Attributes:
        site: host or name of a publication; empty for any.
        since: a day; empty for any.
        kind: of the change; empty for any.
        everything: not only those in stealth.
    """

    site: str
    since: str
    kind: str
    everything: bool

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Return what a request wants."""
        given = request.query_params
        kind = given.get("kind", "")
        return cls(
            site=given.get("site", "").strip()[:200],
            since=given.get("since", "").strip()[:40],
            kind=kind if kind in KINDS else "",
            everything=given.get("show") == "all",
        )

    def path(self, path: str = "/edits", *, at: int = 1, everything: bool | None = None) -> str:
        """Return the URL of these edits."""
        show = self.everything if everything is None else everything
        values = {
            "show": "all" if show else "",
            "site": self.site,
            "since": self.since,
            "kind": self.kind,
            "page": str(at) if at > 1 else "",
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path

    def find(self, collection: Collection, limit: int, offset: int = 0) -> list[Edit]:
        """Return the edits.

        Raises:
            UsageError: `since` is no time.
        """
        return collection.edits(
            since=timestamp.parse(self.since) if self.since else None,
            site=self.site or None,
            kinds=(self.kind,) if self.kind else (),
            stealth=not self.everything,
            limit=limit,
            offset=offset,
        )


def edits(request: Request) -> Response:
    """Answer ``/edits``: in stealth, or all with ``show=all``; by site, kind and time."""
    collection: Collection = request.app.state.collection
    wanted = Wanted.of(request)
    at = max(1, number(request, "page", 1, most=_MOST_PAGES))
    found = wanted.find(collection, _PAGE_SIZE + 1, (at - 1) * _PAGE_SIZE)
    more = len(found) > _PAGE_SIZE and at < _MOST_PAGES
    return page(
        request,
        "edits.html",
        wanted=wanted,
        kinds=KINDS,
        shown=[_shown(edit) for edit in found[:_PAGE_SIZE]],
        stealth_link=wanted.path(everything=False),
        all_link=wanted.path(everything=True),
        feed=wanted.path("/edits/feed"),
        before=wanted.path(at=at - 1) if at > 1 else None,
        after=wanted.path(at=at + 1) if more else None,
    )


def feed(request: Request) -> Response:
    """Answer ``/edits/feed``: the same edits as an Atom feed."""
    wanted = Wanted.of(request)
    origin: str = request.state.origin
    about = " ".join(filter(None, (wanted.kind, wanted.site and f"of {wanted.site}")))
    return response(
        request,
        atom(
            wanted.find(request.app.state.collection, _IN_A_FEED),
            title=f"newswarc: {'edits' if wanted.everything else 'stealth edits'} {about}".strip(),
            now=timestamp.now(),
            link=lambda edit: origin + path_of(edit),
            own_url=origin + wanted.path("/edits/feed"),
        ),
    )


def path_of(edit: Edit) -> str:
    """Return the path of the page that compares both versions."""
    return f"/article/{edit.after.article_id}/diff?from={edit.before.number}&to={edit.after.number}"


def _shown(edit: Edit) -> Shown:
    """Return an edit with what changed; of long texts only the headline is compared."""
    before, after = edit.before.article, edit.after.article
    if len(before.text) + len(after.text) > _COMPARED:
        return Shown(edit, [], [])
    found = compare(edit.url, edit.before, edit.after)
    return Shown(edit, excerpt(found.title), shortened(excerpt(found.body), _EXCERPT))
