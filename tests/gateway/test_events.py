"""The events that functions get, compared with tests/events/*.json: one real event per file, the contract as data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from orderbell_gateway import events
from orderbell_gateway.messages import Request
from orderbell_gateway.routes import Endpoint

GOLDEN = Path(__file__).resolve().parents[1] / "events"
ID = "mJ8/0r+Zk3vXq1u4Yw9T7A=="

BILL = Endpoint(
    path="/bill", method="POST", websocket=False, cors=False, timeout_s=15, integrated=True, base64=False,
    function="bill", register="", cleanup="", api_id="api-aaaaaaaa", max_body=None,
    service_id="service-orderbell", service_name="orderbell", stage="release",
)  # fmt: skip
SHOW = replace(BILL, method="GET")
TEMPLATE = replace(BILL, method="ANY", path="/t/{shop}/{dish}")
SOCKET = replace(BILL, path="/pgws", method="GET", websocket=True, register="reg", cleanup="unreg")


def request(method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, path, query, named, "203.0.113.9", "0b8f8f6a-5a35-4b0c-9a3f-0d7c3a2f5e11", body)


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


ORDER = (
    '{"shop":"noodle-house","service":"pickup","customer":{"name":"李雷","phone":"13800001234"},"lines":[]}'
)
POST = request(
    "POST", "/bill", "", ORDER.encode(), host="127.0.0.1:8080", content_type="application/json",
    idempotency_key="9f0c", accept="*/*",
)  # fmt: skip
EVENTS = {
    "tencent_http_post": lambda: events.http_event(BILL, POST, {}),
    "tencent_http_get": lambda: events.http_event(
        SHOW, request("GET", "/release/bill", "order=0193&a=1&a=2&empty=&x=%E9%9D%A2+b", host="x"), {}
    ),
    "tencent_http_template": lambda: events.http_event(
        TEMPLATE,
        request("DELETE", "/t/noodle-house/%E9%9D%A2", host="x"),
        {"shop": "noodle-house", "dish": "面"},
    ),
    "tencent_http_base64": lambda: events.http_event(
        replace(BILL, base64=True), request("POST", "/bill", "", b"\x00\xff", host="x"), {}
    ),
    "tencent_ws_register": lambda: events.register_event(
        SOCKET, request("GET", "/release/pgws", host="x"), ID
    ),
    "tencent_ws_register_offers": lambda: events.register_event(
        SOCKET,
        request(
            "GET",
            "/pgws",
            sec_websocket_protocol="chat, binary",
            sec_websocket_extensions="permessage-deflate",
        ),
        ID,
    ),
    "tencent_ws_transport_text": lambda: events.transport_event(ID, '{"type":"ping"} 面'),
    "tencent_ws_transport_binary": lambda: events.transport_event(ID, b"\x00\x01\xff"),
    "tencent_ws_cleanup": lambda: events.cleanup_event(ID),
    "tencent_timer": lambda: events.timer_event(
        "sweep", "", datetime(2026, 11, 21, 20, 0, 5, 900_000, timezone(timedelta(hours=8)))
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_the_golden_one(name: str) -> None:
    assert EVENTS[name]() == golden(name)


def test_every_golden_event_is_compared() -> None:
    assert {path.stem for path in GOLDEN.glob("tencent_*.json")} == set(EVENTS)


def test_a_body_that_is_no_text_comes_as_base64_and_says_so() -> None:
    event = events.http_event(BILL, request("POST", "/bill", "", b"\xff"), {})
    assert (event["body"], event["isBase64Encoded"]) == ("/w==", True)


def test_a_head_request_is_a_get_to_a_function_that_only_knows_get() -> None:
    assert events.http_event(SHOW, request("HEAD", "/bill"), {})["httpMethod"] == "GET"


def test_header_names_can_be_had_in_title_case() -> None:
    event = events.http_event(SHOW, request("GET", "/bill", accept_language="zh"), {}, title_case=True)
    assert event["headers"] == {"Accept-Language": "zh"}


ACCEPT = {"errNo": 0, "errMsg": "ok", "websocket": {"action": "connecting", "secConnectionID": ID}}


def verdict(answer: object, **headers: str) -> events.Verdict:
    return events.register_verdict(json.dumps(answer).encode(), ID, request("GET", "/pgws", **headers))


def test_a_register_function_accepts() -> None:
    assert verdict(ACCEPT) == events.Verdict(0, "")


def test_a_register_function_refuses_with_its_number() -> None:
    assert verdict({"errNo": 101, "errMsg": "no"}) == events.Verdict(101, "no")


def test_an_empty_extension_or_protocol_means_none() -> None:
    websocket = {**ACCEPT["websocket"], "secWebSocketExtensions": "", "secWebSocketProtocol": ""}  # type: ignore[dict-item]
    assert verdict({**ACCEPT, "websocket": websocket}).protocol == ""


@pytest.mark.parametrize(
    "answer",
    [
        None, [], "ok", {}, {"errNo": "0"}, {"errNo": True}, {"errNo": 0.0},
        {"errNo": 0}, {"errNo": 0, "websocket": []},
        {"errNo": 0, "websocket": {"secConnectionID": "another"}},
        {"errNo": 0, "websocket": {"secConnectionID": ID, "secWebSocketProtocol": 1}},
        {"errNo": 0, "websocket": {"secConnectionID": ID, "secWebSocketProtocol": "never-offered"}},
    ],
)  # fmt: skip
def test_a_register_answer_of_another_form_is_a_fault(answer: object) -> None:
    with pytest.raises(events.BadAnswer):
        verdict(answer)


@pytest.mark.parametrize(
    "answer",
    [
        None, "x", {}, {"statusCode": "200"}, {"statusCode": 99}, {"statusCode": True},
        {"statusCode": 200, "body": {}}, {"statusCode": 200, "body": "?", "isBase64Encoded": True},
        {"statusCode": 200, "headers": []}, {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "headers": {"a b": "c"}}, {"statusCode": 200, "headers": {"": "c"}},
    ],
)  # fmt: skip
def test_an_integrated_answer_of_another_form_is_a_fault(answer: object) -> None:
    with pytest.raises(events.BadAnswer):
        events.http_reply(BILL, json.dumps(answer).encode())


def test_an_integrated_answer_becomes_status_headers_and_body() -> None:
    answer = {"statusCode": 201, "headers": {"Set-Cookie": ["a", "b"], "Connection": "close"}, "body": "面"}
    reply = events.http_reply(BILL, json.dumps(answer).encode())
    assert (reply.status, reply.headers, reply.body) == (
        201,
        [("Set-Cookie", "a"), ("Set-Cookie", "b")],
        "面".encode(),
    )


def test_a_passthrough_answer_goes_out_as_json_whatever_it_holds() -> None:
    reply = events.http_reply(replace(BILL, integrated=False), b'{"statusCode": 418}')
    assert (reply.status, reply.body) == (200, b'{"statusCode": 418}')
