"""Write ``newswarc.toml``: one source in, one source out, and every comment where it was."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

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
    check_new(path, source.name)
    document = _document(path)
    _append(document, path, source)
    _write(path, tomlkit.dumps(document))


def check_new(path: Path, name: str) -> None:
    """Make sure that a source of that name can be added to a ``newswarc.toml``.

    Raises:
        UsageError: there is a source of that name already, or it is no name.
    """
    try:
        source_name(name)
    except ValueError as error:
        raise UsageError(f"the name of a source is of {error}, not {name!r}") from None
    if any(known.name == name for known in load(path).sources):
        raise UsageError(f"there is a source called {name!r} already; give another --name")


def merge(path: Path, sources: Sequence[Source], *, write: bool = True) -> list[tuple[str, int]]:
    """Add sources, and to those whose site is there already the feeds that no source has yet.

    Args:
        path: of a ``newswarc.toml``.
        sources: to be in it, named for their hosts; of one that is there nothing but its list of
            feeds changes, whatever its name is.
        write: False only tells what would be done.

    Returns:
        The name of each source that is new or has grown, and by how many feeds.

    Raises:
        StorageError: the file cannot be written.
    """
    present = load(path).sources
    taken = {seed.url for source in present for seed in source.seeds}
    known = {
        name.removeprefix("www."): source.name
        for source in reversed(present)
        for name in (*source.all_hosts, source.name)
    }
    document = _document(path)
    changed = []
    for source in sources:
        seeds = tuple(seed for seed in source.seeds if seed.url not in taken)
        feeds = [seed.url for seed in seeds if seed.kind is Kind.FEED]
        if not feeds:
            continue
        name = known.get(source.name.removeprefix("www."))
        if name is None:
            _append(document, path, replace(source, seeds=seeds))
        else:
            _extend(_entries(document, path), name, feeds)
        changed.append((name or source.name, len(feeds)))
    if changed and write:
        _write(path, tomlkit.dumps(document))
    return changed


def _extend(entries: AoT, name: str, feeds: Sequence[str]) -> None:
    """Add feeds to the source of that name."""
    for entry in entries:
        if entry.get("name") == name:
            present = entry.get("feeds", [])
            entry["feeds"] = [present] if isinstance(present, str) else present
            entry["feeds"].extend(feeds)


def _append(document: tomlkit.TOMLDocument, path: Path, source: Source) -> None:
    """Put a source at the end of a document."""
    table = tomlkit.table()
    table["name"] = source.name
    for key, kind in SEEDS.items():
        urls = [seed.url for seed in source.seeds if seed.kind is kind]
        if urls:
            table[key] = urls[0] if kind is Kind.HOME else _list(urls)
    for name, rule in SOURCE.items():
        value = getattr(source, name)
        if value != _DEFAULTS[name]:
            table[name] = rule.write(value)
    before = tomlkit.dumps(document)
    if before and not before.endswith("\n\n"):
        table.trivia.indent = "\n"  # an empty line between it and what is before
    if "source" not in document:
        document["source"] = tomlkit.aot()
    _entries(document, path).append(table)


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


def _list(urls: Sequence[str]) -> Array:
    """Return a list of URLs, a line each where there are several."""
    array = tomlkit.array()
    array.extend(urls)
    return array.multiline(len(urls) > 1)


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
    """Put a file in the place of another in one step, with its permissions."""
    with storage_errors(path):
        file = path.resolve()  # a link stays one
        fresh = file.with_name(file.name + ".new")
        fresh.write_text(text, "utf-8")
        if file.exists():
            shutil.copymode(file, fresh)
        fresh.replace(file)
