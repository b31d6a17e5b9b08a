"""What an article's own page says: whether it is the article at all, its URL, its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.extract.quarantine import suspect
from archive.versions import article_url
from crawler.discovery import nature
from crawler.outcome import Failure
from crawler.page import Page
from crawler.scope import clean

_NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Story:
    """What was read from the page of an article.

    Attributes:
        failure: it says that there is no such article, with status 200.
        suspect: what it is instead of the article, one line for a person; or None.
        canonical: the URL that it says it has, where that is believed and differs.
        published: when it says it was published.
        lists: it says that it is a list of articles.
    """

    failure: Failure | None = None
    suspect: str | None = None
    canonical: str | None = None
    published: datetime | None = None
    lists: bool = False


def story(page: Page) -> Story:
    """Read the page of an article; what is no HTML says nothing."""
    if not page.is_html or page.status != 200:
        return Story()
    suspicion = suspect(page.status, page.body, page.url, charset=page.charset)
    if suspicion is not None:
        why = f"{suspicion.reason}: {suspicion.detail}"
        if suspicion.reason == _NOT_FOUND:
            return Story(failure=Failure(f"soft 404: {why}", status=page.status, gone=True))
        return Story(suspect=why)
    said = nature(page.body, page.url, charset=page.charset)
    canonical = clean(article_url(said.canonical or page.url, page.url))
    return Story(
        canonical=None if canonical == page.url else canonical,
        published=said.published,
        lists=said.kind == "listing",
    )
