"""Write docs/api.md from the table of operations in `archive.web.api`.

``make docs`` runs it; a test fails when the file and the table differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.web.api import openapi, problem, table

PATH = Path(__file__).parent / "api.md"

HEADER = """\
# The JSON API

Generated from the table of operations by `make docs`; do not edit.

`newswarc replay` answers programs in JSON below `/api/`. All of it can only be read. The same is \
told, for programs that are made of it, by the OpenAPI 3.1 document at `/api/openapi.json`.

```sh
curl 'http://127.0.0.1:8080/api/search?q=bridge&site=paper.example&limit=5'
curl 'http://127.0.0.1:8080/api/article?url=https://www.paper.example/2024/10/23/bridge&at=2024-10-23'
```

**Times.** A field that names a capture (`timestamp`, `first_capture`, `last_capture`) is 14 \
digits, UTC, and can be put into a replay URL. Every other time is ISO 8601. Parameters take both \
forms, `2024` and `2024-10` for the whole of it, and `7d`, `12h` or `2w` for so long ago.

**Pages.** A list comes in pages of `limit`. `next` is the path of the page behind, and so is the \
`Link` header; it is null behind the last. What a crawl adds meanwhile moves nothing from one page \
to another.

**Caching.** An answer that depends on the index alone has a weak `ETag` and `Cache-Control: \
private, no-cache`: keep it, and ask with `If-None-Match` whether it still holds; 304 says so, and \
costs next to nothing. The tag is another one after each change of the index, and after the server \
was started again. Answers that depend on the clock (`7d`, `today`), on the crawl or on files have \
none, and `no-store`.

**What is wrong** is told as `application/problem+json` (RFC 9457): `type`, `title`, `status`, \
`detail`, where it is about a parameter its name as `parameter`, and as `meant` the one that was \
probably meant. A parameter that is not in the tables below is refused. The type is a path that \
says again what kind of problem it is.

**Who may ask.** Where the server was started with a token, it comes as `Authorization: Bearer \
TOKEN`. Pages of another origin may read the answers where `--cors ORIGIN` says so, and else not. \
See [access](access.md).

HEAD is answered wherever GET is. A query string has no more than 16 KiB.

`/cdx` has an answer of its own: see [captures](cdx.md).
"""


def document() -> str:
    """Return the whole document."""
    described = openapi.document(table.OPERATIONS)
    parts = [HEADER, "\n## Problems\n\n| type | status | title |\n|---|---|---|\n"]
    parts += [
        f"| `{problem.PREFIX}{kind.name}` | {kind.status} | {kind.title} |\n"
        for kind in problem.KINDS.values()
    ]
    for path, item in described["paths"].items():
        parts += _operation(path, item["get"])
    parts.append("\n## Answers\n")
    for name, schema in described["components"]["schemas"].items():
        parts += _model(name, schema)
    return "".join(parts)


def _operation(path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    body = operation["responses"]["200"]["content"]["application/json"]["schema"]
    yield f"\n## {path}\n\n{operation['summary']} Answer: {_type(body)}.\n"
    if operation["parameters"]:
        yield "\n| parameter | is | means |\n|---|---|---|\n"
    for parameter in operation["parameters"]:
        name = f"`{parameter['name']}`" + (" (required)" if parameter["required"] else "")
        yield f"| {name} | {_kind(parameter['schema'])} | {parameter['description']} |\n"


def _kind(schema: Mapping[str, Any]) -> str:
    """Return what a parameter may be."""
    default = f"; {schema['default']} without it" if schema.get("default") else ""
    if schema["type"] == "array":
        return f"{_kind(schema['items'])}; may be repeated"
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"]) + default
    if schema["type"] == "integer":
        most = f" to {schema['maximum']:,}" if schema["maximum"] < 2**53 else " on"
        return f"{schema['minimum']}{most}{default}"
    if schema["type"] == "boolean":
        return "`true` `false`"
    if "examples" in schema:
        return "time"
    return "URL" if "pattern" in schema else "text"


def _model(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    about = f"\n\n{schema['description']}" if "description" in schema else ""
    yield f"\n### {name}{about}\n\n| field | is | |\n|---|---|---|\n"
    for field, one in schema["properties"].items():
        yield f"| `{field}` | {_type(one)} | {one.get('description', '')} |\n"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "object":
        return f"object of {_type(schema['additionalProperties'])}"
    plain: str = schema["type"]
    return plain


if __name__ == "__main__":
    PATH.write_text(document())
