"""OPML 2.0 (opml.org/spec2.opml): the lists of feeds that feed readers exchange."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from lxml import etree

from archive.errors import UsageError
from crawler.model import Kind
from crawler.scope import clean
from crawler.sources import Seed, Source, is_home

#: A list of more than so many bytes, or feeds, is none that a person keeps.
MAX_SIZE = 10 * 1024 * 1024
MAX_FEEDS = 10_000
#: Feeds of one site: more are the feeds of a platform, and its sites are different sources.
MAX_FEEDS_OF_A_SITE = 500
#: The name of a source has no more letters.
_NAME = 100


@dataclass(frozen=True, slots=True)
class Feed:
    """An outline that is a feed.

    Attributes:
        url: ``xmlUrl``.
        site: ``htmlUrl``, or None.
    """

    url: str
    site: str | None


def feeds(document: bytes) -> list[Feed]:
    """Return the feeds of an OPML document, in its order, each once.

    An ill-formed one is read as far as libxml2 can follow it: many are written by hand. Entities
    are not resolved, and nothing is loaded.

    Raises:
        UsageError: it is no OPML, or holds too much.
    """
    if len(document) > MAX_SIZE:
        raise UsageError(f"is larger than {MAX_SIZE // 1_048_576} MB; split it")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"is no OPML ({error})") from None
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise UsageError("is no OPML: it does not begin with <opml>")
    found: dict[str, Feed] = {}
    for outline in root.iter("outline"):
        values = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        url = clean(values.get("xmlurl", ""), whole=True)
        if url is None or url in found:
            continue
        if len(found) >= MAX_FEEDS:
            raise UsageError(f"names more than {MAX_FEEDS:,} feeds; split it")
        found[url] = Feed(url, clean(values.get("htmlurl", "")))
    return list(found.values())


def sources(found: Iterable[Feed]) -> list[Source]:
    """Return a source for each site that some feeds belong to, named for its host.

    A feed belongs to the site that its outline names, which may be another than the one it lies
    on, or else to its own host; with and without ``www.`` is one site.
    """
    seeds: dict[str, dict[Seed, None]] = {}
    for feed in found:
        home = feed.site or urljoin(feed.url, "/")
        site = (urlsplit(home).hostname or "").removeprefix("www.")
        of_site = seeds.setdefault(site, {})
        if feed.site is not None and is_home(feed.site):
            of_site.setdefault(Seed(feed.site, Kind.HOME))
        if len(of_site) < MAX_FEEDS_OF_A_SITE:
            of_site[Seed(feed.url, Kind.FEED)] = None
    return [_source(site, of_site) for site, of_site in seeds.items()]


def _source(site: str, seeds: Iterable[Seed]) -> Source:
    """Return the source of a site, which is its host even if all its feeds lie elsewhere."""
    ordered = tuple(sorted(seeds, key=lambda seed: seed.kind is not Kind.HOME))
    source = Source(site[:_NAME], ordered)
    return source if source.scope().owns(site) else replace(source, hosts=(site,))


def document(sources: Iterable[Source]) -> bytes:
    """Return an OPML document with an outline for each feed of some sources."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources of newswarc"
    body = etree.SubElement(root, "body")
    for source in sources:
        homes = [seed.url for seed in source.seeds if seed.kind is Kind.HOME]
        urls = _feeds(source)
        for url in urls:
            outline = etree.SubElement(body, "outline", type="rss")
            outline.set("text", source.name if len(urls) == 1 else f"{source.name}: {_path(url)}")
            outline.set("xmlUrl", url)
            if homes:
                outline.set("htmlUrl", homes[0])
            outline.set("category", source.name)
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return text


def has_feeds(source: Source) -> bool:
    """Tell whether a source has feeds, and so a place in OPML."""
    return bool(_feeds(source))


def _feeds(source: Source) -> list[str]:
    return [seed.url for seed in source.seeds if seed.kind is Kind.FEED]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
