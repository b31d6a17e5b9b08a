"""Write docs/newswarc.schema.json from the table of keys in `crawler.sources.keys`.

``make docs`` runs it; a test fails when the file and the table differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from crawler.sources import Configuration, Source
from crawler.sources.keys import CRAWL, RENDER, SEEDS, SOURCE, Key

PATH = Path(__file__).parent / "newswarc.schema.json"

_DEFAULTS = {one.name: one.default for one in (*fields(Configuration), *fields(Source))}
_URL = {"type": "string", "pattern": r"^\s*[Hh][Tt][Tt][Pp][Ss]?://"}
_URLS = {"anyOf": [_URL, {"type": "array", "items": _URL}]}
_SEEDS = {
    "url": "The home page of the publisher.",
    "feeds": "Its feeds: RSS, Atom, RDF, JSON Feed.",
    "sitemaps": "Its sitemaps, sitemap indexes and news sitemaps; they may lie on another host.",
    "sections": "Pages that list its articles.",
}


def _of(name: str, key: Key) -> dict[str, object]:
    """Return the schema of a key, with what it is for and its default."""
    described = {"description": key.help, **key.schema}
    default = key.write(_DEFAULTS[name])
    return described if default is None else {**described, "default": default}


def _table(properties: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


def schema() -> dict[str, object]:
    """Return the JSON Schema of ``newswarc.toml``."""
    source: dict[str, object] = {
        "name": {
            "description": "What to call it: letters, digits and . : - _; names must differ.",
            "type": "string",
            "pattern": r"^[^\s/]{1,100}$",
        },
        **{name: {"description": _SEEDS[name], **_URLS} for name in SEEDS},
        **{name: _of(name, key) for name, key in SOURCE.items()},
    }
    crawl = {name: _of(name, key) for name, key in (SOURCE | CRAWL).items()}
    render = {name: _of(field, key) for name, (field, key) in RENDER.items()}
    seeds = {"anyOf": [{"required": [name]} for name in SEEDS]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newswarc.toml",
        "description": "The sources and settings of a newswarc collection.",
        **_table(
            {
                "crawl": _table(crawl, description="What holds for every source, and for the run."),
                "render": _table(render, description="The browser of sources with render = true."),
                "source": {
                    "type": "array",
                    "items": _table(
                        source,
                        description="One publisher, and how it is followed.",
                        required=["name"],
                        **seeds,
                    ),
                },
            }
        ),
    }


def document() -> str:
    """Return the whole file."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(document())
