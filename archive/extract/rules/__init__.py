"""Site rules: what one site's markup means, as data. One readable TOML file a site.

::

    hosts = ["example.com"]          # and their subdomains
    from = 2023-08-01                # captures of that day and later; may be left out
    until = 2025-01-31               # and up to the end of that day

    [body]
    select = "div.story"             # CSS; the container of the body
    strip = [".ad", ".donate"]       # what in it is not the article

    [related]                        # boxes in the body that point to another article
    select = "aside.related"
    title = "h3"                     # within the box; without it, the text of the link

    [authors]
    select = ".byline a"             # one element an author; its link is the author's

    [date]
    published = ".byline time"       # an element with ``datetime``, or whose text is a time
    modified = ".byline .updated"

    [title]
    select = "header h1"
    subtitle = "header h2"           # the line below the headline

    [image]
    select = "figure.lead"
    caption = ".caption"             # within the figure
    credit = ".credit"

Sites change their markup, and an archive holds pages of all times: several files may be for one
host, each for its days. Every table may be left out; what a rule says nothing about, or what it
does not find on a page, is extracted as on any other site.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from lxml.cssselect import CSSSelector, SelectorError
from lxml.html import HtmlElement

from archive.digest import sha256


class Selector:
    """A CSS selector; one without any text finds nothing.

    Args:
        css: the selector, or several, apart by commas.

    Raises:
        ValueError: it is no selector.
    """

    def __init__(self, css: str = "") -> None:
        self.css = css
        try:
            self._path = CSSSelector(css, translator="html") if css else None
        except SelectorError as error:
            raise ValueError(f"not a CSS selector: {css!r}") from error

    def __call__(self, element: HtmlElement) -> list[HtmlElement]:
        """Return what the selector finds within `element`, in the order of the page."""
        return cast("list[HtmlElement]", self._path(element)) if self._path else []

    def text(self, element: HtmlElement) -> str | None:
        """Return the words of the first thing found, or None."""
        found = self(element)
        return " ".join(found[0].text_content().split()) or None if found else None


NOTHING = Selector()


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of one site's markup; a selector without text has nothing to say.

    Attributes:
        name: of the rule's file, without ``.toml``.
        hosts: the domains it is for, subdomains included.
        body: the container of the body.
        strip: what in the body is not the article, all selectors in one.
        related: boxes in the body that point to another article.
        related_title: the title within such a box.
        authors: one element an author.
        published: the time of publication.
        modified: the time of the last change.
        title: the headline.
        subtitle: the line below the headline.
        image: the lead image with its caption.
        caption: within `image`.
        credit: within `image`.
        since: the first day of the captures it is for, or None.
        until: the last one, or None.
        digest: of the file, ``sha256:HEX``.
    """

    name: str
    hosts: tuple[str, ...]
    body: Selector = NOTHING
    strip: Selector = NOTHING
    related: Selector = NOTHING
    related_title: Selector = NOTHING
    authors: Selector = NOTHING
    subtitle: Selector = NOTHING
    image: Selector = NOTHING
    caption: Selector = NOTHING
    credit: Selector = NOTHING
    published: Selector = NOTHING
    modified: Selector = NOTHING
    title: Selector = NOTHING
    since: date | None = None
    until: date | None = None
    digest: str = ""

    def fits(self, host: str, day: date | None) -> bool:
        """Tell whether the rule is for a page.

        Args:
            host: of the page, in lower case, without ``www``.
            day: of its capture; None for one that is of today.
        """
        if not any(host == known or host.endswith("." + known) for known in self.hosts):
            return False
        if day is None:
            return self.until is None
        return (self.since or day) <= day <= (self.until or day)


#: What a rule's tables may hold, and the attribute of `Rule` it becomes.
_FIELDS = {
    ("body", "select"): "body",
    ("body", "strip"): "strip",
    ("related", "select"): "related",
    ("related", "title"): "related_title",
    ("authors", "select"): "authors",
    ("date", "published"): "published",
    ("date", "modified"): "modified",
    ("title", "select"): "title",
    ("title", "subtitle"): "subtitle",
    ("image", "select"): "image",
    ("image", "caption"): "caption",
    ("image", "credit"): "credit",
}


def read(name: str, text: str) -> Rule:
    """Return the rule that `text` holds.

    Args:
        name: of the rule, for messages.
        text: TOML.

    Raises:
        ValueError: it is no TOML, holds a key that means nothing, or a selector that is none.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"rule {name}: {error}") from None
    hosts = table.pop("hosts", None)
    if not isinstance(hosts, list) or not hosts or not all(isinstance(host, str) for host in hosts):
        raise ValueError(f"rule {name}: hosts must list at least one domain")
    since, until = _day(name, table, "from"), _day(name, table, "until")
    if since and until and since > until:
        raise ValueError(f"rule {name}: from must not be after until")
    selectors: dict[str, Selector] = {}
    for section, content in table.items():
        if not isinstance(content, Mapping):
            raise ValueError(f"rule {name}: no such key: {section}")
        for key, value in content.items():
            if (section, key) not in _FIELDS:
                raise ValueError(f"rule {name}: no such key: {section}.{key}")
            css = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            try:
                selectors[_FIELDS[section, key]] = Selector(css)
            except ValueError as error:
                raise ValueError(f"rule {name}: {section}.{key}: {error}") from None
    domains = tuple(host.lower().removeprefix("www.") for host in hosts)
    known = sha256(text.encode())
    return Rule(name, domains, **selectors, since=since, until=until, digest=known)


def _day(name: str, table: dict[str, Any], key: str) -> date | None:
    value = table.pop(key, None)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ValueError(f"rule {name}: {key} must be a day: 2024-10-23")
