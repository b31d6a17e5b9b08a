"""Read ``newswarc.toml`` and say in one line what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from archive.errors import ConfigError
from archive.urlkey import is_url
from crawler.scope import clean
from crawler.sources.checks import source_name
from crawler.sources.keys import CRAWL, OF_THE_CRAWL, RENDER, SEEDS, SOURCE, Key
from crawler.sources.source import Configuration, Seed, Source


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
        self._only(crawl, {*CRAWL, *SOURCE}, "[crawl]")
        rendering = table.get("render", {})
        if not isinstance(rendering, dict):
            raise self._error("[render]", "must be a table")
        self._only(rendering, set(RENDER), "[render]")
        entries = table.get("source", [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise self._error("source", "must be [[source]] tables")
        defaults = {
            key: self._value("[crawl]", key, value, SOURCE[key])
            for key, value in crawl.items()
            if key in SOURCE and key not in OF_THE_CRAWL
        }
        own: dict[str, Any] = {
            key: self._value("[crawl]", key, value, CRAWL[key])
            for key, value in crawl.items()
            if key in CRAWL
        }
        for key, value in rendering.items():
            name, rule = RENDER[key]
            own[name] = self._value("[render]", key, value, rule)
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
        try:
            name = source_name(entry.get("name"))
        except ValueError as error:
            raise self._error(place, f"needs a name of {error}") from None
        place = f"source {name!r}"
        if name in self.seen:
            raise self._error(place, "is there twice; names must differ")
        self.seen.add(name)
        self._only(entry, set(SOURCE) | set(SEEDS) | {"name"}, place)
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

    def _urls(self, place: str, key: str, value: object) -> list[str]:
        urls = [value] if isinstance(value, str) else value
        if not isinstance(urls, list):
            raise self._error(place, f"{key} must be a URL or a list of URLs")
        for url in urls:
            if not isinstance(url, str) or not is_url(url):
                raise self._error(place, f"{key}: not an http or https URL: {url!r}")
        return urls

    def _value(self, place: str, key: str, value: object, rule: Key) -> object:
        try:
            return rule.check(value)
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
