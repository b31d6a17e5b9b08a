"""Sitemaps, sitemap indexes and news sitemaps (sitemaps.org; Google News, namespace 0.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from urllib.parse import urljoin

from lxml import etree

from archive import timestamp
from crawler.model import Candidate, Kind

#: Children of a ``url`` or ``sitemap`` element that say when, the most telling first.
_DATES = ("publication_date", "lastmod")


def sitemap_candidates(body: bytes, url: str) -> Iterator[Candidate]:
    """Yield the articles, or the further sitemaps, that a sitemap names.

    An ill-formed one is read as far as libxml2 can follow it: a raw ``&`` in a title does no harm.
    """
    events = etree.iterparse(
        BytesIO(body),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
    )
    location = ""
    dates: dict[str, str] = {}
    try:
        for _, element in events:
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name == "loc" and _is_own_location(element):
                location = (element.text or "").strip()
            elif name in _DATES:
                dates[name] = (element.text or "").strip()
            elif name in ("url", "sitemap"):
                if location:
                    kind = Kind.SITEMAP if name == "sitemap" else Kind.ARTICLE
                    yield Candidate(_absolute(url, location), kind, "M", _moment(dates))
                location, dates = "", {}
                element.clear()
                parent = element.getparent()
                if parent is not None:
                    while len(parent) > 1:
                        del parent[0]
    except etree.XMLSyntaxError:
        return  # nothing could be recovered behind this place


def text_sitemap_candidates(body: bytes) -> Iterator[Candidate]:
    """Yield the URLs of a text sitemap: one a line (sitemaps.org)."""
    for line in body.decode("utf-8-sig", "replace").splitlines():
        text = line.strip()
        if text.startswith(("http://", "https://")):
            yield Candidate(text, Kind.ARTICLE, "M")


def _is_own_location(element: etree._Element) -> bool:
    """Tell a page's ``loc`` from that of an image in the image extension."""
    parent = element.getparent()
    return parent is not None and etree.QName(parent).localname in ("url", "sitemap")


def _absolute(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return location


def _moment(dates: dict[str, str]) -> datetime | None:
    for name in _DATES:
        try:
            return timestamp.from_warc_date(dates[name])
        except (KeyError, ValueError):
            continue
    return None
