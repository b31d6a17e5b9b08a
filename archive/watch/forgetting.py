"""Articles that were redacted go out of what the watches have told, as far as that is in files."""

from __future__ import annotations

import json
from collections.abc import Set

from archive.collection import Collection
from archive.urlkey import is_url, urlkey
from archive.watch.delivery import replace
from archive.watch.feed import atom
from archive.watch.looking import FEED_SIZE
from archive.watch.watches import Watches, path_of


def forget(collection: Collection, keys: Set[str]) -> None:
    """Take what was told of some articles out of ``watches.db`` and the files of the watches.

    What a command was told is out of our hands.

    Args:
        collection: whose watches they are.
        keys: urlkeys of the articles.

    Raises:
        StorageError: a file cannot be written; then call it again.
    """
    if not path_of(collection).exists():
        return
    with Watches(collection) as watches:
        watches.forget(keys)
        for watch in watches.all():
            if watch.jsonl.exists():
                lines = watch.jsonl.read_bytes().splitlines(keepends=True)
                kept = [line for line in lines if not _is_about(line, keys)]
                if len(kept) < len(lines):
                    replace(watch.jsonl, b"".join(kept))
            if watch.atom.exists():
                made = atom(watch, watches.newest(watch.name, FEED_SIZE))
                if made != watch.atom.read_bytes():
                    replace(watch.atom, made)


def _is_about(line: bytes, keys: Set[str]) -> bool:
    try:
        url = json.loads(line)["url"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(url, str) and is_url(url) and urlkey(url) in keys
