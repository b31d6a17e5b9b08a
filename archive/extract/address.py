"""Which addresses a page may go by: its own and those of its site, not another's."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split(url: str) -> SplitResult:
    """Return the parts of a URL; of one that cannot be taken apart, parts that are all empty."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def host(url: str) -> str:
    """Return the host of a URL in lower case, without ``www``."""
    return (split(url).hostname or "").removeprefix("www.")


def bare(url: str) -> str:
    """Return a URL for comparison: without scheme, ``www``, query, fragment, slash at the end."""
    return host(url) + split(url).path.rstrip("/")


def is_root(url: str) -> bool:
    """Tell whether a URL is that of a home page."""
    parts = split(url)
    return parts.path in ("", "/") and not parts.query


def may_stand_for(canonical: str, url: str) -> bool:
    """Tell whether a page at `url` may call itself `canonical`.

    Another site's address would make this page a version of that site's article, and the home page
    is what a careless template names on every page.
    """
    if is_root(canonical) and not is_root(url):
        return False
    return site(canonical) == site(url)


def site(url: str) -> str:
    """Return the domain that somebody registered, by a rule of thumb: ``example.co.uk``."""
    labels = host(url).strip(".").split(".")
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if second_level else -2 :])
