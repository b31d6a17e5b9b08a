"""Which article a page is a version of."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.urlkey import check_url

#: Host names under which a site shows the same articles again.
_TWIN = re.compile(r"(?:www\d*|m|mobile|amp)\.")


def article_url(claimed: str, captured: str) -> str:
    """Return the URL of the article that a page shows.

    A page says itself what its canonical URL is, and a page may lie or be wrong: a claim to be on
    another site, or to be the home page, is not believed.

    >>> article_url("https://www.example.com/a", "https://m.example.com/a?utm_source=x")
    'https://www.example.com/a'
    >>> article_url("https://www.bbc.com/news", "https://evil.example/a")
    'https://evil.example/a'

    Args:
        claimed: the canonical URL by the page's own word.
        captured: where the page was found.
    """
    captured = captured.partition("#")[0]
    try:
        canonical = check_url(claimed.encode().decode())
    except (UsageError, UnicodeError):  # UnicodeError: half a character, out of somebody's JSON
        return captured
    theirs, ours = urlsplit(canonical), urlsplit(captured)
    is_home = not theirs.path.strip("/") and not theirs.query
    is_ours_home = not ours.path.strip("/") and not ours.query
    if _site(theirs.hostname) != _site(ours.hostname) or (is_home and not is_ours_home):
        return captured
    return canonical


def _site(host: str | None) -> str:
    return _TWIN.sub("", host or "", count=1) if _TWIN.match(host or "") else host or ""
