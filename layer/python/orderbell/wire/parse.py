"""Untrusted JSON into values: strict about the text itself, and naming every wrong field instead of the first."""

from __future__ import annotations

import json
import math
import re
import types
import unicodedata
from functools import lru_cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from orderbell.domain.errors import FieldError, Invalid, Malformed

MAX_DEPTH = 12
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNSEEN_KINDS = ("Cf", "Zs")
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe0e\ufe0f\uffa0"  # fillers and selectors that count as letters or marks
T = TypeVar("T", bound=msgspec.Struct)


def load(text: str | bytes) -> Any:
    """Parse JSON.

    Raises:
        Malformed: not JSON (nor UTF-8), NaN or Infinity, a key twice in an object, NUL or a lone surrogate in a text,
            deeper than 12 levels, a number no double holds.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")  # json would guess UTF-16 and UTF-32 too
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_double)
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    _walk(value, 0)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("an object has the same key twice")
    return found


def _no_constant(word: str) -> Any:
    raise Malformed(f"{word} is not JSON")


def _double(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Malformed("a number is too large")
    return number


def _walk(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed(f"the body is deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        if "\x00" in value:
            raise Malformed("a text holds NUL")
        if _SURROGATE.search(value):
            raise Malformed("a text holds half a surrogate pair")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _walk(key, depth + 1)
            _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, depth + 1)


def convert(value: Any, kind: type[T]) -> T:
    """Turn parsed JSON into a struct, texts normalised (NFC) and stripped. The struct says whether unknown fields are refused.

    Raises:
        Invalid: `errors` names every field that is missing, unknown (where refused) or out of range.
    """
    clean = _clean(value, kind)
    try:
        if clean is not _BAD:
            return msgspec.convert(clean, kind)
        first = _CONTROLS
    except msgspec.ValidationError as error:
        first = _words(str(error))
    errors: list[FieldError] = []
    _check(value, kind, "", errors)  # msgspec names the first fault, a person wants them all
    if not errors:
        errors.append(FieldError("", first))
    raise Invalid("some fields are wrong", tuple(errors))


_CONTROLS = "control characters are not allowed"
_BAD = object()


def _clean(value: Any, kind: Any) -> Any:
    """Return a value with its texts normalised and stripped, or `_BAD` where one holds control characters.

    Fields that `kind` does not have are left out, where it passes over them.
    """
    if isinstance(value, str):
        return _tidy(value) if not _CONTROL.search(value) else _BAD
    struct, element = _shape(kind)
    if isinstance(value, dict):
        known = {} if struct is None else _fields(struct)
        every = struct is None or struct.__struct_config__.forbid_unknown_fields
        cleaned = {
            name: _clean(inner, known[name][0] if name in known else Any)
            for name, inner in value.items()
            if every or name in known
        }
        return _BAD if _BAD in cleaned.values() else cleaned
    if isinstance(value, list):
        items = [_clean(inner, element) for inner in value]
        return _BAD if _BAD in items else items
    return value


def _tidy(text: str) -> str:
    """Normalise and strip; a text in which there is nothing to see is empty."""
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(map(_is_seen, text)) else ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _UNSEEN_KINDS and letter not in _UNSEEN


@lru_cache(maxsize=64)
def _fields(kind: type[msgspec.Struct]) -> dict[str, tuple[Any, bool]]:
    """The fields of a struct by their wire name: (type, required)."""
    return {
        field.encode_name: (
            field.type,
            field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT,
        )
        for field in msgspec.structs.fields(kind)
    }


def _check(value: Any, kind: Any, pointer: str, errors: list[FieldError]) -> None:
    """Note everything that is wrong with a value, below `pointer`."""
    struct, element = _shape(kind)
    if struct is not None and isinstance(value, dict):
        _check_struct(value, struct, pointer, errors)
        return
    if element is not None and isinstance(value, list):
        before = len(errors)
        for index, inner in enumerate(value):
            _check(inner, element, f"{pointer}/{index}", errors)
        if len(errors) > before:
            return  # its elements are named; whether their number is right can wait
    if isinstance(value, str) and _CONTROL.search(value):
        errors.append(FieldError(pointer, _CONTROLS))
        return
    try:
        msgspec.convert(_clean(value, kind), kind)
    except msgspec.ValidationError as error:
        errors.append(FieldError(pointer, _words(str(error))))


def _check_struct(
    value: dict[str, Any], kind: type[msgspec.Struct], pointer: str, errors: list[FieldError]
) -> None:
    known = _fields(kind)
    for name, (field_kind, required) in known.items():
        if name in value:
            _check(value[name], field_kind, f"{pointer}/{name}", errors)
        elif required:
            errors.append(FieldError(f"{pointer}/{name}", "this field is required"))
    if kind.__struct_config__.forbid_unknown_fields:
        for name in value:
            if name not in known:
                escaped = name.replace("~", "~0").replace("/", "~1")
                errors.append(FieldError(f"{pointer}/{escaped}", "there is no such field"))


@lru_cache(maxsize=256)
def _shape(kind: Any) -> tuple[type[msgspec.Struct] | None, Any]:
    """Say what a type holds: (its struct, None), (None, the element type of its list) or (None, None)."""
    if get_origin(kind) is Annotated:
        return _shape(get_args(kind)[0])
    if get_origin(kind) is list:
        return None, get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        parts = [part for part in get_args(kind) if part is not type(None)]
        return _shape(parts[0]) if len(parts) == 1 else (None, None)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind, None
    return None, None


def _words(text: str) -> str:
    """A field's fault without msgspec's own pointer."""
    return text.split(" - at `$")[0]
