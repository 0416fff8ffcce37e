"""WebSockets through the real door: handshake, the three events, order, ends."""

from __future__ import annotations

import base64
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from support.waiting import until
from tests.gateway.gateway_process import GatewayProcess

Start = Callable[..., GatewayProcess]


def events(record: Path) -> list[dict[str, Any]]:
    """Return the events that the functions have seen so far."""
    if not record.exists():
        return []
    return [json.loads(line) for line in record.read_text().splitlines()]


def texts(record: Path) -> list[str]:
    return [one["websocket"]["data"] for one in events(record) if one["websocket"]["action"] == "data send"]


def wait_closing(record: Path) -> dict[str, Any]:
    """Wait for the cleanup event."""
    found = until(
        lambda: [one for one in events(record) if one["websocket"]["action"] == "closing"],
        "the cleanup event",
    )
    assert len(found) == 1
    return found[0]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def test_the_three_events_are_the_vendors(start: Start, record: Path) -> None:
    gateway = start()
    with connect(gateway.ws("/release/ws")) as client:
        client.send("面")
        client.send(b"\x00\x01\xff")
        until(lambda: len(events(record)) == 3, "three events")
    end = wait_closing(record)
    register, text, binary = events(record)[:3]
    one = register["websocket"]["secConnectionID"]
    assert len(base64.b64decode(one, validate=True)) >= 16
    request_id = register["requestContext"].pop("requestId")
    assert register.pop("id") == request_id == client.response.headers["x-request-id"]
    assert register["requestContext"] == {
        "serviceName": "probe",
        "path": "/ws",
        "httpMethod": "GET",
        "identity": {},
        "sourceIp": "127.0.0.1",
        "stage": "release",
        "websocketEnable": True,
    }
    offered = register["websocket"].pop("secWebSocketExtensions")
    assert offered.startswith("permessage-deflate")
    assert register["websocket"] == {"action": "connecting", "secConnectionID": one}
    ids = [text.pop("id"), binary.pop("id"), end.pop("id")]
    assert len({request_id, *ids}) == 4
    data = {"action": "data send", "secConnectionID": one}
    assert text == {"websocket": {**data, "dataType": "text", "data": "面"}}
    assert binary == {"websocket": {**data, "dataType": "binary", "data": "AAH/"}}
    assert end == {"websocket": {"action": "closing", "secConnectionID": one}}


def test_a_connection_is_not_pushable_before_the_101(start: Start, record: Path) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as client:
        early = json.loads(Path(f"{record}.early").read_text())
        client.send("echo:hello")
        assert client.recv(timeout=10) == "hello", "the early push came through"
    assert early == {"errNo": 1001, "errMsg": "connection not found"}


def test_a_function_pushes_text_and_bytes(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        client.send("echo:你好")
        client.send("bytes:")
        got = {client.recv(timeout=10), client.recv(timeout=10)}
    assert got == {"你好", b"\x00\x01\xff"}


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_000])
def test_a_pushed_frame_of_any_size_arrives_whole(shared: GatewayProcess, size: int) -> None:
    with connect(shared.ws("/ws")) as client:
        client.send("echo:" + "x" * size)
        assert client.recv(timeout=10) == "x" * size


def test_the_subprotocol_is_the_functions_choice(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws"), subprotocols=["chat", "binary"]) as client:
        assert client.subprotocol == "binary"
    with connect(shared.ws("/ws")) as client:
        assert client.subprotocol is None
        assert "sec-websocket-extensions" not in client.response.headers


def test_an_endpoint_without_a_register_function_takes_everybody(start: Start, record: Path) -> None:
    gateway = start()
    with connect(gateway.ws("/open")) as client:
        client.send("hello")
        until(lambda: texts(record) == ["hello"], "the message")


@pytest.mark.parametrize(
    ("refuse", "status", "code"),
    [("7", 403, "refused"), ("503", 503, "unavailable"), ("malformed", 502, "bad_gateway"), ("raise", 502, "bad_gateway"),
     ("exit", 502, "bad_gateway"), ("sleep", 504, "timeout")],
)  # fmt: skip
def test_who_is_refused_gets_no_101(start: Start, refuse: str, status: int, code: str) -> None:
    gateway = start(REFUSE=refuse)
    path = "/hurried" if refuse == "sleep" else "/ws"
    with pytest.raises(InvalidStatus) as error, connect(gateway.ws(path)):
        pass
    reply = error.value.response
    document = json.loads(reply.body or b"{}")
    assert (reply.status_code, document["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert document["request_id"] == reply.headers["x-request-id"]
    assert ("retry-after" in reply.headers) == (status == 503)
    if refuse == "7":
        assert (document["errNo"], document["detail"]) == (7, "no room")
    assert requests.get(gateway.url + "/healthz").json()["sockets"] == 0


def handshake(gateway: GatewayProcess, **headers: str | None) -> bytes:
    """Send a handshake with other headers than the right ones and return the first line of the answer."""
    right = {
        "Host": "x", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(b"x" * 16).decode(),
    }  # fmt: skip
    lines = {**right, **{name.replace("_", "-"): value for name, value in headers.items()}}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=10) as client:
        client.sendall(f"GET /ws HTTP/1.1\r\n{text}\r\n".encode())
        return client.recv(65536).splitlines()[0]


@pytest.mark.parametrize(
    "headers", [{"Sec_WebSocket_Key": "short"}, {"Sec_WebSocket_Key": None}, {"Sec_WebSocket_Version": "12"}]
)
def test_a_wrong_handshake_is_refused_without_asking_a_function(
    start: Start, record: Path, headers: dict[str, str | None]
) -> None:
    gateway = start()
    assert handshake(gateway, **headers) == b"HTTP/1.1 400 Bad Request"
    assert events(record) == []
    assert handshake(gateway) == b"HTTP/1.1 101 Switching Protocols"


def test_messages_of_one_client_come_in_order_though_one_is_slow(start: Start, record: Path) -> None:
    gateway = start("--scale-after", "0")
    slow, spare = record.with_name("slow"), record.with_name("spare")
    sent = [f"hold:{slow}", *(str(number) for number in range(20))]
    with connect(gateway.ws("/ws")) as client, connect(gateway.ws("/ws")) as other:
        client.send(sent[0])
        other.send(f"hold:{spare}")
        until(lambda: gateway.metric("workers", function="socket", state="busy") == 2, "two workers")
        spare.touch()
        until(lambda: gateway.metric("workers", function="socket", state="idle") >= 1, "an idle worker")
        for text in sent[1:]:
            client.send(text)
        until(lambda: gateway.metric("frames_total") == len(sent) + 1, "all messages are at the gateway")
        other.send("after all")
        until(lambda: "after all" in texts(record), "the other client goes on")
        assert texts(record) == [f"hold:{spare}", "after all"], "somebody overtook the slow message"
        slow.touch()
        until(lambda: len(texts(record)) == len(sent) + 2, "all messages")
    assert texts(record)[2:] == sent


def test_clients_do_not_wait_for_each_other(start: Start, record: Path) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as slow, connect(gateway.ws("/ws")) as quick:
        go = record.with_name("go")
        slow.send(f"hold:{go}")
        quick.send("quick")
        until(lambda: texts(record), "a message")
        assert texts(record) == ["quick"]
        go.touch()


def test_messages_may_be_shuffled_on_purpose(start: Start, record: Path) -> None:
    gateway = start("--shuffle-frames", "--max-instances", "1")
    sent = [str(number) for number in range(40)]
    with connect(gateway.ws("/ws")) as client:
        for text in sent:
            client.send(text)
        until(lambda: len(texts(record)) == len(sent), "all messages")
    assert sorted(texts(record), key=int) == sent
    assert texts(record) != sent


def test_what_was_sent_before_the_end_is_handed_over_before_it(start: Start, record: Path) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as client:
        go = record.with_name("go")
        client.send(f"hold:{go}")
        client.send("last words")
    gateway.logged("socket_closed")
    go.touch()
    wait_closing(record)
    assert [one["websocket"]["action"] for one in events(record)] == [
        "connecting",
        "data send",
        "data send",
        "closing",
    ]


def test_the_cleanup_event_comes_after_an_abrupt_loss(start: Start, record: Path) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as client:
        client.send("hello")
        client.socket.shutdown(socket.SHUT_RDWR)
        wait_closing(record)
    assert gateway.logged("socket_closed")["by"] == "lost"


@pytest.mark.parametrize(("flags", "cleaned"), [((), True), (("--cleanup", "client"), False)])
def test_the_cleanup_event_after_a_pushed_close_is_a_setting(
    start: Start, record: Path, flags: tuple[str, ...], cleaned: bool
) -> None:
    gateway = start(*flags)
    with connect(gateway.ws("/ws")) as client:
        client.send('close:{"code": 4409, "reason": "revoked"}')
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=10)
        assert (client.protocol.close_code, client.protocol.close_reason) == (4409, "revoked")
    gateway.logged("socket_closed", by="push", code=4409)
    with connect(gateway.ws("/ws")):  # a client's own end fires in both cases, and comes after
        pass
    until(
        lambda: [one for one in events(record) if one["websocket"]["action"] == "closing"], "a cleanup event"
    )
    gateway.logged("socket_closed", by="client")
    count = 2 if cleaned else 1
    until(lambda: sum(one["websocket"]["action"] == "closing" for one in events(record)) == count, "cleanups")


def test_a_close_without_a_code_is_1000(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        client.send("close:")
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=10)
        assert client.protocol.close_code == 1000


def test_the_clients_close_code_is_answered_with_itself(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        client.close(4321, "own")
        assert client.protocol.close_rcvd is not None
        assert client.protocol.close_rcvd.code == 4321


def test_a_ping_is_answered(shared: GatewayProcess) -> None:
    with connect(shared.ws("/ws")) as client:
        assert client.ping(b"payload").wait(10)


def test_a_failing_transport_function_leaves_the_socket_open(start: Start) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as client:
        client.send("raise:")
        client.send("exit:")
        client.send("echo:still here")
        assert client.recv(timeout=10) == "still here"
    for outcome in ("exception", "crash", "ok"):
        gateway.logged("frame", outcome=outcome)


def test_a_failing_transport_function_closes_the_socket_where_the_operator_says_so(start: Start) -> None:
    gateway = start("--drop-on-function-error")
    with connect(gateway.ws("/ws")) as client:
        client.send("raise:")
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=10)
        assert client.protocol.close_code == 1011


def test_ids_differ_and_look_like_base64(shared: GatewayProcess) -> None:
    ids = set()
    for _ in range(5):
        with connect(shared.ws("/ws")) as client:
            client.send("id:")
            ids.add(client.recv(timeout=10))
    assert len(ids) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9+/]{22}==", str(one)) for one in ids)
