"""JSON Schemas of the messages, from the structs of `orderbell.wire.frames`: for OpenAPI and AsyncAPI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import msgspec
from msgspec import Struct
from msgspec import inspect as shape

from orderbell.wire import frames as f

JSON = dict[str, Any]

REF = "#/components/schemas/{name}"
CLIENT_FRAMES: tuple[type[Struct], ...] = get_args(f.ClientFrame)
SERVER_FRAMES: tuple[type[Struct], ...] = get_args(f.ServerFrame)
ANSWERS: tuple[type[Struct], ...] = (
    f.ShopList, f.ShopAnswer, f.BoardAnswer, f.PlacedAnswer, f.OrderAnswer, f.DayReport, f.Problem,
)  # fmt: skip

# The gateway's own refusals (messages.py) have no `errors`: it knows no fields.
_ABSENT_AT_TIMES = {("Problem", "errors")}

# What a hello must and may hold, by role (protocol.md 2.1). The struct has the union of the four.
HELLOS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "kitchen": (("token",), ("epoch", "seq", "lang")),
    "customer": (("order", "token"), ("lang",)),
    "guest": (("shop",), ("lang",)),
    "board": (("shop",), ("lang",)),
}


def always(struct: type[Struct], field: msgspec.structs.FieldInfo) -> bool:
    """Say whether a message that we send always has this field: a default is written out, UNSET is not."""
    return field.default is not msgspec.UNSET and (struct.__name__, field.name) not in _ABSENT_AT_TIMES


def sent(kinds: Iterable[type[Struct]]) -> JSON:
    """Return the schemas of messages that the server sends, and of what they hold."""
    schemas = _components(kinds)
    for name, schema in schemas.items():
        struct = getattr(f, name)
        fields = msgspec.structs.fields(struct)
        for part in schema["properties"].values():
            part.pop("default", None)
        tag = ["type"] if struct.__struct_config__.tag is not None else []
        schema["required"] = tag + [field.encode_name for field in fields if always(struct, field)]
    return schemas


def taken(kinds: Iterable[type[Struct]]) -> JSON:
    """Return the schemas of messages that a client sends, and of what they hold."""
    schemas = _components(kinds)
    for schema in schemas.values():
        schema.setdefault("required", [])
    return schemas


def hello(role: str) -> JSON:
    """Return the schema of one role's hello."""
    whole = taken([f.Hello])["Hello"]["properties"]
    needed, allowed = HELLOS[role]
    said = {
        name: {key: value for key, value in whole[name].items() if key != "default"}
        for name in (*needed, *allowed)
    }
    return {
        "title": f"Hello of a {role}",
        "type": "object",
        "properties": {"type": {"const": "hello"}, "role": {"const": role}, **said},
        "required": ["type", "role", *needed],
    }


def command(name: str, arguments: type[Struct]) -> JSON:
    """Return the schema of one command: the frame around it and its own arguments."""
    schemas = taken([f.Command, arguments])
    around, own = schemas["Command"], schemas[arguments.__name__]
    return {
        "title": f"Command {name}",
        "type": "object",
        "properties": {**around["properties"], "name": {"const": name}, **own["properties"]},
        "required": [*around["required"], *own["required"]],
    }


def commands() -> list[tuple[str, str, type[Struct]]]:
    """Return every command as (role, name, arguments)."""
    tables = (("kitchen", f.KITCHEN_COMMANDS), ("customer", f.CUSTOMER_COMMANDS))
    return [(role, name, arguments) for role, table in tables for name, arguments in table.items()]


def _components(kinds: Iterable[type[Struct]]) -> JSON:
    _, schemas = msgspec.json.schema_components(list(kinds), ref_template=REF)
    for name, schema in schemas.items():
        info = shape.type_info(getattr(f, name))
        assert isinstance(info, shape.StructType)
        if info.tag is not None:
            schema["properties"]["type"] = {"const": info.tag}
        for field in info.fields:
            _date(schema["properties"][field.encode_name], field.type)
    return schemas


def _date(schema: JSON, kind: shape.Type) -> None:
    """Say of a text that it is a time: msgspec says so only of those that need a zone."""
    if isinstance(kind, shape.DateTimeType):
        schema["format"] = "date-time"
    if isinstance(kind, shape.UnionType) and any(isinstance(one, shape.DateTimeType) for one in kind.types):
        next(one for one in schema["anyOf"] if one.get("type") == "string")["format"] = "date-time"
