"""What the words and fields of a query are in the tables of the index."""

from __future__ import annotations

from dataclasses import dataclass

from archive.index import facets
from archive.index.query.compiled import Condition, Match, Part, Published, quoted
from archive.index.query.dates import published
from archive.index.query.tree import Field
from archive.index.stems import prepare
from archive.urlkey import is_url, urlkey

#: Behind ``urlkey``, no key begins with this.
_BEHIND = "\U0010ffff"
_GONE = """EXISTS (
    SELECT 1 FROM captures WHERE captures.urlkey = articles.urlkey AND status IN (404, 410)
    AND captures.timestamp <= ? AND NOT EXISTS (
        SELECT 1 FROM captures AS later JOIN versions AS shown ON shown.id = later.version_id
        WHERE shown.article_id = articles.id AND later.timestamp > captures.timestamp
        AND later.timestamp <= ?
    )
)"""
_QUARANTINED = """EXISTS (
    SELECT 1 FROM captures WHERE captures.urlkey = articles.urlkey
    AND refusal >= 'quarantined:' AND refusal < 'quarantined;' AND captures.timestamp <= ?
)"""
_EDITED = """EXISTS (
    SELECT 1 FROM versions AS edit WHERE edit.article_id = articles.id
    AND edit.kind IS NOT NULL AND edit.first_capture <= ?
)"""
_STEALTH = _EDITED.replace("edit.kind IS NOT NULL", "edit.stealth")
_STATES = {
    "edited": _EDITED,
    "stealth": _STEALTH,
    "removed": _GONE,
    "quarantined": _QUARANTINED,
}
#: What the full-text table knows of them as they are now.
_FLAGS = {"edited": facets.EDITED, "stealth": facets.STEALTH}
#: Behind every timestamp.
_NOW = "9"
#: Farther than any time (seconds).
_FAR = 2**40


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables ``versions_fts``, ``versions`` and ``articles``; see `compiled.Schema`.

    Attributes:
        at: a timestamp; what was seen later is not known.
    """

    at: str = _NOW

    @property
    def table(self) -> str:
        """See `compiled.Schema`."""
        return "versions_fts"

    @property
    def rowid(self) -> str:
        """See `compiled.Schema`."""
        return "docs.id"

    def term(self, text: str) -> str:
        """See `compiled.Schema`."""
        return prepare(text)

    def exact(self, text: str) -> Condition:
        """See `compiled.Schema`."""
        columns = 'versions."text", versions.title, versions.subtitle'
        return Condition(f"says(?, {columns})", (text,))

    def published(self, span: Published) -> Condition:
        """See `compiled.Schema`."""
        first = int(span.first.timestamp()) if span.first else -_FAR
        last = int(span.last.timestamp()) if span.last else _FAR
        return Condition("docs.dated BETWEEN ? AND ?", (first, last))

    def field(self, field: Field) -> Part:
        """See `compiled.Schema`."""
        name, value = field.name, field.value
        if name == "title":
            text = quoted(prepare(value.lstrip("=").rstrip("*")), prefix=value.endswith("*"))
            return Match(f"(title : {text})")
        if name in ("after", "before", "until", "on"):
            return Published(*published(name, value))
        if name == "url":
            return _url(value)
        if name == "is":
            name = value.lower()
            if self.at == _NOW and name in _FLAGS:
                return Match(f"(facets : {_FLAGS[name]})")
            return state(name, self.at)
        return _said(name, value)


def state(name: str, at: str = _NOW) -> Condition:
    """Return what tells whether an article is in a state; ``articles`` can be asked.

    Args:
        name: one of `archive.index.query.tree.STATES`.
        at: a timestamp; what was seen later is not known.
    """
    sql = _STATES[name]
    return Condition(sql, (at,) * sql.count("?"))


def _url(value: str) -> Condition:
    """Return what finds the articles below a URL or, of a part of one, those with it in theirs."""
    beginning = value if "://" in value else f"http://{value}"
    host, slash, _ = beginning.partition("://")[2].partition("/")
    if slash and "." in host and is_url(beginning):
        key = urlkey(beginning.rstrip("*"))
        return Condition("(articles.urlkey >= ? AND articles.urlkey < ?)", (key, key + _BEHIND))
    return Condition("instr(fold(articles.url), fold(?))", (value.rstrip("*"),))


def _said(name: str, value: str) -> Match:
    """Return what finds the versions that say something about themselves."""
    match name:
        case "site":
            host, publication = facets.site(value), facets.publication(value)
            return Match(f"(facets : ({quoted(host)} OR {quoted(publication)}))")
        case "author":
            word = facets.author(value) or facets.NONE
        case "tag":
            word = facets.tag(value)
        case "lang":
            word = facets.language(value)
        case "section":
            word = facets.section(value)
        case _:
            word = facets.IMAGE
    return Match(f"(facets : {quoted(word)})")
