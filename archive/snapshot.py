"""What a browser made of a page, under names of its own: no URL that anybody could ask for.

A rendered page has two `resource` records beside its response: the document as it stood in the end
(``urn:newswarc:dom:URL``) and a picture of it (``urn:newswarc:screenshot:URL``).
"""

from __future__ import annotations

import re

from archive.urlkey import is_url

#: Ends the name of the extractor of a text that comes from such a document.
RENDERED = " rendered"

_DOM = "urn:newswarc:dom:"
_SCREENSHOT = "urn:newswarc:screenshot:"
#: A name in which the URL of a page comes last: ``urn:text:URL``, ``screenshot:URL``.
_NAMED = re.compile(
    r"[a-z][a-z0-9+.-]*(?::[a-z0-9+._-]+)*:(https?://.+)", re.IGNORECASE | re.DOTALL
)


def dom_uri(url: str) -> str:
    """Return the name of the document that a browser made of the page at `url`."""
    return _DOM + url


def screenshot_uri(url: str) -> str:
    """Return the name of the picture of the page at `url`."""
    return _SCREENSHOT + url


def page_of_dom(uri: str) -> str | None:
    """Return the URL of the page whose document has the name `uri`; None for any other name.

    >>> page_of_dom("urn:newswarc:dom:https://novayagazeta.eu/articles/a")
    'https://novayagazeta.eu/articles/a'
    >>> page_of_dom("https://novayagazeta.eu/articles/a")
    """
    url = uri.removeprefix(_DOM)
    return url if url != uri and is_url(url) else None


def page_of(uri: str) -> str | None:
    """Return the URL of the page of which this is the name of a document or a picture; or None.

    Other crawlers have such names as well, for the text of a page, pictures and lists.

    >>> page_of("urn:newswarc:screenshot:https://novayagazeta.eu/articles/a")
    'https://novayagazeta.eu/articles/a'
    >>> page_of("urn:text:https://novayagazeta.eu/articles/a")
    'https://novayagazeta.eu/articles/a'
    >>> page_of("https://web.archive.org/web/2024/https://novayagazeta.eu/articles/a")
    """
    found = _NAMED.fullmatch(uri)
    return found[1] if found and is_url(found[1]) else None
