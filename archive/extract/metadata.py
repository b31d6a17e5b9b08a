"""What the declarations of a page say of its article, field by field, best source first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice

from archive.extract import address, authors, dates, jsonld
from archive.extract.declared import TITLES, Declared
from archive.extract.structure import absolute
from archive.model import Author

#: A page with more tags has a vocabulary, not tags.
MAX_TAGS = 100
#: How many printed times are looked at.
MAX_TIMES = 50
#: The name of a site, in characters; what is longer is its motto as well.
LONGEST_NAME = 40

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
_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator",
)
_SECTIONS = (
    "article:section", "og:article:section", "parsely-section", "section", "cxenseparse:section",
)
_KEYWORDS = ("news_keywords", "keywords")
_TOPICS = ("article:tag", "og:article:tag", "parsely-tags", "sailthru.tags")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher")
_IMAGES = (
    "og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src",
)
_LANGUAGES = ("content-language", "og:locale", "language", "dc.language")
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
# fmt: on
#: The names of ``<meta>`` that hold a field, best first.
NAMES_OF: Mapping[str, tuple[str, ...]] = {
    "title": TITLES,
    "authors": _AUTHORS,
    "published": _PUBLISHED,
    "modified": _MODIFIED,
    "section": _SECTIONS,
    "tags": (*_KEYWORDS, *_TOPICS),
    "site": _SITES,
    "image": _IMAGES,
    "language": _LANGUAGES,
    "description": _DESCRIPTIONS,
}
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,12}", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")
#: The words of a headline in the last part of an address; the names of sections are shorter.
_SLUG = re.compile(r"/[^/]*?(?:[^\W_]{2,}[-_]){5}[^/]*/?$")
#: Elements whose times are those of other articles.
_FURNITURE = frozenset(("aside", "footer", "li", "nav"))


class Metadata:
    """The fields of an article as far as its page declares them."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._node = declared.article

    @property
    def host(self) -> str:
        """The host of the page, without ``www``: a name of the publication as well."""
        return address.host(self._declared.url)

    @cached_property
    def canonical(self) -> str:
        """The page's canonical URL, if it is one of the same site, else where it was captured."""
        url = self._declared.url
        for stated in self._declared.addresses:
            found = absolute(url, stated)
            if found and address.may_stand_for(found, url):
                return found.partition("#")[0]
        return url.partition("#")[0]

    @cached_property
    def states_article(self) -> bool:
        """Whether the page states, as only articles do, that it is one."""
        return bool(
            self._node
            or self._declared.first(["article:published_time"])
            or self._declared.microdata.get("articlebody")
        )

    @property
    def suggests_article(self) -> bool:
        """Whether the page says that it is an article, as some templates say on every page."""
        kind = self._declared.first(["og:type"]) or ""
        return kind.lower() in ("article", "news", "newsarticle", "og:article")

    @property
    def has_slug(self) -> bool:
        """Whether the page's address ends in a headline, as only those of articles do."""
        return bool(_SLUG.search(address.split(self.canonical).path[-300:]))

    @property
    def is_home(self) -> bool:
        """Whether the page stands at the root of its host, and does not name another place."""
        return all(map(address.is_root, (self._declared.url, *self._declared.addresses)))

    @property
    def is_listing(self) -> bool:
        """Whether the page states that it lists articles, and not that it is one."""
        return not self._node and any(map(jsonld.is_listing, self._declared.nodes))

    @property
    def headline(self) -> str | None:
        """The headline in the structured data."""
        return jsonld.text(self._node.get("headline") or self._node.get("name"))

    @property
    def title(self) -> str | None:
        """The title for social networks."""
        return self._declared.first(TITLES)

    @property
    def subtitle(self) -> str | None:
        """The line below the headline in the structured data."""
        subtitle = jsonld.text(self._node.get("alternativeHeadline"))
        return subtitle if subtitle not in (self.headline, self.title) else None

    @property
    def article_body(self) -> str:
        """The text of the article in the structured data, which few pages give."""
        value = self._node.get("articleBody")
        return value if isinstance(value, str) else ""

    @cached_property
    def published(self) -> dates.Moment | None:
        """When the page says it was published: for machines, in its URL, else for readers."""
        stated = [
            self._node.get("datePublished"),
            self._node.get("dateCreated"),
            *self._declared.every(_PUBLISHED),
            *self._declared.microdata.get("datepublished", ()),
        ]
        return dates.best(map(dates.parse, stated)) or dates.best(
            [dates.from_url(self.canonical), *self._printed_times()]
        )

    def _printed_times(self) -> Iterator[dates.Moment | None]:
        """Yield the times that stand in the page, those behind its headline first."""
        before: list[str] = []
        after: list[str] = []
        times = before
        for element in islice(self._declared.tree.iter("h1", "time"), MAX_TIMES):
            if element.tag == "h1":
                times = after
            elif not any(ancestor.tag in _FURNITURE for ancestor in element.iterancestors()):
                times.append(element.get("datetime") or str(element.text_content()))
        yield from map(dates.parse, (*after, *before))

    @property
    def modified(self) -> dates.Moment | None:
        """When the page says it was last edited; not before it was published."""
        stated = [
            self._node.get("dateModified"),
            *self._declared.every(_MODIFIED),
            *self._declared.microdata.get("datemodified", ()),
        ]
        found, published = dates.best(map(dates.parse, stated)), self.published
        if found and published and found.time < published.time and not published.agrees(found):
            return None
        return found

    @cached_property
    def site(self) -> str | None:
        """The name the publication gives itself."""
        sites = (n.get("name") for n in self._declared.nodes if "WebSite" in jsonld.types(n))
        social = (
            name for name in self._declared.every(_SITES) if not name.startswith(("http", "@"))
        )
        stated = [*social, self._publisher, *map(jsonld.text, sites)]
        named = [name for name in stated if name and len(name) <= LONGEST_NAME]
        # "example.com" is an address; most who write it give a name elsewhere.
        given = [name for name in named if not _HOST.fullmatch(name)]
        # What some call their site is a part of it; the site's own name is like its address.
        return next(chain(filter(self._is_like_host, given), given, named, self._titled), None)

    def _is_like_host(self, name: str) -> bool:
        label, key = address.site(self._declared.url).partition(".")[0], re.sub(r"\W", "", name)
        label, key = re.sub(r"\W", "", label), key.casefold()
        return len(key) > 2 and len(label) > 2 and (label in key or key in label)

    @property
    def _titled(self) -> Iterator[str]:
        """Yield the last part of the document's title, if the site is called like that."""
        for title in islice(self._declared.tree.iter("title"), 1):
            parts = re.split(r"\s[|\-–—·•]\s", jsonld.line(str(title.text_content())))
            if len(parts) > 1 and len(parts[-1]) <= LONGEST_NAME and self._is_like_host(parts[-1]):
                yield parts[-1]

    @property
    def _publisher(self) -> str | None:
        return jsonld.text(self._declared.node(self._node.get("publisher")))

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors that the page names for machines: persons and agencies, not the house."""
        for stated in (
            self.stated_authors,
            map(Author, self._declared.microdata.get("author", ())),
            map(Author, self._declared.every(_AUTHORS)),
        ):
            if found := self.without_house(stated):
                return found
        return ()

    def without_house(self, stated: Iterable[Author]) -> tuple[Author, ...]:
        """Return authors cleaned, without the publication that is named as its own author."""
        return authors.merged(stated, (self.site, self.host, self._publisher))

    @property
    def stated_authors(self) -> tuple[Author, ...]:
        """The authors of the JSON-LD as they stand there, be it the publication itself."""
        value = self._node.get("author") or self._node.get("creator")
        found: list[Author] = []
        for item in map(self._declared.node, value if isinstance(value, list) else [value]):
            names, link = jsonld.texts(item), None
            if isinstance(item, dict):
                names = jsonld.texts(item.get("name"))
                stated = jsonld.url(item.get("url") or item.get("sameAs"))
                link = absolute(self._declared.base, stated) if len(names) == 1 else None
            found += [Author(name, link) for name in names]
        return tuple(found)

    @property
    def section(self) -> str | None:
        """Where the publication files the article."""
        return (
            jsonld.text(self._node.get("articleSection"))
            or self._declared.first(_SECTIONS)
            or next(iter(self._declared.microdata.get("articlesection", ())), None)
        )

    @property
    def tags(self) -> tuple[str, ...]:
        """Keywords, each once, in the page's order."""
        named = (self._declared.every([name]) for name in _KEYWORDS)
        linked = [
            jsonld.line(str(link.text_content()))
            for link in self._declared.tree.xpath("//a[contains(concat(' ', @rel, ' '), ' tag ')]")
        ]
        keywords = jsonld.texts(self._node.get("keywords"))
        stated = next(filter(None, (*named, keywords, self._declared.every(_TOPICS), linked)), [])
        found: dict[str, str] = {}
        for tag in (part.strip(" #") for value in stated for part in re.split(r"[,;]", value)):
            if 0 < len(tag) <= 80:
                found.setdefault(tag.casefold(), tag)
        return tuple(found.values())[:MAX_TAGS]

    @property
    def description(self) -> str | None:
        """The summary for search engines and social networks."""
        social = self._declared.first(_DESCRIPTIONS)
        return social or jsonld.text(self._node.get("description"))

    @property
    def language(self) -> str | None:
        """The two- or three-letter code of the page's language."""
        tree = self._declared.tree
        stated = (
            tree.get("lang"),
            tree.get("xml:lang"),
            jsonld.text(self._node.get("inLanguage")),
            self._declared.first(_LANGUAGES),
        )
        codes = (_LANGUAGE.match((value or "").strip()) for value in stated)
        return next((code[0].lower() for code in codes if code), None)

    @property
    def images(self) -> tuple[str, ...]:
        """The absolute URLs that are named as the lead image, best source first."""
        stated = (
            self._declared.first(_IMAGES),
            jsonld.url(self._node.get("image")),
            jsonld.url(self._node.get("thumbnailUrl")),
        )
        urls = (absolute(self._declared.base, value) for value in stated)
        return tuple(filter(None, urls))
