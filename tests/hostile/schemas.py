"""Values by a JSON schema of docs/asyncapi.json: those that it allows, and those that are nearly so."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from support.system import ROOT

DOCUMENT = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        1,
        0.5,
        1e300,
        2**53,
        2**64,
        "",
        "\0",
        "\u202e",
        "' OR 1=1 --",
        "x" * 501,
        [],
        {},
        [{}],
        {"a": []},
    ]
)


def frames(names: dict[str, Any]) -> dict[str, st.SearchStrategy[Any]]:
    """Return for each message that a client may send its frames. `names` are values that mean something, by field."""
    return {
        reference["$ref"].rsplit("/", 1)[-1]: _message(reference["$ref"], names)
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == "receive"
        for reference in operation["messages"]
    }


def bent(frame: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return frames that differ from a good one: a value that is odd, a field too few or too many."""
    return st.one_of(
        st.builds(lambda name, value: {**frame, name: value}, st.sampled_from(sorted(frame)), ODD),
        st.builds(
            lambda name: {key: value for key, value in frame.items() if key != name},
            st.sampled_from(sorted(frame)),
        ),
        st.builds(lambda name, value: {**frame, name: value}, st.text(max_size=8), ODD),
    )


def _message(reference: str, names: dict[str, Any]) -> st.SearchStrategy[Any]:
    message = _found(_found({"$ref": reference}))
    return _values(message["payload"], names)


def _found(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    if "$ref" not in schema:
        return schema
    place: Any = DOCUMENT
    for step in schema["$ref"][2:].split("/"):
        place = place[step]
    return dict(place)


def _values(schema: dict[str, Any], names: dict[str, Any]) -> st.SearchStrategy[Any]:
    schema = _found(schema)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([_values(each, names) for each in schema["anyOf"]])
    kind = schema.get("type")
    if kind == "object":
        return _objects(schema, names)
    if kind == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    if kind == "string" and schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"))
    if kind == "string":
        return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 40), 520))
    if kind in ("boolean", "null"):
        return st.booleans() if kind == "boolean" else st.none()
    raise AssertionError(f"what may this be? {schema}")


def _objects(schema: dict[str, Any], names: dict[str, Any]) -> st.SearchStrategy[Any]:
    def field(name: str, of: dict[str, Any]) -> st.SearchStrategy[Any]:
        values = _values(of, names)
        return (
            st.one_of(st.sampled_from(names[name]), values) if name in names and "const" not in of else values
        )

    fields = {name: field(name, of) for name, of in schema["properties"].items()}
    needed = set(schema.get("required", []))
    optional = {name: fields.pop(name) for name in list(fields) if name not in needed}
    return st.fixed_dictionaries(fields, optional=optional)
