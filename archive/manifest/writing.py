"""Writing the manifest of today."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from archive import timestamp
from archive.collection import Collection
from archive.errors import storage_errors
from archive.lock import only_writer
from archive.manifest import acts, history, key, sealed
from archive.manifest.acts import Act
from archive.manifest.document import Entry, Manifest
from archive.manifest.fixity import measure
from archive.version import __version__
from archive.warc.openfile import OPEN_SUFFIX


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a manifest.

    Attributes:
        path: where it lies.
        files: how many WARC files it lists.
        new: how many of them the one before did not list.
        problems: files that are listed and are missing or changed, with no act that says so; the
            manifest lists them as they were.
    """

    path: Path
    files: int
    new: int
    problems: tuple[str, ...] = ()


def write(collection: Collection, *, today: date | None = None) -> Written | None:
    """Write the manifest of today, or write it again with what has come since.

    What is listed once stays listed as it was, until an act retires it: what was lost or changed
    behind our back is told, and not forgotten. A file that looks as it did the last time (size,
    time of change, inode) is not read again.

    Args:
        collection: whose closed WARC files and acts are listed.
        today: the day (UTC). When the newest manifest is of a later one, for a clock that was
            wrong, that one is written again.

    Returns:
        None when there is nothing to list.

    Raises:
        StorageError: it cannot be written.
        ConfigError: there is no key to sign with, or the wrong one.
        DamagedArchive: the newest manifest, or an act, is not what was signed.
    """
    today = today or timestamp.now().date()
    with only_writer(collection.manifest_lock_path, wait=True):
        closed = [path for path in collection.warc_files() if not path.name.endswith(OPEN_SUFFIX)]
        if not (closed or acts.paths(collection) or history.paths(collection)):
            return None
        with storage_errors(collection.manifests_dir):
            collection.manifests_dir.mkdir(exist_ok=True)
        signing = key.ensure(collection)
        keys = key.public_keys(collection)
        done = acts.read(collection, keys)
        last = history.last(collection, keys)
        manifest, problems = _made(_found(collection, closed), done, last, today)
        path = history.path_of(collection, manifest.day)
        sealed.finish(path, keys)
        if last is None or bytes(manifest) != bytes(last[0]):
            comment = f"file:{path.name}\ttime:{timestamp.to_warc_date(timestamp.now())}"
            sealed.write(path, bytes(manifest), signing, comment)
        listed = last[0].entries if last else {}
        files = [name for name in manifest.entries if name.startswith("archive/")]
        return Written(path, len(files), sum(name not in listed for name in files), tuple(problems))


def _made(
    found: dict[str, Entry],
    done: list[Act],
    last: tuple[Manifest, str] | None,
    today: date,
) -> tuple[Manifest, list[str]]:
    """Return the manifest of what is listed already and what is found, and what is wrong."""
    before, previous, day = _continued(last, today)
    listed = dict(before.entries) if before else {}
    for act in done:
        if act.path not in listed:
            acts.apply(act, listed)
        listed[act.path] = act.entry
    problems = []
    for path, entry in sorted(listed.items()):
        if path.startswith("acts/"):
            continue
        if path not in found:
            problems.append(f"{path} is listed and is not there")
        elif found[path].sha256 != entry.sha256:
            problems.append(f"{path} is not what was listed")
    retired = {(entry.path, entry.sha256) for act in done for entry in act.retired}
    for path, entry in found.items():
        same = path in listed and listed[path].sha256 == entry.sha256
        if same or (path not in listed and (path, entry.sha256) not in retired):
            listed[path] = entry
    return Manifest(day, f"newswarc/{__version__}", previous, listed), problems


def _continued(
    last: tuple[Manifest, str] | None, today: date
) -> tuple[Manifest | None, tuple[date, str] | None, date]:
    """Return the manifest whose list goes on, the one to name as the previous one, and the day."""
    if last is None:
        return None, None, today
    manifest, digest = last
    if manifest.day >= today:
        return manifest, manifest.previous, manifest.day
    return manifest, (manifest.day, digest), today


def _found(collection: Collection, closed: Iterable[Path]) -> dict[str, Entry]:
    """Return what is to be said of the closed files, read only where they are not known."""
    memory = collection.manifests_dir / "seen.json"
    seen = _remembered(memory)
    now: dict[str, Any] = {}
    found = {}
    for path in closed:
        try:
            state = path.stat()
            look = [state.st_size, state.st_mtime_ns, state.st_ino]
            known = seen.get(path.name)
            if known is not None and known[:3] == look:
                size, _, _, digest, records, tree = known
                entry = Entry(f"archive/{path.name}", size, digest, records, tree)
            else:
                entry = measure(collection, path)
        except FileNotFoundError:  # compacted this moment
            continue
        now[path.name] = [*look, entry.sha256, entry.records, entry.tree]
        found[entry.path] = entry
    if now != seen:
        with storage_errors(memory):
            scratch = memory.with_name(memory.name + ".tmp")
            scratch.write_text(json.dumps(now), encoding="utf-8")
            scratch.replace(memory)
    return found


def _remembered(memory: Path) -> dict[str, Any]:
    """Return what was seen the last time; whatever is odd about it is forgotten."""
    with suppress(OSError, ValueError, RecursionError):
        value = json.loads(memory.read_text(encoding="utf-8"))
        if isinstance(value, dict):
            return {
                name: facts
                for name, facts in value.items()
                if isinstance(facts, list) and len(facts) == 6
            }
    return {}
