"""The scope of a source: what becomes of a candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crawler.model import Kind
from crawler.scope.likeness import MEDIA, date_in, is_article
from crawler.scope.spelling import Spelled, spelled
from crawler.scope.twins import Twin, twin
from crawler.traps import Traps

#: So many of what one trap holds get rows of the ledger; the rest is only counted.
_TRAPPED_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a candidate.

    Attributes:
        url: in its one spelling; of an article's twin that a feed or sitemap names, the article.
        host: of the URL.
        kind: what it is; meaningless when out of scope.
        why: why it is out of scope; None when it is in.
    """

    url: str
    host: str
    kind: Kind
    why: str | None = None

    @property
    def day(self) -> date | None:
        """The date in the URL's path, if there is one."""
        return date_in(self.url)


class Scope:
    """The scope of one source in one crawl.

    Args:
        hosts: host names; their subdomains belong to the source as well, and so does the name
            with or without ``www.``.
        allow: patterns of which one must be found in the URL of an article or page, if there are
            any.
        deny: patterns of which none may be found.
        deep: follow links to pages that do not look like articles.

    Attributes:
        traps: what links have led into so far.
    """

    def __init__(
        self,
        hosts: Iterable[str],
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        *,
        deep: bool = False,
    ) -> None:
        self._names = {host.lower() for host in hosts}
        self._hosts = {name.removeprefix("www.") for name in self._names}
        self._owned: dict[str, bool] = {}
        self._allow = [re.compile(pattern) for pattern in allow]
        self._deny = [re.compile(pattern) for pattern in deny]
        self._deep = deep
        self.traps = Traps()

    def add_host(self, host: str) -> None:
        """Let `host` belong to the source: its home page has moved there."""
        self._names.add(host.lower())
        self._hosts.add(host.lower().removeprefix("www."))
        self._owned.clear()

    def owns(self, host: str) -> bool:
        """Tell whether a host is one of the source's, or a subdomain of one."""
        name = host.lower()
        while name:
            if name in self._hosts:
                return True
            name = name.partition(".")[2]
        return False

    def judge(self, url: str, kind: Kind, *, listed: bool = False) -> Verdict | None:
        """Judge a candidate; None when it is no URL of ours to speak of at all.

        Args:
            url: absolute.
            kind: what the document that names it takes it for.
            listed: a feed or sitemap vouches for it.
        """
        found = spelled(url, whole=kind is Kind.REQUISITE)
        if found is None:
            return None
        if kind is Kind.REQUISITE:
            return Verdict(found.url, found.host, kind)
        if kind.lists and listed:
            # A sitemap may lie on another host than the articles it names.
            return Verdict(found.url, found.host, kind, self._denied(found.url))
        other = None if kind.lists else twin(found, self._names)
        if other is not None and other.of is not None and listed:
            original = spelled(other.of)
            if original is not None and self._owns(original.host):
                found, other = original, None
        if not self._owns(found.host):
            # Links lead to the whole web; a feed that leads elsewhere is worth a word.
            return Verdict(found.url, found.host, kind, "on another host") if listed else None
        why = self.traps.refuses(found.url, "M" if listed else "L")
        if why is not None:
            # Nobody needs the names of all pages of a trap.
            if self.traps.counts[why] > _TRAPPED_ROWS:
                return None
        else:
            why = self._denied(found.url)
        if why is None and not kind.lists:
            kind, why = self._page(kind, found, other, listed=listed)
        return Verdict(found.url, found.host, kind, why)

    def _page(
        self, kind: Kind, found: Spelled, other: Twin | None, *, listed: bool
    ) -> tuple[Kind, str | None]:
        if other is not None and not (listed and other.perhaps):
            return kind, f"twin: {other.form}"
        if MEDIA.search(found.path):
            return kind, "not a page"
        resource = f"{found.path}?{found.query}" if found.query else found.path
        if self._allow and not any(pattern.search(resource) for pattern in self._allow):
            return kind, "not allowed by the source"
        if listed or is_article(resource):
            return Kind.ARTICLE, None
        return Kind.PAGE, None if self._deep else "not article-like"

    def _owns(self, host: str) -> bool:
        """Do as `owns`, and remember it: a sitemap has one host for all its URLs."""
        owned = self._owned.get(host)
        if owned is None:
            if len(self._owned) > 1_000:
                self._owned.clear()
            owned = self._owned[host] = self.owns(host)
        return owned

    def _denied(self, url: str) -> str | None:
        if any(pattern.search(url) for pattern in self._deny):
            return "denied by the source"
        return None
