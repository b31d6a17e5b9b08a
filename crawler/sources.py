"""Sources: what ``newswarc.toml`` says about how to follow each publisher.

::

    [crawl]                                   # what holds for every source that says nothing else
    contact = "mailto:archive@example.org"
    delay = 1.0

    [[source]]
    name = "moscowtimes"
    url = "https://www.themoscowtimes.com/"
    feeds = ["https://www.themoscowtimes.com/rss/news"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from archive.errors import ConfigError, UsageError, storage_errors
from archive.urlkey import check_url, is_url
from crawler.guard import parse_connect_to
from crawler.model import Kind
from crawler.scope import Scope, clean

REQUISITES = ("none", "page", "all")
ROBOTS = ("obey", "robots-only", "ignore")
_NAME = re.compile(r"[\w.:-]{1,100}")


@dataclass(frozen=True, slots=True)
class Seed:
    """A URL where discovery begins, and what it is."""

    url: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher and how it is followed.

    Attributes:
        name: unique in the collection.
        seeds: where discovery begins.
        hosts: host names of the publisher beside those of the seeds.
        allow: patterns (regular expressions) of which an article's URL must match one.
        deny: patterns of which it may match none.
        delay: seconds between two requests to one host; None for the default.
        concurrency: requests in flight to one host at once; None for the default.
        depth: link hops that are followed from the listings: 1 takes the articles they list, 2
            also what those link to, and so on.
        requisites: capture what a page needs to be shown: of no page, of articles (``page``), or
            of every page and with its scripts and media (``all``).
        robots: ``obey`` robots.txt; ``robots-only`` obeys it but not its crawl-delay; ``ignore``
            is for one's own site.
        connect_to: ``HOST:PORT:ADDR:PORT``, as for ``--connect-to``.
        render: show its pages to a browser, and read what that makes of them.
        asked: it is one page that was asked for by name, not a publisher.
    """

    name: str
    seeds: tuple[Seed, ...]
    hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    delay: float | None = None
    concurrency: int | None = None
    depth: int = 1
    requisites: str = "page"
    robots: str = "obey"
    connect_to: tuple[str, ...] = ()
    render: bool = False
    asked: bool = False

    def scope(self) -> Scope:
        """Return the rule that says which URLs belong to this source."""
        return Scope(self.all_hosts, self.allow, self.deny, deep=self.depth > 1)

    @property
    def all_hosts(self) -> list[str]:
        """Every host name of the publisher that is known beforehand."""
        named = {urlsplit(seed.url).hostname or "" for seed in self.seeds}
        return sorted(named | set(self.hosts))


@dataclass(frozen=True, slots=True)
class Configuration:
    """What ``newswarc.toml`` says.

    Attributes:
        sources: in the order of the file.
        contact: where a site can reach the person who runs the crawl; sent as part of the user
            agent.
        user_agent: sent instead of the default, whole.
        connect_to: for all sources.
        min_free: stop before the disk has less than so many bytes left; None for the default.
        browser: path of the Chromium that renders; None for the default.
        render_seconds: what a page may take in it; None for the default.
    """

    sources: tuple[Source, ...] = ()
    contact: str | None = None
    user_agent: str | None = None
    connect_to: tuple[str, ...] = ()
    min_free: int | None = None
    browser: str | None = None
    render_seconds: float | None = None

    def source(self, name: str) -> Source:
        """Return the source of that name.

        Raises:
            UsageError: there is none.
        """
        for source in self.sources:
            if source.name == name:
                return source
        known = ", ".join(source.name for source in self.sources) or "none"
        raise UsageError(
            f"no source called {name!r} (known: {known}); a URL begins with http:// or https://"
        )


def home_source(url: str, name: str | None = None) -> Source:
    """Return a source for a site of which only the home page is known.

    Raises:
        UsageError: it is not an http or https URL.
    """
    home = _checked(url)
    return Source(name or urlsplit(home).hostname or home, (Seed(home, Kind.HOME),))


def page_source(url: str) -> Source:
    """Return a source for one page that was asked for by name.

    Raises:
        UsageError: it is not an http or https URL.
    """
    page = _checked(url)
    return Source(urlsplit(page).hostname or page, (Seed(page, Kind.ARTICLE),), asked=True)


def is_home(url: str) -> bool:
    """Tell whether a URL is a bare home page: it has neither path nor query."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _checked(url: str) -> str:
    checked = check_url(url)
    return clean(checked, whole=True) or checked


# Reading ---------------------------------------------------------------------------------------


def load(path: Path) -> Configuration:
    """Read and validate a ``newswarc.toml``; a missing one is an empty one.

    Raises:
        ConfigError: naming the file, the place and the remedy, in one line.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Configuration()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    return _Reader(path).configuration(table)


@dataclass(frozen=True)
class _Reader:
    """Turns tables into frozen objects and says what is wrong with them."""

    path: Path
    seen: set[str] = field(default_factory=set)

    def configuration(self, table: Mapping[str, Any]) -> Configuration:
        self._only(table, {"crawl", "render", "source"}, "the file")
        crawl = table.get("crawl", {})
        if not isinstance(crawl, dict):
            raise self._error("[crawl]", "must be a table")
        self._only(crawl, {*_CRAWL, *_FIELDS} - {"name", *_SEEDS}, "[crawl]")
        rendering = table.get("render", {})
        if not isinstance(rendering, dict):
            raise self._error("[render]", "must be a table")
        self._only(rendering, set(_RENDER), "[render]")
        entries = table.get("source", [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise self._error("source", "must be [[source]] tables")
        defaults = {
            key: self._value("[crawl]", key, value, _FIELDS[key])
            for key, value in crawl.items()
            if key in _FIELDS and key != "connect_to"
        }
        own: dict[str, Any] = {
            key: self._value("[crawl]", key, value, _CRAWL[key])
            for key, value in crawl.items()
            if key in _CRAWL
        }
        for key, value in rendering.items():
            name, check = _RENDER[key]
            own[name] = self._value("[render]", key, value, check)
        sources = [self._source(number, entry) for number, entry in enumerate(entries, 1)]
        return Configuration(
            tuple(
                _with_defaults(source, entry, defaults)
                for source, entry in zip(sources, entries, strict=True)
            ),
            **own,
        )

    def _source(self, number: int, entry: Mapping[str, Any]) -> Source:
        place = f"source {number}"
        name = entry.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise self._error(place, "needs a name of letters, digits and . : - _")
        place = f"source {name!r}"
        if name in self.seen:
            raise self._error(place, "is there twice; names must differ")
        self.seen.add(name)
        self._only(entry, set(_FIELDS) | set(_SEEDS) | {"name"}, place)
        seeds = [
            Seed(clean(url) or url, kind)
            for key, kind in _SEEDS.items()
            for url in self._urls(place, key, entry.get(key, []))
        ]
        if not seeds:
            raise self._error(place, 'needs a url = "https://…" or feeds, sitemaps or sections')
        values: dict[str, Any] = {
            key: self._value(place, key, value, _FIELDS[key])
            for key, value in entry.items()
            if key in _FIELDS
        }
        return Source(name, tuple(seeds), **values)

    def _urls(self, place: str, key: str, value: object) -> list[str]:
        urls = [value] if isinstance(value, str) else value
        if not isinstance(urls, list):
            raise self._error(place, f"{key} must be a URL or a list of URLs")
        for url in urls:
            if not isinstance(url, str) or not is_url(url):
                raise self._error(place, f"{key}: not an http or https URL: {url!r}")
        return urls

    def _value(
        self, place: str, key: str, value: object, check: Callable[[object], object]
    ) -> object:
        try:
            return check(value)
        except (TypeError, ValueError) as error:
            raise self._error(place, f"{key} must be {error}, not {value!r}") from None

    def _only(self, table: Mapping[str, Any], known: set[str], place: str) -> None:
        for key in table:
            if key not in known:
                raise self._error(place, f"unknown key {key!r}; known: {', '.join(sorted(known))}")

    def _error(self, place: str, what: str) -> ConfigError:
        return ConfigError(f"{self.path}: {place}: {what}")


def _with_defaults(source: Source, entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Source:
    missing = {key: value for key, value in defaults.items() if key not in entry}
    return replace(source, **missing)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("a number of seconds, 0 or more")
    return float(value)


def _positive(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a whole number, 1 or more")
    return value


def _bytes(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a number of bytes, 0 or more")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise ValueError("a line of printable ASCII")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of strings")
    return tuple(value)


def _patterns(value: object) -> tuple[str, ...]:
    patterns = _strings(value)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"regular expressions ({error})") from None
    return patterns


def _entries(value: object) -> tuple[str, ...]:
    entries = _strings(value)
    for entry in entries:
        try:
            parse_connect_to(entry)
        except UsageError:
            raise ValueError("a list of HOST:PORT:ADDR:PORT") from None
    return entries


def _one_of(choices: Sequence[str]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


#: Keys of a ``[[source]]`` that hold seeds, and what those are.
_SEEDS = {
    "url": Kind.HOME,
    "feeds": Kind.FEED,
    "sitemaps": Kind.SITEMAP,
    "sections": Kind.SECTION,
}
#: Its other keys, which may stand in ``[crawl]`` for all sources as well.
_FIELDS: dict[str, Callable[[object], object]] = {
    "hosts": _strings,
    "allow": _patterns,
    "deny": _patterns,
    "delay": _seconds,
    "concurrency": _positive,
    "depth": _positive,
    "requisites": _one_of(REQUISITES),
    "robots": _one_of(ROBOTS),
    "connect_to": _entries,
    "render": _flag,
}
_CRAWL: dict[str, Callable[[object], object]] = {
    "contact": _text,
    "user_agent": _text,
    "connect_to": _entries,
    "min_free": _bytes,
}
#: Keys of ``[render]``, and what they are in a `Configuration`.
_RENDER: dict[str, tuple[str, Callable[[object], object]]] = {
    "browser": ("browser", _text),
    "seconds": ("render_seconds", _seconds),
}
assert set(_FIELDS) <= {one.name for one in fields(Source)}


# Writing ---------------------------------------------------------------------------------------


def add(path: Path, source: Source) -> None:
    """Write a source at the end of a ``newswarc.toml``; everything else in it stays as it is.

    Raises:
        UsageError: there is a source of that name already.
        StorageError: the file cannot be written.
    """
    if any(known.name == source.name for known in load(path).sources):
        raise UsageError(f"there is a source called {source.name!r} already; give another --name")
    document = _document(path)
    table = tomlkit.table()
    table["name"] = source.name
    for key, kind in _SEEDS.items():
        urls = [seed.url for seed in source.seeds if seed.kind is kind]
        if urls:
            table[key] = urls[0] if kind is Kind.HOME else urls
    for key in _FIELDS:
        value = getattr(source, key)
        if value != Source.__dataclass_fields__[key].default:
            table[key] = list(value) if isinstance(value, tuple) else value
    entries = document.get("source")
    if entries is None:
        entries = document["source"] = tomlkit.aot()
    assert isinstance(entries, AoT)
    entries.append(table)
    _write(path, tomlkit.dumps(document))


def remove(path: Path, name: str) -> None:
    """Take a source out of a ``newswarc.toml``; what was captured of it stays in the archive.

    Raises:
        UsageError: there is none of that name.
        StorageError: the file cannot be written.
    """
    load(path).source(name)
    document = _document(path)
    entries = document["source"]
    assert isinstance(entries, AoT)
    for number, entry in enumerate(entries):
        if entry.get("name") == name:
            del entries[number]
            break
    if not entries:
        del document["source"]
    _write(path, tomlkit.dumps(document))


def _document(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except TOMLKitError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def _write(path: Path, text: str) -> None:
    with storage_errors(path):
        fresh = path.with_suffix(".toml.new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
