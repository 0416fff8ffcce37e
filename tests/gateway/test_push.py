"""The push endpoint: its secret, its answers, and the small HTTP server it has to itself."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from support.waiting import until
from tests.gateway.gateway_process import TOKEN, GatewayProcess

Start = Callable[..., GatewayProcess]
AUTH = {"Authorization": f"Bearer {TOKEN}"}


def push(
    gateway: GatewayProcess, headers: dict[str, str] | None = None, **websocket: Any
) -> requests.Response:
    return requests.post(
        gateway.push_url,
        json={"websocket": websocket},
        headers=AUTH if headers is None else headers,
        timeout=10,
    )


def send(gateway: GatewayProcess, connection: str, data: str, **more: Any) -> requests.Response:
    return push(
        gateway,
        **{"action": "data send", "secConnectionID": connection, "dataType": "text", "data": data, **more},
    )


def known(client: ClientConnection) -> str:
    """Return the id of a client's connection."""
    client.send("id:")
    return str(client.recv(timeout=10))


def test_a_push_arrives_and_is_answered_ok(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        one = known(client)
        reply = send(shared, one, "你好")
        assert (reply.status_code, reply.json()) == (200, {"errNo": 0, "errMsg": "ok"})
        assert client.recv(timeout=10) == "你好"
        assert send(shared, one, "AAH/", dataType="binary").json()["errNo"] == 0
        assert client.recv(timeout=10) == b"\x00\x01\xff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 403), ({"Authorization": TOKEN}, 403),
     ({"Authorization": f"Bearer {TOKEN}x"}, 403), ({"Authorization": f"Basic {TOKEN}"}, 403)],
)  # fmt: skip
def test_a_push_without_the_secret_is_refused_and_nothing_arrives(
    shared: GatewayProcess, headers: dict[str, str], status: int
) -> None:
    with connect(shared.ws("/ws")) as client:
        one = known(client)
        refused = push(
            shared, headers, action="data send", secConnectionID=one, dataType="text", data="forged"
        )
        assert (refused.status_code, refused.json()["errNo"]) == (status, status)
        send(shared, one, "honest")
        assert client.recv(timeout=10) == "honest"


def test_pushes_are_not_on_the_public_listener(shared: GatewayProcess) -> None:
    path = shared.push_url.rpartition("/")[2]
    assert requests.post(f"{shared.url}/{path}", json={}, headers=AUTH).status_code == 404


@pytest.mark.parametrize("path", ["/{}", "/release/{}", "//{}", "/%61pi{}", "http://x/{}", "/metrics"])
def test_no_way_of_writing_its_path_finds_the_push_endpoint_from_the_street(
    shared: GatewayProcess, path: str
) -> None:
    api = shared.push_url.rpartition("/")[2]
    target = path.format(api.removeprefix("api") if "%61" in path else api)
    with connect(shared.ws("/ws")) as client:
        text = json.dumps({"websocket": {**SEND, "secConnectionID": known(client)}})
        head = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {len(text)}\r\nConnection: close\r\n"
        with socket.create_connection(("127.0.0.1", shared.facts["port"]), timeout=15) as street:
            street.sendall(f"POST {target} HTTP/1.1\r\n{head}\r\n{text}".encode())
            assert street.recv(1000).startswith(b"HTTP/1.1 404 ")
        client.send("echo:nothing before this")
        assert client.recv(timeout=15) == "nothing before this"


def test_a_push_that_is_repeated_is_written_again(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        one = known(client)
        assert [send(shared, one, "seq 7").json()["errNo"] for _ in range(2)] == [0, 0]
        assert [client.recv(timeout=15), client.recv(timeout=15)] == ["seq 7", "seq 7"]


def test_the_secret_comes_before_everything_else(shared: GatewayProcess) -> None:
    """Who does not know it learns nothing: neither which API there is, nor whether a call is right."""
    for url in (shared.push_url, shared.internal_url + "/api-00000000"):
        for body in (b"{", json.dumps({"websocket": SEND}).encode()):
            for headers, status in (({}, 401), ({"Authorization": "Bearer x"}, 403)):
                reply = requests.post(url, data=body, headers=headers, timeout=15)
                assert (reply.status_code, reply.json()["errNo"]) == (status, status)


def test_a_dead_connection_is_a_200_with_a_number(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        one = known(client)
    until(lambda: send(shared, one, "x").json()["errNo"] != 0, "the end is known")
    reply = send(shared, one, "x")
    assert (reply.status_code, reply.json()) == (200, {"errNo": 1001, "errMsg": "connection not found"})
    closing = push(shared, action="closing", secConnectionID=one)
    assert (closing.status_code, closing.json()["errNo"]) == (200, 1001)


@pytest.mark.parametrize("closing", [{"code": 4409, "reason": "revoked"}, {"code": 1013}, {}])
def test_a_pushed_close_has_its_code_and_reason(shared: GatewayProcess, closing: dict[str, Any]) -> None:
    with connect(shared.ws("/ws")) as client:
        one = known(client)
        assert push(shared, action="closing", secConnectionID=one, **closing).json()["errNo"] == 0
        assert send(shared, one, "too late").json()["errNo"] == 1001
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=10)
        assert client.protocol.close_code == closing.get("code", 1000)
        assert client.protocol.close_reason == closing.get("reason", "")


SEND = {"action": "data send", "secConnectionID": "some", "dataType": "text", "data": "x"}
WRONG = [
    {"websocket": {**SEND, "dataType": "json"}},
    {"websocket": {**SEND, "data": {"a": 1}}},
    {"websocket": {**SEND, "data": None}},
    {"websocket": {**SEND, "dataType": "binary", "data": "?"}},
    {"websocket": {**SEND, "data": "\ud800"}},
    {"websocket": {**SEND, "action": "connecting"}},
    {"websocket": {**SEND, "action": ["closing"]}},
    {"websocket": {**SEND, "secConnectionID": ""}},
    {"websocket": {**SEND, "secConnectionID": 7}},
    {"websocket": {**SEND, "action": "closing", "code": 1006}},
    {"websocket": {**SEND, "action": "closing", "code": 5000}},
    {"websocket": {**SEND, "action": "closing", "code": True}},
    {"websocket": {**SEND, "action": "closing", "code": "4000"}},
    {"websocket": {**SEND, "action": "closing", "reason": "x" * 124}},
    {"websocket": {**SEND, "action": "closing", "reason": 1}},
    {"websocket": "x"},
    {},
    [],
    None,
]


@pytest.mark.parametrize("body", [*map(json.dumps, WRONG), "", "{", "[" * 100_000, "\x00"])
def test_a_wrong_call_is_a_200_with_a_number(shared: GatewayProcess, body: str) -> None:
    reply = requests.post(shared.push_url, data=body.encode(), headers=AUTH, timeout=10)
    assert (reply.status_code, reply.json()["errNo"]) == (200, 1002)


def test_an_unknown_api_is_not_found(shared: GatewayProcess) -> None:
    reply = requests.post(shared.internal_url + "/api-00000000", json={"websocket": SEND}, headers=AUTH)
    assert reply.status_code == 404


def test_one_websocket_cannot_be_pushed_to_through_the_api_of_another(shared: GatewayProcess) -> None:
    with connect(shared.ws("/open")) as client:
        one = known_by_event(shared, client)
        assert send(shared, one, "x").json()["errNo"] == 1001


def known_by_event(gateway: GatewayProcess, client: ClientConnection) -> str:
    client.send("who am i")
    record = gateway.facts["record"]

    def mine() -> list[str]:
        lines = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
        return [
            one["websocket"]["secConnectionID"] for one in lines if one["websocket"].get("data") == "who am i"
        ]

    return str(until(mine, "the event")[-1])


def test_unauthenticated_pushes_can_be_switched_on(start: Start) -> None:
    gateway = start("--allow-unauthenticated-push", PUSH_TOKEN="")
    with connect(gateway.ws("/ws")) as client:
        one = known(client)
        assert push(gateway, {}, **{**SEND, "secConnectionID": one}).json()["errNo"] == 0
        assert client.recv(timeout=10) == "x"


def test_a_wrong_token_is_still_wrong_where_none_is_needed(start: Start) -> None:
    gateway = start("--allow-unauthenticated-push")
    assert push(gateway, {"Authorization": "Bearer wrong"}, **SEND).status_code == 403
    assert push(gateway, {}, **SEND).status_code == 200


def test_the_request_id_of_the_function_is_in_the_push_log(start: Start) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as client:
        client.send("echo:x")
        client.recv(timeout=10)
        frame = gateway.logged("frame")
        assert (
            gateway.logged("push", request_id=frame["request_id"], outcome="sent")["connection"]
            == frame["connection"]
        )
        body = {"websocket": SEND}
        requests.post(gateway.push_url, json=body, headers={**AUTH, "X-Request-Id": 'forged"line'})
        gateway.logged("push", request_id="", outcome="unknown")


# ---- the internal listener's own HTTP


def talk(gateway: GatewayProcess, *parts: bytes, replies: int = 1) -> bytes:
    """Send bytes as they are and return what comes, until the end or the wanted number of answers."""
    with socket.create_connection(("127.0.0.1", gateway.facts["internal_port"]), timeout=10) as client:
        for part in parts:
            client.sendall(part)
        reply = b""
        while reply.count(b"HTTP/1.1 ") < replies or not reply.split(b"\r\n\r\n")[-1]:
            data = client.recv(65536)
            if not data:
                break
            reply += data
        return reply


def call(gateway: GatewayProcess, extra: str = "", body: str | None = None) -> bytes:
    text = json.dumps({"websocket": SEND}) if body is None else body
    path = gateway.push_url.rpartition("/")[2]
    head = f"POST /{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n{extra}Content-Length: {len(text)}\r\n\r\n"
    return (head + text).encode()


def test_calls_may_come_in_pieces_and_together(shared: GatewayProcess) -> None:
    one = call(shared)
    assert talk(shared, *(one[i : i + 7] for i in range(0, len(one), 7))).count(b'"errNo": 1001') == 1
    assert talk(shared, one + one + one, replies=3).count(b'"errNo": 1001') == 3


def test_who_asks_before_sending_a_body_is_told_to_go_on(shared: GatewayProcess) -> None:
    head, _, body = call(shared, "Expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with socket.create_connection(("127.0.0.1", shared.facts["internal_port"]), timeout=10) as client:
        client.sendall(head + b"\r\n\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert b" 200 OK" in client.recv(1000)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/2.0\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nname : x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nname\0: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nname: x\0y\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nname: x\nauthorization: y\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nname: x\r\n folded\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nx: " + b"x" * 20_000, b"431"),
        (b"DELETE / HTTP/1.1\r\n\r\n", b"405"),
        (b"GET /nowhere HTTP/1.1\r\n\r\n", b"404"),
    ],
)
def test_what_is_not_a_call_is_refused(shared: GatewayProcess, sent: bytes, status: bytes) -> None:
    assert talk(shared, sent).split(b" ", 2)[1] == status


def test_the_old_http_gets_its_answer_and_the_end(shared: GatewayProcess) -> None:
    reply = talk(shared, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert b"connection: close" in reply and b'"status": "ok"' in reply
