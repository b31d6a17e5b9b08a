"""Read ``newswarc.toml`` and say in one line what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from archive.errors import ConfigError
from archive.urlkey import is_url
from crawler.scope import clean
from crawler.sources.checks import source_name
from crawler.sources.keys import CRAWL, OF_THE_CRAWL, RENDER, SEEDS, SOURCE, Key
from crawler.sources.place import Place
from crawler.sources.source import Configuration, Seed, Source

_FILE = Place("the file")
_CRAWL = Place("[crawl]", "crawl")
_RENDER = Place("[render]", "render")


def load(path: Path) -> Configuration:
    """Read and validate a ``newswarc.toml``; a missing one is an empty one.

    Raises:
        ConfigError: naming the file, the line and the remedy, in one line.
    """
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError:
        return Configuration()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    return _Reader(path, text).configuration(table)


@dataclass(frozen=True)
class _Reader:
    """Turns tables into frozen objects and says what is wrong with them."""

    path: Path
    text: str
    seen: set[str] = field(default_factory=set)

    def configuration(self, table: Mapping[str, Any]) -> Configuration:
        self._only(table, ("crawl", "render", "source"), _FILE)
        crawl = self._table(table, _CRAWL)
        self._only(crawl, (*CRAWL, *SOURCE), _CRAWL)
        rendering = self._table(table, _RENDER)
        self._only(rendering, RENDER, _RENDER)
        entries = table.get("source", [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise self._error(Place("source", "source"), "must be [[source]] tables")
        defaults = {
            key: self._value(_CRAWL, key, value, SOURCE[key])
            for key, value in crawl.items()
            if key in SOURCE and key not in OF_THE_CRAWL
        }
        own: dict[str, Any] = {
            key: self._value(_CRAWL, key, value, CRAWL[key])
            for key, value in crawl.items()
            if key in CRAWL
        }
        for key, value in rendering.items():
            name, rule = RENDER[key]
            own[name] = self._value(_RENDER, key, value, rule)
        sources = [self._source(number, entry) for number, entry in enumerate(entries, 1)]
        return Configuration(
            tuple(
                _with_defaults(source, entry, defaults)
                for source, entry in zip(sources, entries, strict=True)
            ),
            defaults,
            **own,
        )

    def _table(self, table: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
        found = table.get(place.table, {})
        if not isinstance(found, dict):
            raise self._error(place, "must be a table")
        return found

    def _source(self, number: int, entry: Mapping[str, Any]) -> Source:
        place = Place(f"source {number}", "source", number)
        try:
            name = source_name(entry.get("name"))
        except ValueError as error:
            raise self._error(place, f"needs a name of {error}", "name") from None
        place = Place(f"source {name!r}", "source", number)
        if name in self.seen:
            raise self._error(place, "is there twice; names must differ", "name")
        self.seen.add(name)
        self._only(entry, ("name", *SEEDS, *SOURCE), place)
        seeds = [
            Seed(clean(url) or url, kind)
            for key, kind in SEEDS.items()
            for url in self._urls(place, key, entry.get(key, []))
        ]
        if not seeds:
            raise self._error(place, 'needs a url = "https://…" or feeds, sitemaps or sections')
        values: dict[str, Any] = {
            key: self._value(place, key, value, SOURCE[key])
            for key, value in entry.items()
            if key in SOURCE
        }
        return Source(name, tuple(seeds), **values)

    def _urls(self, place: Place, key: str, value: object) -> list[str]:
        urls = [value] if isinstance(value, str) else value
        if not isinstance(urls, list):
            raise self._error(place, f"{key} must be a URL or a list of URLs", key)
        for url in urls:
            if not isinstance(url, str) or not is_url(url):
                raise self._error(place, f"{key}: not an http or https URL: {url!r:.100}", key)
        return urls

    def _value(self, place: Place, key: str, value: object, rule: Key) -> object:
        try:
            return rule.check(value)
        except (TypeError, ValueError) as error:
            raise self._error(place, f"{key} must be {error}, not {value!r:.100}", key) from None

    def _only(self, table: Mapping[str, Any], known: Iterable[str], place: Place) -> None:
        names = sorted(set(known))
        for key in table:
            if key not in names:
                raise self._error(place, f"unknown key {key!r:.100}; {_remedy(key, names)}", key)

    def _error(self, place: Place, what: str, key: str | None = None) -> ConfigError:
        line = place.line(self.text, key)
        where = "" if line is None else f"line {line}: "
        return ConfigError(f"{self.path}: {where}{place.label}: {what}")


def _remedy(key: str, known: list[str]) -> str:
    """Return what to do about an unknown key: it is misspelt, or it stands in the wrong place."""
    near = get_close_matches(key, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    if key in SEEDS:
        return "it belongs to a [[source]]"
    if key in CRAWL:
        return "it belongs to [crawl]"
    if key in SOURCE:
        return "it belongs to [crawl] or a [[source]]"
    return f"known: {', '.join(known)}"


def _with_defaults(source: Source, entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Source:
    missing = {key: value for key, value in defaults.items() if key not in entry}
    return replace(source, **missing)
