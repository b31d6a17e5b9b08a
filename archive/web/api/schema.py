"""JSON Schema of typed dictionaries, so that the document and the type checker read one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints
from typing import is_typeddict as is_typed

Schema: TypeAlias = dict[str, Any]

_PLAIN = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
}


@dataclass(frozen=True, slots=True)
class Form:
    """What a type says beyond itself, as an annotation.

    Attributes:
        description: one sentence.
        pattern: a regular expression of ECMA 262.
        minimum: of a number.
        enum: of a text: there is no other.
    """

    description: str = ""
    pattern: str = ""
    minimum: int | None = None
    enum: tuple[str, ...] = ()

    def keywords(self) -> Schema:
        """Return it as keywords of JSON Schema."""
        given: Schema = {
            "description": self.description,
            "pattern": self.pattern,
            "minimum": self.minimum,
            "enum": list(self.enum),
        }
        return {name: value for name, value in given.items() if value not in ("", None, [])}


def schema_of(hint: Any) -> Schema:
    """Return the schema of a type; of a typed dictionary a reference to it.

    Raises:
        TypeError: it is of a kind that no answer has.
    """
    if is_typed(hint):
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    if origin is UnionType or NoneType in arguments:
        return {"anyOf": [schema_of(each) for each in arguments]}
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    raise TypeError(f"no schema for {hint!r}")


def object_schema(typed: type) -> Schema:
    """Return the schema of a typed dictionary itself: all its keys, and no other."""
    hints = get_type_hints(typed, include_extras=True)
    required: frozenset[str] = getattr(typed, "__required_keys__", frozenset())
    told = {"description": typed.__doc__} if typed.__doc__ and "dict(" not in typed.__doc__ else {}
    return {
        "type": "object",
        **told,
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": [name for name in hints if name in required],
        "additionalProperties": False,
    }


def _annotated(hint: Any, notes: Iterable[object]) -> Schema:
    made = schema_of(hint)
    for note in notes:
        made |= Form(note).keywords() if isinstance(note, str) else {}
        made |= note.keywords() if isinstance(note, Form) else {}
    return made
