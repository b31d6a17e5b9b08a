"""What a URL looks like: an article, a section, a feed; the date that stands in it."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|json|woff2?|ttf|eot|mp[34]|m4[av]|webm|ogg|zip"
    r"|gz|rar|exe|apk|docx?|xlsx?|pptx?|epub|mobi)$",
    re.IGNORECASE,
)
_DATE = re.compile(r"/(19[89]\d|20\d\d)[/-]?([01]?\d)(?:[/-]?([0-3]?\d))?(?=\D|$)")
_ARTICLE = (
    re.compile(r"/(?:19[89]\d|20\d\d)/(?:[01]?\d|[a-z]{3})/(?:[0-3]?\d/)?[^/]{4,}"),  # a dated path
    re.compile(r"/\d{4}-\d\d-\d\d[-/][^/]+"),
    re.compile(r"(?:^|[/_-])[a-z]?\d{5,}(?:\.[a-z]+)?/?$", re.IGNORECASE),  # a long number
    re.compile(r"/[^/]*[a-z]-a\d{3,}/?$", re.IGNORECASE),
    re.compile(r"/[^/]*[^/-]+(?:-[^/-]+){3,}(?:\.[a-z]{3,5})?/?$", re.IGNORECASE),  # four words
    re.compile(r"/(?:article|story|articles|stories)/.*[^/]{6,}"),
)
#: A tag, an author, a day: they list articles, without end, that are listed elsewhere as well.
_INDEX = re.compile(
    r"^/(?:[a-z]{2}/)?(?:tags?|topics?|authors?|by|people|users?|profile|archives?|calendar|search"
    r"|page|dates?)(?:/|$)",
    re.IGNORECASE,
)
#: A page of the house, not of the paper.
_HOUSE = re.compile(
    r"^/(?:[a-z]{2}/)?(?:about|contacts?|advertis\w*|privacy\w*|terms\w*|cookies?|legal|imprint|help"
    r"|faq|jobs|careers|vacanc\w*|login|log-in|signin|sign-in|register|signup|account|subscri\w*"
    r"|newsletters?|donat\w*|contribute|support|shop|store|apps?|mobile|sitemap|rss|feeds?|preview"
    r"|wp-\w+|cgi-bin|cdn-cgi|api|static|assets)(?:[/.-]|$)",
    re.IGNORECASE,
)
_FEED = re.compile(r"(?:^|[/._-])(?:rss|feeds?|atom)(?:[/._-]|$)", re.IGNORECASE)
_SECTION = re.compile(
    r"/(?:[a-z]{2}/)?(?:(?:category|section|sections|rubric|rubrics|topic)/)?"
    r"[a-z][a-z0-9_-]{1,39}/?",
    re.IGNORECASE,
)


def is_article(resource: str) -> bool:
    """Tell whether a path, with its query, looks like that of an article.

    >>> is_article("/2024/10/23/north-korea-sent-troops-a86785"), is_article("/news")
    (True, False)
    """
    path = resource.partition("?")[0]
    if _INDEX.match(path) or _HOUSE.match(path):
        return False
    return any(pattern.search(path) for pattern in _ARTICLE)


def is_section(url: str) -> bool:
    """Tell whether a URL that stands on a home page looks like that of a section."""
    parts = urlsplit(url)
    if parts.query or _HOUSE.match(parts.path) or is_article(parts.path):
        return False
    if _INDEX.match(parts.path) and not parts.path.startswith(("/topic/", "/topics/")):
        return False
    return bool(_SECTION.fullmatch(parts.path))


def is_feed(url: str) -> bool:
    """Tell whether a URL looks like that of a feed, or of the page that lists the feeds."""
    return bool(_FEED.search(urlsplit(url).path))


def date_in(url: str) -> date | None:
    """Return the date, or the first day of the month, that stands in a URL's path.

    >>> date_in("https://example.org/2024/10/23/slug")
    datetime.date(2024, 10, 23)
    """
    # Cut by hand: a sitemap has this done a hundred thousand times, and a host has no slash.
    match = _DATE.search(re.split("[?#]", url, maxsplit=1)[0].partition("://")[2])
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
