"""Write ``newswarc.toml``: one source in, one source out, and every comment where it was."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from archive.errors import ConfigError, UsageError, storage_errors
from crawler.model import Kind
from crawler.sources.checks import source_name
from crawler.sources.keys import SEEDS, SOURCE
from crawler.sources.reading import load
from crawler.sources.source import Source

_DEFAULTS = {one.name: one.default for one in fields(Source)}


def add(path: Path, source: Source) -> None:
    """Write a source at the end of a ``newswarc.toml``; everything else in it stays as it is.

    Raises:
        UsageError: there is a source of that name already, or it is no name.
        StorageError: the file cannot be written.
    """
    try:
        source_name(source.name)
    except ValueError as error:
        raise UsageError(f"the name of a source is of {error}, not {source.name!r}") from None
    if any(known.name == source.name for known in load(path).sources):
        raise UsageError(f"there is a source called {source.name!r} already; give another --name")
    document = _document(path)
    table = tomlkit.table()
    table["name"] = source.name
    for key, kind in SEEDS.items():
        urls = [seed.url for seed in source.seeds if seed.kind is kind]
        if urls:
            table[key] = urls[0] if kind is Kind.HOME else urls
    for name, rule in SOURCE.items():
        value = getattr(source, name)
        if value != _DEFAULTS[name]:
            table[name] = rule.write(value)
    if "source" not in document:
        document["source"] = tomlkit.aot()
    _entries(document, path).append(table)
    _write(path, tomlkit.dumps(document))


def remove(path: Path, name: str) -> None:
    """Take a source out of a ``newswarc.toml``; what was captured of it stays in the archive.

    Raises:
        UsageError: there is none of that name.
        StorageError: the file cannot be written.
    """
    load(path).source(name)
    document = _document(path)
    entries = _entries(document, path)
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


def _entries(document: tomlkit.TOMLDocument, path: Path) -> AoT:
    entries = document["source"]
    if not isinstance(entries, AoT):
        raise ConfigError(f"{path}: source: must be [[source]] tables to be changed")
    return entries


def _write(path: Path, text: str) -> None:
    with storage_errors(path):
        fresh = path.with_suffix(".toml.new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
