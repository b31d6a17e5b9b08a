"""The keys of ``newswarc.toml``: one table, for the reader, the writer and the JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import duration
from crawler.model import Kind
from crawler.sources import checks
from crawler.sources.checks import Check

REQUISITES = ("none", "page", "all")
ROBOTS = ("obey", "robots-only", "ignore")
NOARCHIVE = ("capture", "skip")


def _plain(value: Any) -> object:
    return list(value) if isinstance(value, tuple) else value


def _ages(value: tuple[float, ...]) -> object:
    return [duration.written(age) for age in value]


def _since(value: float | datetime | None) -> object:
    if value is None:
        return "all"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return duration.written(value) if value else "none"


@dataclass(frozen=True, slots=True)
class Key:
    """A key.

    Attributes:
        check: of its value.
        schema: of its value, in JSON Schema; it may let pass what the check refuses, never the
            other way round.
        help: what it is for.
        write: turns the value as it is used into one that can stand in the file.
    """

    check: Check
    schema: Mapping[str, object]
    help: str
    write: Callable[[Any], object] = _plain


_STRINGS = {"type": "array", "items": {"type": "string"}}
_SECONDS = {"type": "number", "minimum": 0, "exclusiveMaximum": 1e9}
_COUNT = {"type": "integer", "minimum": 1}
_LINE = {"type": "string", "pattern": "^[ -~]*$"}
_AGENT = {"type": "string", "pattern": "^[ -~]*[!-~][ -~]*$"}
_SPAN = r"(?:\d{1,9}\s*(?:min|[wdhms])\s*)+"
_ENTRIES = {
    "type": "array",
    "items": {"type": "string", "pattern": r"^\s*[^\s:]*(?::.*){3}$"},
}

#: Keys of a ``[[source]]`` that hold seeds, and what those are.
SEEDS = {
    "url": Kind.HOME,
    "feeds": Kind.FEED,
    "sitemaps": Kind.SITEMAP,
    "sections": Kind.SECTION,
}
#: Its other keys, fields of a `Source`, which may stand in ``[crawl]`` for all sources as well.
SOURCE: dict[str, Key] = {
    "hosts": Key(
        checks.strings, _STRINGS, "Host names of the publisher beside those of its seeds."
    ),
    "allow": Key(
        checks.patterns,
        _STRINGS,
        "Regular expressions, one of which must be found in the path and query of an article.",
    ),
    "deny": Key(
        checks.patterns, _STRINGS, "Regular expressions, none of which may be found in a URL."
    ),
    "delay": Key(checks.seconds, _SECONDS, "Seconds between two requests to one host."),
    "concurrency": Key(checks.positive, _COUNT, "Requests in flight to one host at once."),
    "depth": Key(
        checks.positive,
        _COUNT,
        "Link hops to follow: 1 takes the articles that listings name, 2 what those link to, too.",
    ),
    "requisites": Key(
        checks.one_of(REQUISITES),
        {"enum": list(REQUISITES)},
        "Capture what is needed to show no page, articles, or every page with scripts and media.",
    ),
    "robots": Key(
        checks.one_of(ROBOTS),
        {"enum": list(ROBOTS)},
        "Obey robots.txt; obey it but for its crawl-delay; ignore it (for one's own site).",
    ),
    "recheck": Key(
        checks.ages,
        {
            "type": "array",
            "maxItems": checks.MAX_RECHECKS,
            "items": {"type": "string", "pattern": rf"^\s*{_SPAN}$"},
        },
        "Ages at which an article is fetched again; an empty list for never.",
        _ages,
    ),
    "backfill": Key(
        checks.since,
        {"type": "string", "pattern": rf"^(?:all|none|\d{{4}}-\d\d-\d\d|\s*{_SPAN})$"},
        'How old an article may be that is fetched: "all", "none" (only what appears from now on),'
        ' an age such as "30d", or the first day, "2024-01-01".',
        _since,
    ),
    "language": Key(
        checks.language,
        {"type": "string", "pattern": f"^(?:{checks.LANGUAGE})$"},
        "The language to ask for, of sites that have several (Accept-Language).",
    ),
    "noarchive": Key(
        checks.one_of(NOARCHIVE),
        {"enum": list(NOARCHIVE)},
        "A page that says noarchive: capture it and record that it does, or skip it.",
    ),
    "user_agent": Key(checks.agent, _AGENT, "Sent instead of our own user agent, whole."),
    "contact": Key(
        checks.agent,
        _AGENT,
        "Where a site can reach the person who runs the crawl; part of the user agent.",
    ),
    "connect_to": Key(
        checks.entries, _ENTRIES, "HOST:PORT:ADDR:PORT: where connections really go, as in curl."
    ),
    "render": Key(
        checks.flag,
        {"type": "boolean"},
        "Show its pages to a headless Chromium, for sites that are empty without JavaScript.",
    ),
}
#: Of these, what ``[crawl]`` says is the crawl's own, not a default that each source takes over.
OF_THE_CRAWL = ("user_agent", "contact", "connect_to")
#: Keys of ``[crawl]``, fields of a `Configuration`, beside the defaults of sources.
CRAWL: dict[str, Key] = {
    **{name: SOURCE[name] for name in OF_THE_CRAWL},
    "min_free": Key(
        checks.size,
        {"type": "integer", "minimum": 0},
        "Stop before the disk has less than so many bytes left.",
    ),
    "on_gap": Key(
        checks.words,
        {"type": "string", "minLength": 1},
        "A command that is run when a gap is noticed, with the gap as JSON on its stdin.",
    ),
    "gap_webhook": Key(
        checks.url,
        {"type": "string", "pattern": r"^\s*[Hh][Tt][Tt][Pp][Ss]?://"},
        "A URL to which a gap is sent as JSON, by POST, when it is noticed.",
    ),
}
#: Keys of ``[render]``, and what they are in a `Configuration`.
RENDER: dict[str, tuple[str, Key]] = {
    "browser": ("browser", Key(checks.text, _LINE, "Path of the Chromium that renders.")),
    "seconds": ("render_seconds", Key(checks.seconds, _SECONDS, "What a page may take in it.")),
}
