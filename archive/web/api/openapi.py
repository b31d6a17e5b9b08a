"""The OpenAPI 3.1 document, made of the table of operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args, get_type_hints
from typing import is_typeddict as is_typed

from archive.version import __version__
from archive.web.api import problem
from archive.web.api.model import Problem
from archive.web.api.operation import Operation
from archive.web.api.schema import Schema, object_schema, schema_of

_ABOUT = """\
Everything in a newswarc collection, to be read: nothing can be changed here.

A field that names a capture (timestamp, first_capture, last_capture) is a time of 14 digits, UTC,
and can be put into a replay URL. Every other time is ISO 8601. Parameters take both forms, 2024 and
2024-10 for the whole of it, and 7d, 12h or 2w for so long ago.

A list comes in pages: next is the path of the page behind, null behind the last. An answer with an
ETag may be kept and asked for with If-None-Match; the tag is another one after each change of the
index. HEAD is answered wherever GET is.\
"""


def document(operations: Iterable[Operation]) -> Schema:
    """Return the document."""
    known = list(operations)
    models = {one.__name__: one for operation in known for one in _models(operation.model)}
    models["Problem"] = Problem
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newswarc",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": {operation.path: {"get": _get(operation)} for operation in known},
        "components": {
            "schemas": {name: object_schema(models[name]) for name in sorted(models)},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where the server was started with a token.",
                }
            },
        },
    }


def _get(operation: Operation) -> Schema:
    answered = {"200": _content(operation.summary, "application/json", operation.model)}
    if operation.derived:
        answered["200"]["headers"] = {
            "ETag": {"description": "Of the answer, weak.", "schema": {"type": "string"}}
        }
        answered["304"] = {"description": "What If-None-Match names is still the answer."}
    answered["default"] = _content("What is wrong.", problem.MEDIA_TYPE, Problem)
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [parameter.described() for parameter in operation.parameters],
        "responses": answered,
    }


def _content(description: str, media_type: str, model: type) -> Schema:
    return {"description": description, "content": {media_type: {"schema": schema_of(model)}}}


def _models(hint: object) -> Iterator[type]:
    """Yield the typed dictionaries that a type is made of."""
    if isinstance(hint, type) and is_typed(hint):
        yield hint
        for inner in get_type_hints(hint, include_extras=True).values():
            yield from _models(inner)
    for argument in get_args(hint):
        yield from _models(argument)
