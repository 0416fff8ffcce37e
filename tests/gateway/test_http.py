"""HTTP through the real door: routes, events as functions see them, answers, refusals."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.gateway.gateway_process import PROBE, GatewayProcess

Start = Callable[..., GatewayProcess]


def seen(reply: requests.Response) -> Any:
    """Return the event that the function saw."""
    return reply.json()["event"]


def test_a_function_sees_the_request(shared: GatewayProcess) -> None:
    reply = requests.post(
        shared.url + "/release/probe?a=1&b=%E9%9D%A2", data='{"dish":"面"}'.encode(), headers={"X-Own": "V"}
    )
    event, context = seen(reply), reply.json()["context"]
    assert reply.status_code == 200
    assert event["body"] == '{"dish":"面"}'
    assert event["queryString"] == {"a": "1", "b": "面"}
    assert (event["path"], event["httpMethod"], event["requestContext"]["path"]) == (
        "/probe",
        "POST",
        "/probe",
    )
    assert event["headers"]["x-own"] == "V"
    assert event["headers"]["host"] == shared.url.removeprefix("http://")
    assert event["requestContext"]["sourceIp"] == "127.0.0.1"
    assert event["requestContext"]["serviceId"] == "service-probe000"
    assert event["requestContext"]["requestId"] == context["request_id"] == reply.headers["x-request-id"]
    assert uuid.UUID(context["request_id"])


def test_the_context_is_the_documented_one(shared: GatewayProcess) -> None:
    context = requests.get(shared.url + "/probe").json()["context"]
    environment = json.loads(context.pop("environment"))
    assert environment["COLOUR"] == "blue"
    assert "COLOUR=blue" in context.pop("environ").split(";")
    del context["request_id"]
    assert context == {
        "memory_limit_in_mb": 256,
        "time_limit_in_ms": 2000,
        "function_version": "$LATEST",
        "function_name": "probe-function",
        "namespace": "default",
        "tencentcloud_region": "local",
        "tencentcloud_appid": "",
        "tencentcloud_uin": "",
    }


def test_a_function_sees_its_own_environment_and_nothing_else(start: Start) -> None:
    gateway = start(A_SECRET_OF_THE_OPERATOR="x", PYTHONSTARTUP="/nowhere")
    environment = requests.get(gateway.url + "/probe?do=environment").json()
    folder, path = environment.pop("cwd"), environment.pop("path")
    assert {"A_SECRET_OF_THE_OPERATOR", "PUSH_TOKEN", "PYTHONSTARTUP"}.isdisjoint(environment)
    assert environment["WHERE"] == "dev/probe/probe"
    assert environment["SCF_FUNCTIONNAME"] == "probe-function"
    assert environment["TENCENTCLOUD_RUNENV"] == "SCF"
    assert environment["PATH"] and environment["HOME"] and environment["LANG"]
    assert folder.endswith("/function_probe")
    assert path[0] == folder and path[1].endswith("/layer/python")
    assert not [one for one in path if one.endswith(("/gateway", "/orderbell_gateway"))]


def test_the_root_may_be_named_relative_to_where_we_are(start: Start) -> None:
    somewhere = Path(tempfile.gettempdir()) / "folder-of-the-gateway"
    gateway = start(root=Path(os.path.relpath(PROBE, somewhere)))
    assert requests.get(gateway.url + "/plain").status_code == 200


def test_a_layer_can_be_imported(shared: GatewayProcess) -> None:
    assert requests.get(shared.url + "/probe").json()["layer"] == "from the layer"


def test_templates_are_filled_in(shared: GatewayProcess) -> None:
    event = seen(requests.get(shared.url + "/t/noodle-house/%E9%9D%A2"))
    assert event["pathParameters"] == {"shop": "noodle-house", "dish": "面"}
    assert event["requestContext"]["path"] == "/t/{shop}/{dish}"


def test_an_integrated_answer_is_taken_apart(shared: GatewayProcess) -> None:
    reply = requests.get(shared.url + "/probe?do=headers")
    assert (reply.status_code, reply.text, reply.headers["x-one"]) == (201, "x", "1")
    assert reply.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert reply.headers["content-length"] == "1"


def test_an_integrated_answer_may_be_base64(shared: GatewayProcess) -> None:
    assert requests.get(shared.url + "/probe?do=bytes").content == b"\x00\x01\xff"


def test_a_passthrough_answer_is_the_json_that_the_function_returned(shared: GatewayProcess) -> None:
    reply = requests.get(shared.url + "/plain")
    assert (reply.status_code, reply.json()) == (200, {"statusCode": 418, "body": "茶"})
    assert reply.headers["content-type"] == "application/json"
    assert requests.get(shared.url + "/plain?do=text").text == '"text"'


def test_a_head_request_gets_the_header_of_the_get(shared: GatewayProcess) -> None:
    reply = requests.head(shared.url + "/plain")
    assert (reply.status_code, reply.content) == (200, b"")
    assert int(reply.headers["content-length"]) > 10


def test_an_unknown_path_is_a_problem(shared: GatewayProcess) -> None:
    reply = requests.post(shared.url + "/nowhere")
    assert_problem(reply, 404, "not_found")


def assert_problem(reply: requests.Response, status: int, code: str) -> None:
    document = reply.json()
    assert (reply.status_code, document["status"], document["code"]) == (status, status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert document["request_id"] == reply.headers["x-request-id"]
    assert {"type", "title", "detail"} <= document.keys()


def test_another_stage_is_not_published_here(shared: GatewayProcess) -> None:
    assert_problem(requests.get(shared.url + "/test/plain"), 404, "not_found")


def test_a_known_path_with_another_method_says_which_it_takes(shared: GatewayProcess) -> None:
    reply = requests.delete(shared.url + "/post")
    assert_problem(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_websocket_path_asked_without_an_upgrade_says_so(shared: GatewayProcess) -> None:
    reply = requests.get(shared.url + "/ws")
    assert_problem(reply, 426, "upgrade_required")
    assert reply.headers["upgrade"] == "websocket"


def test_cors_is_a_switch_of_the_endpoint(shared: GatewayProcess) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Headers": "content-type, idempotency-key",
    }
    preflight = requests.options(shared.url + "/post", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "content-type, idempotency-key"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert requests.post(shared.url + "/post").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in requests.get(shared.url + "/post").headers
    assert "access-control-allow-origin" not in requests.get(shared.url + "/probe").headers


def test_options_goes_to_a_function_that_takes_any_method(shared: GatewayProcess) -> None:
    assert seen(requests.options(shared.url + "/probe"))["httpMethod"] == "OPTIONS"


def test_a_failure_carries_the_cors_header_too(shared: GatewayProcess) -> None:
    reply = requests.post(shared.url + "/post?do=raise")
    assert_problem(reply, 503, "unavailable")
    assert reply.headers["access-control-allow-origin"] == "*"


def test_a_client_cannot_name_its_own_address_or_request_id(shared: GatewayProcess) -> None:
    claims = {"X-Forwarded-For": "198.51.100.1", "X-Request-Id": "mine-mine-mine"}
    context = seen(requests.get(shared.url + "/probe", headers=claims))["requestContext"]
    assert context["sourceIp"] == "127.0.0.1"
    assert context["requestId"] != "mine-mine-mine"


def test_a_trusted_proxy_names_the_address_it_saw(start: Start) -> None:
    gateway = start("--trust-proxy")
    claims = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Request-Id": "from-the-proxy"}
    context = seen(requests.get(gateway.url + "/probe", headers=claims))["requestContext"]
    assert context["sourceIp"] == "203.0.113.7"
    assert context["requestId"] == "from-the-proxy"
    bad = {"X-Forwarded-For": "198.51.100.1, nonsense", "X-Request-Id": "with\tspace"}
    context = seen(requests.get(gateway.url + "/probe", headers=bad))["requestContext"]
    assert context["sourceIp"] == "127.0.0.1"
    assert uuid.UUID(context["requestId"])


def test_a_base64_endpoint_hands_every_body_over_encoded(shared: GatewayProcess) -> None:
    event = seen(requests.post(shared.url + "/big", data=b"text"))
    assert (event["body"], event["isBase64Encoded"]) == ("dGV4dA==", True)


def test_healthz_answers_where_no_function_does(shared: GatewayProcess) -> None:
    assert requests.get(shared.url + "/healthz").json()["status"] == "ok"
    assert requests.get(shared.internal_url + "/healthz").json()["status"] == "ok"


def test_metrics_are_on_the_internal_listener_only(shared: GatewayProcess) -> None:
    requests.get(shared.url + "/plain")
    text = requests.get(shared.internal_url + "/metrics").text
    assert 'gateway_http_requests_total{method="GET",route="/plain",status="200"}' in text
    assert 'gateway_function_calls_total{function="plain"}' in text
    assert requests.get(shared.url + "/metrics").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"NONSENSE\r\n\r\n", b" 400 "),
        (b"GET /probe HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n", b" 400 "),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", b" 431 "),
        (b"GET /probe HTTP/1.1\r\nhost: x\r\nx-long: " + b"x" * 9000 + b"\r\n\r\n", b" 431 "),
        (b"GET /probe HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 200 + b"\r\n", b" 431 "),
    ],
)
def test_what_is_not_http_is_refused_in_our_words(shared: GatewayProcess, sent: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shared.facts["port"]), timeout=10) as client:
        client.sendall(sent)
        reply = b""
        while data := client.recv(65536):
            reply += data
    head, _, body = reply.partition(b"\r\n\r\n")
    assert status in head.splitlines()[0]
    document = json.loads(body)
    assert document["code"] == ("header_too_large" if status == b" 431 " else "malformed")
    assert b"xxxx" not in body and b"NONSENSE" not in body


def test_many_requests_fit_through_one_connection(shared: GatewayProcess) -> None:
    with requests.Session() as session:
        for _ in range(20):
            assert session.post(shared.url + "/post", data=b"x").status_code == 200
    with socket.create_connection(("127.0.0.1", shared.facts["port"]), timeout=10) as client:
        client.sendall(b"GET /plain HTTP/1.1\r\nhost: x\r\n\r\n" * 5)
        reply = b""
        while reply.count(b"HTTP/1.1 200 OK") < 5:
            reply += client.recv(65536)
