"""Twins: other forms of an article that has a page of its own.

A print form, a PDF, AMP, the page for telephones, the fragment that an endless page loads: the
same text again, under a rule that the URL shows. They are not stored as articles of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.scope.spelling import Spelled, spelled

#: Without one of these a path with its query is no twin: most URLs are done with here.
_HINT = re.compile(r"amp|print|pdf|/all/\d|replytocom|share=", re.IGNORECASE)
_FRAGMENT = re.compile(r"^/all/\d+/?$")
#: The first group is what stays of the match.
_PATHS = (
    (re.compile(r"(?<=[^/])/amp(/?)$", re.IGNORECASE), "AMP"),
    (re.compile(r"(?<=[^/])\.amp((?:\.html?)?)$", re.IGNORECASE), "AMP"),
    (re.compile(r"^((?:/[a-z]{2})?)/amp(?=/.)", re.IGNORECASE), "AMP"),
    (
        re.compile(r"(?<=[^/])/(?:pdf|print|printable|print-version)(/?)$", re.IGNORECASE),
        "a print form",
    ),
)
#: ``/print/…`` may also be the section of what was in the printed paper.
_PRINT_BEFORE = re.compile(r"^/(?:print|printable|pdf)/.", re.IGNORECASE)
_ARGUMENTS = (
    (
        re.compile(r"(?:is_?)?amp(?:=(?:1|true|y|yes)?)?|output(?:type)?=amp", re.IGNORECASE),
        "AMP",
    ),
    (
        re.compile(
            r"(?:print|printable|print_?version)(?:=(?:1|true|y|yes)?)?"
            r"|(?:output|view|format|mode|version)=(?:print|printable|pdf)",
            re.IGNORECASE,
        ),
        "a print form",
    ),
    (re.compile(r"(?:replytocom|share)=.*", re.IGNORECASE), "a comment or share form"),
)
_MOBILE = re.compile(r"(amp|m|mobile|mobil|wap|touch|pda)\.")
#: Google's copies of AMP pages: the original stands in their path.
_CACHE = re.compile(
    r"https://(?:[\w-]+\.cdn\.ampproject\.org/[acvi]|(?:www\.)?google\.\w{2,3}/amp)/(s/)?(.+)"
)


class Twin(NamedTuple):
    """Another form of an article.

    Attributes:
        form: what it is, for people.
        of: URL of the article, where the rule is certain.
        perhaps: it may be an original after all, if a feed or sitemap names it.
    """

    form: str
    of: str | None = None
    perhaps: bool = False


def twin_of(url: str, hosts: Collection[str] = ()) -> str | None:
    """Return the article that a URL is another form of, if a rule says so with certainty.

    Args:
        url: absolute.
        hosts: names of the publisher. One of ``m.``, ``mobile.`` and ``amp.`` is left away only
            where this leads to one of them, with or without ``www.``.

    >>> twin_of("https://example.org/2024/10/23/slug/amp/")
    'https://example.org/2024/10/23/slug/'
    """
    taken = spelled(url)
    found = None if taken is None else twin(taken, hosts)
    return None if found is None else found.of


def twin(url: Spelled, hosts: Collection[str] = ()) -> Twin | None:
    """Return what a URL is another form of, or None if it is an original as far as rules go.

    Args:
        url: taken apart.
        hosts: see `twin_of`.
    """
    mobile = _MOBILE.match(url.host)
    hinted = _HINT.search(url.path) or (url.query and _HINT.search(url.query))
    if mobile is None and not hinted:
        return None
    cached = _CACHE.fullmatch(url.url)
    if cached is not None:
        return Twin("AMP", f"http{'s' if cached[1] else ''}://{cached[2]}")
    host = _plain_host(url.host, hosts) if mobile else None
    found = _within(url.path, url.query) if hinted else None
    if found is not None:
        return found._replace(of=found.of and _joined(url.url, host, found.of))
    if mobile is None or host is None:
        return None
    form = "AMP" if mobile[1] == "amp" else "a mobile form"
    resource = f"{url.path}?{url.query}" if url.query else url.path
    return Twin(form, _joined(url.url, host, resource))


def _within(path: str, query: str) -> Twin | None:
    """Return the form that a path and a query show, and those of the original, if certain."""
    if _FRAGMENT.match(path):
        return Twin("a page fragment")
    for pattern, form in _PATHS:
        if pattern.search(path):
            original = pattern.sub(r"\1", path)
            return Twin(form, f"{original}?{query}" if query else original)
    if _PRINT_BEFORE.match(path):
        return Twin("a print form", perhaps=True)
    arguments = query.split("&") if query else []
    for pattern, form in _ARGUMENTS:
        kept = [argument for argument in arguments if not pattern.fullmatch(argument)]
        if len(kept) < len(arguments):
            return Twin(form, f"{path}?{'&'.join(kept)}" if kept else path)
    return None


def _plain_host(host: str, hosts: Collection[str]) -> str | None:
    """Return the host without the label of its mobile form, if that is one of `hosts`."""
    label, _, rest = host.partition(".")
    if not label or host in hosts:
        return None
    return next((name for name in (f"www.{rest}", rest) if name in hosts), None)


def _joined(url: str, host: str | None, resource: str) -> str:
    """Return the URL of another resource of the same site, or of another of its hosts."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{host or parts.netloc}{resource}"
