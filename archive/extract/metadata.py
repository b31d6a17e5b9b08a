"""What a page says of itself for machines: ``<meta>``, microdata, JSON-LD, ``<link>``.

`Metadata` answers per field, best source first. It keeps to what the page states; what has to be
guessed from the body is not its business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from archive.extract import authors, dates, jsonld
from archive.extract.structure import absolute
from archive.model import Author

#: A page with more tags has a vocabulary, not tags.
MAX_TAGS = 100

#: How many printed times are looked at, and how many values of one property.
MAX_TIMES = MAX_VALUES = 50

# fmt: off
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published",
    "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dcterms.created",
    "dcterms.issued", "dc.date.issued", "dc.date", "dcterms.date", "publish-date",
    "publish_date", "publication_date", "pubdate", "published_at", "publishdate", "date",
)
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "dcterms.modified", "last-modified", "lastmod", "article:modified", "revised",
)
_TITLES = (
    "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline",
    "title",
)
_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator",
)
_SECTIONS = (
    "article:section", "og:article:section", "parsely-section", "section", "cxenseparse:section",
)
_TAGS = ("news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_TOPICS = ("article:tag", "og:article:tag")
_SITES = (
    "og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher",
)
_IMAGES = (
    "og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src",
)
_MICRODATA = frozenset((
    "headline", "datepublished", "datemodified", "author", "articlesection", "keywords",
    "image", "description",
))
# fmt: on
#: The name of a site, in characters; what is longer is its motto as well.
LONGEST_NAME = 40
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,6}", re.IGNORECASE)
#: Elements whose times are those of other articles.
_FURNITURE = frozenset(("aside", "footer", "li", "nav"))
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")


class Metadata:
    """The statements of one page.

    Args:
        tree: the whole page; its scripts and ``<meta>`` are read at once, the rest when asked for.
        url: where it was captured.
        base: what its relative links resolve against.
    """

    def __init__(self, tree: HtmlElement, url: str, base: str) -> None:
        self._tree = tree
        self.url = url
        self._base = base
        self._meta: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            content = jsonld.line(element.get("content") or "")
            if content:
                for attribute in ("property", "name", "itemprop", "http-equiv"):
                    for name in (element.get(attribute) or "").lower().split():
                        self._meta.setdefault(name, []).append(content)
        self.nodes = jsonld.nodes(tree)

    def first(self, names: Iterable[str]) -> str | None:
        """Return the first value of the first ``<meta>`` that there is."""
        return next((self._meta[name][0] for name in names if name in self._meta), None)

    def every(self, names: Iterable[str]) -> list[str]:
        """Return all values of all these ``<meta>``."""
        return [value for name in names for value in self._meta.get(name, ())]

    @property
    def host(self) -> str:
        """The host of the page, without ``www``: a name of the publication as well."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of the article that this page is; empty if there is none.

        A page of several articles is a list of them, unless one of them is said to be this page.
        """
        found = [node for node in self.nodes if jsonld.is_article(node)]
        headlines = {jsonld.text(node.get("headline")) for node in found}
        if len(headlines) <= 1:
            return max(found, key=len, default={})
        here = {_bare(self.url), _bare(self.canonical)}
        for node in found:
            about = (node.get("url"), node.get("mainEntityOfPage"), node.get("@id"))
            if any(
                _bare(urljoin(self._base, address)) in here
                for address in map(jsonld.url, about)
                if address
            ):
                return node
        title = self.first(_TITLES)
        return next(
            (node for node in found if title and jsonld.text(node.get("headline")) == title), {}
        )

    @cached_property
    def canonical(self) -> str:
        """The page's canonical URL, if it is one of the same site, else where it was captured."""
        for candidate in self._canonicals():
            found = absolute(self._base, candidate)
            if found and _may_stand_for(found, self.url):
                return found.partition("#")[0]
        return self.url.partition("#")[0]

    def _canonicals(self) -> list[str]:
        """Return what the page names as its address, best source first."""
        links = (
            link.get("href")
            for link in self._tree.iter("link")
            if "canonical" in (link.get("rel") or "").lower().split()
        )
        return [address for address in (*links, self.first(["og:url"])) if address]

    @cached_property
    def states_article(self) -> bool:
        """Whether the page states, as only articles do, that it is one."""
        return bool(
            self.article
            or self.first(["article:published_time"])
            or self._microdata.get("articlebody")
        )

    @property
    def suggests_article(self) -> bool:
        """Whether the page says that it is an article, as some templates say on every page."""
        kind = (self.first(["og:type"]) or "").lower()
        return kind in ("article", "news", "newsarticle", "og:article")

    @property
    def is_home(self) -> bool:
        """Whether the page stands at the root of its host, and does not name another place."""
        return all(_is_root(url) for url in (self.url, *self._canonicals()))

    @property
    def is_listing(self) -> bool:
        """Whether the page states that it lists articles, and not that it is one."""
        return not self.article and any(map(jsonld.is_listing, self.nodes))

    @property
    def headline(self) -> str | None:
        """The headline in the structured data."""
        return jsonld.text(self.article.get("headline") or self.article.get("name"))

    @property
    def title(self) -> str | None:
        """The title for social networks."""
        return self.first(_TITLES)

    @property
    def subtitle(self) -> str | None:
        """The line below the headline in the structured data."""
        subtitle = jsonld.text(self.article.get("alternativeHeadline"))
        return subtitle if subtitle not in (self.headline, self.title) else None

    @property
    def article_body(self) -> str:
        """The text of the article in the structured data, which few pages give."""
        value = self.article.get("articleBody")
        return value if isinstance(value, str) else ""

    @property
    def published(self) -> dates.Moment | None:
        """When the page says it was published: for machines, in its URL, else for readers."""
        stated = [
            self.article.get("datePublished"),
            self.article.get("dateCreated"),
            *self.every(_PUBLISHED),
            *self._microdata.get("datepublished", ()),
        ]
        return dates.best(map(dates.parse, stated)) or dates.best(
            [dates.from_url(self.canonical), *self._printed_times()]
        )

    def _printed_times(self) -> Iterator[dates.Moment | None]:
        """Yield the times that stand in the page, those behind its headline first."""
        before: list[str] = []
        after: list[str] = []
        times = before
        for element in islice(self._tree.iter("h1", "time"), MAX_TIMES):
            if element.tag == "h1":
                times = after
            elif not any(ancestor.tag in _FURNITURE for ancestor in element.iterancestors()):
                times.append(element.get("datetime") or element.text_content())
        yield from map(dates.parse, (*after, *before))

    @property
    def modified(self) -> dates.Moment | None:
        """When the page says it was last edited."""
        stated = [
            self.article.get("dateModified"),
            *self.every(_MODIFIED),
            *self._microdata.get("datemodified", ()),
        ]
        return dates.best(map(dates.parse, stated))

    @cached_property
    def site(self) -> str | None:
        """The name the publication gives itself."""
        publisher = self._resolved(self.article.get("publisher"))
        sites = (node.get("name") for node in self.nodes if "WebSite" in jsonld.types(node))
        social = [name for name in self.every(_SITES) if not name.startswith(("http", "@"))]
        stated = [*social, *map(jsonld.text, (publisher, *sites))]
        named = [name for name in stated if name and len(name) <= LONGEST_NAME]
        # "example.com" is an address; most who write it give a name elsewhere.
        return next((name for name in named if not _HOST.fullmatch(name)), next(iter(named), None))

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors that the page names for machines: persons and agencies, not the house."""
        for stated in (
            self.stated_authors,
            [Author(name) for name in self._microdata.get("author", ())],
            [Author(name) for name in self.every(_AUTHORS)],
        ):
            if found := self.without_house(stated):
                return found
        return ()

    def without_house(self, stated: Iterable[Author]) -> tuple[Author, ...]:
        """Return authors cleaned, without the publication that is named as its own author."""
        publisher = jsonld.text(self._resolved(self.article.get("publisher")))
        return authors.merged(stated, (self.site, self.host, publisher))

    @property
    def stated_authors(self) -> list[Author]:
        """The authors of the JSON-LD as they stand there, be it the publication itself."""
        value = self.article.get("author") or self.article.get("creator")
        found: list[Author] = []
        for item in map(self._resolved, value if isinstance(value, list) else [value]):
            if isinstance(item, dict):
                address = item.get("url") or item.get("sameAs")
                address = address[0] if isinstance(address, list) and address else address
                link = absolute(self._base, address) if isinstance(address, str) else None
                names = jsonld.texts(item.get("name"))
                found += [Author(name, link if len(names) == 1 else None) for name in names]
            else:
                found += [Author(name) for name in jsonld.texts(item)]
        return found

    def _resolved(self, value: Any) -> Any:
        """Return the node that a value only refers to by its ``@id``, else the value."""
        if not isinstance(value, dict) or "name" in value or "@id" not in value:
            return value
        named = (node for node in self.nodes if node.get("@id") == value["@id"] and "name" in node)
        return next(named, value)

    @property
    def section(self) -> str | None:
        """Where the publication files the article."""
        return (
            jsonld.text(self.article.get("articleSection"))
            or self.first(_SECTIONS)
            or next(iter(self._microdata.get("articlesection", ())), None)
        )

    @property
    def tags(self) -> tuple[str, ...]:
        """Keywords, each once, in the page's order."""
        named = (self.every([name]) for name in _TAGS)
        linked = [
            jsonld.line(str(link.text_content()))
            for link in self._tree.xpath("//a[contains(concat(' ', @rel, ' '), ' tag ')]")
        ]
        sources = (*named, jsonld.texts(self.article.get("keywords")), self.every(_TOPICS), linked)
        stated = next(filter(None, sources), [])
        found: dict[str, str] = {}
        for tag in (part.strip(" #") for value in stated for part in re.split(r"[,;]", value)):
            if 0 < len(tag) <= 80:
                found.setdefault(tag.casefold(), tag)
        return tuple(found.values())[:MAX_TAGS]

    @property
    def description(self) -> str | None:
        """The summary for search engines and social networks."""
        return self.first(["og:description", "description", "twitter:description"]) or jsonld.text(
            self.article.get("description")
        )

    @property
    def language(self) -> str | None:
        """The two- or three-letter code of the page's language."""
        roots = [self._tree.get("lang"), self._tree.get("xml:lang")]
        stated = (
            *roots,
            jsonld.text(self.article.get("inLanguage")),
            self.first(["content-language", "og:locale", "language", "dc.language"]),
        )
        for value in stated:
            match = _LANGUAGE.match((value or "").strip())
            if match:
                return match[0].lower()
        return None

    @property
    def image(self) -> str | None:
        """The absolute URL of the lead image."""
        stated = (
            self.first(_IMAGES),
            jsonld.url(self.article.get("image")),
            jsonld.url(self.article.get("thumbnailUrl")),
        )
        return next((found for value in stated if (found := absolute(self._base, value))), None)

    @cached_property
    def _microdata(self) -> dict[str, list[str]]:
        """Values of the ``itemprop`` of articles that stand in the text of the page."""
        found: dict[str, list[str]] = {}
        for element in self._tree.xpath("//*[@itemprop][not(self::meta)]"):
            for name in element.get("itemprop").lower().split():
                if name == "articlebody":
                    found[name] = ["yes"]
                elif name in _MICRODATA and len(found.get(name, ())) < MAX_VALUES:
                    value = (
                        element.get("datetime") or element.get("content") or element.text_content()
                    )
                    if value := jsonld.line(value[:1000]):
                        found.setdefault(name, []).append(value)
        return found


def _bare(url: str) -> str:
    """Return a URL for comparison: without scheme, ``www``, query, fragment, slash at the end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"


def _is_root(url: str) -> bool:
    """Tell whether a URL, or a path, is that of a home page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query


def _may_stand_for(canonical: str, url: str) -> bool:
    """Tell whether a page at `url` may call itself `canonical`.

    Another site's address would make this page a version of that site's article, and the home page
    is what a careless template names on every page.
    """
    try:
        theirs, ours = urlsplit(canonical), urlsplit(url)
    except ValueError:
        return False
    if _is_root(canonical) and not _is_root(url):
        return False
    return _site(theirs.hostname or "") == _site(ours.hostname or "")


def _site(host: str) -> str:
    """Return the domain that somebody registered, by a rule of thumb: ``example.co.uk``."""
    labels = host.lower().strip(".").split(".")
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if second_level else -2 :])
