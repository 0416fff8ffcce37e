"""`clients/lib/wire.ts`: the messages as TypeScript, types only, made from the structs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import get_args

import msgspec
from msgspec import Struct
from msgspec import inspect as shape

from orderbell.wire import frames as f
from orderbell_cli.docs_schema import ANSWERS, CLIENT_FRAMES, SERVER_FRAMES, always, commands

HEAD = """\
/**
 * The messages of the wire contract, version 1. Types only.
 * Generated from layer/python/orderbell/wire/frames.py by `./dev docs`: change it there.
 */
"""

# Words that several messages share get a name of their own.
_WORDS = {
    "OrderStatus": f.OrderStatus,
    "Reason": f.Reason,
    "By": f.By,
    "EventKind": f.EventKind,
    "Lang": f.Lang,
}


def render() -> str:
    """Return the whole file."""
    sent = _closure((*SERVER_FRAMES, *ANSWERS))
    taken = [struct for struct in _closure((f.NewOrder, *CLIENT_FRAMES)) if struct is not f.Command]
    parts = [HEAD]
    parts += [f"export type {name} = {_literals(get_args(kind))};\n" for name, kind in _WORDS.items()]
    parts += [_interface(struct, ours=True) for struct in sent]
    parts += [_interface(struct, ours=False) for struct in taken]
    parts += list(_commands())
    parts.append(_union("ClientFrame", [kind.__name__ for kind in CLIENT_FRAMES]))
    parts.append(_union("ServerFrame", [kind.__name__ for kind in SERVER_FRAMES]))
    return "\n".join(parts)


def _closure(roots: Iterable[type[Struct]]) -> list[type[Struct]]:
    """Return the structs and what they hold, each after what it needs."""
    found: list[type[Struct]] = []

    def visit(kind: shape.Type) -> None:
        if isinstance(kind, shape.StructType):
            for field in kind.fields:
                visit(field.type)
            if kind.cls not in found:
                found.append(kind.cls)
        elif isinstance(kind, shape.UnionType):
            for one in kind.types:
                visit(one)
        elif isinstance(kind, shape.ListType):
            visit(kind.item_type)

    for root in roots:
        visit(shape.type_info(root))
    return found


def _interface(struct: type[Struct], *, ours: bool) -> str:
    tag = struct.__struct_config__.tag
    lines = [f'  type: "{tag}";'] if tag else []
    lines += [f"  {line};" for line in _fields(struct, ours=ours)]
    doc = " ".join((struct.__doc__ or "").split())
    return f"/** {doc} */\nexport interface {struct.__name__} {{\n" + "\n".join(lines) + "\n}\n"


def _fields(struct: type[Struct], *, ours: bool, all_optional: bool = False) -> Iterator[str]:
    info = shape.type_info(struct)
    assert isinstance(info, shape.StructType)
    for field, kind in zip(msgspec.structs.fields(struct), info.fields, strict=True):
        there = always(struct, field) if ours else kind.required
        yield f"{field.encode_name}{'' if there and not all_optional else '?'}: {_type(kind.type)}"


def _commands() -> Iterator[str]:
    """Yield the commands: one union for each role, and one loose type that holds any of them."""
    loose: dict[str, str] = {}
    for role in ("kitchen", "customer"):
        variants = []
        for of, name, arguments in commands():
            if of == role:
                fields = list(_fields(arguments, ours=False))
                variants.append(
                    "{ " + "; ".join(['type: "command"', "id: string", f'name: "{name}"', *fields]) + " }"
                )
                for line in _fields(arguments, ours=False, all_optional=True):
                    loose.setdefault(line.partition("?")[0], line)
        yield _union(f"{role.capitalize()}Command", variants)
    names = list(dict.fromkeys(json.dumps(name) for _, name, _ in commands()))
    doc = " ".join((f.Command.__doc__ or "").split())
    body = [
        '  type: "command";',
        "  id: string;",
        f"  name: {' | '.join(names)};",
        *(f"  {line};" for line in loose.values()),
    ]
    yield (
        f"/** {doc} Any of KitchenCommand and CustomerCommand. */\nexport interface Command {{\n"
        + "\n".join(body)
        + "\n}\n"
    )


def _union(name: str, variants: list[str]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {variant}" for variant in variants) + ";\n"


def _type(kind: shape.Type) -> str:
    if isinstance(kind, shape.StructType):
        return kind.cls.__name__
    if isinstance(kind, shape.LiteralType):
        for name, word in _WORDS.items():
            if set(kind.values) == set(get_args(word)):
                return name
        return _literals(kind.values)
    if isinstance(kind, shape.UnionType):
        parts = [_type(one) for one in kind.types]
        return " | ".join(sorted(parts, key=lambda part: part == "null"))
    if isinstance(kind, shape.ListType):
        inner = _type(kind.item_type)
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    return _PLAIN[type(kind)]


_PLAIN: dict[type[shape.Type], str] = {
    shape.StrType: "string",
    shape.DateTimeType: "string",
    shape.IntType: "number",
    shape.FloatType: "number",
    shape.BoolType: "boolean",
    shape.NoneType: "null",
}


def _literals(values: Iterable[object]) -> str:
    return " | ".join(json.dumps(value) for value in values)
