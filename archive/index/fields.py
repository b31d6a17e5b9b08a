"""What the words and fields of a query are in the tables of the index."""

from __future__ import annotations

from dataclasses import dataclass

from archive.index.articles import utc
from archive.index.query.compiled import Condition, Match, Part, Published, quoted
from archive.index.query.dates import published
from archive.index.query.tree import Field
from archive.index.stems import prepare
from archive.urlkey import is_url, urlkey

#: Behind ``urlkey``, no key begins with this.
_BEHIND = "\U0010ffff"
_GONE = """EXISTS (
    SELECT 1 FROM captures WHERE captures.urlkey = articles.urlkey AND status IN (404, 410)
    AND captures.timestamp > articles.last_capture AND captures.timestamp <= ?
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
_NAMED = "EXISTS (SELECT 1 FROM json_each(articles.{column}) WHERE {test})"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables ``versions_fts``, ``versions`` and ``articles``; see `compiled.Schema`.

    Attributes:
        at: a timestamp; what was seen later is not known.
    """

    at: str = "9"

    @property
    def table(self) -> str:
        """See `compiled.Schema`."""
        return "versions_fts"

    @property
    def rowid(self) -> str:
        """See `compiled.Schema`."""
        return "versions.id"

    def term(self, text: str) -> str:
        """See `compiled.Schema`."""
        return prepare(text)

    def published(self, span: Published) -> Condition:
        """See `compiled.Schema`."""
        first = utc(span.first) if span.first else ""
        last = utc(span.last) if span.last else _BEHIND
        return Condition("articles.dated BETWEEN ? AND ?", (first, last))

    def field(self, field: Field) -> Part:
        """See `compiled.Schema`."""
        name, value = field.name, field.value
        if name == "title":
            text = quoted(prepare(value.lstrip("=").rstrip("*")), prefix=value.endswith("*"))
            return Match(f"(title : {text})")
        if name in ("after", "before", "until", "on"):
            return Published(*published(name, value))
        if name == "site":
            return _site(value)
        if name == "url":
            return _url(value)
        if name == "is":
            return Condition(_STATES[value.lower()], (self.at,))
        return _said(name, value)


def _site(value: str) -> Condition:
    host = value.casefold().removeprefix("www.")
    return Condition(
        "(articles.host = ? OR substr(articles.host, -length(?)) = ?"
        " OR fold(articles.site) = fold(?))",
        (host, f".{host}", f".{host}", value),
    )


def _url(value: str) -> Condition:
    """Return what finds the articles below a URL or, of a part of one, those with it in theirs."""
    beginning = value if "://" in value else f"http://{value}"
    host, slash, _ = beginning.partition("://")[2].partition("/")
    if slash and "." in host and is_url(beginning):
        key = urlkey(beginning.rstrip("*"))
        return Condition("(articles.urlkey >= ? AND articles.urlkey < ?)", (key, key + _BEHIND))
    return Condition("instr(fold(articles.url), fold(?))", (value.rstrip("*"),))


def _said(name: str, value: str) -> Condition:
    if name == "author":
        test = "instr(fold(value), fold(?))"
        return Condition(_NAMED.format(column="authors", test=test), (value,))
    if name == "tag":
        return Condition(_NAMED.format(column="tags", test="fold(value) = fold(?)"), (value,))
    if name == "lang":
        return Condition("articles.language = ?", (value.lower(),))
    if name == "section":
        return Condition("fold(articles.section) = fold(?)", (value,))
    return Condition("articles.image_url IS NOT NULL")  # has:image
