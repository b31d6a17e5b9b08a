"""Articles as a folder of Markdown files: one for each version, with its facts in front.

A title or a URL of a stranger decides over no more than some letters of a file's name.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from archive.collection import Collection
from archive.complete import complete_directory
from archive.errors import UsageError
from archive.export.wanted import Exported, Wanted, articles_of
from archive.model import Version
from archive.render import as_dict, markdown
from archive.terminal import UNPRINTABLE
from archive.wacz.pages import rfc3339_of

_NOT_IN_A_NAME: Final = re.compile(r"[^\w]+")
_NOT_IN_A_HOST: Final = re.compile(r"[^a-z0-9.-]+")
#: A name has this many letters of the title, and no more than so many bytes.
_LETTERS, _BYTES = 60, 120


def to_folder(collection: Collection, wanted: Wanted, path: Path) -> int:
    """Write a directory with a Markdown file for each version of each article.

    Args:
        collection: to be exported.
        wanted: which articles.
        path: of the directory, which appears when it is complete.

    Returns:
        How many files there are.

    Raises:
        UsageError: nothing matches, or there is something at `path`.
        StorageError: it cannot be written.
    """
    files = 0
    with complete_directory(path) as directory:
        for exported in articles_of(collection, wanted):
            for version in exported.versions:
                file = directory / file_name(version)
                file.parent.mkdir(exist_ok=True)
                with file.open("x", encoding="utf-8", newline="\n") as out:
                    out.write(document(exported, version))
                files += 1
        if not files:
            raise UsageError("nothing to export: no article matches")
    return files


def file_name(version: Version) -> str:
    """Return the path of a version in the folder: ``HOST/DAY-TITLE-ID-vN.md``.

    The id is made of the article's URL, and so stays the same.
    """
    article = version.article
    host = _NOT_IN_A_HOST.sub("-", (urlsplit(article.url).hostname or "").lower()).strip("-.")
    stamp = version.first_capture
    seen = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    day = article.published.date().isoformat() if article.published else seen
    identity = hashlib.sha256(article.url.encode("utf-8", "replace")).hexdigest()[:12]
    slug = _slug(article.title)
    return f"{host[:100] or 'unknown'}/{day}{slug}-{identity}-v{version.number}.md"


def document(exported: Exported, version: Version) -> str:
    """Return a version as Markdown with front matter, YAML."""
    lines = [f"{name}: {_scalar(value)}" for name, value in _facts(exported, version)]
    return "\n".join(["---", *lines, "---", "", markdown(version.article)])


def _facts(exported: Exported, version: Version) -> Iterator[tuple[str, Any]]:
    said = as_dict(version.article)
    shown = exported.captures_of(version)
    place = shown[0].location if shown else None
    facts = {
        "url": said["url"],
        "title": said["title"],
        "subtitle": said["subtitle"],
        "authors": [author["name"] for author in said["authors"]],
        "published": said["published"],
        "modified": said["modified"],
        "site": said["site"],
        "section": said["section"],
        "language": said["language"],
        "tags": said["tags"],
        "version": version.number,
        "versions": len(exported.versions),
        "change": version.kind,
        "captured": rfc3339_of(version.first_capture),
        "last_captured": rfc3339_of(shown[-1].timestamp) if shown else None,
        "digest": version.digest,
        "warc": place and place.file,
        "offset": place and place.offset,
        "extractor": said["extractor"],
    }
    for name, value in facts.items():
        if value not in (None, [], ""):
            yield name, value


def _scalar(value: Any) -> str:
    """Return a value as JSON, which is YAML as well; what YAML cannot print is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _slug(title: str) -> str:
    """Return the letters and digits of a title, for a file's name.

    >>> _slug("Ferry — «returns»: ../../etc/passwd"), _slug("…")
    ('-ferry-returns-etc-passwd', '')
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    words = _NOT_IN_A_NAME.sub("-", folded).strip("-_")[:_LETTERS]
    short = words.encode()[:_BYTES].decode("utf-8", "ignore").strip("-_")
    return f"-{short}" if short else ""
