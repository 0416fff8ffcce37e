"""The generated documents as judges of answers and frames. A field that they do not name is a fault here."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

ROOT = Path(__file__).resolve().parents[2]
JSON = dict[str, Any]


@lru_cache
def openapi() -> JSON:
    """Return docs/openapi.json."""
    return _load("docs/openapi.json")


@lru_cache
def asyncapi() -> JSON:
    """Return docs/asyncapi.json."""
    return _load("docs/asyncapi.json")


def validate_frame(frame: JSON) -> None:
    """Fail unless a frame, of a client or of the server, is one that the AsyncAPI document describes."""
    kind = frame.get("type")
    schemas = [schema for schema in _payloads() if _tag(schema) == kind and _narrowed(schema, frame)]
    if not schemas:
        raise AssertionError(f"the contract has no frame {kind!r} like this: {_short(frame)}")
    wrong = [_fault(schema, asyncapi(), frame) for schema in schemas]
    if all(wrong):
        raise AssertionError(f"{wrong[0]}, in the frame {_short(frame)}")


def validate_answer(
    path: str, method: str, status: int, body: str | bytes | JSON, headers: Any = None
) -> None:
    """Fail unless an answer is one that the OpenAPI document describes: status, body, headers where given.

    `path` may have a query. A path that is not in the document may only be refused.
    """
    bare = path.partition("?")[0]
    operation = openapi()["paths"].get(bare, {}).get(method.lower())
    if operation is None:
        refusals = {"method_not_allowed"} if bare in openapi()["paths"] else {"not_found"}
        _problem(status, body, refusals)
        return
    if str(status) not in operation["responses"]:
        raise AssertionError(f"{method} {bare} may not answer {status}: {_short(body)}")
    response = operation["responses"][str(status)]
    if headers is not None:
        _headers(response, {name.lower(): value for name, value in dict(headers).items()})
    if "content" not in response:
        if body not in ("", b""):
            raise AssertionError(f"{status} has no body, got {_short(body)}")
        return
    media, content = next(iter(response["content"].items()))
    if "json" in media:
        fault = _fault(content["schema"], openapi(), _parsed(body))
        if fault:
            raise AssertionError(f"{fault}, in the answer {_short(body)} to {method} {bare}")


def validate_request(path: str, method: str, body: JSON) -> None:
    """Fail unless a request's body is one that the OpenAPI document allows."""
    schema = openapi()["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    fault = _fault(schema, openapi(), body)
    if fault:
        raise AssertionError(f"{fault}, in the request {_short(body)}")


def _problem(status: int, body: str | bytes | JSON, codes: set[str]) -> None:
    document = _parsed(body)
    fault = _fault({"$ref": "#/components/schemas/Problem"}, openapi(), document)
    if fault or document["status"] != status or document["code"] not in codes:
        raise AssertionError(fault or f"{status} must be one of {sorted(codes)}, got {_short(document)}")


def _headers(response: JSON, headers: JSON) -> None:
    """Look at the headers that must be there: all but ETag, which one kind of answer has."""
    for name, reference in response.get("headers", {}).items():
        if name == "ETag" and name.lower() not in headers:
            continue
        if name.lower() not in headers:
            raise AssertionError(f"the header {name} is missing")
        schema = openapi()["components"]["headers"][reference["$ref"].rpartition("/")[2]]["schema"]
        value: Any = headers[name.lower()]
        if schema.get("type") == "integer":
            value = int(value)
        fault = _fault(schema, openapi(), value)
        if fault:
            raise AssertionError(f"{fault}, in the header {name}")


@lru_cache
def _payloads() -> tuple[JSON, ...]:
    """Return the payload schema of every message."""
    document = asyncapi()
    schemas = document["components"]["schemas"]
    return tuple(
        schemas[message["payload"]["$ref"].rpartition("/")[2]]
        for message in document["components"]["messages"].values()
    )


def _tag(schema: JSON) -> str:
    return str(schema["properties"]["type"]["const"])


def _narrowed(schema: JSON, frame: JSON) -> bool:
    """Say whether the role of a hello, or the name of a command, is the schema's."""
    return all(
        frame.get(word) == schema["properties"][word]["const"]
        for word in ("role", "name")
        if "const" in schema["properties"].get(word, {})
    )


def _fault(schema: JSON, document: JSON, value: Any) -> str:
    """Return what is wrong, in a line, or nothing."""
    whole = {**schema, "components": {"schemas": _closed(id(document))}}
    checker = Draft202012Validator(_shut(whole) if "$ref" not in schema else whole, format_checker=_FORMATS)
    error = best_match(checker.iter_errors(value))
    return "" if error is None else f"{error.json_path}: {error.message[:200]}"


_FORMATS = Draft202012Validator.FORMAT_CHECKER


@lru_cache
def _closed(which: int) -> JSON:
    """Return a document's schemas with every object shut to fields that it does not name."""
    document = openapi() if which == id(openapi()) else asyncapi()
    return {name: _shut(schema) for name, schema in document["components"]["schemas"].items()}


def _shut(schema: JSON) -> JSON:
    shut = copy.deepcopy(schema)
    if shut.get("type") == "object" and "properties" in shut:
        shut["additionalProperties"] = False
    return shut


def _parsed(body: str | bytes | JSON) -> Any:
    return json.loads(body) if isinstance(body, (str, bytes)) else body


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text[:300]


def _load(name: str) -> JSON:
    found: JSON = json.loads((ROOT / name).read_text("utf-8"))
    return found
