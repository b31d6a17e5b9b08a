"""What Datasette is told of an index, so that it shows it as a person would want it.

``datasette index.db --metadata datasette.yaml`` has titles and descriptions, facets, full-text
search over the articles, and queries with a name; what is in the index for its own sake is hidden.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

#: Keys that YAML cannot take for anything else. (``no`` and ``y`` would be truth values.)
_PLAIN = re.compile(r"(?!(?:yes|no|on|off|true|false|null|y|n)$)[a-z_][a-z0-9_]*", re.IGNORECASE)
_DOCS = "https://www.sqlite.org/fts5.html#full_text_query_syntax"


def _searched(column: str) -> dict[str, str]:
    return {"fts_table": "versions_fts", "fts_pk": column}


_TABLES: dict[str, dict[str, Any]] = {
    "articles": {
        "title": "Articles",
        "description": "One row for each article: what its current version says, but for the text.",
        "label_column": "title",
        "sort_desc": "dated",
        "facets": ["host", "language", "section", {"array": "authors"}],
        "size": 50,
        **_searched("current_version_id"),
        "columns": {
            "host": "of the URL, without www",
            "dated": "when it was published (UTC) or, if it does not say, first captured",
            "published": "as the page says it, with its own offset from UTC",
            "versions": "how many different texts were captured",
            "first_capture": "YYYYMMDDhhmmss, UTC",
            "last_capture": "YYYYMMDDhhmmss, UTC",
        },
    },
    "current_articles": {
        "title": "Articles with their texts",
        "description": "What each article said when it was captured last.",
        "sort_desc": "dated",
        "facets": ["host", "language"],
        "size": 20,
        **_searched("current_version_id"),
    },
    "versions": {
        "title": "Versions",
        "description": "One row for each different text of an article.",
        "label_column": "title",
        "sort_desc": "first_capture",
        "facets": ["kind", "stealth"],
        "size": 20,
        **_searched("id"),
        "columns": {
            "kind": "of the change from the version before: correction, substantial, headline, …",
            "stealth": "1: the text changed and the date on the page did not",
            "similarity": "to the version before, 0 to 1",
        },
    },
    "edits": {
        "title": "Edits",
        "description": "Versions that differ from the one before, with what kind of change it was.",
        "sort_desc": "seen",
        "facets": ["host", "kind", "stealth"],
    },
    "captures": {
        "title": "Captures",
        "description": "One row for each URL at one time, and where its record is in the WARCs.",
        "sort_desc": "timestamp",
        "facets": ["status", "mime", "record_type"],
    },
    "capture_locations": {
        "title": "Where captures are",
        "description": "WARC file, offset and length of the record of each capture.",
    },
    "quarantined": {
        "title": "Quarantined captures",
        "description": "Block pages, walls and stubs that stand in for an article.",
        "facets": ["reason"],
    },
    "refused_pages": {
        "title": "Pages without an article",
        "description": "And why none was found in them.",
        "facets": ["refusal"],
    },
    "copied_articles": {
        "title": "Copies",
        "description": "Articles of several outlets that share whole passages, by cluster.",
        "facets": ["host"],
    },
    "crawls": {"title": "Crawls", "description": "Who crawled when, and with what."},
    "warc_files": {
        "title": "WARC files",
        "description": "And up to which offset each is indexed.",
    },
    "redactions": {
        "title": "Redactions",
        "description": "What was taken out of the archive, when, and why.",
    },
}
#: What an article of a table of its own is to nobody but the index.
_INTERNAL = (
    *("docs", "names", "fulltext_state", "sketches", "stand_ins", "quarantined_texts", "urlkeys"),
    *("origins", "capture_kinds", "compact_captures", "_sqlite_migrations", "article_versions"),
    *("clusters", "copies", "damages"),
)
_QUERIES: dict[str, dict[str, str]] = {
    "search": {
        "title": "Search the texts, with the place of each match",
        "description_html": f'In the <a href="{_DOCS}">language of FTS5</a>.',
        "sql": """\
SELECT articles.dated, articles.host, versions.title, articles.url,
       snippet(versions_fts, 0, '[', ']', '…', 24) AS match,
       versions.id = articles.current_version_id AS current
FROM versions_fts
JOIN versions ON versions.id = versions_fts.rowid
JOIN articles ON articles.id = versions.article_id
WHERE versions_fts MATCH :query
ORDER BY versions_fts.rowid DESC LIMIT 100""",
    },
    "articles_by_month": {
        "title": "Articles of a site by month",
        "description": "Of all sites, where none is named.",
        "sql": """\
SELECT substr(dated, 1, 7) AS month, count(*) AS articles
FROM articles WHERE :host = '' OR host = :host
GROUP BY month ORDER BY month DESC""",
    },
    "stealth_edits": {
        "title": "Stealth edits",
        "description": "Texts that changed while the date on the page did not, the newest first.",
        "sql": """\
SELECT seen, host, kind, title, url, words_added, words_removed
FROM edits WHERE stealth ORDER BY seen DESC LIMIT 200""",
    },
    "most_edited": {
        "title": "The articles that were edited most",
        "sql": """\
SELECT versions, host, title, url FROM articles
WHERE versions > 1 ORDER BY versions DESC, dated DESC LIMIT 100""",
    },
    "authors": {
        "title": "Authors by number of articles",
        "sql": """\
SELECT author.value AS author, count(*) AS articles, min(dated) AS first, max(dated) AS last
FROM articles JOIN json_each(articles.authors) AS author
GROUP BY author.value ORDER BY articles DESC LIMIT 200""",
    },
    "captures_of_url": {
        "title": "All captures of a URL",
        "sql": """\
SELECT timestamp, status, mime, file, "offset", length
FROM capture_locations WHERE url = :url ORDER BY timestamp""",
    },
}


def metadata(index: Path, title: str) -> dict[str, Any]:
    """Return what Datasette is told.

    Args:
        index: the path of the index; its name is that of the database.
        title: of the collection.
    """
    tables = {**_TABLES, **{name: {"hidden": True} for name in _INTERNAL}}
    return {
        "title": f"newswarc: {title}",
        "description": "News, as it was captured: articles, their versions, their captures.",
        "databases": {
            index.stem: {
                "source": "WARC files; this database is derived from them",
                "tables": tables,
                "queries": _QUERIES,
            }
        },
    }


def to_yaml(value: Mapping[str, Any]) -> str:
    r"""Return JSON-like data as YAML 1.2; texts of several lines stay readable.

    >>> print(to_yaml({"a": {"b": [1, "x: y"], "sql": "SELECT 1\nFROM t"}}), end="")
    a:
      b:
        - 1
        - "x: y"
      sql: |-
        SELECT 1
        FROM t
    """
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    entries: Iterator[tuple[str, Any]]
    if isinstance(value, Mapping):
        entries = ((f"{_key(key)}:", item) for key, item in value.items())
    else:
        entries = (("-", item) for item in value)
    for start, item in entries:
        if isinstance(item, Mapping | list | tuple) and item:
            nested = [f"  {line}" for line in _lines(item)]
            # An entry of a list begins on the line of its dash.
            if start == "-":
                yield f"- {nested[0][2:]}"
                yield from nested[1:]
            else:
                yield start
                yield from nested
        elif isinstance(item, str) and "\n" in item:
            yield f"{start} |-"
            yield from (f"  {line}" for line in item.split("\n"))
        else:
            yield f"{start} {json.dumps(item, ensure_ascii=False)}"


def _key(name: str) -> str:
    """Return the key of a mapping; ours are words that need no quotation marks, as a rule."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
