"""What is generated is current, is valid, and describes every message; every example in it is one of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from orderbell.wire import frames as f
from orderbell.wire import problem as p
from orderbell_cli import docs, docs_tables
from orderbell_cli.docs_schema import ANSWERS, CLIENT_FRAMES, HELLOS, SERVER_FRAMES, commands
from orderbell_gateway.messages import TITLES
from support import contract

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = contract.openapi()
ASYNCAPI = contract.asyncapi()
MESSAGES: dict[str, Any] = ASYNCAPI["components"]["messages"]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolve(document: Any, reference: str) -> Any:
    assert reference.startswith("#/"), f"{reference} leads out of the document"
    for step in reference[2:].split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


# --- current ---


@pytest.mark.parametrize("name", docs.DOCUMENTS)
def test_a_generated_document_is_what_the_code_makes(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == docs.DOCUMENTS[name](), "run ./dev docs"


def test_check_names_the_document_that_is_not_current_and_write_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    for name in docs.DOCUMENTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    assert docs.main(["write"]) == 0
    assert docs.main(["check"]) == 0
    (tmp_path / "docs/errors.md").write_text("# Errors\n")
    capsys.readouterr()
    assert docs.main(["check"]) == 1
    assert capsys.readouterr().err == "not current: docs/errors.md: run ./dev docs\n"
    assert docs.main(["write"]) == 0
    assert capsys.readouterr().out == "written: docs/errors.md\n"


def test_the_documents_are_the_same_whatever_the_order_of_sets() -> None:
    code = "from orderbell_cli import docs; print([make() for make in docs.DOCUMENTS.values()])"
    env = {"PYTHONPATH": ":".join(str(ROOT / part) for part in ("layer/python", "gateway", "cli"))}
    made = [
        subprocess.run([sys.executable, "-c", code], env={**env, "PYTHONHASHSEED": seed}, capture_output=True)
        for seed in ("1", "2")
    ]
    assert made[0].returncode == 0, made[0].stderr.decode()
    assert made[0].stdout == made[1].stdout


# --- OpenAPI ---


def test_the_openapi_document_is_valid() -> None:
    validate(OPENAPI)


def test_the_openapi_document_has_every_path_of_the_contract() -> None:
    found = {path: sorted(set(item) & {"get", "post"}) for path, item in OPENAPI["paths"].items()}
    assert found == {
        "/get_shop_info": ["get"],
        "/bill": ["get", "post"],
        "/healthz": ["get"],
        "/metrics": ["get"],
    }


def test_every_error_that_a_function_knows_is_answered_by_some_operation_or_is_of_the_socket_only() -> None:
    said = {
        code
        for item in OPENAPI["paths"].values()
        for method in ("get", "post")
        for status, response in item.get(method, {}).get("responses", {}).items()
        if "application/problem+json" in response.get("content", {})
        for code in response["content"]["application/problem+json"]["examples"]
    }
    assert {row.code for row in p.TABLE.values()} - said == {"conflict"}


def test_functions_and_gateway_mean_the_same_status_by_a_code() -> None:
    ours = {row.code: row.status for row in p.TABLE.values()}
    assert {code: ours[code] for code in ours.keys() & TITLES} == {
        code: TITLES[code][0] for code in ours.keys() & TITLES
    }


def test_every_example_of_an_answer_is_one() -> None:
    shown = 0
    for path, item in OPENAPI["paths"].items():
        for method in set(item) & {"get", "post"}:
            for status, response in item[method]["responses"].items():
                for content in response.get("content", {}).values():
                    for example in content.get("examples", {}).values():
                        contract.validate_answer(path, method, int(status), example["value"])
                        shown += 1
    assert shown > 40


def test_the_example_of_an_order_can_be_placed() -> None:
    body = OPENAPI["paths"]["/bill"]["post"]["requestBody"]["content"]["application/json"]["example"]
    contract.validate_request("/bill", "post", body)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"surprise": 1}, "an unknown field"),
        ({"service": "delivery"}, "delivery without an address"),
        ({"service": "dine_in"}, "dine_in without a table"),
        ({"customer": {"name": "Li Lei", "phone": None}}, "pickup without a phone"),
        ({"lines": []}, "no line"),
        ({"lines": [{"item": "x", "quantity": 100}]}, "too many of one"),
        ({"lines": [{"item": "x", "quantity": 1, "colour": "red"}]}, "an unknown field in a line"),
        ({"expected_total": "6400"}, "money as a text"),
    ],
)
def test_the_schema_of_an_order_refuses(change: dict[str, Any], what: str) -> None:
    body = OPENAPI["paths"]["/bill"]["post"]["requestBody"]["content"]["application/json"]["example"]
    with pytest.raises(AssertionError, match="in the request"):
        contract.validate_request("/bill", "post", {**body, **change})


# --- AsyncAPI ---


def test_every_reference_in_both_documents_leads_somewhere() -> None:
    for document in (OPENAPI, ASYNCAPI):
        found = list(references(document))
        assert found
        for reference in found:
            assert resolve(document, reference)


def test_the_asyncapi_document_has_the_parts_that_version_3_asks_for() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert ASYNCAPI["info"]["title"] and ASYNCAPI["info"]["version"]
    [channel] = ASYNCAPI["channels"].values()
    assert channel["address"] == "/pgws"
    assert channel["messages"] == {name: {"$ref": f"#/components/messages/{name}"} for name in MESSAGES}
    for server in ASYNCAPI["servers"].values():
        assert server["host"] and server["protocol"] in ("ws", "wss")
    for operation in ASYNCAPI["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert resolve(ASYNCAPI, operation["channel"]["$ref"]) is channel


def test_every_payload_is_a_json_schema() -> None:
    for schema in ASYNCAPI["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for message in MESSAGES.values():
        assert resolve(ASYNCAPI, message["payload"]["$ref"])["type"] == "object"


def test_every_frame_every_command_and_every_hello_is_a_message() -> None:
    tags = {kind.__struct_config__.tag for kind in (*CLIENT_FRAMES, *SERVER_FRAMES)}
    kinds = {message["name"].partition(" ")[0] for message in MESSAGES.values()}
    assert kinds == tags
    spoken = {(role, name): f"{role}{name.capitalize()}" for role, name, _ in commands()}
    assert set(spoken.values()) <= MESSAGES.keys()
    assert {f"hello{role.capitalize()}" for role in HELLOS} <= MESSAGES.keys()
    assert len(MESSAGES) == len(tags) - 2 + len(spoken) + len(HELLOS)


def test_every_message_is_received_or_sent_by_some_operation() -> None:
    used: set[str] = set()
    for operation in ASYNCAPI["operations"].values():
        for message in (*operation["messages"], *operation.get("reply", {}).get("messages", [])):
            used.add(message["$ref"].rpartition("/")[2])
    assert used == set(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_the_example_of_a_message_is_one(name: str) -> None:
    for example in MESSAGES[name]["examples"]:
        contract.validate_frame(example["payload"])


def golden() -> Iterator[Any]:
    """Yield the golden frames of tests/wire: a file is a frame, a list of them, or has them under `frame(s)`."""
    for file in sorted((ROOT / "tests/wire").glob("*.json")):
        if file.stem.startswith("http-"):  # bodies of HTTP: tests/unit/test_wire_golden.py reads them
            continue
        found = json.loads(file.read_text("utf-8"))
        for number, entry in enumerate(found if isinstance(found, list) else [found]):
            frames = entry.get("frames", entry.get("frame", entry))
            for frame in frames if isinstance(frames, list) else [frames]:
                yield pytest.param(frame, id=f"{file.stem}-{number}")


@pytest.mark.parametrize("frame", list(golden()))
def test_a_golden_frame_is_one_of_the_contract(frame: dict[str, Any]) -> None:
    contract.validate_frame(frame)


def test_the_functions_take_the_example_of_every_command() -> None:
    from orderbell.wire import parse

    tables = {"kitchen": f.KITCHEN_COMMANDS, "customer": f.CUSTOMER_COMMANDS}
    for role, name, _ in commands():
        [example] = MESSAGES[f"{role}{name.capitalize()}"]["examples"]
        parse.convert(example["payload"], f.Command)
        parse.convert(example["payload"], tables[role][name])


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "pong", "seq": 1},
        {"type": "pong", "seq": "1", "at": "2026-11-21T04:30:00Z"},
        {"type": "pong", "seq": 1, "at": "noon"},
        {"type": "pong", "seq": 1, "at": "2026-11-21T04:30:00Z", "extra": 1},
        {"type": "hello", "role": "kitchen"},
        {"type": "command", "id": "1", "name": "accept", "order": "o"},
        {"type": "command", "id": "1", "name": "dance"},
        {"type": "gossip"},
        {},
    ],
)
def test_the_judge_of_frames_finds_what_is_wrong(frame: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        contract.validate_frame(frame)


def test_the_judge_of_answers_finds_what_is_wrong() -> None:
    found = OPENAPI["paths"]["/bill"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    good = found["order"]["value"]
    contract.validate_answer("/bill?order=x", "GET", 200, json.dumps(good), {"X-Request-Id": "r"})
    with pytest.raises(AssertionError, match="may not answer 202"):
        contract.validate_answer("/bill", "GET", 202, good)
    with pytest.raises(AssertionError, match="is missing"):
        contract.validate_answer("/bill", "GET", 200, good, {})
    with pytest.raises(AssertionError):
        contract.validate_answer("/bill", "GET", 200, {"order": {**good["order"], "secret": "x"}})
    with pytest.raises(AssertionError):
        contract.validate_answer("/bill", "GET", 404, {**good})


# --- the other documents ---


def test_every_frame_and_answer_is_a_type_of_the_pages() -> None:
    text = (ROOT / "clients/lib/wire.ts").read_text("utf-8")
    for kind in (*CLIENT_FRAMES, *SERVER_FRAMES, *ANSWERS):
        assert f"export interface {kind.__name__} {{" in text
    for kind in (*CLIENT_FRAMES, *SERVER_FRAMES):
        assert f'  type: "{kind.__struct_config__.tag}";' in text
    for role, name, _ in commands():
        assert f'name: "{name}"' in text.partition(f"export type {role.capitalize()}Command")[2]


def test_every_close_code_of_the_functions_is_explained() -> None:
    assert not docs_tables.unexplained()
    codes = {value for name, value in vars(p).items() if name.startswith("CLOSE_")}
    assert codes <= docs_tables.CLOSE_CODES.keys()
