"""The front page, and search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from archive.collection import Collection
from archive.errors import UsageError
from archive.glance import Card
from archive.index.search import Results
from archive.model import Capture, Copy, Hit, Version
from archive.web.asked import Asked, number
from archive.web.narrowing import Narrowing, chips
from archive.web.pages import page

PAGE_SIZE = 20
#: Further back than this nobody turns pages of the newest articles; a search gets there at once.
_MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Story:
    """An article on the front page, with its lead image where the archive has that."""

    version: Version
    image: Capture | None


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, with what is known of its article.

    Attributes:
        hit: what was found.
        card: of its article.
        image: capture of the lead image, where the archive has that.
        copies: the same text in other papers; those of them that were found are not shown again.
        more: so many copies are not told of.
    """

    hit: Hit
    card: Card
    image: Capture | None
    copies: Sequence[Copy]
    more: int

    @property
    def papers(self) -> int:
        """In how many other papers the text is; 0 where it is several times in one, or in many."""
        hosts = {self.card.host, *(copy.host for copy in self.copies)}
        return len(self.copies) if not self.more and len(hosts) == len(self.copies) + 1 else 0


def front(request: Request) -> Response:
    """Answer ``/``: what matches ``q`` and the filters, or the newest articles."""
    asked = Asked.of(request)
    if not asked.is_nothing:
        return _found(request, asked)
    collection: Collection = request.app.state.collection
    at = max(1, number(request, "page", 1, most=_MOST_PAGES))
    newest = collection.articles(PAGE_SIZE + 1, (at - 1) * PAGE_SIZE)
    return page(
        request,
        "front.html",
        stories=[Story(version, _lead(collection, version)) for version in newest[:PAGE_SIZE]],
        asked=asked,
        counts=request.app.state.status.get() if at == 1 else None,
        earlier=f"/?page={at + 1}" if len(newest) > PAGE_SIZE and at < _MOST_PAGES else None,
        later=f"/?page={at - 1}" if at > 1 else None,
    )


def _found(request: Request, asked: Asked) -> Response:
    collection: Collection = request.app.state.collection
    error, narrowing = None, None
    try:
        results = search(collection, asked)
        if results.hits or asked.filters["since"] or asked.filters["until"]:
            narrowing = Narrowing.of(asked, collection.outline(asked.query, **asked.narrowed()))
    except UsageError as wrong:
        results, error = Results(), str(wrong)
    return page(
        request,
        "results.html",
        status=400 if error else 200,
        asked=asked,
        chips=chips(asked),
        error=error,
        results=results,
        found=_with_cards(collection, results.hits),
        narrowing=narrowing,
        by_rank=asked.link(sort="rank"),
        by_date=asked.link(sort="date"),
        first=asked.link() if asked.after else None,
        after=asked.link(after=results.cursor) if results.cursor else None,
        feed=asked.link("/feed", sort="rank"),
    )


def search(collection: Collection, asked: Asked, *, limit: int = PAGE_SIZE) -> Results:
    """Run the search that a page was asked for.

    Raises:
        UsageError: a filter is none, or there is nothing to search for.
    """
    return collection.search(
        asked.query,
        sort=asked.order,
        limit=limit,
        after=asked.after or None,
        **asked.narrowed(),
    )


def _with_cards(collection: Collection, hits: Sequence[Hit]) -> list[Found]:
    """Return hits as they are shown: of copies of one text on a page, the first stands for all."""
    cards = collection.cards([hit.article_id for hit in hits])
    found, told = [], set[int]()
    for hit in hits:
        card = cards.get(hit.article_id)
        if card is None or card.cluster in told:  # the index may have changed in between
            continue
        if card.cluster is not None:
            told.add(card.cluster)
        copies = [copy for copy in card.copies if copy.article_id != hit.article_id]
        more = max(0, card.copy_count - 1 - len(copies))
        found.append(Found(hit, card, _image(collection, card), copies, more))
    return found


def _image(collection: Collection, card: Card) -> Capture | None:
    return image(collection, card.image_url, card.first_capture) if card.image_url else None


def _lead(collection: Collection, version: Version) -> Capture | None:
    lead = version.article.image
    return image(collection, lead.url, version.first_capture) if lead else None


def image(collection: Collection, url: str, moment: str) -> Capture | None:
    """Return the capture of an image that is nearest to a time, if there is one to show."""
    try:
        capture = collection.closest(url, moment)
    except UsageError:  # what a page says of its image need not be a URL
        return None
    return capture if capture and (capture.status or 200) < 400 else None
